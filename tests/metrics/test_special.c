/* SPDX-License-Identifier: Apache-2.0 */
/* test_special.c: distributions against printed tables and against mpmath at 30 digits.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "metrics/special.h"

static bool near(double a, double b, double relative)
{
	return fabs(a - b) <= relative * fmax(fabs(b), 1e-300);
}

Test(special, quantiles_of_student_and_normal_are_those_of_the_tables)
{
	static const struct {
		double p, df, t;
	} rows[] = {
		{ 0.975, 1, 12.7062047362 },   { 0.975, 2, 4.30265272975 },
		{ 0.975, 2.5, 3.574654842 },   { 0.975, 5, 2.57058183564 },
		{ 0.975, 10, 2.22813885199 },  { 0.975, 17.776, 2.10282131038 },
		{ 0.975, 30, 2.04227245630 },  { 0.975, 1000, 1.96233908083 },
		{ 0.975, 1e6, 1.95996635681 }, { 0.95, 5, 2.01504837333 },
		{ 0.025, 5, -2.57058183564 },  { 0.9995, 1, 636.619248769 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double t = student_quantile(rows[i].p, rows[i].df);

		cr_expect(near(t, rows[i].t, 1e-9), "p %g df %g: %.12g", rows[i].p,
			  rows[i].df, t);
		cr_expect(near(student_p2(t, rows[i].df),
			       2 * fmin(rows[i].p, 1 - rows[i].p), 1e-8));
	}
	cr_expect(near(norm_quantile(0.975), 1.9599639845400545, 1e-13));
	cr_expect(near(norm_quantile(0.8), 0.8416212335729143, 1e-13));
	cr_expect(near(norm_quantile(1e-10), -6.361340902404056, 1e-11));
	cr_expect_eq(norm_quantile(0.5), 0);
	cr_expect(near(norm_p2(1.9599639845400545), 0.05, 1e-12));
}

Test(special, the_incomplete_beta_is_right_in_the_middle_and_far_out)
{
	cr_expect(near(beta_inc(2, 3, 0.4), 0.5248, 1e-12));
	cr_expect(near(beta_inc(100.5, 0.5, 0.99), 0.155740720164, 1e-10));
	for (double a = 0.5; a < 1e7; a *= 7) {
		cr_expect(near(beta_inc(a, a, 0.5), 0.5, 1e-7), "a = %g", a);
		cr_expect(near(beta_inc(a, 3, 0.3) + beta_inc(3, a, 0.7), 1, 1e-12));
	}
	cr_expect_eq(beta_inc(2, 2, 0), 0);
	cr_expect_eq(beta_inc(2, 2, 1), 1);
}

Test(special, the_binomial_adds_up_and_tests_as_r_does)
{
	double sum = 0;

	for (uint64_t k = 0; k <= 40; k++) {
		sum += binom_pmf(k, 40, 0.3);
		cr_expect(near(binom_cdf(k, 40, 0.3), sum, 1e-11), "k = %d", (int)k);
		cr_expect(near(binom_tail(k, 40, 0.3) + sum - binom_pmf(k, 40, 0.3), 1,
			       1e-11));
	}
	/* help(binom.test): Mendel's 682 of 925 against 3/4, p-value = 0.3825 */
	cr_expect_float_eq(binom_test(682, 925, 0.75), 0.3825, 0.00005);
	cr_expect_eq(binom_test(5, 10, 0.5), 1);
	cr_expect_float_eq(binom_test(0, 10, 0.5), 2.0 / 1024, 1e-12);
	cr_expect_float_eq(binom_test(10, 10, 0.5), 2.0 / 1024, 1e-12);
	cr_expect_eq(binom_test(0, 0, 0.5), 1);
}
