/* SPDX-License-Identifier: Apache-2.0 */
/* records.c: see records.h. A table has two lines a record, because the words need the width. */
#include "cli/records.h"

#include <string.h>

#include "cli/audit.h"
#include "core/show.h"
#include "core/i18n.h"
#include "core/json_out.h"
#include "core/utf8.h"

struct records {
	struct program *p;
	const struct records_plan *plan;
	const struct taxonomy *taxonomy;
	struct printer *printer;
	struct arena arena; /* of one record */
	struct buf buf;
};

static const struct column columns[] = {
	{ .name = "id", .type = COLUMN_COUNT },
	{ .name = "at", .type = COLUMN_TEXT },
	{ .name = "kind", .type = COLUMN_TEXT },
	{ .name = "channel", .type = COLUMN_TEXT },
	{ .name = "source", .type = COLUMN_TEXT },
	{ .name = "agent", .type = COLUMN_TEXT },
	{ .name = "team", .type = COLUMN_TEXT },
	{ .name = "language", .type = COLUMN_TEXT },
	{ .name = "sentiment", .type = COLUMN_TEXT },
	{ .name = "score", .type = COLUMN_NUMBER },
	{ .name = "scores", .type = COLUMN_JSON },
	{ .name = "topics", .type = COLUMN_JSON },
	{ .name = "attributes", .type = COLUMN_JSON },
	{ .name = "comment", .type = COLUMN_TEXT },
	{ .name = "evidence", .type = COLUMN_JSON },
	{ .name = "customer", .type = COLUMN_TEXT },
	{ .name = "contradiction", .type = COLUMN_JSON },
	{ .name = "revision", .type = COLUMN_COUNT },
	{ .name = "origin", .type = COLUMN_TEXT },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct sv records_scores(const struct record *r, struct arena *arena)
{
	struct buf b;
	struct sv out;

	buf_init(&b, 0);
	for (uint8_t i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		if (s->kind == SCORE_FCR)
			buf_printf(&b, "%s%s %s", i ? "  " : "", score_kind_name(s->kind),
				   s->value ? _("yes") : _("no"));
		else
			buf_printf(&b, "%s%s %d/%d", i ? "  " : "",
				   score_kind_name(s->kind), s->value, s->max);
	}
	if (!arena_copy(arena, buf_sv(&b), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&b);
	return out;
}

static struct sv topic_name(const struct records *r, uint16_t topic)
{
	return topic < r->taxonomy->count ? r->taxonomy->topics[topic].id : SV("?");
}

static void table_record(struct records *r, const struct opinia_stored *s)
{
	const char *bold = r->p->colour ? "\033[1m" : "",
		   *plain = r->p->colour ? "\033[0m" : "";
	unsigned how = SHOW_EVIDENCE | (r->p->colour ? SHOW_COLOUR : 0) |
		       (r->plan->reveal ? SHOW_PII : 0);
	int64_t clock = record_clock(&s->record);
	char at[WHEN_TEXT_MAX] = "-";

	if (clock != TIME_NONE)
		when_format_local(r->p->zone, clock, at);
	fprintf(r->p->out, "%s#%u%s  %s  %s", bold, s->id, plain, at,
		s->record.kind == KIND_FEEDBACK ? channel_name(s->record.channel)
						: record_kind_name(s->record.kind));
	if (s->record.score_count)
		fprintf(r->p->out, "  " SV_FMT,
			SV_ARG(records_scores(&s->record, &r->arena)));
	if (s->verdict.analyzed)
		fprintf(r->p->out, "  %s", sentiment_name(s->verdict.sentiment));
	if (s->contradiction)
		fprintf(r->p->out, "  %s", _("(score and words contradict)"));
	for (uint16_t i = 0; i < s->verdict.topic_count; i++)
		fprintf(r->p->out, "%s" SV_FMT ":%s", i ? ", " : "  ",
			SV_ARG(topic_name(r, s->verdict.topics[i].topic)),
			sentiment_name(s->verdict.topics[i].label));
	if (r->plan->reveal && s->record.customer.n)
		fprintf(r->p->out, "  " SV_FMT, SV_ARG(s->record.customer));
	fputc('\n', r->p->out);
	if (!s->record.comment.n)
		return;
	buf_clear(&r->buf);
	show_comment(s->record.comment, &s->verdict, how, &r->buf);
	fprintf(r->p->out, "    " SV_FMT "\n", SV_ARG(buf_sv(&r->buf)));
}

/* ---- for programs ------------------------------------------------------------------------- */

static struct cell json_cell(struct records *r)
{
	struct sv out;

	return cell_text(arena_copy(&r->arena, buf_sv(&r->buf), &out) ? out : SV("null"));
}

static struct cell scores_cell(struct records *r, const struct record *rec)
{
	buf_clear(&r->buf);
	buf_char(&r->buf, '[');
	for (uint8_t i = 0; i < rec->score_count; i++) {
		const struct score *s = &rec->scores[i];

		buf_printf(&r->buf,
			   "%s{\"kind\":\"%s\",\"value\":%d,\"min\":%d,\"max\":%d,"
			   "\"low_is_good\":%s}",
			   i ? "," : "", score_kind_name(s->kind), s->value, s->min,
			   s->max, s->low_is_good ? "true" : "false");
	}
	buf_char(&r->buf, ']');
	return json_cell(r);
}

static struct cell topics_cell(struct records *r, const struct verdict *v)
{
	buf_clear(&r->buf);
	buf_char(&r->buf, '[');
	for (uint16_t i = 0; i < v->topic_count; i++) {
		buf_printf(&r->buf,
			   "%s{\"id\":\"" SV_FMT "\",\"sentiment\":\"%s\",\"score\":",
			   i ? "," : "", SV_ARG(topic_name(r, v->topics[i].topic)),
			   sentiment_name(v->topics[i].label));
		json_put_milli(&r->buf, v->topics[i].score);
		buf_char(&r->buf, '}');
	}
	buf_char(&r->buf, ']');
	return json_cell(r);
}

static struct cell attrs_cell(struct records *r, const struct record *rec)
{
	buf_clear(&r->buf);
	buf_char(&r->buf, '{');
	for (uint8_t i = 0; i < rec->attr_count; i++) {
		if (i)
			buf_char(&r->buf, ',');
		json_put_text(&r->buf, rec->attrs[i].key);
		buf_char(&r->buf, ':');
		json_put_text(&r->buf, rec->attrs[i].value);
	}
	buf_char(&r->buf, '}');
	return json_cell(r);
}

/* The words that decided. Offsets are of the comment as landed, so with words replaced they
 * would point elsewhere: only --reveal has them. */
static struct cell evidence_cell(struct records *r, const struct opinia_stored *s)
{
	if (!r->plan->reveal && s->verdict.pii_count)
		return cell_none();
	buf_clear(&r->buf);
	buf_char(&r->buf, '[');
	for (uint16_t i = 0; i < s->verdict.evidence_count; i++)
		buf_printf(&r->buf, "%s{\"start\":%u,\"end\":%u}", i ? "," : "",
			   s->verdict.evidence[i].span.start,
			   s->verdict.evidence[i].span.end);
	buf_char(&r->buf, ']');
	return json_cell(r);
}

static struct cell comment_cell(struct records *r, const struct opinia_stored *s)
{
	if (!s->record.comment.n)
		return cell_none();
	buf_clear(&r->buf);
	show_comment(s->record.comment, &s->verdict,
		     SHOW_RAW | (r->plan->reveal ? SHOW_PII : 0), &r->buf);
	return json_cell(r);
}

static struct cell customer_cell(struct records *r, const struct opinia_stored *s)
{
	if (r->plan->reveal && s->record.customer.n)
		return cell_text(s->record.customer);
	if (!s->customer)
		return cell_none();
	return cell_text(sv_of(arena_printf(&r->arena, "c%u", s->customer)));
}

static struct cell text_or_none(struct sv s)
{
	return s.n ? cell_text(s) : cell_none();
}

static int data_record(struct records *r, const struct opinia_stored *s, struct err *err)
{
	int64_t clock = record_clock(&s->record);
	char at[WHEN_TEXT_MAX];
	struct cell c[COLUMNS];
	size_t n = 0;

	if (clock != TIME_NONE)
		when_format(clock, at);
	c[n++] = cell_count(s->id);
	c[n++] = clock == TIME_NONE ? cell_none() : cell_text(sv_of(at));
	c[n++] = cell_text(sv_of(record_kind_name(s->record.kind)));
	c[n++] = cell_text(sv_of(channel_name(s->record.channel)));
	c[n++] = text_or_none(s->record.source);
	c[n++] = text_or_none(s->record.agent);
	c[n++] = text_or_none(s->record.team);
	c[n++] = s->verdict.analyzed && s->verdict.language < r->p->language_count
			 ? cell_text(r->p->languages[s->verdict.language])
			 : cell_none();
	c[n++] = s->verdict.analyzed
			 ? cell_text(sv_of(sentiment_name(s->verdict.sentiment)))
			 : cell_none();
	c[n++] = s->verdict.analyzed ? cell_number(s->verdict.score / 1000.0)
				     : cell_none();
	c[n++] = scores_cell(r, &s->record);
	c[n++] = topics_cell(r, &s->verdict);
	c[n++] = attrs_cell(r, &s->record);
	c[n++] = comment_cell(r, s);
	c[n++] = evidence_cell(r, s);
	c[n++] = customer_cell(r, s);
	c[n++] = cell_text(s->contradiction ? SV("true") : SV("false"));
	c[n++] = cell_count(s->revision);
	c[n++] = text_or_none(s->record.origin);
	return printer_row(r->printer, c, err);
}

static int one(struct records *r, uint32_t id, struct err *err)
{
	struct opinia_stored s;
	int rc;

	arena_reset(&r->arena);
	rc = opinia_fetch(r->p->snap, id, &r->arena, &s, err);
	if (rc)
		return rc;
	if (r->p->format != PRINT_TABLE)
		return data_record(r, &s, err);
	table_record(r, &s);
	return 0;
}

static int all(struct records *r, struct opinia_page *page, struct err *err)
{
	struct arena ids_arena;
	uint32_t *ids = NULL;
	size_t n = 0;
	int rc;

	arena_init(&ids_arena, 0);
	rc = opinia_select(r->p->snap, r->plan->filter, page, &ids_arena, &ids, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		rc = one(r, ids[i], err);
	if (!rc && n == 0)
		rc = err_set(err, ERR_NOTHING, "nothing matches");
	if (!rc && page->next.n)
		program_remark(r->p, _("%zu of %llu. The next: --after " SV_FMT), n,
			       (unsigned long long)page->total, SV_ARG(page->next));
	else if (!rc)
		program_remark(r->p, ngettext("%llu record", "%llu records", page->total),
			       (unsigned long long)page->total);
	if (!rc && page->next.n && r->p->format != PRINT_TABLE)
		fprintf(stderr, "next page: --after " SV_FMT "\n", SV_ARG(page->next));
	arena_release(&ids_arena);
	return rc;
}

int records_print(struct program *p, const struct records_plan *plan, struct err *err)
{
	struct records r = {
		.p = p,
		.plan = plan,
		.taxonomy = opinia_analyzer_taxonomy(p->analyzer),
	};
	struct opinia_page page = { .limit = plan->limit, .after = plan->after };
	int rc = plan->reveal ? audit_reveal(p, plan->what, err) : 0;

	if (rc)
		return rc;
	rc = program_printer(p, columns, COLUMNS, &r.printer, err);
	if (rc)
		return rc;
	arena_init(&r.arena, 0);
	buf_init(&r.buf, 0);
	rc = all(&r, &page, err);
	buf_release(&r.buf);
	arena_release(&r.arena);
	if (printer_close(r.printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	return rc;
}
