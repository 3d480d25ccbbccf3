/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_read.c: finds the file of a map and reads its lines by inih; what they may say is in
 * map_keys.c. Here too: what must be there for the parts to make sense together.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/map_keys.h"
#include "core/nearest.h"

enum { LINE_TEXT = 200, KEY_TEXT_MAX = 49, NAME_MAX_BYTES = 64, NAMES_MAX = 512 };

struct reading {
	struct map_lines *into;
	struct arena *arena;
	FILE *f;
	size_t bytes;
	int line;
	bool continued; /* this line goes on with the value of the one before */
	struct err *err;
	int rc;
};

/* ---- lines ------------------------------------------------------------------------------- */

/* A section's name and a key's are cut by inih where they are too long: said here instead. */
static int look_at(struct reading *r, struct sv line)
{
	struct sv name = line;

	if (sv_starts(name, SV("\xef\xbb\xbf")))
		name = sv_sub(name, 3, name.n);
	r->continued = line.n && (line.p[0] == ' ' || line.p[0] == '\t');
	if (++r->line > MAP_LINES_MAX || (r->bytes += line.n) > MAP_BYTES_MAX)
		return err_set(r->err, ERR_CONFIG,
			       "a map has %d lines and %d KiB at most", MAP_LINES_MAX,
			       MAP_BYTES_MAX >> 10);
	if (sv_starts(name, SV("["))) {
		name = sv_sub(name, 1, name.n);
		return map_section_known(sv_cut(&name, ']'), r->err);
	}
	if (r->continued || !name.n || name.p[0] == '#' || name.p[0] == ';')
		return 0;
	if (sv_trim(sv_cut(&name, '=')).n > KEY_TEXT_MAX)
		return err_set(r->err, ERR_CONFIG, "a key has %d bytes at most",
			       KEY_TEXT_MAX);
	return 0;
}

static char *next_line(char *text, int size, void *user)
{
	struct reading *r = user;

	if (r->rc)
		return NULL;
	text = fgets(text, size, r->f);
	if (!text)
		return NULL;
	r->rc = look_at(r, sv_of(text));
	if (!r->rc && !strchr(text, '\n') && !feof(r->f))
		r->rc = err_set(r->err, ERR_CONFIG,
				"a line has %d bytes at most; go on in the next one, "
				"behind a blank",
				size - 2);
	return r->rc ? NULL : text;
}

static int no_memory(struct reading *r)
{
	r->rc = err_set(r->err, ERR_SYSTEM, "out of memory");
	return 0;
}

static int go_on(struct reading *r, const char *value)
{
	struct map_line *l = &r->into->at[r->into->count - 1];
	char *both = arena_printf(r->arena, SV_FMT "\n%s", SV_ARG(l->value), value);

	if (!both)
		return no_memory(r);
	l->value = sv_of(both);
	return 1;
}

static int take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *r = user;
	struct map_lines *to = r->into;
	struct map_line *l;

	if (r->rc)
		return 1;
	if (r->continued && to->count)
		return go_on(r, value);
	for (size_t i = 0; i < to->count; i++)
		if (sv_eq(to->at[i].section, sv_of(section)) &&
		    sv_eq(to->at[i].key, sv_of(key))) {
			r->rc = err_set(r->err, ERR_CONFIG,
					"`%s` is said in line %d already", key,
					to->at[i].line);
			return 0;
		}
	if (!section[0]) {
		r->rc = err_set(r->err, ERR_CONFIG, "`%s` stands before any [section]",
				key);
		return 0;
	}
	assert(to->count < MAP_LINES_MAX); /* look_at() counts lines */
	l = &to->at[to->count++];
	l->line = r->line;
	if (!arena_copy(r->arena, sv_of(section), &l->section) ||
	    !arena_copy(r->arena, sv_of(key), &l->key) ||
	    !arena_copy(r->arena, sv_trim(sv_of(value)), &l->value))
		return no_memory(r);
	return 1;
}

/* ---- what must be there ------------------------------------------------------------------ */

static int missing(const struct map_lines *lines, struct sv section, const char *what,
		   int *line, struct err *err)
{
	for (size_t i = 0; i < lines->count; i++)
		if (sv_eq(lines->at[i].section, section)) {
			*line = lines->at[i].line;
			break;
		}
	return err_set(err, ERR_CONFIG, "[" SV_FMT "] needs `%s`", SV_ARG(section), what);
}

/* Pages come again: without an id each time would be another record. */
static int check_ids(const struct map *m, const struct map_lines *lines, int *line,
		     struct err *err)
{
	static const struct sv names[MAP_KINDS] = { SV_INIT("feedback"),
						    SV_INIT("invitation"),
						    SV_INIT("interaction") };

	for (size_t i = 0; i < MAP_KINDS && m->has_request; i++) {
		bool id = !m->sections[i].present;

		for (size_t f = 0; f < m->sections[i].count; f++)
			id |= m->sections[i].fields[f].means.field == FIELD_ID;
		if (!id)
			return missing(lines, names[i], "id", line, err);
	}
	return 0;
}

/* A key that something else needs. */
static int check_needs(const struct map *m, const struct map_lines *lines, int *line,
		       struct err *err)
{
	bool next = m->style == PAGES_CURSOR || m->style == PAGES_NEXT_URL;
	bool named = m->auth.style == AUTH_HEADER || m->auth.style == AUTH_QUERY;
	const struct {
		bool wants;
		const void *has;
		struct sv section;
		const char *key;
	} rows[] = {
		{ m->has_request, m->request.url, SV("request"), "url" },
		{ next, m->next, SV("pages"), "next" },
		{ m->has_cursor, m->at, SV("cursor"), "at" },
		{ m->has_login, m->login.url, SV("login"), "url" },
		{ m->has_login, m->login_token, SV("login"), "token" },
		{ named, m->auth.name, SV("auth"), "name" },
		{ m->has_questions, m->questions.ask.url, SV("questions"), "url" },
		{ m->has_questions, m->questions.id, SV("questions"), "id" },
		{ m->has_questions, m->questions.type, SV("questions"), "type" },
		{ m->has_questions, m->questions.values, SV("questions"), "values" },
		{ m->has_totals, m->totals.ask.url, SV("totals"), "url" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].wants && !rows[i].has)
			return missing(lines, rows[i].section, rows[i].key, line, err);
	return check_ids(m, lines, line, err);
}

static int check(const struct map *m, const struct map_lines *lines, int *line,
		 struct err *err)
{
	enum channel channel;
	bool any = false;

	for (size_t i = 0; i < MAP_SECTIONS; i++)
		any |= m->sections[i].present;
	*line = 1;
	if (!any || !(m->has_request || m->has_hook))
		return err_set(err, ERR_CONFIG,
			       "a map needs [request] or [hook], and [feedback], "
			       "[invitation] or [interaction]");
	if (m->channel_name && !channel_find(sv_of(m->channel_name), &channel))
		return err_set(err, ERR_CONFIG,
			       "no such channel: %s (chat, email, phone, web, other)",
			       m->channel_name);
	return check_needs(m, lines, line, err);
}

/* ---- a file ------------------------------------------------------------------------------ */

int map_read(struct map *m, FILE *f, struct arena *arena, struct err *err)
{
	struct map_lines *lines = arena_zero(arena, 1, sizeof(*lines));
	struct reading r = { .into = lines, .arena = arena, .f = f, .err = err };
	int bad, line = 0, rc;

	if (!lines)
		return err_set(err, ERR_SYSTEM, "out of memory");
	bad = ini_parse_stream(next_line, &r, take, &r);
	if (r.rc)
		return err_at(err, "%s:%d", m->file, r.line);
	if (bad > 0)
		return err_set(err, ERR_CONFIG,
			       "%s:%d: neither `[section]` nor `key = value`", m->file,
			       bad);
	rc = map_build(m, lines, arena, &line, err);
	if (!rc)
		rc = check(m, lines, &line, err);
	return rc ? err_at(err, "%s:%d", m->file, line) : 0;
}

static bool name_good(struct sv name)
{
	if (!name.n || name.n > NAME_MAX_BYTES || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!name.p[i] ||
		    !strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", name.p[i]))
			return false;
	return true;
}

static int not_found(const char *const dirs[2], struct sv name, struct arena *arena,
		     struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv *names, best;
	size_t n = 0;

	if (!map_names(dirs, arena, &names, &n, NULL))
		for (size_t i = 0; i < n; i++)
			nearest_try(&near, names[i]);
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_MISSING,
			       "no map `" SV_FMT "`; did you mean `" SV_FMT "`?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(err, ERR_MISSING, "no map `" SV_FMT "`", SV_ARG(name));
}

int map_load(struct map **out, const char *const dirs[2], struct sv name,
	     struct arena *arena, struct err *err)
{
	struct map *m = arena_zero(arena, 1, sizeof(*m));
	FILE *f = NULL;
	int rc;

	*out = NULL;
	if (!m)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (int i = 0; i < 2 && !f && name_good(name); i++) {
		if (!dirs[i])
			continue;
		m->file = arena_printf(arena, "%s/" SV_FMT ".map", dirs[i], SV_ARG(name));
		f = m->file ? fopen(m->file, "re") : NULL;
		if (!f && m->file && errno != ENOENT && errno != ENOTDIR)
			return err_set(err, ERR_SYSTEM, "%s: %s", m->file,
				       strerror(errno));
	}
	if (!f)
		return not_found(dirs, name, arena, err);
	m->name = arena_printf(arena, SV_FMT, SV_ARG(name));
	rc = m->name ? map_read(m, f, arena, err)
		     : err_set(err, ERR_SYSTEM, "out of memory");
	fclose(f);
	if (!rc)
		*out = m;
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return sv_cmp(*(const struct sv *)a, *(const struct sv *)b);
}

static bool known(const struct sv *names, size_t n, struct sv name)
{
	while (n)
		if (sv_eq(names[--n], name))
			return true;
	return false;
}

int map_names(const char *const dirs[2], struct arena *arena, struct sv **out,
	      size_t *count, struct err *err)
{
	*count = 0;
	*out = arena_zero(arena, NAMES_MAX, sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (int i = 0; i < 2; i++) {
		DIR *d = dirs[i] ? opendir(dirs[i]) : NULL;
		struct dirent *e;

		while (d && (e = readdir(d)) && *count < NAMES_MAX) {
			struct sv name = sv_of(e->d_name);

			if (!sv_ends(name, SV(".map")))
				continue;
			name = sv_sub(name, 0, name.n - 4);
			if (name_good(name) && !known(*out, *count, name) &&
			    arena_copy(arena, name, &(*out)[*count]))
				++*count;
		}
		if (d)
			closedir(d);
	}
	qsort(*out, *count, sizeof(**out), by_name);
	return 0;
}

const struct source_row *map_rows(const struct map *m, size_t *count)
{
	*count = m->row_count;
	return m->rows;
}

const char *map_title(const struct map *m)
{
	return m->title ? m->title : m->name;
}

bool map_pulls(const struct map *m)
{
	return m->has_request;
}

bool map_hooks(const struct map *m)
{
	return m->has_hook;
}

bool map_channel(const struct map *m, enum channel *out)
{
	return m->channel_name && channel_find(sv_of(m->channel_name), out);
}

const char *map_scheme(const struct map *m)
{
	return m->hook.scheme;
}
