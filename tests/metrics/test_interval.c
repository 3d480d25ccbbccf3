/* SPDX-License-Identifier: Apache-2.0 */
/* test_interval.c: intervals against the papers that brought them, and what must always
 * hold. */
#include <criterion/criterion.h>
#include <math.h>

#include "metrics/interval.h"

/* Newcombe (1998), Stat. Med. 17:857, table I, method 3. */
Test(interval, wilson_is_what_newcombe_printed)
{
	static const struct {
		uint64_t k, n;
		double low, high;
	} rows[] = {
		{ 81, 263, 0.2553, 0.3662 },
		{ 15, 148, 0.0624, 0.1605 },
		{ 0, 20, 0, 0.1611 },
		{ 1, 29, 0.0061, 0.1718 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct interval w;

		cr_assert(interval_wilson(rows[i].k, rows[i].n, &w));
		cr_expect_float_eq(w.low, rows[i].low, 0.00005);
		cr_expect_float_eq(w.high, rows[i].high, 0.00005);
	}
}

/* Newcombe (1998), Stat. Med. 17:873, table II, method 10. */
Test(interval, newcombe_is_what_newcombe_printed)
{
	static const struct {
		uint64_t k1, n1, k2, n2;
		double low, high;
	} rows[] = {
		{ 56, 70, 48, 80, 0.0524, 0.3339 }, { 9, 10, 3, 10, 0.1705, 0.8090 },
		{ 6, 7, 2, 7, 0.0582, 0.8062 },	    { 5, 56, 0, 29, -0.0381, 0.1926 },
		{ 0, 10, 0, 20, -0.1611, 0.2775 },  { 10, 10, 0, 20, 0.6791, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct interval d;

		cr_assert(interval_newcombe(rows[i].k1, rows[i].n1, rows[i].k2,
					    rows[i].n2, &d));
		cr_expect_float_eq(d.low, rows[i].low, 0.00006, "row %zu: %g", i, d.low);
		cr_expect_float_eq(d.high, rows[i].high, 0.00006, "row %zu: %g", i,
				   d.high);
	}
}

Test(interval, of_a_share_stays_inside_and_grows_with_it)
{
	for (uint64_t n = 1; n <= 60; n++) {
		struct interval before = { -1, -1 }, w, e;

		for (uint64_t k = 0; k <= n; k++) {
			double p = (double)k / (double)n;

			cr_assert(interval_wilson(k, n, &w) && interval_exact(k, n, &e));
			cr_expect(w.low >= 0 && w.low <= p && p <= w.high && w.high <= 1);
			cr_expect(w.low > before.low && w.high > before.high);
			cr_expect(w.high - w.low > 0, "%d of %d has no width", (int)k,
				  (int)n);
			cr_expect(e.low <= p && p <= e.high);
			before = w;
		}
	}
	cr_expect_not(interval_wilson(0, 0, &(struct interval){ 0 }));
	cr_expect_not(interval_wilson(3, 2, &(struct interval){ 0 }));
}

Test(interval, of_a_net_score_never_collapses_and_is_symmetric)
{
	for (uint64_t n = 1; n <= 25; n++)
		for (uint64_t plus = 0; plus <= n; plus++)
			for (uint64_t minus = 0; minus <= n - plus; minus++) {
				struct interval a, b;

				cr_assert(interval_net(plus, minus, n, &a));
				cr_assert(interval_net(minus, plus, n, &b));
				cr_expect(a.low >= -1 && a.high <= 1 &&
					  a.high - a.low > 0.01);
				cr_expect_float_eq(a.low, -b.high, 1e-12);
			}
	cr_expect_not(interval_net(0, 0, 0, &(struct interval){ 0 }));
	cr_expect_not(interval_net(2, 2, 3, &(struct interval){ 0 }));
}

/* Ranks of a median: Conover (1999), 3.2; exact share: help(binom.test) in R. */
Test(interval, without_a_distribution_rests_on_ranks)
{
	static const struct {
		double q;
		uint64_t n, low, high; /* 0: there is none */
	} rows[] = {
		{ 0.5, 0, 0, 0 },  { 0.5, 5, 0, 0 },	{ 0.5, 6, 1, 6 },
		{ 0.5, 10, 2, 9 }, { 0.5, 20, 6, 15 },	{ 0.5, 100, 40, 61 },
		{ 0.9, 35, 0, 0 }, { 0.9, 36, 29, 36 },
	};
	struct interval e, m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t low = 0, high = 0;
		bool has = interval_ranks(rows[i].q, rows[i].n, &low, &high);

		cr_expect_eq(has, rows[i].high > 0, "row %zu", i);
		cr_expect(low == rows[i].low && high == rows[i].high, "row %zu: %d %d", i,
			  (int)low, (int)high);
	}
	cr_assert(interval_exact(682, 925, &e));
	cr_expect_float_eq(e.low, 0.7076683, 1e-7);
	cr_expect_float_eq(e.high, 0.7654066, 1e-7);
	/* one answer, or no spread: no interval instead of one without width */
	cr_expect_not(interval_mean(5, 2, 1, &m));
	cr_expect_not(interval_mean(5, 0, 9, &m));
	cr_assert(interval_mean(5, 4, 16, &m));
	cr_expect_float_eq(m.high - 5, 2.13144954556 * 0.5, 1e-9);
}
