/* SPDX-License-Identifier: Apache-2.0 */
/* test_scores.c: CSAT, NPS, CES and FCR as asked: which answers count as what. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "metrics/opinia_metrics.h"

static struct counts *scale_add(struct counts *c, enum score_kind kind, int min, int max,
				bool low_is_good, const char *points)
{
	struct scale_counts *s = &c->score[kind][c->scales[kind]++];

	s->min = (int16_t)min;
	s->max = (int16_t)max;
	s->low_is_good = low_is_good;
	for (int i = 0; points[i]; i++)
		s->at[i] = (uint64_t)(points[i] - '0');
	return c;
}

static struct metric_value ask(const char *name, const struct counts *c)
{
	struct metric_input in = { .counts = c };

	return opinia_metric_value(opinia_metric_find(sv_of(name)), &in);
}

/* One answer on each point, so the value says how many points count. */
Test(csat, top_boxes_follow_the_length_of_the_scale)
{
	static const int top[] = { 0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3 };

	for (int points = 2; points <= 11; points++) {
		struct counts c;
		char ones[12] = "11111111111";

		memset(&c, 0, sizeof(c));
		ones[points] = 0;
		scale_add(&c, SCORE_CSAT, 1, points, false, ones);
		cr_expect_float_eq(ask("csat", &c).value, 100.0 * top[points] / points,
				   1e-9, "%d points", points);
		cr_expect_float_eq(ask("csat_top", &c).value, 100.0 / points, 1e-9);
		cr_expect_float_eq(ask("csat_net", &c).value, 0, 1e-9);
		cr_expect_float_eq(ask("csat_norm", &c).value, 50, 1e-9);
		cr_expect_float_eq(ask("csat_mean", &c).value, (1 + points) / 2.0, 1e-9);
	}
}

Test(csat, several_scales_are_never_merged_silently)
{
	struct counts c;
	struct metric_value v;

	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_CSAT, 1, 5, false, "00009");
	scale_add(&c, SCORE_CSAT, 1, 10, false, "9900000000");
	v = ask("csat", &c);
	cr_expect(v.known && v.value == 0 && v.n == 18 && v.left_out == 9);
	cr_expect(v.scale.known && v.scale.min == 1 && v.scale.max == 10 &&
		  !v.scale.turned);
	/* as many on both: the order of arrival decides nothing */
	c.score[SCORE_CSAT][1].at[1] = 0;
	v = ask("csat", &c);
	cr_expect(v.scale.max == 5 && v.value == 100 && v.left_out == 9);
	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_CSAT, 1, 10, false, "9000000000");
	scale_add(&c, SCORE_CSAT, 1, 5, false, "00009");
	cr_expect_eq(ask("csat", &c).scale.max, 5);
}

Test(csat, a_scale_on_which_low_is_good_is_turned)
{
	struct counts c;
	struct metric_value v;

	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_CSAT, 1, 5, true, "62001"); /* school marks: six times a 1 */
	v = ask("csat", &c);
	cr_expect_float_eq(v.value, 800.0 / 9, 1e-9);
	cr_expect(v.scale.turned && v.scale.low_is_good);
	cr_expect_float_eq(ask("csat_mean", &c).value, (6 * 5 + 2 * 4 + 1) / 9.0, 1e-9);
	v = ask("csat_mean", &c);
	cr_expect(v.has_interval && v.low >= 1 && v.high <= 5);
}

Test(csat, agreement_is_not_certainty)
{
	struct counts c;
	struct metric_value v;

	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_CSAT, 1, 5, false, "00005");
	v = ask("csat", &c);
	cr_expect(v.value == 100 && v.has_interval && v.low < 60);
	v = ask("csat_mean", &c);
	cr_expect(v.known && v.value == 5 && !v.has_interval);
	v = ask("csat_net", &c);
	cr_expect(v.value == 100 && v.has_interval && v.low < 30 && v.high == 100);
}

Test(nps, only_nought_to_ten_is_nps)
{
	struct counts c;
	struct metric_value v;

	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_NPS, 1, 10, false, "9999999999");
	scale_add(&c, SCORE_NPS, 1, 5, false, "99999");
	v = ask("nps", &c);
	cr_expect(!v.known && v.why && v.left_out == 135);
	scale_add(&c, SCORE_NPS, 0, 10, false, "10000010012");
	v = ask("nps", &c);
	cr_expect(v.known && v.n == 5 && v.left_out == 135);
	cr_expect_float_eq(v.value, 20, 1e-9); /* 0 and 6 against 9, 10, 10 */
	cr_expect_float_eq(ask("recommend", &c).value, 60, 1e-9);
	cr_expect_float_eq(ask("detractors", &c).value, 40, 1e-9);
	/* ten promoters and ten who closed the window: records without a score */
	memset(&c, 0, sizeof(c));
	c.records = 20;
	scale_add(&c, SCORE_NPS, 0, 10, false, "00000000055");
	cr_expect_eq(ask("nps", &c).value, 100);
}

Test(ces, the_two_questions_are_never_merged)
{
	struct counts c;
	struct metric_value v;

	memset(&c, 0, sizeof(c));
	scale_add(&c, SCORE_CES1, 1, 5, true, "21001");
	cr_expect_float_eq(ask("ces1", &c).value, 2.25, 1e-9);
	cr_expect_not(ask("ces1", &c).scale.turned, "low is good is its own direction");
	cr_expect_not(ask("ces2", &c).known);
	scale_add(&c, SCORE_CES2, 1, 5, false, "00009");
	scale_add(&c, SCORE_CES2, 1, 7, false, "1000001");
	v = ask("ces2", &c);
	cr_expect(v.value == 5 && v.scale.max == 5 && v.left_out == 2);
	v = ask("ces2_t3b", &c);
	cr_expect(v.value == 50 && v.scale.max == 7 && v.left_out == 9,
		  "boxes are for 1-7");
	cr_expect_eq(ask("ces2_net", &c).value, 0);
	cr_expect_not(ask("fcr", &c).known);
	scale_add(&c, SCORE_FCR, 0, 1, false, "13");
	cr_expect_eq(ask("fcr", &c).value, 75);
}

Test(change, compares_like_with_like_or_not_at_all)
{
	struct counts now, before;
	const struct metric_input a = { .counts = &now }, b = { .counts = &before };
	const struct metric *csat = opinia_metric_find(SV("csat"));
	struct metric_change c;

	memset(&now, 0, sizeof(now));
	memset(&before, 0, sizeof(before));
	scale_add(&now, SCORE_CSAT, 1, 5, false, "11119");
	scale_add(&before, SCORE_CSAT, 1, 10, false, "9999999999");
	c = opinia_metric_change(csat, &a, &b);
	cr_expect(!c.known && c.why, "1-5 against 1-10");
	scale_add(&before, SCORE_CSAT, 1, 5, false, "91111");
	c = opinia_metric_change(csat, &a, &b);
	cr_expect(c.known && c.tested && c.n_before == 13 && c.test && c.interval);
	cr_expect_float_eq(c.diff, 100 * 8 / 13.0, 1e-9);
	cr_expect(c.low < c.diff && c.diff < c.high && c.p < 0.01);
	c = opinia_metric_change(opinia_metric_find(SV("csat_mean")), &a, &b);
	cr_expect(c.known && c.tested && c.df > 0 && strstr(c.test, "Welch"));
	c = opinia_metric_change(opinia_metric_find(SV("csat_net")), &a, &b);
	cr_expect(c.known && c.tested);
	cr_expect_float_eq(c.diff, 100 * 16 / 13.0, 1e-9);
	memset(&now, 0, sizeof(now));
	scale_add(&now, SCORE_CSAT, 1, 5, false, "00001");
	c = opinia_metric_change(opinia_metric_find(SV("csat_mean")), &a, &b);
	cr_expect(c.known && !c.tested && !c.has_interval && c.why,
		  "one answer tests nothing");
}
