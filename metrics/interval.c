/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interval.c: each interval with its source.
 *
 * None of them collapses to a point when all answers are the same: "5 of 5" is 57..100 %,
 * not 100 % +- 0. Where a method would do that, it says "no interval" instead.
 */
#include "metrics/interval.h"

#include <math.h>

#include "metrics/special.h"

/* E. B. Wilson (1927), JASA 22:209; equation as in Newcombe (1998), Stat. Med. 17:857,
 * no. 3. */
bool interval_wilson(uint64_t k, uint64_t n, struct interval *out)
{
	double m = (double)n, p, z2 = INTERVAL_Z * INTERVAL_Z, mid, half;

	if (n == 0 || k > n)
		return false;
	p = (double)k / m;
	mid = (p + z2 / (2 * m)) / (1 + z2 / m);
	half = INTERVAL_Z * sqrt(p * (1 - p) / m + z2 / (4 * m * m)) / (1 + z2 / m);
	/* exactly 0 and 1 at the ends, where rounding would leave a crumb */
	out->low = k == 0 ? 0 : fmax(0, mid - half);
	out->high = k == n ? 1 : fmin(1, mid + half);
	return true;
}

static double trinomial_variance(double plus, double minus)
{
	return fmax(0, plus + minus - (plus - minus) * (plus - minus));
}

double net_variance(uint64_t plus, uint64_t minus, uint64_t n)
{
	return trinomial_variance((double)plus / (double)n, (double)minus / (double)n);
}

double net_variance_adjusted(uint64_t plus, uint64_t minus, uint64_t n)
{
	double m = (double)n + 3;

	return trinomial_variance(((double)plus + 0.75) / m, ((double)minus + 0.75) / m);
}

double net_wald_moe(uint64_t plus, uint64_t minus, uint64_t n)
{
	return INTERVAL_Z * sqrt(net_variance(plus, minus, n) / (double)n);
}

/*
 * Adjusted Wald: three answers are added, 3/4 of one at each end and 3/2 in the middle.
 * B. Rocks (2016), "Interval estimation for the Net Promoter Score", Am. Stat. 70:365;
 * the best of three in Sauro and Lewis's tests (MeasuringU, 2021).
 */
bool interval_net(uint64_t plus, uint64_t minus, uint64_t n, struct interval *out)
{
	double m = (double)n + 3, mid, half;

	if (n == 0 || plus > n || minus > n - plus)
		return false;
	mid = ((double)plus - (double)minus) / m;
	half = INTERVAL_Z * sqrt(net_variance_adjusted(plus, minus, n) / m);
	out->low = fmax(-1, mid - half);
	out->high = fmin(1, mid + half);
	return true;
}

/* R. G. Newcombe (1998), Stat. Med. 17:873, method 10: two Wilson intervals, joined. */
bool interval_newcombe(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2,
		       struct interval *out)
{
	struct interval a, b;
	double p1, p2;

	if (!interval_wilson(k1, n1, &a) || !interval_wilson(k2, n2, &b))
		return false;
	p1 = (double)k1 / (double)n1;
	p2 = (double)k2 / (double)n2;
	out->low = fmax(-1, p1 - p2 - hypot(p1 - a.low, b.high - p2));
	out->high = fmin(1, p1 - p2 + hypot(a.high - p1, p2 - b.low));
	return true;
}

/* Student (1908), Biometrika 6:1. Without spread it would have no width: none then. */
bool interval_mean(double mean, double variance, uint64_t n, struct interval *out)
{
	double half;

	if (n < 2 || !(variance > 0))
		return false;
	half = student_quantile(0.975, (double)n - 1) * sqrt(variance / (double)n);
	out->low = mean - half;
	out->high = mean + half;
	return true;
}

/* The least k with P(X <= k) >= @p, X binomial. */
static uint64_t binom_quantile(double p, uint64_t n, double q)
{
	uint64_t low = 0, high = n;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (binom_cdf(mid, n, q) >= p)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/*
 * W. J. Conover, Practical Nonparametric Statistics (1999), 3.2: the number of values
 * below the quantile is binomial(n, q). At most 2.5 % are lost on either side.
 */
bool interval_ranks(double q, uint64_t n, uint64_t *low, uint64_t *high)
{
	uint64_t l, h;

	if (n == 0)
		return false;
	l = binom_quantile(0.025, n, q); /* P(X <= l - 1) < 0.025 */
	h = binom_quantile(0.975, n, q) + 1;
	if (l < 1 || h > n)
		return false;
	*low = l;
	*high = h;
	return true;
}

/* The p at which P(X >= k) (@upper: P(X <= k)) is 0.025. */
static double exact_bound(uint64_t k, uint64_t n, bool upper)
{
	double low = 0, high = 1;

	for (int i = 0; i < 100 && high - low > 1e-15; i++) {
		double mid = (low + high) / 2;
		bool right = upper ? binom_cdf(k, n, mid) > 0.025
				   : binom_tail(k, n, mid) < 0.025;

		if (right)
			low = mid;
		else
			high = mid;
	}
	return (low + high) / 2;
}

/* C. J. Clopper and E. S. Pearson (1934), Biometrika 26:404. */
bool interval_exact(uint64_t k, uint64_t n, struct interval *out)
{
	if (n == 0 || k > n)
		return false;
	out->low = k == 0 ? 0 : exact_bound(k, n, false);
	out->high = k == n ? 1 : exact_bound(k, n, true);
	return true;
}
