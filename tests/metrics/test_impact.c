/* SPDX-License-Identifier: Apache-2.0 */
/* test_impact.c: leave one topic out and look; volume; many p values at once. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "metrics/interval.h"
#include "metrics/opinia_metrics.h"

static struct counts nps_counts(uint64_t p, uint64_t n, uint64_t d)
{
	struct counts c;

	memset(&c, 0, sizeof(c));
	c.scales[SCORE_NPS] = 1;
	c.score[SCORE_NPS][0].max = 10;
	c.score[SCORE_NPS][0].at[9] = p;
	c.score[SCORE_NPS][0].at[7] = n;
	c.score[SCORE_NPS][0].at[0] = d;
	return c;
}

/* The plain way: every answer taken out once, by hand. */
static double jackknife_by_hand(const int *worth, const bool *topic, int n)
{
	double values[200], mean = 0, sum = 0;

	for (int out = 0; out < n; out++) {
		double all = 0, rest = 0, n_rest = 0;

		for (int i = 0; i < n; i++) {
			if (i == out)
				continue;
			all += worth[i];
			rest += topic[i] ? 0 : worth[i];
			n_rest += !topic[i];
		}
		values[out] = all / (n - 1) - rest / n_rest;
		mean += values[out] / n;
	}
	for (int i = 0; i < n; i++)
		sum += (values[i] - mean) * (values[i] - mean);
	return sqrt(sum * (n - 1) / n);
}

Test(impact, is_the_closed_form_with_the_interval_of_the_jackknife)
{
	struct counts all = nps_counts(46, 34, 20), topic = nps_counts(1, 1, 8);
	const struct metric *nps = opinia_metric_find(SV("nps"));
	struct metric_impact i = opinia_metric_impact(nps, &all, &topic);
	int worth[100];
	bool in[100];
	double se;

	for (int k = 0; k < 100; k++) {
		worth[k] = k < 46 ? 100 : k < 80 ? 0 : -100;
		in[k] = k == 0 || k == 46 || (k >= 80 && k < 88);
	}
	se = jackknife_by_hand(worth, in, 100);
	cr_assert(i.known && i.has_interval);
	cr_expect_float_eq(i.value, -10.6666667, 1e-6);
	cr_expect_float_eq(i.low, i.value - INTERVAL_Z * se, 1e-9);
	cr_expect_float_eq(i.high, i.value + INTERVAL_Z * se, 1e-9);
	cr_expect(i.n == 100 && i.n_topic == 10);
	cr_expect(i.gap.tested && i.gap.p < 0.001 && i.gap.diff < 0);
}

Test(impact, of_everything_is_unknown_and_of_nothing_is_nothing)
{
	struct counts all = nps_counts(46, 34, 20), none = nps_counts(0, 0, 0), more;
	const struct metric *nps = opinia_metric_find(SV("nps"));
	struct metric_impact i = opinia_metric_impact(nps, &all, &all);

	cr_expect(!i.known && i.why && !i.has_interval);
	i = opinia_metric_impact(nps, &all, &none);
	cr_expect(i.known && i.value == 0 && !i.has_interval && !i.gap.known);
	i = opinia_metric_impact(nps, &none, &none);
	cr_expect(!i.known && i.why);
	more = nps_counts(1, 0, 30);
	i = opinia_metric_impact(nps, &all, &more);
	cr_expect(!i.known && i.why, "a topic that is no part of the whole");
	i = opinia_metric_impact(opinia_metric_find(SV("self_service")), &all, &none);
	cr_expect(!i.known && i.why, "not from answers");
}

Test(impact, a_topic_like_the_rest_has_none_at_any_size)
{
	struct counts all = nps_counts(46000000, 34000000, 20000000);
	struct counts topic = nps_counts(4600000, 3400000, 2000000);
	struct metric_impact i =
		opinia_metric_impact(opinia_metric_find(SV("nps")), &all, &topic);

	cr_assert(i.known && i.has_interval);
	cr_expect_float_eq(i.value, 0, 1e-9);
	cr_expect(i.high > 0.001 && i.high < 0.01, "%g", i.high);
	cr_expect_float_eq(i.high, -i.low, 1e-6);
	i = opinia_metric_impact(opinia_metric_find(SV("recommend")), &all, &topic);
	cr_expect(i.known && fabs(i.value) < 1e-9);
}

/* help(poisson.test) in R: 11/800 against 21/3011. */
Test(volume, two_rates_are_tested_as_r_does)
{
	struct volume_change v = opinia_metric_volume(11, 800, 21, 3011);

	cr_assert(v.known && v.has_ratio && v.has_interval);
	cr_expect_float_eq(v.ratio, 1.971488, 5e-7);
	cr_expect_float_eq(v.p, 0.07967, 5e-6);
	cr_expect_float_eq(v.low, 0.8584264, 5e-7);
	cr_expect_float_eq(v.high, 4.2772659, 5e-7);
	v = opinia_metric_volume(6, 30, 0, 30);
	cr_expect(v.known && !v.has_ratio && !v.has_interval && v.p < 0.05);
	v = opinia_metric_volume(0, 30, 6, 30);
	cr_expect(v.known && v.has_ratio && v.ratio == 0 && v.has_interval && v.low == 0);
	v = opinia_metric_volume(0, 30, 0, 30);
	cr_expect_not(v.known);
	v = opinia_metric_volume(1, 0, 1, 30);
	cr_expect_not(v.known);
	v = opinia_metric_volume(1000000, 30, 1000000, 30);
	cr_expect_float_eq(v.p, 1, 1e-9);
}

/* Benjamini and Hochberg (1995), section 3.2: of 15, four are found at 5 %. */
Test(volume, many_topics_are_corrected_as_in_the_paper)
{
	static const double p[] = { 0.0459, 0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
				    0.0278, 0.0298, 0.0344, 0.3240, 0.4262, 0.5719,
				    0.6528, NAN,    0.7590, 1.0 };
	double q[16], p1 = 0.03, q1;
	int found = 0;

	cr_assert(opinia_metric_bh(p, q, 16));
	for (int i = 0; i < 16; i++)
		found += q[i] <= 0.05;
	cr_expect_eq(found, 4);
	cr_expect_float_eq(q[4], 0.0095 * 15 / 4, 1e-12);
	cr_expect_float_eq(q[1], 0.0015, 1e-12);
	cr_expect_float_eq(q[6], 0.0298 * 15 / 7, 1e-12, "the smaller one behind it");
	cr_expect(isnan(q[13]) && q[15] == 1);
	cr_assert(opinia_metric_bh(&p1, &q1, 1));
	cr_expect_eq(q1, 0.03);
	cr_expect(opinia_metric_bh(&p1, &q1, 0));
}
