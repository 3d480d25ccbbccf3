/* SPDX-License-Identifier: Apache-2.0 */
/* rows.c: see rows.h. */
#include "bench/rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/pipeline.h"
#include "cli/words.h"
#include "core/buf.h"

void rows_open(struct rows *r, const char *lexicon, const char *csv)
{
	struct import_options options = { .dry_run = false };
	struct err err = ERR_NONE;

	*r = (struct rows){ .analyzer = NULL };
	must(opinia_analyzer_open(&r->analyzer, lexicon, &err), &err);
	must(zone_open(&r->zone, BENCH_ZONE, &err), &err);
	options.zone = r->zone;
	must(opinia_import_open(&r->import, csv, &options, &err), &err);
	batch_init(&r->batch);
	arena_init(&r->arena, 0);
}

bool rows_next(struct rows *r)
{
	struct err err = ERR_NONE;

	must(opinia_import_pull(r->import, &r->batch, &err), &err);
	arena_reset(&r->arena);
	if (r->batch.count)
		must(pipeline_read(r->analyzer, &r->batch, &r->arena, &r->verdicts, &err),
		     &err);
	return r->batch.count > 0;
}

void rows_close(struct rows *r)
{
	opinia_import_close(r->import);
	batch_release(&r->batch);
	arena_release(&r->arena);
	words_scratch_drop();
	zone_close(r->zone);
	opinia_analyzer_close(r->analyzer);
}

const struct score *row_score(const struct record *r, enum score_kind kind)
{
	for (uint8_t i = 0; i < r->score_count; i++)
		if (r->scores[i].kind == kind)
			return &r->scores[i];
	return NULL;
}

struct sv row_attr(const struct record *r, struct sv key)
{
	for (uint8_t i = 0; i < r->attr_count; i++)
		if (sv_eq(r->attrs[i].key, key))
			return r->attrs[i].value;
	return (struct sv){ NULL, 0 };
}

/* ---- as lines ------------------------------------------------------------------------------ */

static void put_text(struct buf *out, struct sv s)
{
	if (!s.n) {
		buf_str(out, "\\N,");
		return;
	}
	buf_char(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, s.p[i]);
	}
	buf_str(out, "\",");
}

static void put_score(struct buf *out, const struct record *r, enum score_kind kind)
{
	const struct score *s = row_score(r, kind);

	if (s)
		buf_printf(out, "%d,", s->value);
	else
		buf_str(out, "\\N,");
}

static void put_lists(struct buf *out, const struct verdict *v)
{
	buf_str(out, "\"[");
	for (uint16_t i = 0; i < v->topic_count; i++)
		buf_printf(out, "%s%d", i ? "," : "", v->topics[i].topic);
	buf_str(out, "]\",\"[");
	for (uint16_t i = 0; i < v->topic_count; i++)
		buf_printf(out, "%s%d", i ? "," : "", v->topics[i].label);
	buf_str(out, "]\",");
}

static void put_line(struct buf *out, uint64_t id, const struct rows *rows, size_t i)
{
	const struct record *r = &rows->batch.records[i];
	const struct verdict *v = &rows->verdicts[i];

	buf_printf(out, "%" PRIu64 ",", id);
	put_text(out, r->external_id);
	buf_printf(out, "%" PRId64 ",%d,%d,", record_clock(r),
		   when_day(rows->zone, record_clock(r)), (int)r->channel);
	put_text(out, r->customer);
	put_text(out, r->agent);
	put_text(out, r->team);
	put_score(out, r, SCORE_CSAT);
	put_score(out, r, SCORE_NPS);
	put_text(out, row_attr(r, SV("product")));
	put_text(out, row_attr(r, SV("device")));
	buf_printf(out, "%d,%d,%d,", v->language, v->sentiment, v->score);
	put_lists(out, v);
	put_text(out, r->comment);
	if (buf_ok(out))
		out->p[out->n - 1] = '\n';
}

void rows_write(const char *lexicon, const char *csv, const char *out_path)
{
	FILE *f = fopen(out_path, "wb");
	struct rows rows;
	struct buf out;
	uint64_t id = 0;

	if (!f)
		die("%s cannot be written", out_path);
	rows_open(&rows, lexicon, csv);
	buf_init(&out, 0);
	while (rows_next(&rows)) {
		buf_clear(&out);
		for (size_t i = 0; i < rows.batch.count; i++)
			put_line(&out, ++id, &rows, i);
		if (!buf_ok(&out) || fwrite(out.p, 1, out.n, f) != out.n)
			die("%s cannot be written", out_path);
	}
	buf_release(&out);
	rows_close(&rows);
	if (fclose(f))
		die("%s cannot be written", out_path);
}
