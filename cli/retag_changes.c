/* SPDX-License-Identifier: Apache-2.0 */
/* retag_changes.c: see retag_changes.h. */
#include "cli/retag_changes.h"

#include "cli/numbers.h"
#include "core/i18n.h"

/* ---- counting ----------------------------------------------------------------------------- */

static void count_change(struct retag_tally *t, bool was, bool is)
{
	t->before += was;
	t->after += is;
	t->came += is && !was;
	t->went += was && !is;
}

static const struct topic_verdict *topic_of(const struct verdict *v, uint16_t topic)
{
	for (uint16_t i = 0; i < v->topic_count; i++)
		if (v->topics[i].topic == topic)
			return &v->topics[i];
	return NULL;
}

static bool complains(const struct topic_verdict *t)
{
	return t && (t->label == SENTIMENT_NEG || t->label == SENTIMENT_MIXED);
}

static const struct taxonomy *taxonomy_of(const struct retag_changes *c)
{
	return opinia_analyzer_taxonomy(c->p->analyzer);
}

void retag_compare(struct retag_changes *c, const struct verdict *was,
		   const struct verdict *is)
{
	uint16_t topics = taxonomy_of(c)->count;
	bool same = was->sentiment == is->sentiment && was->language == is->language &&
		    was->score == is->score;

	for (int s = 0; s < SENTIMENT_COUNT; s++)
		count_change(&c->sentiment[s], was->analyzed && was->sentiment == s,
			     is->sentiment == s);
	for (uint16_t t = 0; t < topics && t < RETAG_TOPICS_MAX; t++) {
		const struct topic_verdict *a = topic_of(was, t), *b = topic_of(is, t);

		count_change(&c->topic[t], a != NULL, b != NULL);
		count_change(&c->complaint[t], complains(a), complains(b));
		same = same && !a == !b &&
		       (!a || (a->label == b->label && a->score == b->score));
	}
	c->read++;
	c->changed += !same;
}

int retag_changes_begin(struct retag_changes *c, struct program *p, struct err *err)
{
	struct opinia_filter_env env = { .now_ms = p->now, .zone = p->zone };
	struct opinia_snapshot *snap;
	struct filter *f;
	int rc = opinia_snapshot_open(p->store, &snap, err);

	c->p = p;
	if (rc)
		return rc;
	rc = opinia_filter_parse((struct sv){ NULL, 0 }, &env, &p->arena, &f, err);
	if (!rc)
		rc = opinia_totals_of(snap, f, &c->all, err);
	opinia_snapshot_close(snap);
	return rc;
}

/* ---- the counts ---------------------------------------------------------------------------- */

static const struct column columns[RETAG_COLUMNS] = {
	{ .name = "what", .title = N_("what"), .type = COLUMN_TEXT },
	{ .name = "before", .title = N_("before"), .type = COLUMN_COUNT },
	{ .name = "after", .title = N_("after"), .type = COLUMN_COUNT },
	{ .name = "came", .title = N_("came"), .type = COLUMN_COUNT },
	{ .name = "went", .title = N_("went"), .type = COLUMN_COUNT },
};

static int print_tally(struct printer *printer, const char *what, struct sv id,
		       const struct retag_tally *t, struct arena *arena, struct err *err)
{
	struct cell before = cell_count(t->before), after = cell_count(t->after);
	const char *name = arena_printf(arena, "%s:" SV_FMT, what, SV_ARG(id));

	if (!t->came && !t->went)
		return 0;
	before.value = (double)t->before; /* data has numbers, see print_titled() */
	after.value = (double)t->after;
	return printer_row(printer,
			   (struct cell[]){ cell_text(sv_of(name)), before, after,
					    cell_count(t->came), cell_count(t->went) },
			   err);
}

static int print_counts(struct retag_changes *c, struct printer *printer, struct err *err)
{
	const struct taxonomy *t = taxonomy_of(c);
	struct arena *arena = &c->p->arena;
	int rc = 0;

	for (int s = 0; !rc && s < SENTIMENT_COUNT; s++)
		rc = print_tally(printer, "sentiment",
				 sv_of(sentiment_name((enum sentiment)s)),
				 &c->sentiment[s], arena, err);
	for (uint16_t i = 0; !rc && i < t->count && i < RETAG_TOPICS_MAX; i++) {
		rc = print_tally(printer, "topic", t->topics[i].id, &c->topic[i], arena,
				 err);
		if (!rc)
			rc = print_tally(printer, "complaint", t->topics[i].id,
					 &c->complaint[i], arena, err);
	}
	return rc;
}

/* ---- the indicators ------------------------------------------------------------------------ */

/* All feedback as it will be. */
static void counts_after(const struct retag_changes *c, struct counts *out)
{
	int nothing = taxonomy_find(taxonomy_of(c), SV("no_content"));

	*out = c->all;
	for (int s = 0; s < SENTIMENT_COUNT; s++)
		out->sentiment[s] += c->sentiment[s].came - c->sentiment[s].went;
	if (nothing >= 0 && nothing < RETAG_TOPICS_MAX)
		out->commented += c->topic[nothing].went - c->topic[nothing].came;
}

static int print_indicator(struct retag_changes *c, struct printer *printer,
			   const struct metric *m, const struct metric_input *was,
			   const struct metric_input *is, struct err *err)
{
	struct metric_value before = opinia_metric_value(m, was),
			    after = opinia_metric_value(m, is);
	struct arena *arena = &c->p->arena;
	const char *name = arena_printf(arena, "kpi:%s", m->name);

	if (before.known == after.known && before.n == after.n &&
	    before.value == after.value)
		return 0;
	if (c->p->format != PRINT_TABLE)
		return printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(name)),
				before.known ? cell_number(before.value) : cell_none(),
				after.known ? cell_number(after.value) : cell_none(),
				cell_none(), cell_none() },
			err);
	program_remark(c->p, _("%s of all feedback: " SV_FMT " before, " SV_FMT " after"),
		       opinia_metric_explain(m).label,
		       SV_ARG(metric_text(c->p, m, &before, arena)),
		       SV_ARG(metric_text(c->p, m, &after, arena)));
	return 0;
}

/* Those made of nothing but counts of feedback; scores stay, so theirs do not differ. */
static int print_indicators(struct retag_changes *c, struct printer *printer,
			    struct err *err)
{
	struct counts later;
	const struct metric_input was = { .counts = &c->all }, is = { .counts = &later };
	size_t n;
	const struct metric *const *all = opinia_metric_list(&n);
	int rc = 0;

	counts_after(c, &later);
	for (size_t i = 0; !rc && i < n; i++)
		if (all[i]->needs == NEEDS_COUNTS)
			rc = print_indicator(c, printer, all[i], &was, &is, err);
	return rc;
}

/* Titles for people; before and after are whole in a table, where indicators are lines of their own. */
static int print_titled(struct retag_changes *c, const struct column from[RETAG_COLUMNS],
			struct printer **out, struct err *err)
{
	bool data = c->p->format != PRINT_TABLE;

	for (size_t i = 0; i < RETAG_COLUMNS; i++) {
		c->titled[i] = from[i];
		c->titled[i].title = _(from[i].title);
		if (from == columns && data && (i == 1 || i == 2))
			c->titled[i].type = COLUMN_NUMBER;
	}
	return program_printer(c->p, c->titled, RETAG_COLUMNS, out, err);
}

int retag_print(struct retag_changes *c, struct err *err)
{
	bool table = c->p->format == PRINT_TABLE;
	struct printer *printer;
	int rc = print_titled(c, columns, &printer, err);

	if (!rc)
		rc = print_counts(c, printer, err);
	if (!rc && !table)
		rc = print_indicators(c, printer, err);
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && table)
		rc = print_indicators(c, NULL, err);
	return rc;
}

void retag_remark(const struct retag_changes *c, bool diff)
{
	program_remark(c->p,
		       diff ? _("%llu comments read, %llu would change; "
				"nothing was written")
			    : _("%llu comments read, %llu changed"),
		       (unsigned long long)c->read, (unsigned long long)c->changed);
}

/* ---- record by record ---------------------------------------------------------------------- */

static const struct column record_columns[RETAG_COLUMNS] = {
	{ .name = "id", .title = N_("id"), .type = COLUMN_COUNT },
	{ .name = "before", .title = N_("before"), .type = COLUMN_TEXT },
	{ .name = "after", .title = N_("after"), .type = COLUMN_TEXT },
	{ .name = "went", .title = N_("went"), .type = COLUMN_TEXT },
	{ .name = "came", .title = N_("came"), .type = COLUMN_TEXT, .last = true },
};

int retag_printer(struct retag_changes *c, struct printer **out, struct err *err)
{
	return print_titled(c, record_columns, out, err);
}

/* Topics of @v, with their labels, that @other has not or reads otherwise: "order.checkout:neg …". */
static void put_topics(const struct retag_changes *c, const struct verdict *v,
		       const struct verdict *other, struct buf *b)
{
	const struct taxonomy *t = taxonomy_of(c);

	for (uint16_t i = 0; i < v->topic_count; i++) {
		const struct topic_verdict *is = &v->topics[i],
					   *was = topic_of(other, is->topic);

		if (is->topic >= t->count || (was && was->label == is->label))
			continue;
		buf_printf(b, "%s" SV_FMT ":%s", b->n ? " " : "",
			   SV_ARG(t->topics[is->topic].id),
			   sentiment_name((enum sentiment)is->label));
	}
}

static struct cell cell_sentiment(const struct verdict *v)
{
	return v->analyzed ? cell_text(sentiment_text((enum sentiment)v->sentiment))
			   : cell_none();
}

int retag_print_record(struct retag_changes *c, struct printer *printer, uint32_t id,
		       const struct verdict *was, const struct verdict *is,
		       struct err *err)
{
	bool same = was->analyzed == is->analyzed && was->sentiment == is->sentiment;
	struct buf went, came;
	int rc = 0;

	buf_init(&went, 0);
	buf_init(&came, 0);
	put_topics(c, was, is, &went);
	put_topics(c, is, was, &came);
	if (!buf_ok(&went) || !buf_ok(&came))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else if (!same || went.n || came.n)
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_count(id), cell_sentiment(was), cell_sentiment(is),
				went.n ? cell_text(buf_sv(&went)) : cell_none(),
				came.n ? cell_text(buf_sv(&came)) : cell_none() },
			err);
	buf_release(&went);
	buf_release(&came);
	return rc;
}
