/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rates.c: how much more is said about something, and what is left of many small p values
 * once they are looked at together.
 */
#include <math.h>
#include <stdlib.h>

#include "core/short.h"
#include "metrics/interval.h"
#include "metrics/sample.h"
#include "metrics/special.h"

/*
 * Given the sum of two Poisson counts, the first is binomial: J. Przyborowski and
 * H. Wilenski (1940), Biometrika 31:313. The bounds of the ratio are those of the share
 * (Clopper–Pearson) turned into odds, as in R's poisson.test.
 */
struct volume_change opinia_metric_volume(uint64_t now, double exposure_now,
					  uint64_t before, double exposure_before)
{
	struct volume_change v = { .test = N_("exact test of two Poisson rates") };
	double scale, share;
	struct interval i;

	if (!(exposure_now > 0) || !(exposure_before > 0) || !isfinite(exposure_now) ||
	    !isfinite(exposure_before) || (now == 0 && before == 0)) {
		v.test = NULL;
		return v;
	}
	scale = exposure_before / exposure_now;
	share = exposure_now / (exposure_now + exposure_before);
	v.known = true;
	v.p = binom_test(now, now + before, share);
	if (before == 0)
		return v; /* from nothing to something: no ratio */
	v.has_ratio = true;
	v.ratio = (double)now / (double)before * scale;
	v.has_interval = interval_exact(now, now + before, &i);
	if (v.has_interval) {
		v.low = i.low / (1 - i.low) * scale;
		v.high = i.high / (1 - i.high) * scale;
	}
	return v;
}

struct ranked {
	double p;
	size_t at;
};

static int ranked_compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

/* Y. Benjamini and Y. Hochberg (1995), J. R. Stat. Soc. B 57:289: q_(i) = min p_(j) m /
 * j. */
bool opinia_metric_bh(const double *p, double *q, size_t n)
{
	struct ranked *r = calloc(n ? n : 1, sizeof(*r));
	double least = 1;
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (r && !isnan(p[i]))
			r[m++] = (struct ranked){ p[i], i };
		q[i] = NAN;
	}
	if (!r) {
		memory_was_short();
		return false;
	}
	qsort(r, m, sizeof(*r), ranked_compare);
	for (size_t i = m; i-- > 0;) {
		least = fmin(least, r[i].p * (double)m / (double)(i + 1));
		q[r[i].at] = least;
	}
	free(r);
	return true;
}
