/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_agreement.c: scores and words that go together, against each other, or not at all; and how
 * seldom healthy sources are suspected.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "metrics/opinia_metrics.h"

enum { MOST = 2000, SOURCES = 10, SEED = 20260303 };

static uint64_t state = SEED;

static double chance(void)
{
	state = state * 6364136223846793005U + 1442695040888963407U;
	return (double)(state >> 33) / (double)(1ull << 31);
}

static double normal(void)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += chance();
	return sum;
}

/*
 * One source: how content each customer is, a mark of 1 to 5 (most give 5) or "solved" out of it,
 * words with noise, a third of them neutral. @share: of what the words know of it.
 */
static size_t answers(struct rank_pair *x, size_t n, double share, bool binary)
{
	for (size_t i = 0; i < n; i++) {
		double content = normal(),
		       words = share * content + (1 - share) * normal();
		int mark = 5;

		for (int cut = 4; cut >= 1; cut--)
			if (content < -0.3 - 0.4 * (4 - cut))
				mark = cut;
		x[i].a = binary ? mark > 3 : mark;
		x[i].b = chance() < 0.33 ? 0 : (int32_t)(1000 * tanh(words));
	}
	return n;
}

static void turn(struct rank_pair *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i].a = 6 - x[i].a;
}

/* the figures were worked out beside the program */
Test(agreement, is_spearmans_with_middle_ranks)
{
	static struct rank_pair x[60];
	struct metric_value v;

	for (int i = 0; i < 40; i++)
		x[i] = (struct rank_pair){ i / 8, (i * 7) % 11 - i / 5 };
	v = opinia_metric_agreement(x, 40, 1);
	cr_assert(v.known && v.has_interval);
	cr_expect_float_eq(v.value, -0.535921933149, 1e-9, "%.12f", v.value);
	cr_expect_float_eq(v.low, -0.782298353, 1e-6, "%.12f", v.low);
	cr_expect_float_eq(v.high, -0.144547033, 1e-6, "%.12f", v.high);
	cr_expect(opinia_metric_agreement(x, 40, 20).low < v.low, "more tests, wider");
	cr_expect_not(opinia_metric_agreement(x, 29, 1).known);
	for (int i = 0; i < 40; i++)
		x[i].a = 5;
	v = opinia_metric_agreement(x, 40, 1);
	cr_expect(!v.known && v.why, "all the same: no correlation, and no zero");
	for (int i = 0; i < 40; i++)
		x[i] = (struct rank_pair){ i, 3 * i };
	v = opinia_metric_agreement(x, 40, 1);
	cr_expect_float_eq(v.value, 1, 1e-12);
	cr_expect(v.low > 0.99 && v.high < 1);
}

/* 1 000 healthy sources, ten a team, of 30 to 300 answers: at most ten are suspected. */
Test(agreement, healthy_sources_are_left_alone)
{
	static struct rank_pair x[MOST];
	struct metric_value v[SOURCES];
	enum scale_reading r[SOURCES];
	int suspected = 0, told = 0;

	for (int team = 0; team < 100; team++) {
		for (int i = 0; i < SOURCES; i++) {
			size_t n = 30 + (size_t)(chance() * chance() * 270);

			answers(x, n, 0.3 + 0.4 * chance(), i % 5 == 4);
			v[i] = opinia_metric_agreement(x, n, SOURCES);
		}
		cr_assert(opinia_metric_scales(v, SOURCES, r));
		for (int i = 0; i < SOURCES; i++) {
			suspected += r[i] == SCALE_REVERSED || r[i] == SCALE_UNRELATED;
			told += r[i] != SCALE_UNKNOWN;
		}
	}
	cr_expect_leq(suspected, 10, "%d of 1000", suspected);
	cr_expect_geq(told, 950);
}

Test(agreement, a_reversed_or_foreign_score_beside_healthy_ones_is_found)
{
	static struct rank_pair x[MOST];
	struct metric_value v[SOURCES];
	enum scale_reading r[SOURCES];
	int reversed = 0, unrelated = 0, wrong = 0;

	for (int team = 0; team < 50; team++) {
		for (int i = 0; i < SOURCES; i++) {
			size_t n = i == 3 ? 80 : i == 7 ? 600 : 120;

			answers(x, n, i == 7 ? 0 : 0.55, false);
			if (i == 3)
				turn(x, n);
			v[i] = opinia_metric_agreement(x, n, SOURCES);
		}
		cr_assert(opinia_metric_scales(v, SOURCES, r));
		reversed += r[3] == SCALE_REVERSED;
		unrelated += r[7] == SCALE_UNRELATED;
		for (int i = 0; i < SOURCES; i++)
			wrong += i != 3 && i != 7 && r[i] != SCALE_FITS;
	}
	cr_expect_geq(reversed, 47, "%d of 50", reversed);
	cr_expect_geq(unrelated, 45, "%d of 50", unrelated);
	cr_expect_eq(wrong, 0, "%d", wrong);
	/* alone, there is nothing to hold it against */
	cr_assert(opinia_metric_scales(&v[7], 1, r));
	cr_expect_eq(r[0], SCALE_FITS);
}
