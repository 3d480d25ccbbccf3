/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notes.c: see notes.h. A small CSV reader of its own, because the collector's makes
 * records: quotes, doubled quotes, line breaks inside quotes, `,` or `;` (whichever the
 * header has), a BOM, CRLF.
 */
#include "cli/notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/when.h"

enum { FIELDS_MAX = 16, NOTES_BYTES_MAX = 1 << 20, NOTES_LINES_MAX = 10000 };

struct reader {
	struct sv rest;
	struct arena *arena;
	char comma;
	unsigned line; /* of the row, 1.. */
	unsigned next; /* of what comes after it */
	struct sv field[FIELDS_MAX];
	size_t fields;
};

/* From a quote to its end, doubled quotes made single. False: out of memory. */
static bool quoted(struct reader *r, struct sv *out)
{
	char *z = arena_take(r->arena, r->rest.n + 1);
	size_t n = 0, i = 1;

	if (!z)
		return false;
	for (; i < r->rest.n; i++) {
		char c = r->rest.p[i];

		if (c == '"' && (i + 1 == r->rest.n || r->rest.p[i + 1] != '"'))
			break;
		i += c == '"';
		r->next += c == '\n';
		z[n++] = c;
	}
	r->rest = sv_sub(r->rest, i + 1, r->rest.n);
	*out = (struct sv){ z, n };
	return true;
}

static size_t plain_length(const struct reader *r)
{
	size_t n = 0;

	while (n < r->rest.n && r->rest.p[n] != r->comma && r->rest.p[n] != '\n')
		n++;
	return n;
}

/* One field and what ends it. @more: another one follows in the row. */
static bool next_field(struct reader *r, bool *more)
{
	struct sv value = { NULL, 0 };
	size_t n;

	if (r->rest.n && r->rest.p[0] == '"' && !quoted(r, &value))
		return false;
	n = plain_length(r);
	if (!value.p)
		value = sv_sub(r->rest, 0, n);
	if (r->fields < FIELDS_MAX)
		r->field[r->fields++] = sv_trim(value);
	*more = n < r->rest.n && r->rest.p[n] == r->comma;
	r->next += n < r->rest.n && r->rest.p[n] == '\n';
	r->rest = sv_sub(r->rest, n + 1, r->rest.n);
	return true;
}

static bool next_row(struct reader *r)
{
	bool more = true;

	r->fields = 0;
	r->line = r->next;
	while (more)
		if (!next_field(r, &more))
			return false;
	return true;
}

/* ---- columns ----------------------------------------------------------------------- */

struct columns {
	int date, kind, text, language; /* -1: not there */
};

static int find_columns(const struct reader *r, enum ui_lang lang, const char *path,
			struct columns *c, struct err *err)
{
	static const char *const names[UI_LANGS] = { "en", "ro", "pl" };
	int english = -1;

	*c = (struct columns){ -1, -1, -1, -1 };
	for (size_t i = 0; i < r->fields; i++) {
		int at = (int)i;

		if (sv_ieq(r->field[i], SV("date")))
			c->date = at;
		else if (sv_ieq(r->field[i], SV("kind")))
			c->kind = at;
		else if (sv_ieq(r->field[i], SV("text")))
			c->text = at;
		if (sv_ieq(r->field[i], sv_of(names[lang])))
			c->language = at;
		if (sv_ieq(r->field[i], SV("en")))
			english = at;
	}
	if (c->text < 0)
		c->text = english >= 0 ? english : c->language;
	if (c->date < 0 || c->text < 0)
		return err_set(
			err, ERR_INPUT,
			"%s:1: the header must name `date` and `text` (or `en`, `ro`, "
			"`pl`)",
			path);
	return 0;
}

static struct sv field(const struct reader *r, int at)
{
	return at >= 0 && (size_t)at < r->fields ? r->field[at] : (struct sv){ NULL, 0 };
}

/* "2026-06-22" */
static bool parse_day(struct sv s, int32_t *day)
{
	int64_t y, m, d;
	struct civil c = { 0 };

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !sv_i64(sv_sub(s, 0, 4), &y) ||
	    !sv_i64(sv_sub(s, 5, 2), &m) || !sv_i64(sv_sub(s, 8, 2), &d))
		return false;
	c.year = (int)y, c.month = (int)m, c.day = (int)d;
	if (!civil_valid(&c))
		return false;
	*day = day_of(c.year, c.month, c.day);
	return true;
}

static int take_row(const struct reader *r, const struct columns *c, const char *path,
		    struct opinia_note *out, size_t *count, struct err *err)
{
	struct opinia_note *n = &out[*count];

	if (r->fields == 1 && !r->field[0].n)
		return 0; /* an empty line */
	if (!parse_day(field(r, c->date), &n->day))
		return err_set(err, ERR_INPUT,
			       "%s:%u: `" SV_FMT "` is no day; 2026-06-22 would be one",
			       path, r->line, SV_ARG(sv_sub(field(r, c->date), 0, 40)));
	n->kind = field(r, c->kind);
	n->text = field(r, c->language);
	if (!n->text.n)
		n->text = field(r, c->text);
	if (!n->text.n)
		return err_set(err, ERR_INPUT, "%s:%u: the note has no text", path,
			       r->line);
	(*count)++;
	return 0;
}

static size_t count_lines(struct sv text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

int notes_parse(struct sv text, const char *path, enum ui_lang lang, struct arena *arena,
		struct opinia_note **out, size_t *count, struct err *err)
{
	struct reader r = { .rest = text, .arena = arena, .comma = ',', .next = 1 };
	struct sv rest = text, head;
	size_t lines = count_lines(text);
	struct columns c;
	int rc;

	*count = 0;
	*out = arena_zero(arena, lines, sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (lines > NOTES_LINES_MAX)
		return err_set(err, ERR_INPUT, "%s: more than %d notes", path,
			       NOTES_LINES_MAX);
	if (sv_starts(r.rest, SV("\xef\xbb\xbf")))
		r.rest = sv_sub(r.rest, 3, r.rest.n);
	head = sv_cut(&rest, '\n');
	if (sv_find(head, SV(";")) >= 0 && sv_find(head, SV(",")) < 0)
		r.comma = ';';
	if (!next_row(&r))
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = find_columns(&r, lang, path, &c, err);
	while (!rc && r.rest.n) {
		if (!next_row(&r))
			return err_set(err, ERR_SYSTEM, "out of memory");
		rc = take_row(&r, &c, path, *out, count, err);
	}
	return rc;
}

int notes_read(const char *path, enum ui_lang lang, struct arena *arena,
	       struct opinia_note **out, size_t *count, struct err *err)
{
	FILE *f = fopen(path, "re");
	char *z = f ? arena_take(arena, NOTES_BYTES_MAX + 1) : NULL;
	size_t n;
	int rc;

	if (!f)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	n = z ? fread(z, 1, NOTES_BYTES_MAX + 1, f) : 0;
	if (!z)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else if (ferror(f))
		rc = err_set(err, ERR_SYSTEM, "%s: cannot be read", path);
	else if (n > NOTES_BYTES_MAX)
		rc = err_set(err, ERR_INPUT, "%s: too large for notes", path);
	else
		rc = notes_parse((struct sv){ z, n }, path, lang, arena, out, count, err);
	fclose(f);
	return rc;
}
