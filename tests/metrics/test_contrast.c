/* SPDX-License-Identifier: Apache-2.0 */
/* test_contrast.c: what one group says more than another: figures, and few false ones. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "metrics/opinia_metrics.h"

Test(contrast, figures_are_those_of_the_formulas)
{
	/* worked out beside the program, with exact binomial sums */
	static const struct {
		struct contrast_count x;
		uint64_t in, out;
		double order, log_odds, z, p;
	} rows[] = {
		{ { 30, 5 },
		  150,
		  850,
		  14.054005295,
		  3.564206202,
		  7.709108615,
		  2.84237741e-20 },
		{ { 12, 0 },
		  1200,
		  1100,
		  7.480672876,
		  3.016665231,
		  2.234901651,
		  0.000406856183 },
		{ { 10, 60 },
		  150,
		  850,
		  -0.298321107,
		  -0.056353569,
		  -0.172376384,
		  0.617430169 },
		{ { 3, 3 }, 9, 9, -0.204006202, 0, 0, 0.65625 },
		{ { 40, 41 },
		  1000,
		  1000,
		  -0.227253980,
		  -0.023395095,
		  -0.110409467,
		  0.587843392 },
	};
	struct metric_contrast c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert(opinia_metric_contrasts(&rows[i].x, 1, rows[i].in, rows[i].out,
						  &c));
		cr_expect_float_eq(c.order, rows[i].order, 1e-8, "row %zu", i);
		cr_expect_float_eq(c.log_odds, rows[i].log_odds, 1e-8, "row %zu", i);
		cr_expect_float_eq(c.z, rows[i].z, 1e-8, "row %zu", i);
		cr_expect(fabs(c.p - rows[i].p) <= 1e-8 * rows[i].p, "row %zu: %g", i,
			  c.p);
		cr_expect_float_eq(c.q, c.p, 1e-15, "one test is not corrected");
	}
	cr_expect_not(opinia_metric_contrasts(&rows[0].x, 1, 150, 0, &c));
	cr_expect_not(opinia_metric_contrasts(&rows[0].x, 1, 0, 850, &c));
}

/* Words that both groups say alike: of 200 groups hardly one has a finding among 500 words. */
Test(contrast, where_nothing_differs_hardly_anything_is_found)
{
	enum { WORDS = 500, TRIES = 200, IN = 150, OUT = 400 };
	static struct contrast_count x[WORDS];
	static struct metric_contrast c[WORDS];
	uint64_t state = 20260303;
	int found = 0;

	for (int t = 0; t < TRIES; t++) {
		bool any = false;

		for (int w = 0; w < WORDS; w++) {
			uint32_t often = (uint32_t)(10 + w % 90); /* of 1000 comments */

			x[w] = (struct contrast_count){ 0, 0 };
			for (int i = 0; i < IN + OUT; i++) {
				state = state * 6364136223846793005U +
					1442695040888963407U;
				if ((state >> 33) % 1000 < often)
					*(i < IN ? &x[w].in : &x[w].out) += 1;
			}
		}
		cr_assert(opinia_metric_contrasts(x, WORDS, IN, OUT, c));
		for (int w = 0; w < WORDS; w++)
			any |= c[w].q <= 0.05 && c[w].z >= 1.96;
		found += any;
	}
	cr_expect_leq(found, TRIES * 5 / 100, "%d of %d groups", found, TRIES);
}

/* One word of a hundred is said four times as often: it is the first, and it is found. */
Test(contrast, what_differs_is_found_and_comes_first)
{
	enum { WORDS = 100 };
	struct contrast_count x[WORDS];
	struct metric_contrast c[WORDS];
	int best = 0;

	for (int w = 0; w < WORDS; w++)
		x[w] = (struct contrast_count){ 15 + (uint64_t)w % 3, 30 };
	x[42] = (struct contrast_count){ 40, 20 };
	cr_assert(opinia_metric_contrasts(x, WORDS, 200, 400, c));
	for (int w = 0; w < WORDS; w++)
		if (c[w].order > c[best].order)
			best = w;
	cr_expect_eq(best, 42);
	cr_expect(c[42].q < 0.001 && c[42].z > 3, "q %g, z %g", c[42].q, c[42].z);
	cr_expect(c[41].q > 0.05);
	/* all say it: it tells nothing, and breaks nothing */
	x[0] = (struct contrast_count){ 200, 400 };
	cr_assert(opinia_metric_contrasts(x, 1, 200, 400, c));
	cr_expect(isfinite(c[0].order) && isfinite(c[0].q) && c[0].q > 0.05);
}
