/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_topics.c: recurring topics and complaints: how many, more or fewer than before, the score with
 * and without them, what they do to it, and an example in the customer's words. With --by: one topic
 * or all, cut by week, channel …
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/numbers.h"
#include "cli/records.h"
#include "cli/subcommand.h"
#include "core/i18n.h"
#include "core/show.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	OPTION_LAST,
	{ "by", OPTION_TEXT, "DIM,…",
	  N_("Cut by week, channel, agent, attr.KEY … (up to two)") },
	{ "score", OPTION_TEXT, "NAME",
	  N_("The score to compare: csat, nps, ces2 … (default: csat)") },
	{ "sort", OPTION_CHOICE, "complaints|change|impact|volume",
	  N_("Order of the topics (default: complaints)") },
	{ "min-n", OPTION_NUMBER, "N",
	  N_("Leave out topics with fewer answers in both periods") },
	{ "why", OPTION_TEXT, "TOPIC", N_("The complaints of this topic") },
	OPTION_REVEAL,
};

enum { QUOTE_COLUMNS = 70, DIMS = 3 };

static int score_of(const struct options *o, const struct metric **out, struct err *err)
{
	const struct metric *m[NUMBERS_METRICS_MAX];
	size_t n;
	int rc = metrics_parse(sv_of(option_text(o, "score", "csat")), m, &n, err);

	if (!rc &&
	    (n != 1 || m[0]->needs != NEEDS_COUNTS || m[0]->score == METRIC_NO_SCORE))
		rc = err_set(err, ERR_USAGE,
			     "--score takes one score: csat, nps, ces2 …");
	*out = m[0];
	return rc;
}

/* ---- the table of topics --------------------------------------------------------------------- */

static struct sv quote(struct program *p, const struct opinia_topic_row *row)
{
	struct opinia_stored s;
	struct err ignored = ERR_NONE;
	struct sv out = { NULL, 0 };
	struct buf b;

	if (!row->example ||
	    opinia_fetch(p->snap, row->example, &p->arena, &s, &ignored) ||
	    !s.record.comment.n)
		return out;
	buf_init(&b, 0);
	show_quote(s.record.comment, &s.verdict, row->topic, QUOTE_COLUMNS, &b);
	if (!arena_copy(&p->arena, buf_sv(&b), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&b);
	return out;
}

/* "4 → 27  ×6,8 (q < 0,001)" */
static struct sv change(struct program *p, const struct opinia_topic_row *r)
{
	char ratio[40] = "";
	struct sv q = { NULL, 0 };
	char *z;

	if (r->volume.known && r->volume.has_ratio) {
		char v[40];

		number_format(p->lang, r->volume.ratio, 1, v);
		snprintf(ratio, sizeof(ratio), "×%.30s", v);
	} else if (r->volume.known) {
		snprintf(ratio, sizeof(ratio), "%.36s", _("new"));
	}
	if (isfinite(r->q))
		q = p_text(p, r->q, &p->arena);
	if (q.n)
		q = sv_sub(q, 1, q.n);
	z = arena_printf(&p->arena, "%llu → %llu  %s%s" SV_FMT "%s",
			 (unsigned long long)r->complaints_before,
			 (unsigned long long)r->complaints, ratio, q.n ? " (q" : "",
			 SV_ARG(q), q.n ? ")" : "");
	return sv_of(z ? z : "?");
}

static struct sv impact(struct program *p, const struct metric *score,
			const struct opinia_topic_row *r)
{
	struct metric_change c = {
		.known = r->impact.known,
		.diff = r->impact.value,
		.has_interval = r->impact.has_interval,
		.low = r->impact.low,
		.high = r->impact.high,
	};

	return change_text(p, score, &c, &p->arena);
}

static struct sv short_value(struct program *p, const struct metric *m,
			     const struct metric_value *v)
{
	struct metric_value bare = *v;

	bare.has_interval = false;
	return metric_text(p, m, &bare, &p->arena);
}

static int print_table(struct program *p, const struct metric *score,
		       const struct opinia_topic_row *row, size_t n, struct err *err)
{
	const struct taxonomy *t = opinia_analyzer_taxonomy(p->analyzer);
	char *inside = arena_printf(&p->arena, _("%s with"), _(score->label));
	const struct column columns[] = {
		{ "topic", _("topic"), COLUMN_TEXT, 0, false, false },
		{ "id", "id", COLUMN_TEXT, 0, false, false },
		{ "answers", _("answers"), COLUMN_COUNT, 0, false, false },
		{ "change", _("complaints before → now"), COLUMN_TEXT, 0, false, false },
		{ "inside", inside, COLUMN_TEXT, 0, false, false },
		{ "outside", _("without"), COLUMN_TEXT, 0, false, false },
		{ "impact", _("impact [95 %]"), COLUMN_TEXT, 0, false, false },
		{ "example", _("in the customer's words"), COLUMN_TEXT, 0, false, true },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, 8, &printer, err);

	for (size_t i = 0; !rc && i < n; i++) {
		const struct topic_info *info = &t->topics[row[i].topic];

		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(info->label[p->lang]),
				cell_text(info->id),
				cell_count(row[i].now.records),
				cell_text(change(p, &row[i])),
				cell_text(short_value(p, score, &row[i].inside)),
				cell_text(short_value(p, score, &row[i].outside)),
				cell_text(impact(p, score, &row[i])),
				cell_text(quote(p, &row[i])),
			},
			err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static struct cell number_or_none(bool known, double v)
{
	return known && isfinite(v) ? cell_number(v) : cell_none();
}

static int print_data(struct program *p, const struct metric *score,
		      const struct opinia_topic_row *row, size_t n, struct err *err)
{
	const struct taxonomy *t = opinia_analyzer_taxonomy(p->analyzer);
	const struct column columns[] = {
		{ "topic", NULL, COLUMN_TEXT, 0, false, false },
		{ "n", NULL, COLUMN_COUNT, 0, false, false },
		{ "n_before", NULL, COLUMN_COUNT, 0, false, false },
		{ "complaints", NULL, COLUMN_COUNT, 0, false, false },
		{ "complaints_before", NULL, COLUMN_COUNT, 0, false, false },
		{ "ratio", NULL, COLUMN_NUMBER, 0, false, false },
		{ "p", NULL, COLUMN_NUMBER, 0, false, false },
		{ "q", NULL, COLUMN_NUMBER, 0, false, false },
		{ "score", NULL, COLUMN_TEXT, 0, false, false },
		{ "inside", NULL, COLUMN_METRIC, 0, false, false },
		{ "outside", NULL, COLUMN_METRIC, 0, false, false },
		{ "impact", NULL, COLUMN_METRIC, 0, false, false },
		{ "impact_q", NULL, COLUMN_NUMBER, 0, false, false },
		{ "example", NULL, COLUMN_COUNT, 0, false, false },
		{ "quote", NULL, COLUMN_TEXT, 0, false, false },
	};
	struct printer *printer;
	int rc = program_printer(p, columns, 15, &printer, err);

	for (size_t i = 0; !rc && i < n; i++) {
		const struct opinia_topic_row *r = &row[i];
		struct cell effect = {
			.known = r->impact.known,
			.value = r->impact.value,
			.low = r->impact.low,
			.high = r->impact.high,
			.has_interval = r->impact.has_interval,
			.n = r->impact.n_topic,
		};

		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(t->topics[r->topic].id),
				cell_count(r->now.records),
				cell_count(r->before.records),
				cell_count(r->complaints),
				cell_count(r->complaints_before),
				number_or_none(r->volume.has_ratio, r->volume.ratio),
				number_or_none(r->volume.known, r->volume.p),
				number_or_none(r->volume.known, r->q),
				cell_text(sv_of(score->name)),
				cell_metric(&r->inside),
				cell_metric(&r->outside),
				effect,
				number_or_none(r->impact.known, r->impact_q),
				r->example ? cell_count(r->example) : cell_none(),
				cell_text(quote(p, r)),
			},
			err);
	}
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static enum opinia_topic_sort sort_of(const struct options *o)
{
	const char *s = option_text(o, "sort", "complaints");

	if (strcmp(s, "change") == 0)
		return TOPICS_BY_CHANGE;
	if (strcmp(s, "impact") == 0)
		return TOPICS_BY_IMPACT;
	return strcmp(s, "volume") == 0 ? TOPICS_BY_VOLUME : TOPICS_BY_COMPLAINTS;
}

static int list(struct program *p, const struct options *o, const struct scope *s,
		const struct metric *score, struct err *err)
{
	long min_n = option_number(o, "min-n",
				   (long)setting_number(p->settings, "topics", "min_n"));
	struct opinia_frame frame = frame_of(p, s);
	struct opinia_topic_row *row = NULL;
	size_t n = 0;
	int rc = opinia_topic_rows(&frame, score, min_n < 0 ? 0 : (uint64_t)min_n,
				   sort_of(o), &p->arena, &row, &n, err);

	if (!rc && n == 0)
		rc = err_set(err, ERR_NOTHING, "no topic has %ld answers in these days",
			     min_n);
	if (rc)
		return rc;
	scope_remark(s, p, true);
	return p->format == PRINT_TABLE ? print_table(p, score, row, n, err)
					: print_data(p, score, row, n, err);
}

/* ---- cut by other dimensions --------------------------------------------------------------------- */

struct cut {
	struct opinia_by by[DIMS];
	char names[DIMS][80];
	size_t count; /* dimensions, the topic first */
};

static int parse_by(struct cut *c, const struct options *o, struct arena *arena,
		    struct err *err)
{
	const char *text = option_text(o, "by", "");
	char *all = arena_printf(arena, "topic,%s", text);
	struct sv rest = sv_of(all);
	int rc = all ? opinia_by_parse(rest, c->by, &c->count, err)
		     : err_set(err, ERR_SYSTEM, "out of memory");

	for (size_t i = 0; !rc && i < c->count; i++) {
		struct sv name = sv_trim(sv_cut(&rest, ','));

		snprintf(c->names[i], sizeof(c->names[i]), SV_FMT, SV_ARG(name));
	}
	return rc;
}

/* With a topic in the filter only that branch is of interest, not what else such answers mention. */
static bool wanted(const struct scope *s, struct sv topic)
{
	struct sv rest = s->text;
	bool asked = false;

	while (rest.n) {
		struct sv term = sv_trim(sv_cut(&rest, ' ')), field = sv_cut(&term, ':');

		if (!sv_eq(field, SV("topic")) && !sv_eq(field, SV("complaint")) &&
		    !sv_eq(field, SV("praise")))
			continue;
		asked = true;
		while (term.n) {
			struct sv one = sv_cut(&term, ',');

			if (sv_eq(one, topic) ||
			    (sv_starts(topic, one) && topic.n > one.n &&
			     topic.p[one.n] == '.'))
				return true;
		}
	}
	return !asked;
}

static int print_cut(struct program *p, const struct scope *s, const struct cut *c,
		     const struct metric *score, const struct opinia_group *g, size_t n,
		     struct err *err)
{
	struct column columns[DIMS + 3];
	struct printer *printer;
	size_t k = 0, printed = 0;
	int rc;

	for (size_t i = 0; i < c->count; i++)
		columns[k++] = (struct column){ .name = c->names[i],
						.title = dimension_title(c->names[i]),
						.type = COLUMN_TEXT };
	columns[k++] = (struct column){ .name = "n", .title = "n", .type = COLUMN_COUNT };
	columns[k++] = (struct column){ .name = "complaints",
					.title = _("complaints"),
					.type = COLUMN_COUNT };
	columns[k++] = (struct column){ .name = score->name,
					.title = _(score->label),
					.type = COLUMN_METRIC,
					.decimals = score->unit == UNIT_MEAN ? 2 : 1 };
	rc = program_printer(p, columns, k, &printer, err);
	for (size_t i = 0; !rc && i < n; i++) {
		struct metric_input in = { .counts = &g[i].counts };
		struct metric_value v = opinia_metric_value(score, &in);
		struct cell cells[DIMS + 3];

		if (!wanted(s, g[i].key[0]))
			continue;
		k = 0;
		for (size_t d = 0; d < c->count; d++)
			cells[k++] = g[i].key[d].n ? cell_text(g[i].key[d]) : cell_none();
		cells[k++] = cell_count(g[i].counts.records);
		cells[k++] = cell_count(g[i].counts.sentiment[SENTIMENT_NEG]);
		cells[k++] = cell_metric(&v);
		rc = printer_row(printer, cells, err);
		printed++;
	}
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && !printed)
		rc = err_set(err, ERR_NOTHING, "nothing matches");
	return rc;
}

static int cut(struct program *p, const struct options *o, const struct scope *s,
	       const struct metric *score, struct err *err)
{
	struct filter *f = scope_now(s, &p->arena);
	struct opinia_group *groups = NULL;
	struct cut c = { .count = 0 };
	size_t n = 0;
	int rc = f ? parse_by(&c, o, &p->arena, err)
		   : err_set(err, ERR_SYSTEM, "out of memory");

	if (!rc)
		rc = opinia_groups(p->snap, f, c.by, c.count, &p->arena, &groups, &n,
				   err);
	if (!rc)
		rc = print_cut(p, s, &c, score, groups, n, err);
	if (!rc)
		scope_remark(s, p, false);
	return rc;
}

static int why(struct program *p, const struct options *o, const struct scope *s,
	       struct err *err)
{
	struct records_plan plan = { .reveal = option_given(o, "reveal"),
				     .what = s->text };
	struct sv topic = sv_of(option_text(o, "why", ""));
	struct filter *f = scope_now(s, &p->arena);

	if (taxonomy_find(opinia_analyzer_taxonomy(p->analyzer), topic) < 0)
		return err_set(err, ERR_USAGE, "--why " SV_FMT ": no such topic",
			       SV_ARG(topic));
	plan.filter = f ? opinia_filter_and(f, SV("complaint"), topic, &p->arena) : NULL;
	if (!plan.filter)
		return err_set(err, ERR_SYSTEM, "out of memory");
	scope_remark(s, p, false);
	return records_print(p, &plan, err);
}

static int topics_run(struct program *p, const struct options *o, struct err *err)
{
	const struct metric *score;
	bool by = option_given(o, "by");
	int64_t preset = by ? 0 : setting_number(p->settings, "kpi", "period");
	struct scope s;
	int rc = scope_parse(&s, p, o, 0, preset, err);

	if (!rc)
		rc = score_of(o, &score, err);
	if (rc)
		return rc;
	if (option_given(o, "why"))
		return why(p, o, &s, err);
	return by ? cut(p, o, &s, score, err) : list(p, o, &s, score, err);
}

const struct subcommand cmd_topics = {
	.name = "topics",
	.args = "[FILTER]",
	.summary =
		N_("Print what comes up: complaints, change, score, impact, an example"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = topics_run,
	.examples = "  opinia topics --last 90d\n"
		    "  opinia topics 'topic:order.checkout' --by week,channel\n"
		    "  opinia topics --last 8w --why order.payment\n",
};
