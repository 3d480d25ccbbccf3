/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_jsonl.c: JSON Lines, one object a line. A key is a column, an object inside makes
 * the keys `outer.inner`; `scores` and `attributes` are objects that may be left out of the
 * name. Keys that come later are columns, too, as long as there is room.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/file_source.h"
#include "collector/json_scores.h"
#include "core/json_in.h"
#include "core/utf8.h"

enum { PATH_MAX_BYTES = 256, SLOTS = 2048, LOOK_ROWS = SAMPLE_ROWS };

struct jsonl_source {
	struct file_source fs; /* first member */
	int16_t slot[SLOTS];   /* hash of a key → column + 1 */
	uint16_t after[COLUMNS_MAX +
		       1]; /* column + 1 → the one that followed it last time */
	bool settled;
	uint64_t met[COLUMNS_MAX / 64]; /* columns of this row */
};

/* Where the walk is in one line. */
struct line {
	struct jsonl_source *js;
	struct json_in json;
	struct arena *arena;
	struct record *r; /* NULL: only looking */
	char path[PATH_MAX_BYTES];
	size_t path_n[JSON_DEPTH_MAX + 1]; /* length of the prefix at this depth */
	unsigned before;		   /* column + 1 of the last key */
	bool any;
};

static int jsonl_fits(struct sv head)
{
	if (sv_starts(head, CSV_MARK)) {
		struct sv rest = head;

		sv_cut(&rest, '\n'); /* our mark */
		sv_cut(&rest, '\n'); /* the first remark, or a header of CSV */
		head = rest;
	}
	head = sv_trim(head);
	return head.n && (head.p[0] == '{' || head.p[0] == '[') ? 90 : 0;
}

static size_t hash_of(struct sv name)
{
	uint64_t h = name.n;

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 29) & (SLOTS - 1);
}

/* The keys of `scores` and `attributes` need no prefix in a header, but attributes keep theirs. */
static struct sv column_name(struct sv path)
{
	return sv_starts(path, SV("scores.")) ? sv_sub(path, 7, path.n) : path;
}

/* A key that was not met before; -1: there is no room for another. */
static int add_column(struct jsonl_source *js, struct sv name, size_t slot)
{
	struct file_source *fs = &js->fs;
	struct sv kept;

	if (fs->columns.count == COLUMNS_MAX || !arena_copy(&fs->arena, name, &kept))
		return -1;
	columns_add(&fs->columns, kept);
	js->slot[slot] = (int16_t)fs->columns.count;
	if (js->settled) {
		columns_settle_last(&fs->columns);
		file_source_say(fs, fs->columns.count - 1);
	}
	return (int)fs->columns.count - 1;
}

static int find_column(struct jsonl_source *js, struct sv path)
{
	struct sv name = column_name(path);
	size_t i = hash_of(name);

	for (; js->slot[i]; i = (i + 1) & (SLOTS - 1))
		if (sv_eq(js->fs.columns.at[js->slot[i] - 1].name, name))
			return js->slot[i] - 1;
	return add_column(js, name, i);
}

/* The column of the key just read, by what followed the last one in earlier lines, or looked up. */
static int column_of(struct line *l, struct sv path)
{
	struct jsonl_source *js = l->js;
	unsigned likely = js->after[l->before];
	int i;

	if (likely && sv_eq(js->fs.columns.at[likely - 1].name, path)) {
		l->before = likely;
		return (int)likely - 1;
	}
	i = find_column(js, path);
	if (i >= 0) {
		js->after[l->before] = (uint16_t)(i + 1);
		l->before = (unsigned)i + 1;
	}
	return i;
}

static int wrong_json(struct line *l, struct err *err)
{
	return json_why(&l->json, err);
}

/* The path of the key just read: the prefix of this depth and the key. */
static int key_path(struct line *l, struct sv *path, struct err *err)
{
	size_t prefix = l->path_n[l->json.depth];
	struct sv key;

	if (!json_text(&l->json, l->arena, &key))
		return ERR_AGAIN;
	*path = key;
	if (!prefix)
		return 0;
	if (prefix + key.n >= PATH_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the names of nested keys are too long");
	memcpy(l->path + prefix, key.p, key.n);
	*path = (struct sv){ l->path, prefix + key.n };
	return 0;
}

static int enter_object(struct line *l, struct sv path, struct err *err)
{
	if (path.n + 1 >= PATH_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the names of nested keys are too long");
	memmove(l->path, path.p, path.n);
	l->path[path.n] = '.';
	l->path_n[l->json.depth] = path.n + 1;
	return 0;
}

/* What a scalar event says as a cell; false: @a is full. */
static bool cell_of(struct line *l, enum json_event e, struct cell *cell)
{
	*cell = (struct cell){ .number = e == JSON_NUMBER };
	if (e == JSON_TRUE || e == JSON_FALSE)
		cell->text = e == JSON_TRUE ? SV("true") : SV("false");
	else if (e == JSON_NUMBER)
		cell->text = l->json.text;
	else if (e == JSON_STRING && !json_text(&l->json, l->arena, &cell->text))
		return false;
	cell->owned = e == JSON_STRING && l->json.escaped;
	return true;
}

static int meet(struct line *l, int column, enum json_event e, struct err *err)
{
	struct file_source *fs = &l->js->fs;
	const struct meaning *means = &fs->columns.at[column].means;
	uint64_t bit = UINT64_C(1) << (column % 64);
	struct cell cell;

	l->any |= e != JSON_NULL;
	if (!means->field)
		return 0;
	if (l->js->met[column / 64] & bit)
		return err_set(err, ERR_INPUT, "the key " SV_FMT " comes twice",
			       SV_ARG(fs->columns.at[column].name));
	l->js->met[column / 64] |= bit;
	if (!cell_of(l, e, &cell))
		return ERR_AGAIN;
	if (cell.owned && memchr(cell.text.p, 0, cell.text.n))
		return err_set(err, ERR_INPUT, "a NUL is in " SV_FMT,
			       SV_ARG(fs->columns.at[column].name));
	if (l->r)
		return shape_put(&fs->shape, l->r, means, cell, l->arena, err);
	sample_see(&fs->samples[column], means, &fs->shape, cell.text, &fs->arena);
	return 0;
}

static int take_array(struct line *l, struct sv path, struct err *err)
{
	int column;

	if (sv_eq(path, SV("scores"))) {
		l->any = l->js->fs.columns.scores = true;
		return json_scores(&l->json, &l->js->fs.shape, l->r, l->arena, err);
	}
	column = column_of(l, path);
	if (column >= 0 && l->js->fs.columns.at[column].means.field)
		return err_set(err, ERR_INPUT, SV_FMT ": a list is no value",
			       SV_ARG(path));
	return json_skip(&l->json, JSON_ARRAY) ? 0 : wrong_json(l, err);
}

/* One key and what follows it. */
static int take_key(struct line *l, struct err *err)
{
	struct sv path;
	enum json_event e;
	int column, rc = key_path(l, &path, err);

	if (rc)
		return rc;
	e = json_next(&l->json);
	if (e == JSON_ERROR)
		return wrong_json(l, err);
	if (e == JSON_OBJECT)
		return enter_object(l, path, err);
	if (e == JSON_ARRAY)
		return take_array(l, path, err);
	column = column_of(l, path);
	return column >= 0 ? meet(l, column, e, err) : 0;
}

static int walk_text(struct line *l, struct sv text, struct err *err)
{
	enum json_event e;
	int rc = 0;

	memset(l->js->met, 0, sizeof(l->js->met));
	l->path_n[1] = 0;
	l->before = 0;
	json_begin(&l->json, text);
	e = json_next(&l->json);
	if (e == JSON_ARRAY)
		return err_set(err, ERR_INPUT,
			       "a list: JSON Lines has one object a line "
			       "(jq -c '.[]' makes it so)");
	if (e != JSON_OBJECT)
		return e == JSON_ERROR ? wrong_json(l, err)
				       : err_set(err, ERR_INPUT, "no JSON object");
	while (!rc && (e = json_next(&l->json)) != JSON_END)
		if (e == JSON_KEY)
			rc = take_key(l, err);
		else if (e == JSON_ERROR)
			rc = wrong_json(l, err);
	return rc;
}

/* A line that is not UTF-8 is repaired and read once more. */
static int walk_line(struct line *l, struct err *err)
{
	struct file_source *fs = &l->js->fs;
	struct sv raw = fs->reader.raw;
	int rc = walk_text(l, raw, err);

	if (rc != ERR_INPUT || !fs->reader.high || utf8_valid(raw))
		return rc;
	if (!encoding_decode(encoding_of_bytes(raw), raw, l->arena, &raw))
		return ERR_AGAIN;
	if (l->r) {
		record_init(l->r, fs->columns.kind);
		l->r->channel = fs->shape.channel;
	}
	fs->repaired = true;
	return walk_text(l, raw, err);
}

/* Read the first lines, once for the keys and once for what they hold. */
static int look(struct jsonl_source *js, struct err *err)
{
	struct file_source *fs = &js->fs;
	struct csv_reader *r = &fs->reader;
	struct arena scratch;
	enum csv_result got = CSV_ROW;
	size_t good = 0, from = fs->in.from;
	struct err why = ERR_NONE;
	int rc = 0;

	r->next_line = 1;
	arena_init(&scratch, 0);
	for (int row = 0; !rc && row < LOOK_ROWS; row++) {
		struct line l = { .js = js, .arena = &scratch };

		rc = csv_line(r, &got, &why);
		if (rc || got == CSV_END)
			break;
		if (got == CSV_ROW)
			good += walk_line(&l, &why) == 0;
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	fs->in.from = from;
	r->next_line = 1;
	if (!rc && !good && !js->settled)
		return err_set(err, ERR_INPUT,
			       "none of its first lines is a JSON object: %s", why.text);
	if (rc && err)
		*err = why;
	return rc;
}

static int add_mapped(struct jsonl_source *js)
{
	const struct columns_told *told = &js->fs.told;

	for (size_t i = 0; i < told->map_count; i++) {
		struct sv name = sv_of(told->maps[i]);

		sv_cut(&name, '=');
		if (name.n && name.p[0] != '#')
			find_column(js, name);
	}
	return 0;
}

static int recognise(struct jsonl_source *js, struct err *err)
{
	struct file_source *fs = &js->fs;
	bool utf16 = fs->in.mark == MARK_UTF16LE || fs->in.mark == MARK_UTF16BE;
	int rc;

	fs->in.held = true;
	fs->usual = utf16 ? ENC_UTF16 : ENC_UTF8;
	fs->reader.comments = sv_starts(input_window(&fs->in), CSV_MARK);
	rc = look(js, err);
	if (!rc)
		rc = add_mapped(js);
	if (!rc)
		rc = columns_settle(&fs->columns, &fs->told, err);
	js->settled = true;
	if (!rc)
		rc = look(js, err);
	if (rc)
		return rc;
	file_source_decide(fs);
	fs->rejects.bom = false;
	fs->in.held = false;
	return 0;
}

static void jsonl_close(struct source *s)
{
	struct jsonl_source *js = (struct jsonl_source *)s;

	if (!js)
		return;
	file_source_release(&js->fs);
	free(js);
}

static int jsonl_open(struct source **out, const struct source_config *config,
		      struct err *err)
{
	struct jsonl_source *js = calloc(1, sizeof(*js));
	int rc;

	*out = NULL;
	if (!js)
		return err_set(err, ERR_SYSTEM, "out of memory");
	js->fs.in.fd = -1;
	rc = file_source_init(&js->fs, &adapter_jsonl, config, err);
	if (!rc)
		rc = recognise(js, err);
	if (rc) {
		jsonl_close(&js->fs.base);
		return rc;
	}
	*out = &js->fs.base;
	return 0;
}

static int jsonl_fill(struct file_source *fs, struct batch *b, struct record *r,
		      bool *blank, struct err *err)
{
	struct line l = { .js = (struct jsonl_source *)fs, .arena = &b->arena, .r = r };
	int rc = walk_line(&l, err);

	*blank = false;
	return rc;
}

static int jsonl_pull(struct source *s, struct sv cursor, struct batch *out,
		      struct err *err)
{
	static const struct file_rows rows = { csv_line, jsonl_fill };

	(void)cursor; /* a file has none: importing it again changes nothing */
	return file_source_pull((struct file_source *)s, &rows, out, err);
}

const struct adapter adapter_jsonl = {
	.kind = "jsonl",
	.summary = "one JSON object a line",
	.fits = jsonl_fits,
	.open = jsonl_open,
	.pull = jsonl_pull,
	.close = jsonl_close,
};
