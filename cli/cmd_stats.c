/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_stats.c: numbers by week, channel, topic, agent, attribute …: any three at once. */
#include <string.h>

#include "cli/numbers.h"
#include "cli/reading.h"
#include "cli/records.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	OPTION_LAST,
	{ "by", OPTION_TEXT, "DIM,…",
	  N_("Up to three of day, week, month, weekday, channel, topic, sentiment, "
	     "language, agent, "
	     "team, queue, source, csat, nps, ces, fcr, reason, attr.KEY") },
	{ "metric", OPTION_TEXT, "NAME,…", N_("Which numbers (default: csat,nps)") },
	{ "why", OPTION_TEXT, "KEY,…",
	  N_("The records of this row: its first columns, as printed") },
	OPTION_EXPLAIN,
	OPTION_REVEAL,
};

enum { DIMS = 3, COLUMNS_MAX = DIMS + 1 + NUMBERS_METRICS_MAX };

struct stats {
	struct opinia_by by[DIMS];
	size_t by_count;
	char names[DIMS][80]; /* of the columns: "week", "attr.plan" */
	const struct metric *metrics[NUMBERS_METRICS_MAX];
	size_t metric_count;
	struct opinia_group *groups;
	size_t group_count;
};

static int parse_metrics(struct stats *s, const struct options *o, struct err *err)
{
	int rc = metrics_parse(sv_of(option_text(o, "metric", "csat,nps")), s->metrics,
			       &s->metric_count, err);

	for (size_t i = 0; !rc && i < s->metric_count; i++)
		if (s->metrics[i]->needs != NEEDS_COUNTS)
			rc = err_set(err, ERR_USAGE,
				     "%s cannot be cut into rows: ask `opinia kpi "
				     "--metric %s` "
				     "with a filter",
				     s->metrics[i]->name, s->metrics[i]->name);
	return rc;
}

static int parse_by(struct stats *s, const struct options *o, struct err *err)
{
	struct sv rest = sv_of(option_text(o, "by", ""));
	int rc = rest.n ? opinia_by_parse(rest, s->by, &s->by_count, err) : 0;

	for (size_t i = 0; !rc && i < s->by_count; i++) {
		struct sv name = sv_trim(sv_cut(&rest, ','));

		snprintf(s->names[i], sizeof(s->names[i]), SV_FMT, SV_ARG(name));
	}
	return rc;
}

static size_t columns_of(const struct stats *s, struct column *c)
{
	size_t n = 0;

	for (size_t i = 0; i < s->by_count; i++)
		c[n++] = (struct column){ .name = s->names[i],
					  .title = dimension_title(s->names[i]),
					  .type = COLUMN_TEXT };
	c[n++] = (struct column){ .name = "n", .title = "n", .type = COLUMN_COUNT };
	for (size_t i = 0; i < s->metric_count; i++)
		c[n++] = (struct column){
			.name = s->metrics[i]->name,
			.title = _(s->metrics[i]->label),
			.type = COLUMN_METRIC,
			.decimals = s->metrics[i]->unit == UNIT_MEAN ? 2 : 1,
		};
	return n;
}

static int print_group(struct stats *s, const struct opinia_group *g,
		       struct printer *printer, struct err *err)
{
	struct metric_input in = { .counts = &g->counts };
	struct cell c[COLUMNS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->by_count; i++)
		c[n++] = g->key[i].n ? cell_text(g->key[i]) : cell_none();
	c[n++] = cell_count(g->counts.records);
	for (size_t i = 0; i < s->metric_count; i++) {
		struct metric_value v = opinia_metric_value(s->metrics[i], &in);

		c[n++] = cell_metric(&v);
	}
	return printer_row(printer, c, err);
}

static int print_groups(struct program *p, struct stats *s, struct err *err)
{
	struct column columns[COLUMNS_MAX];
	size_t n = columns_of(s, columns);
	struct printer *printer;
	int rc = program_printer(p, columns, n, &printer, err);

	for (size_t i = 0; !rc && i < s->group_count; i++)
		rc = print_group(s, &s->groups[i], printer, err);
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

/* The filter term of a row's key: "week" and "2026-W17" are since: and until: of that week. */
static struct filter *and_key(struct filter *f, const struct stats *s, size_t i,
			      struct sv key, struct arena *arena)
{
	struct sv name = sv_of(s->names[i]);

	switch (s->by[i].dim) {
	case DIM_DAY:
	case DIM_WEEK:
	case DIM_MONTH:
		f = opinia_filter_and(f, SV("since"), key, arena);
		return f ? opinia_filter_and(f, SV("until"), key, arena) : NULL;
	case DIM_LANGUAGE:
		name = SV("lang");
		break;
	default:
		break;
	}
	return opinia_filter_and(f, name, key, arena);
}

static int why(struct program *p, const struct options *o, const struct stats *s,
	       const struct scope *scope, struct filter *f, struct err *err)
{
	struct records_plan plan = { .reveal = option_given(o, "reveal") };
	struct sv rest = sv_of(option_text(o, "why", ""));

	for (size_t i = 0; f && i < s->by_count; i++) {
		struct sv key =
			i + 1 < s->by_count ? sv_trim(sv_cut(&rest, ',')) : sv_trim(rest);

		if (!key.n)
			return err_set(err, ERR_USAGE, "--why wants %zu values: %s",
				       s->by_count, option_text(o, "by", ""));
		f = and_key(f, s, i, key, &p->arena);
		if (!f)
			return err_set(err, ERR_USAGE, "--why: " SV_FMT " is no %s",
				       SV_ARG(key), s->names[i]);
	}
	plan.filter = f;
	plan.what = scope->text;
	return f ? records_print(p, &plan, err)
		 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* Without --by there is one row: all of it. */
static int group(struct program *p, const struct filter *f, struct stats *s,
		 struct err *err)
{
	int rc;

	if (s->by_count)
		return opinia_groups(p->snap, f, s->by, s->by_count, &p->arena,
				     &s->groups, &s->group_count, err);
	s->groups = arena_zero(&p->arena, 1, sizeof(*s->groups));
	if (!s->groups)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_totals_of(p->snap, f, &s->groups->counts, err);
	s->group_count = s->groups->counts.records > 0;
	return rc;
}

static int stats_run(struct program *p, const struct options *o, struct err *err)
{
	struct stats s = { .by_count = 0 };
	struct scope scope;
	struct filter *f;
	int rc = scope_parse(&scope, p, o, 0, 0, err);

	if (!rc)
		rc = parse_by(&s, o, err);
	if (!rc)
		rc = parse_metrics(&s, o, err);
	if (rc)
		return rc;
	f = scope.timed ? scope_now(&scope, &p->arena) : scope.filter;
	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (option_given(o, "why"))
		return why(p, o, &s, &scope, f, err);
	if (option_given(o, "explain"))
		opinia_explain_begin(p->snap);
	rc = group(p, f, &s, err);
	if (!rc && option_given(o, "explain"))
		return reading_print(p, err);
	if (!rc && s.group_count == 0)
		rc = err_set(err, ERR_NOTHING, "nothing matches");
	if (!rc)
		rc = print_groups(p, &s, err);
	if (!rc)
		scope_remark(&scope, p, false);
	return rc;
}

const struct subcommand cmd_stats = {
	.name = "stats",
	.args = "[FILTER] [--by DIM,…]",
	.summary = N_("Print numbers by week, channel, topic, agent, attribute …"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = stats_run,
	.examples = "  opinia stats --by week,channel --metric csat,nps\n"
		    "  opinia stats topic:order --by month,attr.device --format csv\n"
		    "  opinia stats --by channel --why phone\n",
};
