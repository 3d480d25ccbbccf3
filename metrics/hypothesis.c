/* SPDX-License-Identifier: Apache-2.0 */
/* hypothesis.c: each test with its source; see hypothesis.h. */
#include "metrics/hypothesis.h"

#include <math.h>

#include "metrics/sample.h"
#include "metrics/special.h"

static double ln_choose(uint64_t n, uint64_t k)
{
	return ln_gamma((double)n + 1) - ln_gamma((double)k + 1) -
	       ln_gamma((double)(n - k) + 1);
}

/* R. A. Fisher (1922), J. R. Stat. Soc. 85:87: all tables not more likely than the one
 * seen. */
double fisher_p(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2)
{
	uint64_t k = k1 + k2, from = k > n2 ? k - n2 : 0, to = k < n1 ? k : n1;
	double all = ln_choose(n1 + n2, k), sum = 0;
	double limit = ln_choose(n1, k1) + ln_choose(n2, k2) - all + 1e-7;

	for (uint64_t x = from; x <= to; x++) {
		double one = ln_choose(n1, x) + ln_choose(n2, k - x) - all;

		if (one <= limit)
			sum += exp(one);
	}
	return fmin(1, sum);
}

/*
 * The z test with the pooled share (Fleiss, Statistical Methods for Rates and
 * Proportions, 2.4). Where an expected count is below 5 (W. G. Cochran 1954, Biometrics
 * 10:417) the normal curve is no guide and p is Fisher's.
 */
bool test_shares(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, struct test *out)
{
	double m1 = (double)n1, m2 = (double)n2, pooled, se, least;
	struct interval i;

	if (!interval_newcombe(k1, n1, k2, n2, &i))
		return false;
	pooled = ((double)k1 + (double)k2) / (m1 + m2);
	se = sqrt(pooled * (1 - pooled) * (1 / m1 + 1 / m2));
	least = fmin(m1, m2) * fmin(pooled, 1 - pooled);
	*out = (struct test){ .diff = (double)k1 / m1 - (double)k2 / m2,
			      .low = i.low,
			      .high = i.high };
	out->statistic = se > 0 ? out->diff / se : 0;
	if (least < 5) {
		out->p = fisher_p(k1, n1, k2, n2);
		out->name = N_("Fisher's exact test");
	} else {
		out->p = norm_p2(out->statistic);
		out->name = N_("z test of two shares, pooled");
	}
	return true;
}

/*
 * z with V = P + D - (P - D)^2 on each side (features.md 5.2; Rocks 2016). A side where
 * all agree has V = 0, which is not certainty: its V is then read from the adjusted
 * counts.
 */
bool test_nets(struct net a, struct net b, struct test *out)
{
	double va, vb, se;

	if (a.n == 0 || b.n == 0)
		return false;
	va = net_variance(a.plus, a.minus, a.n);
	vb = net_variance(b.plus, b.minus, b.n);
	if (!(va > 0))
		va = net_variance_adjusted(a.plus, a.minus, a.n);
	if (!(vb > 0))
		vb = net_variance_adjusted(b.plus, b.minus, b.n);
	se = sqrt(va / (double)a.n + vb / (double)b.n);
	*out = (struct test){ .name = N_("z test of two net scores") };
	out->diff = ((double)a.plus - (double)a.minus) / (double)a.n -
		    ((double)b.plus - (double)b.minus) / (double)b.n;
	out->statistic = out->diff / se;
	out->p = norm_p2(out->statistic);
	out->low = fmax(-2, out->diff - INTERVAL_Z * se);
	out->high = fmin(2, out->diff + INTERVAL_Z * se);
	return true;
}

/* B. L. Welch (1947), Biometrika 34:28; degrees of freedom by Welch and Satterthwaite. */
bool test_means(struct moments a, struct moments b, struct test *out)
{
	double va, vb, se, half;

	if (a.n < 2 || b.n < 2)
		return false;
	va = a.variance / (double)a.n;
	vb = b.variance / (double)b.n;
	if (!(va + vb > 0))
		return false;
	se = sqrt(va + vb);
	*out = (struct test){ .diff = a.mean - b.mean, .name = N_("Welch's t test") };
	out->statistic = out->diff / se;
	out->df = (va + vb) * (va + vb) /
		  (va * va / (double)(a.n - 1) + vb * vb / (double)(b.n - 1));
	out->p = student_p2(out->statistic, out->df);
	half = student_quantile(0.975, out->df) * se;
	out->low = out->diff - half;
	out->high = out->diff + half;
	return true;
}
