/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_source.c: see file_source.h. A row that does not fit into what is left of the batch's
 * memory stays the current row and is the first of the next batch.
 */
#include "collector/file_source.h"

#include <string.h>

#include "core/i18n.h"
#include "core/utf8.h"

int file_source_init(struct file_source *fs, const struct adapter *adapter,
		     const struct source_config *config, struct err *err)
{
	const struct import_options *o = config->options;
	const char *slash = strrchr(config->place, '/');
	int rc;

	fs->base.adapter = adapter;
	fs->name = slash ? slash + 1 : config->place;
	if (strcmp(fs->name, "-") == 0)
		fs->name = "stdin";
	fs->source = o->source ? o->source : "files";
	fs->options = o;
	fs->told = (struct columns_told){ o->kind, o->maps, o->map_count, NULL };
	arena_init(&fs->arena, 64 << 20);
	occurrences_init(&fs->twins);
	fs->notes.arena = &fs->arena;
	rc = rejects_init(&fs->rejects, config->place, o->rejected, o->dry_run, err);
	if (!rc)
		rc = shape_begin(&fs->shape, o, err);
	fs->said = arena_zero(&fs->arena, COLUMNS_MAX, sizeof(*fs->said));
	fs->samples = arena_zero(&fs->arena, COLUMNS_MAX, sizeof(*fs->samples));
	if (!rc && (!fs->said || !fs->samples))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (rc)
		return rc;
	fs->in = *config->input;
	*config->input = (struct input){ .fd = -1 };
	fs->base.progress.size = fs->in.size;
	csv_begin(&fs->reader, &fs->in, ',');
	return 0;
}

void file_source_release(struct file_source *fs)
{
	rejects_settle(&fs->rejects, fs->ended, NULL);
	rejects_release(&fs->rejects);
	occurrences_release(&fs->twins);
	input_close(&fs->in);
	zone_close(fs->own_zone);
	arena_release(&fs->arena);
}

static int take_zone(struct file_source *fs, const char *name, struct err *err)
{
	const struct zone *z = fs->shape.zone;
	int rc;

	if (!name || (z && strcmp(zone_name(z), name) == 0))
		return 0;
	fs->shape.zone = NULL;
	if (strcmp(name, "UTC") == 0)
		return 0;
	rc = zone_open(&fs->own_zone, name, err);
	fs->shape.zone = fs->own_zone;
	return rc;
}

int file_source_export(struct file_source *fs, struct err *err)
{
	struct sv names[COLUMNS_MAX];
	const struct export *e;
	int rc;

	for (size_t i = 0; i < fs->columns.count; i++)
		names[i] = fs->columns.at[i].name;
	e = fs->options->kind && strcmp(fs->options->kind, "feedback") != 0
		    ? NULL
		    : export_find(names, fs->columns.count);
	fs->export = fs->told.export = e;
	if (!e)
		return 0;
	notes_add(&fs->notes, "recognised: an export of %s", e->name);
	fs->shape.month_usual = e->month_first;
	rc = take_zone(fs, e->zone, err);
	for (size_t i = 0; !rc && i < EXPORT_VALUES && e->values[i]; i++)
		rc = shape_tell_values(&fs->shape, e->values[i], err);
	if (!rc && e->scale && !fs->shape.told[0]) {
		fs->shape.usual_scale = true;
		rc = shape_tell_scale(&fs->shape, e->scale, err);
	}
	return rc;
}

void file_source_say(struct file_source *fs, size_t i)
{
	const struct column *c = &fs->columns.at[i];
	const struct field_info *f = field_info(c->means.field);
	struct import_column *to = &fs->said[i];
	struct sv key = c->means.attr;

	*to = (struct import_column){ .name = c->name, .why = c->why };
	to->example = fs->samples[i].example;
	fs->base.seen.columns = fs->said;
	fs->base.seen.column_count = fs->columns.count;
	if (c->means.field == FIELD_NONE)
		return;
	to->field = sv_of(f->name);
	if (c->means.field == FIELD_ATTR)
		to->field = sv_of(arena_printf(&fs->arena, "attr." SV_FMT, SV_ARG(key)));
	if (f->type == TYPE_SCORE) {
		to->min = fs->shape.scale[c->means.field - FIELD_CSAT].min;
		to->max = fs->shape.scale[c->means.field - FIELD_CSAT].max;
	}
}

void file_source_decide(struct file_source *fs)
{
	struct import_recognised *seen = &fs->base.seen;
	enum date_style style =
		sample_decide(fs->samples, &fs->columns, &fs->shape, &fs->notes);

	for (size_t i = 0; i < fs->columns.count; i++)
		file_source_say(fs, i);
	seen->format = fs->base.adapter->kind;
	seen->encoding = encoding_name(fs->usual);
	seen->bom = fs->in.mark != MARK_NONE;
	seen->decimal_comma = fs->shape.comma;
	seen->dates = date_style_name(style);
	seen->kind = fs->columns.kind;
	seen->notes = fs->notes.at;
	seen->note_count = fs->notes.count;
}

static int set_aside(struct file_source *fs, struct batch *b, const char *why,
		     struct err *err)
{
	struct csv_reader *r = &fs->reader;
	struct arena_mark mark = arena_mark(&b->arena);
	struct sv text = r->raw, piece;
	int rc;

	if (r->high && !encoding_decode(encoding_of_row(r->raw, fs->usual), r->raw,
					&b->arena, &text))
		text = r->raw;
	rc = rejects_put(&fs->rejects, r->line, why, text, err);
	arena_rewind(&b->arena, mark);
	/* A sheet does not write the empty cells at the end of a row; a file of rows must. */
	for (size_t i = r->count; !rc && r->by_rows && i < r->expect; i++)
		rc = rejects_piece(&fs->rejects, SV(","), err);
	while (!rc && r->skipping) {
		rc = csv_more(r, &piece, err);
		if (!rc)
			rc = rejects_piece(&fs->rejects, piece, err);
	}
	fs->base.progress.rows++;
	fs->base.progress.rejected++;
	return rc;
}

/* "name.csv:17"; by hand, because printf() takes longer than the whole row. */
static bool put_origin(const struct file_source *fs, struct arena *a, struct sv *out)
{
	size_t name = strlen(fs->name), digits = 0;
	uint64_t line = fs->reader.line;
	char *p = arena_take(a, name + 22), number[20];

	if (!p)
		return false;
	memcpy(p, fs->name, name);
	p[name] = ':';
	do
		number[digits++] = (char)('0' + line % 10);
	while (line /= 10);
	for (size_t i = 0; i < digits; i++)
		p[name + 1 + i] = number[digits - 1 - i];
	*out = (struct sv){ p, name + 1 + digits };
	return true;
}

/* What every record gets behind its own fields. */
static int complete(struct file_source *fs, struct batch *b, struct record *r,
		    struct err *err)
{
	int rc;

	r->source = fs->batch_source;
	if (!put_origin(fs, &b->arena, &r->origin))
		return ERR_AGAIN;
	rc = record_check(r, err);
	if (rc)
		return ERR_INPUT;
	r->occurrence = 1;
	if (occurrence_needed(r) && !occurrence_of(&fs->twins, r, &r->occurrence))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return 0;
}

/* In an export, somebody who opened the survey and said nothing is counted, and no record. */
static bool says_nothing(struct file_source *fs, const struct record *r)
{
	if (!fs->export || r->kind != KIND_FEEDBACK || r->score_count || r->comment.n)
		return false;
	source_tally(&fs->base, N_("answers without a score or a comment"), 1);
	return true;
}

/* The period below the answers: one cell where the header has many. */
static bool is_footer(const struct file_source *fs)
{
	struct sv raw = fs->reader.raw;

	return fs->export && fs->export->footer && fs->result == CSV_BAD &&
	       fs->reader.count == 1 && fs->reader.expect > 1 && raw.n < 200 &&
	       !memchr(raw.p, fs->reader.delimiter, raw.n) && !fs->reader.cut;
}

/* The row as the next record of the batch; nothing of it stays if it is none. */
static int try_row(struct file_source *fs, const struct file_rows *rows, struct batch *b,
		   bool *blank, struct err *why)
{
	uint64_t unanswered = fs->shape.unanswered;
	struct record *r = batch_add(b, fs->columns.kind);
	struct arena_mark mark;
	int rc;

	if (!r)
		return ERR_AGAIN;
	mark = arena_mark(&b->arena);
	r->channel = fs->shape.channel;
	fs->repaired = false;
	rc = rows->fill(fs, b, r, blank, why);
	if (!rc && !*blank)
		*blank = says_nothing(fs, r);
	if (!rc && !*blank)
		rc = complete(fs, b, r, why);
	if (rc || *blank) {
		fs->shape.unanswered = unanswered;
		arena_rewind(&b->arena, mark);
		batch_drop_last(b);
	}
	return rc;
}

/*
 * One row to one record, or aside. ERR_AGAIN: the batch has no room for it. In a file of
 * UTF-8 a row is believed to be so until something is wrong with it: that saves a look at
 * every byte, and record_check() looks at all that is kept.
 */
static int take_row(struct file_source *fs, const struct file_rows *rows, struct batch *b,
		    struct err *err)
{
	struct err why = ERR_NONE;
	bool blank = false;
	int rc;

	if (is_footer(fs)) {
		source_tally(&fs->base, N_("lines below the answers"), 1);
		return 0;
	}
	if (fs->result == CSV_BAD)
		return set_aside(fs, b, fs->why.text, err);
	fs->doubtful = fs->usual != ENC_UTF8;
	rc = try_row(fs, rows, b, &blank, &why);
	if (rc == ERR_INPUT && !fs->doubtful && fs->reader.high &&
	    !utf8_valid(fs->reader.raw)) {
		fs->doubtful = true;
		rc = try_row(fs, rows, b, &blank, &why);
	}
	if (rc == ERR_INPUT)
		return set_aside(fs, b, why.text, err);
	if (rc == ERR_SYSTEM && err)
		*err = why;
	if (rc || blank)
		return rc;
	fs->base.progress.rows++;
	fs->base.progress.records++;
	fs->base.progress.repaired += fs->repaired;
	return 0;
}

static int read_row(struct file_source *fs, const struct file_rows *rows, struct err *err)
{
	int rc = 0;

	if (!fs->pending) {
		rc = rows->read(&fs->reader, &fs->result, &fs->why);
		if (rc && err)
			*err = fs->why;
	}
	fs->pending = false;
	fs->ended = !rc && fs->result == CSV_END;
	return rc;
}

static void tell_progress(struct file_source *fs)
{
	const struct rejects *r = &fs->rejects;

	fs->base.progress.bytes = input_consumed(&fs->in);
	fs->base.progress.unanswered = fs->shape.unanswered;
	fs->base.rejects = r->said;
	fs->base.reject_count = r->said_count;
	fs->base.rejected_path = r->count && !r->dry_run ? r->path : NULL;
}

int file_source_pull(struct file_source *fs, const struct file_rows *rows,
		     struct batch *out, struct err *err)
{
	int rc = 0;

	if (!arena_copy(&out->arena, sv_of(fs->source), &fs->batch_source))
		return err_set(err, ERR_SYSTEM, "out of memory");
	while (!rc && !fs->ended && out->count < BATCH_RECORDS) {
		rc = read_row(fs, rows, err);
		if (!rc && !fs->ended)
			rc = take_row(fs, rows, out, err);
		if (rc == ERR_AGAIN) {
			fs->pending = true;
			rc = out->count ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
			break;
		}
	}
	tell_progress(fs);
	if (!rc && fs->ended && !out->count)
		rc = rejects_settle(&fs->rejects, true, err);
	return rc;
}
