/* SPDX-License-Identifier: Apache-2.0 */
/*
 * special.c: normal, beta, Student and binomial, to about twelve digits.
 *
 * Everything but the normal is read from one function, the regularized incomplete beta:
 * Student's t (Abramowitz & Stegun 26.7.1) and the binomial (26.5.24) are special cases,
 * so there is one continued fraction to trust instead of three series.
 */
#include "metrics/special.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>

static const double half_ln_2pi = 0.91893853320467274178;

double norm_cdf(double x)
{
	return 0.5 * erfc(-x / M_SQRT2);
}

double norm_p2(double z)
{
	return erfc(fabs(z) / M_SQRT2);
}

static double horner(const double *c, size_t n, double x)
{
	double y = 0;

	for (size_t i = 0; i < n; i++)
		y = y * x + c[i];
	return y;
}

/* P. J. Acklam's rational approximation (2003), good to 1e-9. */
static double norm_quantile_rough(double p)
{
	static const double a[] = { -3.969683028665376e+01, 2.209460984245205e+02,
				    -2.759285104469687e+02, 1.383577518672690e+02,
				    -3.066479806614716e+01, 2.506628277459239e+00 };
	static const double b[] = { -5.447609879822406e+01, 1.615858368580409e+02,
				    -1.556989798598866e+02, 6.680131188771972e+01,
				    -1.328068155288572e+01, 1 };
	static const double c[] = { -7.784894002430293e-03, -3.223964580411365e-01,
				    -2.400758277161838e+00, -2.549732539343734e+00,
				    4.374664141464968e+00,  2.938163982698783e+00 };
	static const double d[] = { 7.784695709041462e-03, 3.224671290700398e-01,
				    2.445134137142996e+00, 3.754408661907416e+00, 1 };
	double q, r;

	if (p < 0.02425) {
		q = sqrt(-2 * log(p));
		return horner(c, 6, q) / horner(d, 5, q);
	}
	q = p - 0.5;
	r = q * q;
	return horner(a, 6, r) * q / horner(b, 6, r);
}

double norm_quantile(double p)
{
	double x, error, step;

	assert(p > 0 && p < 1);
	if (p > 0.5)
		return -norm_quantile(1 - p);
	x = norm_quantile_rough(p);
	/* one step of Halley's method takes it to full precision */
	error = norm_cdf(x) - p;
	step = error * exp(x * x / 2 + half_ln_2pi);
	return x - step / (1 + x * step / 2);
}

double ln_gamma(double x)
{
	int sign;

	return lgamma_r(x,
			&sign); /* lgamma() would write a global: not from any thread */
}

/* Lentz's method for the continued fraction of DLMF 8.17.22. */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), h, step;

	d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
	h = d;
	for (int m = 1; m <= 200000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
		c = fabs(c) < DBL_MIN ? DBL_MIN : c;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
		c = fabs(c) < DBL_MIN ? DBL_MIN : c;
		step = d * c;
		h *= step;
		if (fabs(step - 1) < 1e-15)
			break;
	}
	return h;
}

double beta_inc(double a, double b, double x)
{
	double front;

	assert(a > 0 && b > 0);
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	front = exp(ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * log(x) +
		    b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_p2(double t, double df)
{
	return beta_inc(df / 2, 0.5, df / (df + t * t));
}

static double student_cdf(double t, double df)
{
	double tail = student_p2(t, df) / 2;

	return t > 0 ? 1 - tail : tail;
}

static double student_pdf(double t, double df)
{
	return exp(ln_gamma((df + 1) / 2) - ln_gamma(df / 2) - 0.5 * log(df * M_PI) -
		   (df + 1) / 2 * log1p(t * t / df));
}

/* Newton's steps, kept inside a bracket that shrinks by itself where they would leave it.
 */
double student_quantile(double p, double df)
{
	double low = 0, high = 1, t, z;

	assert(p > 0 && p < 1 && df > 0);
	if (p < 0.5)
		return -student_quantile(1 - p, df);
	while (student_cdf(high, df) < p && high < 1e300)
		high *= 2;
	z = norm_quantile(p);
	t = z + (z * z * z + z) / (4 * df); /* the first term of Cornish and Fisher */
	for (int i = 0; i < 200; i++) {
		double error, next;

		if (!(t > low && t < high))
			t = low + (high - low) / 2;
		error = student_cdf(t, df) - p;
		if (error > 0)
			high = t;
		else
			low = t;
		next = t - error / student_pdf(t, df);
		if (fabs(next - t) <= 1e-13 * fabs(t) || high - low <= 1e-14 * high)
			return next > 0 ? next : t;
		t = next;
	}
	return t;
}

double binom_pmf(uint64_t k, uint64_t n, double p)
{
	double x = (double)k, m = (double)n;

	if (k > n)
		return 0;
	if (p <= 0)
		return k == 0;
	if (p >= 1)
		return k == n;
	return exp(ln_gamma(m + 1) - ln_gamma(x + 1) - ln_gamma(m - x + 1) + x * log(p) +
		   (m - x) * log1p(-p));
}

double binom_cdf(uint64_t k, uint64_t n, double p)
{
	if (k >= n)
		return 1;
	return beta_inc((double)(n - k), (double)k + 1, 1 - p);
}

double binom_tail(uint64_t k, uint64_t n, double p)
{
	if (k == 0)
		return 1;
	if (k > n)
		return 0;
	return beta_inc((double)k, (double)(n - k) + 1, p);
}

/* The first k in (mode, n + 1] that is not more likely than @limit. */
static uint64_t unlikely_above(uint64_t from, uint64_t n, double p, double limit)
{
	uint64_t low = from, high = n + 1;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (binom_pmf(mid, n, p) <= limit)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* The number of k in [0, mode) that are not more likely than @limit: 0 .. result - 1. */
static uint64_t unlikely_below(uint64_t to, uint64_t n, double p, double limit)
{
	uint64_t low = 0, high = to;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (binom_pmf(mid, n, p) <= limit)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * All outcomes that are not more likely than the one seen (as R's binom.test does; the
 * factor forgives rounding among outcomes that are equally likely).
 */
double binom_test(uint64_t k, uint64_t n, double p)
{
	double expected = (double)n * p, x = (double)k;
	double limit = binom_pmf(k, n, p) * (1 + 1e-7), sum;
	uint64_t other;

	if (n == 0 || x == expected)
		return 1;
	if (x < expected) {
		other = unlikely_above((uint64_t)ceil(expected), n, p, limit);
		sum = binom_cdf(k, n, p) + binom_tail(other, n, p);
	} else {
		other = unlikely_below((uint64_t)floor(expected) + 1, n, p, limit);
		sum = binom_tail(k, n, p) + (other ? binom_cdf(other - 1, n, p) : 0);
	}
	return sum < 1 ? sum : 1;
}
