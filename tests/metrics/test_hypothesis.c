/* SPDX-License-Identifier: Apache-2.0 */
/* test_hypothesis.c: tests against textbook examples. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "metrics/hypothesis.h"

Test(hypothesis, few_expected_answers_are_left_to_fisher)
{
	struct test t;

	/* the lady tasting tea; and Fisher's twins, help(fisher.test) in R */
	cr_expect_float_eq(fisher_p(3, 4, 1, 4), 0.4857143, 1e-7);
	cr_expect_float_eq(fisher_p(10, 13, 2, 17), 0.0005367, 5e-8);
	cr_assert(test_shares(10, 13, 2, 17, &t));
	cr_expect_float_eq(t.p, 0.0005367, 0.05, "z: more than 5 are expected");
	cr_expect(strstr(t.name, "z test"));
	cr_assert(test_shares(3, 4, 1, 4, &t));
	cr_expect(strstr(t.name, "Fisher"));
	cr_expect_float_eq(t.p, 0.4857143, 1e-7);
	cr_assert(test_shares(5, 5, 7, 7, &t));
	cr_expect_eq(t.p, 1, "all agree: no difference");
	cr_expect(t.low < 0 && t.high > 0);
	cr_expect_not(test_shares(0, 0, 1, 2, &t));
}

/* Student's sleep data (1908), help(t.test) in R. */
Test(hypothesis, welch_tests_the_sleep_data_as_r_does)
{
	struct moments a = { 0.75, 3.20055555555556, 10 }, b = { 2.33, 4.009, 10 };
	struct test t;

	cr_assert(test_means(a, b, &t));
	cr_expect_float_eq(t.statistic, -1.8608, 5e-5);
	cr_expect_float_eq(t.df, 17.776, 5e-4);
	cr_expect_float_eq(t.p, 0.07939, 5e-6);
	cr_expect_float_eq(t.low, -3.3654832, 5e-7);
	cr_expect_float_eq(t.high, 0.2054832, 5e-7);
	a.n = 1;
	cr_expect_not(test_means(a, b, &t));
	cr_expect_not(
		test_means((struct moments){ 4, 0, 9 }, (struct moments){ 5, 0, 9 }, &t));
}

Test(hypothesis, two_net_scores_of_agreeing_people_are_not_certain)
{
	struct test t;

	cr_assert(test_nets((struct net){ 1, 0, 1 }, (struct net){ 0, 1, 1 }, &t));
	cr_expect_eq(t.diff, 2);
	cr_expect(t.p > 0.05, "one against one: p = %g", t.p);
	cr_assert(test_nets((struct net){ 50, 0, 50 }, (struct net){ 0, 50, 50 }, &t));
	cr_expect(t.p < 1e-9);
	cr_assert(
		test_nets((struct net){ 50, 20, 100 }, (struct net){ 43, 22, 100 }, &t));
	cr_expect_float_eq(t.p, 0.414389, 5e-7);
	cr_expect(t.low < 0.09 && t.high > 0.09 && t.low < 0);
	cr_expect_not(test_nets((struct net){ 0, 0, 0 }, (struct net){ 1, 0, 1 }, &t));
}
