/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_contract.c: what every metric promises, asked of all of them: no data is unknown,
 * never 0, and a metric says what it is.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "metrics/opinia_metrics.h"

static void expect_unknown(const struct metric *m, const struct metric_input *in,
			   const char *what)
{
	struct metric_value v = opinia_metric_value(m, in);
	struct metric_change c = opinia_metric_change(m, in, in);

	cr_expect(!v.known && !v.has_interval && v.n == 0, "%s: %s is known", m->name,
		  what);
	cr_expect(v.why && *v.why, "%s: %s does not say why", m->name, what);
	cr_expect(!c.known && !c.tested && !c.has_interval && c.why, "%s: %s", m->name,
		  what);
}

Test(metric_contract, every_metric_on_empty_input_is_unknown)
{
	static const struct counts counts;
	static const struct interaction_counts contacts;
	static const struct durations times;
	static const struct durations waiting = { NULL, 0, 5, NULL };
	static const struct cohort cohort = { 0, 0, 7 };
	static const struct response_counts response;
	static const struct cost_input cost;
	const struct metric_input nothing = { 0 };
	const struct metric_input empty = { &counts, &contacts, &times,	   &times, &times,
					    &cohort, &cohort,	&response, &cost };
	const struct metric_input open = { .first_response = &waiting,
					   .resolution = &waiting,
					   .time_to_action = &waiting };
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);

	for (size_t i = 0; i < n; i++) {
		expect_unknown(all[i], &nothing, "no input");
		expect_unknown(all[i], &empty, "empty input");
		expect_unknown(all[i], &open, "nothing but open ones");
	}
}

Test(metric_contract, every_metric_says_what_it_is)
{
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);

	cr_assert_eq(n, 33);
	for (size_t i = 0; i < n; i++) {
		const struct metric *m = all[i];
		struct metric_text t = opinia_metric_explain(m);

		cr_expect(m->name && strspn(m->name, "abcdefghijklmnopqrstuvwxyz012345678"
						     "9_") == strlen(m->name));
		cr_expect(*t.label && *t.definition && *t.formula && *t.edges &&
				  *t.cannot,
			  "%s", m->name);
		cr_expect(*opinia_metric_unit_name(m->unit), "%s", m->name);
		cr_expect(m->better == BETTER_HIGHER || m->better == BETTER_LOWER);
		cr_expect(m->needs && m->reduce, "%s", m->name);
		cr_expect_eq(m->score == METRIC_NO_SCORE, m->rule == NULL, "%s", m->name);
		cr_expect(strstr(t.edges, "NA"), "%s: its edges do not say NA", m->name);
	}
}

Test(metric_contract, the_table_is_sorted_and_found_in)
{
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);

	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(opinia_metric_find(sv_of(all[i]->name)), all[i]);
		cr_expect(i == 0 || strcmp(all[i - 1]->name, all[i]->name) < 0, "%s",
			  all[i]->name);
		for (size_t k = 0; k < i; k++)
			cr_expect(strcmp(all[i]->definition, all[k]->definition),
				  "%s and %s", all[i]->name, all[k]->name);
	}
	cr_expect_null(opinia_metric_find(SV("ces")), "1.0 or 2.0? never merged");
	cr_expect_null(opinia_metric_find(SV("NPS")));
	cr_expect_null(opinia_metric_find((struct sv){ 0 }));
}
