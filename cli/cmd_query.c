/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_query.c: the records that match, newest first, with the words that decided lit. */
#include "cli/reading.h"
#include "cli/records.h"
#include "cli/scope.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	OPTION_LAST,
	{ "limit", OPTION_NUMBER, "N", N_("At most so many (default: 20; 0: all)") },
	{ "after", OPTION_TEXT, "TOKEN",
	  N_("The page after the one that gave this token") },
	{ "count", OPTION_FLAG, NULL, N_("Only how many") },
	OPTION_EXPLAIN,
	OPTION_REVEAL,
};

/* As for the page that would be printed: which they are, and each of them. */
static int explain(struct program *p, const struct records_plan *plan, bool count,
		   struct err *err)
{
	struct opinia_page page = { .limit = plan->limit, .after = plan->after };
	struct opinia_stored doc;
	uint32_t *ids;
	uint64_t all;
	size_t n = 0;
	int rc;

	opinia_explain_begin(p->snap);
	rc = count ? opinia_count(p->snap, plan->filter, &all, err)
		   : opinia_select(p->snap, plan->filter, &page, &p->arena, &ids, &n,
				   err);
	for (size_t i = 0; !rc && i < n; i++) {
		struct arena_mark mark = arena_mark(&p->arena);

		rc = opinia_fetch(p->snap, ids[i], &p->arena, &doc, err);
		arena_rewind(&p->arena, mark);
	}
	return rc ? rc : reading_print(p, err);
}

static int query_run(struct program *p, const struct options *o, struct err *err)
{
	long limit = option_number(o, "limit", 20);
	struct records_plan plan = { .reveal = option_given(o, "reveal") };
	struct scope s;
	uint64_t n;
	int rc = scope_parse(&s, p, o, 0, 0, err);

	if (rc)
		return rc;
	if (limit < 0)
		return err_set(err, ERR_USAGE, "--limit %ld: 0 or more", limit);
	plan.filter = s.timed ? scope_now(&s, &p->arena) : s.filter;
	plan.limit = (size_t)limit;
	plan.after = sv_of(option_text(o, "after", NULL));
	plan.what = s.text;
	if (!plan.filter)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (option_given(o, "explain"))
		return explain(p, &plan, option_given(o, "count"), err);
	if (!option_given(o, "count"))
		return records_print(p, &plan, err);
	rc = opinia_count(p->snap, plan.filter, &n, err);
	if (!rc)
		fprintf(p->out, "%llu\n", (unsigned long long)n);
	return rc;
}

const struct subcommand cmd_query = {
	.name = "query",
	.args = "[FILTER]",
	.summary = N_("Show the records that match, newest first"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = query_run,
	.examples = "  opinia query complaint:order.payment channel:chat --last 90d\n"
		    "  opinia query 'nps:0..6 \"nu merge\"' --limit 5\n"
		    "  opinia query płatność -topic:order.checkout --count\n"
		    "  opinia query topic:order --count --explain\n",
};
