/* SPDX-License-Identifier: Apache-2.0 */
/* test_contacts.c: what does not come from scores: contacts, cohorts, surveys, times,
 * money. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "metrics/opinia_metrics.h"

static struct metric_value ask(const char *name, const struct metric_input *in)
{
	return opinia_metric_value(opinia_metric_find(sv_of(name)), in);
}

Test(contacts, each_first_contact_resolution_has_its_own_denominator)
{
	struct interaction_counts c = { .contacts = 1000,
					.escalated = 32,
					.escalated_known = 100,
					.self_service = 42,
					.self_service_known = 100,
					.first_contact_resolved = 680,
					.unsolvable = 100,
					.window_determined = 800,
					.window_repeated = 200 };
	struct metric_input in = { .interactions = &c };
	struct metric_value v = ask("fcr_gross", &in);

	cr_expect(v.value == 68 && v.n == 1000 && v.has_interval);
	v = ask("fcr_net", &in);
	cr_expect(fabs(v.value - 75.5555556) < 1e-6 && v.n == 900 && v.left_out == 100);
	v = ask("fcr_window", &in);
	cr_expect(v.value == 75 && v.n == 800 && v.left_out == 200,
		  "young ones are undetermined");
	v = ask("fcr_no_escalation", &in);
	cr_expect(v.value == 68 && v.n == 100 && v.left_out == 900);
	v = ask("self_service", &in);
	cr_expect(v.value == 42 && v.n == 100 && v.left_out == 900);
	c.unsolvable = 1000;
	cr_expect_not(ask("fcr_net", &in).known);
	c.window_repeated = 801;
	cr_expect_not(ask("fcr_window", &in).known, "more repeats than contacts");
}

Test(contacts, a_rate_is_of_one_cohort)
{
	struct response_counts r = {
		.delivered = 80, .answered = 25, .bounced = 10, .offered = 20
	};
	struct cohort kept = { 50, 32, 9 };
	struct counts words;
	struct metric_input in = { .response = &r, .retention = &kept, .counts = &words };
	struct metric_value v = ask("response_rate", &in);

	cr_expect(v.value == 25 && v.n == 100 && v.left_out == 10);
	r.answered = 101;
	v = ask("response_rate", &in);
	cr_expect(!v.known && v.why, "more answers than surveys");
	v = ask("retention_90", &in);
	cr_expect(v.value == 64 && v.n == 50 && v.left_out == 9);
	cr_expect_not(ask("return_rate", &in).known);
	memset(&words, 0, sizeof(words));
	words.records = 40;
	words.commented = 30;
	words.sentiment[SENTIMENT_NEG] = 6;
	words.sentiment[SENTIMENT_MIXED] = 24;
	cr_expect_eq(ask("comment_rate", &in).value, 75);
	cr_expect_eq(ask("negative_share", &in).value, 20);
}

Test(contacts, times_count_what_they_leave_out)
{
	static const int64_t ms[] = { 5, 1, 4, 2, 3, -7, 6 };
	static const int64_t since[] = { 2, 9 };
	static const int64_t skewed[] = { 0, 0, 0, 900 };
	struct durations d = { ms, 7, 2, NULL }, few = { skewed, 4, 0, NULL };
	struct metric_input in = { .first_response = &d,
				   .resolution = &d,
				   .time_to_action = &d };
	struct metric_value v = ask("first_response", &in);

	cr_expect(v.value == 3.5 && v.n == 6 && v.left_out == 3);
	cr_expect(v.has_interval && v.low == 1 && v.high == 6);
	v = ask("resolution_mean", &in);
	cr_expect(v.value == 3.5 && v.has_interval && v.low > 0);
	v = ask("first_response_p90", &in);
	cr_expect(v.known && !v.has_interval, "six say little of a 90th percentile");
	v = ask("time_to_action", &in);
	cr_expect(v.value == 4.5 && v.n == 8 && v.left_out == 1, "half of eight");
	d.open_ms = since;
	cr_expect_eq(ask("time_to_action", &in).value, 4,
		     "one is known to wait for 2 only");
	d.open_ms = NULL;
	v = ask("time_to_action_p90", &in);
	cr_expect(!v.known && v.why, "a quarter is still open");
	in.first_response = &few;
	v = ask("first_response_mean", &in);
	cr_expect(v.has_interval && v.low == 0, "no time is below 0");
}

Test(contacts, changes_of_times_name_their_test)
{
	static const int64_t slow[] = { 50, 10, 40, 20, 30, 70, 60, 80, 90, 100 };
	static const int64_t fast[] = { 5, 1, 4, 2, 3, 7, 6, 8, 9, 11 };
	struct durations s = { slow, 10, 0, NULL }, f = { fast, 10, 0, NULL },
			 one = { fast, 1, 0, NULL };
	/* clang-format off */
	static const struct { const char *metric, *test; double diff; } rows[] = {
		{ "first_response", "Mann", 49.5 },
		{ "first_response_mean", "Welch", 49.4 },
		{ "time_to_action", "log-rank", 49.5 },
	};
	/* clang-format on */
	struct metric_input now = { .first_response = &s, .time_to_action = &s };
	struct metric_input before = { .first_response = &f, .time_to_action = &f };
	struct metric_change c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct metric *m = opinia_metric_find(sv_of(rows[i].metric));

		c = opinia_metric_change(m, &now, &before);
		cr_assert(c.known && c.tested && c.test, "%s", m->name);
		cr_expect(strstr(c.test, rows[i].test), "%s: %s", m->name, c.test);
		cr_expect(c.p < 0.01 && c.statistic > 0, "%s: p %g", m->name, c.p);
		cr_expect_float_eq(c.diff, rows[i].diff, 1e-9, "%s: %g", m->name, c.diff);
	}
	c = opinia_metric_change(opinia_metric_find(SV("first_response_p90")), &now,
				 &before);
	cr_expect(c.known && !c.tested && c.why, "ten say nothing of a 90th percentile");
	before.first_response = &one;
	c = opinia_metric_change(opinia_metric_find(SV("first_response")), &now, &before);
	cr_expect(c.known && !c.tested && c.why);
}

Test(contacts, money_comes_with_its_cases)
{
	struct cost_row rows[] = { { 60, 1000, 0.2, 0.3, 0.4 }, { 10, 600, 0.5, 1, 1 } };
	struct cost_input cost = { rows, 2, 1200 };
	struct metric_input in = { .cost = &cost };
	struct metric_value v = ask("cost_of_dissatisfaction", &in);

	cr_expect(v.known && v.value == 24000 && v.n == 70);
	cr_expect(v.has_interval && v.low == 15000 && v.high == 30000);
	cr_expect(strstr(v.interval, "not a confidence interval"));
	rows[1].churn = 1.5;
	cr_expect_not(ask("cost_of_dissatisfaction", &in).known, "no probability");
	rows[1] = (struct cost_row){ 0, 600, 0, 0, 0 };
	rows[0].customers = 0;
	v = ask("cost_of_dissatisfaction", &in);
	cr_expect(v.known && v.value == 0, "1 200 were heard, and nobody is at risk");
	cost.heard = 0;
	cr_expect_not(ask("cost_of_dissatisfaction", &in).known);
}
