/* SPDX-License-Identifier: Apache-2.0 */
/* test_times.c: ranks of durations, and the curve of what is still waiting. */
#include <criterion/criterion.h>
#include <math.h>

#include "metrics/special.h"
#include "metrics/survival.h"
#include "metrics/times.h"

#define DURATIONS(list)                                                                  \
	{                                                                                \
		list, sizeof(list) / sizeof((list)[0]), 0, NULL                          \
	}

Test(times, quantiles_do_not_mind_order_and_leave_negative_ones_out)
{
	static const int64_t messy[] = { 9, -3, 1, 5, 7, -1, 3 };
	struct durations d = DURATIONS(messy);
	struct times t;

	cr_assert(times_open(&t, &d));
	cr_expect_eq(t.n, 5);
	cr_expect_eq(times_quantile(&t, 0.5), 5);
	cr_expect_float_eq(times_quantile(&t, 0.9), 8.2, 1e-12);
	cr_expect_eq(times_quantile(&t, 0), 1);
	cr_expect_eq(times_quantile(&t, 1), 9);
	cr_expect_eq(times_mean(&t), 5);
	cr_expect_eq(times_variance(&t), 10);
	times_close(&t);
}

/* help(wilcox.test) in R: ozone in May and in August, W = 127.5, p-value = 0.0001208. */
Test(times, mann_whitney_tests_the_ozone_data_as_r_does)
{
	static const int64_t may[] = {
		41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,	18,
		14, 34, 6,  30, 11, 1,	11, 4, 32, 23, 45, 115, 37
	};
	static const int64_t august[] = { 39, 9,  16,  78, 35, 66,  122, 89, 110,
					  44, 28, 65,  22, 59, 23,  31,	 44, 21,
					  9,  45, 168, 73, 76, 118, 84,	 85 };
	static const int64_t same[] = { 4, 4, 4, 4, 4, 4, 4, 4 };
	struct durations dm = DURATIONS(may), da = DURATIONS(august),
			 ds = DURATIONS(same);
	struct times m, a, s;
	double z;

	cr_assert(times_open(&m, &dm) && times_open(&a, &da) && times_open(&s, &ds));
	cr_assert(times_mann_whitney(&m, &a, &z));
	cr_expect(z < 0);
	cr_expect_float_eq(norm_p2(z), 0.0001208, 5e-8);
	cr_assert(times_mann_whitney(&a, &m, &z));
	cr_expect(z > 0);
	cr_expect_not(times_mann_whitney(&s, &s, &z), "all the same");
	s.n = MANN_WHITNEY_MIN - 1;
	cr_expect_not(times_mann_whitney(&s, &a, &z), "too few");
	times_close(&m);
	times_close(&a);
	times_close(&s);
}

/*
 * Freireich et al. (1963), as in Kalbfleisch and Prentice and in every survival course:
 * medians 23 and 8 weeks, log-rank chi-squared 16.79; log-log interval 4..11
 * and 13..open.
 */
Test(survival, the_leukaemia_trial_comes_out_as_in_the_books)
{
	static const int64_t drug[] = { 6, 6, 6, 7, 10, 13, 16, 22, 23 };
	static const int64_t going_on[] = {
		6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35
	};
	static const int64_t placebo[] = { 1, 1, 2,  2,	 3,  4,	 4,  5,	 5,  8, 8,
					   8, 8, 11, 11, 12, 12, 15, 17, 22, 23 };
	struct durations a = { drug, 9, 12, going_on }, b = DURATIONS(placebo);
	struct survival sa, sb, both;
	struct interval i;
	double m, z;

	cr_assert(survival_open(&sa, &a, NULL) && survival_open(&sb, &b, NULL) &&
		  survival_open(&both, &a, &b));
	cr_assert(survival_quantile(&sa, 0.5, &m));
	cr_expect_eq(m, 23);
	cr_expect_not(survival_interval(&sa, 0.5, &i), "its upper end is still open");
	cr_assert(survival_quantile(&sb, 0.5, &m));
	cr_expect_eq(m, 8);
	cr_assert(survival_interval(&sb, 0.5, &i));
	cr_expect(i.low == 4 && i.high == 11, "%g..%g", i.low, i.high);
	cr_assert(survival_log_rank(&both, &z));
	cr_expect_float_eq(z * z, 16.79, 0.005, "%g", z * z);
	cr_expect(z < 0, "what is slower has a z below 0");
	survival_close(&sa);
	survival_close(&sb);
	survival_close(&both);
}

Test(survival, without_open_ones_it_is_the_plain_median)
{
	static const int64_t six[] = { 1, 2, 3, 4, 5, 6 }, two[] = { 5, 9 },
			     at_five[] = { 5, 5 };
	struct durations d = DURATIONS(six), ties = { two, 2, 2, at_five };
	struct survival s;
	double m;

	cr_assert(survival_open(&s, &d, NULL));
	cr_assert(survival_quantile(&s, 0.5, &m));
	cr_expect_eq(m, 3.5);
	survival_close(&s);
	d.open = 7; /* since when is not known: longer than all others */
	cr_assert(survival_open(&s, &d, NULL));
	cr_expect_not(survival_quantile(&s, 0.5, &m));
	survival_close(&s);
	cr_assert(survival_open(&s, &ties, NULL)); /* open at 5 is still there at 5 */
	cr_assert(survival_quantile(&s, 0.5, &m));
	cr_expect_eq(m, 9);
	survival_close(&s);
}
