/* SPDX-License-Identifier: Apache-2.0 */
/* map_keys.c: which keys a map may have: one table, one small reader for each type of value. */
#include "collector/map_keys.h"

#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/nearest.h"

enum key_type {
	KEY_TEXT,     /* const char *                                   */
	KEY_CHOICE,   /* int: which of @arg                             */
	KEY_NUMBER,   /* int64_t                                        */
	KEY_SPAN,     /* int64_t ms                                     */
	KEY_PATH,     /* struct map_path *                              */
	KEY_EXPR,     /* struct map_expr *                              */
	KEY_COND,     /* struct map_cond *                              */
	KEY_URL,      /* struct map_text *, percent-encoded             */
	KEY_BODY,     /* struct map_text *, as its content type wants it */
	KEY_PLAIN,    /* struct map_text *, as it is                    */
	KEY_QUERY,    /* prefix: into struct map_ask                    */
	KEY_HEADER,   /* prefix: into struct map_ask                    */
	KEY_VALUES,   /* struct map_values                              */
	KEY_ELSEWHERE /* read by a function of its own                  */
};

struct key_row {
	const char *section, *key; /* a prefix ends in a dot */
	enum key_type type;
	size_t at;
	const char *arg;
	int64_t min, max;
};

#define AT(member) offsetof(struct map, member)
#define ASK(section, member)                                                                \
	{ section, "url", KEY_URL, AT(member.url), NULL, 0, 0 },                            \
		{ section, "body", KEY_BODY, AT(member.body), NULL, 0, 0 },                 \
		{ section, "content_type", KEY_TEXT, AT(member.content_type), NULL, 0, 0 }, \
		{ section, "method", KEY_CHOICE, AT(member.method), "GET|POST", 0, 0 },     \
		{ section, "query.", KEY_QUERY, AT(member), NULL, 0, 0 },                   \
	{                                                                                   \
		section, "header.", KEY_HEADER, AT(member), NULL, 0, 0                      \
	}

/* clang-format off */
static const struct key_row rows[] = {
	{ "map", "title", KEY_TEXT, AT(title), NULL, 0, 0 },
	{ "map", "about", KEY_TEXT, AT(about), NULL, 0, 0 },
	{ "map", "channel", KEY_TEXT, AT(channel_name), NULL, 0, 0 },
	{ "map", "settings", KEY_ELSEWHERE, 0, NULL, 0, 0 },
	{ "map", "help.", KEY_ELSEWHERE, 0, NULL, 0, 0 },
	{ "map", "preset.", KEY_ELSEWHERE, 0, NULL, 0, 0 },
	{ "auth", "style", KEY_CHOICE, AT(auth.style), "none|header|bearer|basic|query", 0, 0 },
	{ "auth", "name", KEY_TEXT, AT(auth.name), NULL, 0, 0 },
	{ "auth", "prefix", KEY_TEXT, AT(auth.prefix), NULL, 0, 0 },
	{ "auth", "user", KEY_PLAIN, AT(auth.user), NULL, 0, 0 },
	{ "auth", "password", KEY_PLAIN, AT(auth.password), NULL, 0, 0 },
	ASK("login", login),
	{ "login", "token", KEY_PATH, AT(login_token), NULL, 0, 0 },
	{ "login", "good", KEY_COND, AT(login_good), NULL, 0, 0 },
	{ "login", "lifetime", KEY_SPAN, AT(login_lifetime_ms), NULL, MS_SECOND, 365LL * MS_DAY },
	ASK("request", request),
	{ "request", "decode", KEY_CHOICE, AT(decode), "json|base64-json", 0, 0 },
	{ "request", "decode_at", KEY_PATH, AT(decode_at), NULL, 0, 0 },
	{ "request", "good", KEY_COND, AT(good), NULL, 0, 0 },
	{ "request", "error", KEY_EXPR, AT(error), NULL, 0, 0 },
	{ "request", "none", KEY_COND, AT(none), NULL, 0, 0 },
	{ "pages", "style", KEY_CHOICE, AT(style), "none|number|offset|cursor|next-url|link", 0, 0 },
	{ "pages", "first", KEY_NUMBER, AT(first), NULL, 0, 1000000 },
	{ "pages", "size", KEY_NUMBER, AT(size), NULL, 1, 100000 },
	{ "pages", "max", KEY_NUMBER, AT(max), NULL, 1, MAP_PAGES_MAX },
	{ "pages", "items", KEY_PATH, AT(items), NULL, 0, 0 },
	{ "pages", "each", KEY_PATH, AT(each), NULL, 0, 0 },
	{ "pages", "next", KEY_PATH, AT(next), NULL, 0, 0 },
	{ "pages", "more", KEY_COND, AT(more), NULL, 0, 0 },
	{ "pages", "url", KEY_URL, AT(next_ask.url), NULL, 0, 0 },
	{ "pages", "body", KEY_BODY, AT(next_ask.body), NULL, 0, 0 },
	{ "pages", "query.", KEY_QUERY, AT(next_ask), NULL, 0, 0 },
	{ "cursor", "at", KEY_EXPR, AT(at), NULL, 0, 0 },
	{ "cursor", "start", KEY_SPAN, AT(start_ms), NULL, 0, 36500LL * MS_DAY },
	{ "cursor", "overlap", KEY_SPAN, AT(overlap_ms), NULL, 0, 3650LL * MS_DAY },
	{ "cursor", "settle", KEY_SPAN, AT(settle_ms), NULL, 0, MS_DAY },
	ASK("questions", questions.ask),
	{ "questions", "items", KEY_PATH, AT(questions.items), NULL, 0, 0 },
	{ "questions", "id", KEY_PATH, AT(questions.id), NULL, 0, 0 },
	{ "questions", "type", KEY_PATH, AT(questions.type), NULL, 0, 0 },
	{ "questions", "scale", KEY_PATH, AT(questions.scale), NULL, 0, 0 },
	{ "questions", "values", KEY_PATH, AT(questions.values), NULL, 0, 0 },
	{ "questions", "types", KEY_VALUES, AT(questions.types), NULL, 0, 0 },
	ASK("totals", totals.ask),
	{ "totals", "asked", KEY_PATH, AT(totals.asked), NULL, 0, 0 },
	{ "totals", "answered", KEY_PATH, AT(totals.answered), NULL, 0, 0 },
	{ "hook", "scheme", KEY_TEXT, AT(hook.scheme), NULL, 0, 0 },
	{ "hook", "when", KEY_COND, AT(hook.when), NULL, 0, 0 },
	{ "hook", "items", KEY_PATH, AT(hook.items), NULL, 0, 0 },
	{ "hook", "each", KEY_PATH, AT(hook.each), NULL, 0, 0 },
	{ "hook", "percent", KEY_CHOICE, AT(hook.percent), "no|yes", 0, 0 },
	{ "hook", "id", KEY_EXPR, AT(hook.id), NULL, 0, 0 },
	{ "hook", "reply", KEY_TEXT, AT(hook.reply), NULL, 0, 0 },
	{ "hook", "reply_type", KEY_TEXT, AT(hook.reply_type), NULL, 0, 0 },
};
/* clang-format on */
#undef AT

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct {
	struct sv name;
	enum record_kind kind;
} field_sections[MAP_SECTIONS] = {
	{ SV_INIT("feedback"), KIND_FEEDBACK },
	{ SV_INIT("invitation"), KIND_INVITATION },
	{ SV_INIT("interaction"), KIND_INTERACTION },
	{ SV_INIT("hook.feedback"), KIND_FEEDBACK },
	{ SV_INIT("hook.invitation"), KIND_INVITATION },
	{ SV_INIT("hook.interaction"), KIND_INTERACTION },
};

struct building {
	struct map *m;
	const struct map_lines *lines;
	struct arena *arena;
	struct err *err;
};

static bool status_section(struct sv name, int *status)
{
	int64_t n;

	if (!sv_starts(name, SV("status.")) || !sv_i64(sv_sub(name, 7, name.n), &n) ||
	    n < 100 || n > 599)
		return false;
	*status = (int)n;
	return true;
}

static struct map_section *section_of(struct map *m, struct sv name)
{
	for (size_t i = 0; i < MAP_SECTIONS; i++)
		if (sv_eq(name, field_sections[i].name))
			return &m->sections[i];
	return NULL;
}

int map_section_known(struct sv name, struct err *err)
{
	struct nearest near = nearest_to(name);
	struct sv best;
	int status;

	if (status_section(name, &status))
		return 0;
	for (size_t i = 0; i < ROWS + MAP_SECTIONS; i++) {
		struct sv known =
			i < ROWS ? sv_of(rows[i].section) : field_sections[i - ROWS].name;

		if (sv_eq(name, known))
			return 0;
		nearest_try(&near, known);
	}
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_CONFIG,
			       "no section [" SV_FMT "]; did you mean [" SV_FMT "]?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(err, ERR_CONFIG, "no section [" SV_FMT "] in a map", SV_ARG(name));
}

/* ---- one value --------------------------------------------------------------------------- */

static int no_memory(struct building *b)
{
	return err_set(b->err, ERR_SYSTEM, "out of memory");
}

/* What the section says of @key; empty: nothing. */
static struct sv said(const struct map_lines *lines, struct sv section, const char *key)
{
	for (size_t i = 0; i < lines->count; i++)
		if (sv_eq(lines->at[i].section, section) &&
		    sv_eq(lines->at[i].key, sv_of(key)))
			return lines->at[i].value;
	return (struct sv){ NULL, 0 };
}

static int read_choice(const struct building *b, const char *choices, struct sv value,
		       int *out)
{
	struct sv rest = sv_of(choices);

	for (*out = 0; rest.n; ++*out)
		if (sv_eq(sv_cut(&rest, '|'), value))
			return 0;
	return err_set(b->err, ERR_CONFIG, "one of %s is wanted", choices);
}

static int read_number(const struct building *b, const struct key_row *row,
		       struct sv value, int64_t *out)
{
	bool span = row->type == KEY_SPAN;

	if (span ? source_span(value, out) : sv_i64(value, out))
		if (*out >= row->min && *out <= row->max)
			return 0;
	if (span)
		return err_set(b->err, ERR_CONFIG,
			       "a time such as 30s, 5m, 2h or 16d is wanted, %lld s at "
			       "most",
			       (long long)row->max / MS_SECOND);
	return err_set(b->err, ERR_CONFIG, "a whole number from %lld to %lld is wanted",
		       (long long)row->min, (long long)row->max);
}

static unsigned slots_of(struct sv section)
{
	if (sv_eq(section, SV("login")) || sv_eq(section, SV("auth")))
		return SLOTS_LOGIN;
	if (sv_eq(section, SV("request")) || sv_eq(section, SV("pages")))
		return SLOTS_PAGE;
	return SLOTS_WINDOW;
}

static int read_text(struct building *b, const struct map_line *l, enum map_escape escape,
		     const struct map_text **out)
{
	struct map_text *text = NULL;
	int rc = map_text_parse(&text, l->value, escape, slots_of(l->section), b->m->rows,
				b->m->row_count, b->arena, b->err);

	*out = text;
	return rc;
}

static enum map_escape body_escape(const struct building *b, struct sv section)
{
	struct sv type =
		said(b->lines, sv_eq(section, SV("pages")) ? SV("request") : section,
		     "content_type");

	return sv_starts(type, SV("application/x-www-form-urlencoded")) ? ESCAPE_FORM
									: ESCAPE_JSON;
}

static int read_named(struct building *b, const struct key_row *row,
		      const struct map_line *l, struct map_ask *ask)
{
	bool query = row->type == KEY_QUERY;
	size_t *count = query ? &ask->query_count : &ask->header_count;
	struct map_named *to = &(query ? ask->query : ask->headers)[*count];
	struct sv name = sv_sub(l->key, strlen(row->key), l->key.n);

	if (*count == MAP_NAMED_MAX)
		return err_set(b->err, ERR_CONFIG, "more than %d of them", MAP_NAMED_MAX);
	++*count;
	to->name = name.p; /* the end of a key that ends with NUL */
	return read_text(b, l, query ? ESCAPE_QUERY : ESCAPE_NONE, &to->value);
}

static int read_value(struct building *b, const struct key_row *row,
		      const struct map_line *l)
{
	void *to = (char *)b->m + row->at;

	switch (row->type) {
	case KEY_TEXT:
		*(const char **)to = l->value.p;
		return 0;
	case KEY_CHOICE:
		return read_choice(b, row->arg, l->value, to);
	case KEY_NUMBER:
	case KEY_SPAN:
		return read_number(b, row, l->value, to);
	case KEY_PATH:
		return map_path_parse(to, l->value, b->arena, b->err);
	case KEY_EXPR:
		return map_expr_parse(to, l->value, b->arena, b->err);
	case KEY_COND:
		return map_cond_parse(to, l->value, b->arena, b->err);
	case KEY_URL:
		return read_text(b, l, ESCAPE_URL, to);
	case KEY_BODY:
		return read_text(b, l, body_escape(b, l->section), to);
	case KEY_PLAIN:
		return read_text(b, l, ESCAPE_NONE, to);
	case KEY_QUERY:
	case KEY_HEADER:
		return read_named(b, row, l, to);
	case KEY_VALUES:
		return map_values_parse(to, l->value, b->arena, b->err);
	default:
		return 0;
	}
}

/* ---- [map] settings, [status.N], and which line is what ------------------------------------ */

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct source_row *)a)->key,
		      ((const struct source_row *)b)->key);
}

static int add_row(struct building *b, struct source_row row)
{
	const struct source_row *common;
	size_t n;

	common = source_common_rows(&n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(common[i].key, row.key) == 0)
			return err_set(b->err, ERR_CONFIG,
				       "`%s` is a setting of every source already",
				       row.key);
	b->m->rows[b->m->row_count++] = row;
	return 0;
}

/* What [map] says of setting @name under `preset.` or `help.`; empty: nothing. */
static struct sv said_of(struct building *b, const char *what, struct sv name)
{
	char key[64];

	snprintf(key, sizeof(key), "%s" SV_FMT, what, SV_ARG(name));
	return said(b->lines, SV("map"), key);
}

/* settings = url! account! inbox */
static int take_settings(struct building *b, struct sv value)
{
	struct sv rest = sv_trim(value);
	int rc = 0;

	for (; !rc && rest.n; rest = sv_trim(rest)) {
		struct source_row row = { .type = ROW_TEXT, .arg = "TEXT" };
		struct sv name = sv_cut(&rest, ' '), preset, help;
		bool must = sv_ends(name, SV("!"));

		name = sv_sub(name, 0, name.n - must);
		if (!name.n || name.n > 32 || b->m->row_count == MAP_NAMED_MAX)
			return err_set(b->err, ERR_CONFIG,
				       "names of 32 letters at most, %d of them at most",
				       MAP_NAMED_MAX);
		preset = said_of(b, "preset.", name);
		help = said_of(b, "help.", name);
		if (!arena_copy(b->arena, name, &name))
			return no_memory(b);
		row.key = name.p;
		row.preset = preset.n ? preset.p : must ? "!" : NULL;
		row.help = help.n ? help.p : b->m->title ? b->m->title : b->m->name;
		rc = add_row(b, row);
	}
	return rc;
}

/* `start` and `overlap` of [cursor] are the source's to change. */
static int add_cursor_rows(struct building *b)
{
	static const char *const keys[] = { "start", "overlap" };
	static const char *const helps[] = {
		N_("How far back the first run goes."),
		N_("Each run begins so much before the newest seen: ratings change.")
	};
	int rc = 0;

	for (size_t i = 0; i < 2 && !rc && b->m->has_cursor; i++) {
		struct sv preset = said(b->lines, SV("cursor"), keys[i]);

		rc = add_row(b,
			     (struct source_row){ .key = keys[i],
						  .type = ROW_DURATION,
						  .preset = preset.n ? preset.p
								     : (i ? "0s" : "90d"),
						  .max = 36500LL * MS_DAY,
						  .help = helps[i] });
	}
	qsort(b->m->rows, b->m->row_count, sizeof(b->m->rows[0]), by_key);
	return rc;
}

static int take_status(struct building *b, const struct map_line *l, int status)
{
	struct map *m = b->m;
	size_t i = 0;

	while (i < m->status_count && m->status[i].status != status)
		i++;
	if (i == MAP_STATUS_MAX)
		return err_set(b->err, ERR_CONFIG, "more than %d of them",
			       MAP_STATUS_MAX);
	if (i == m->status_count)
		m->status[m->status_count++] = (struct map_status){ status, 0, NULL };
	if (sv_eq(l->key, SV("means")))
		return read_choice(b, "park|again|none", l->value, &m->status[i].means);
	if (!sv_eq(l->key, SV("say")))
		return err_set(b->err, ERR_CONFIG,
			       "no key `" SV_FMT "` here (means, say)", SV_ARG(l->key));
	m->status[i].say = l->value.p;
	return 0;
}

static int unknown_key(struct building *b, const struct map_line *l)
{
	struct nearest near = nearest_to(l->key);
	struct sv best;

	for (size_t i = 0; i < ROWS; i++)
		if (sv_eq(sv_of(rows[i].section), l->section))
			nearest_try(&near, sv_of(rows[i].key));
	best = nearest_found(&near);
	if (best.n)
		return err_set(b->err, ERR_CONFIG,
			       "no key `" SV_FMT "` in [" SV_FMT
			       "]; did you mean `" SV_FMT "`?",
			       SV_ARG(l->key), SV_ARG(l->section), SV_ARG(best));
	return err_set(b->err, ERR_CONFIG, "no key `" SV_FMT "` in [" SV_FMT "]",
		       SV_ARG(l->key), SV_ARG(l->section));
}

static int take_line(struct building *b, const struct map_line *l)
{
	struct map_section *fields = section_of(b->m, l->section);
	int status;

	if (fields)
		return map_section_take(fields, l->key, l->value, b->arena, b->err);
	if (status_section(l->section, &status))
		return take_status(b, l, status);
	for (size_t i = 0; i < ROWS; i++) {
		struct sv key = sv_of(rows[i].key);
		bool prefix = sv_ends(key, SV("."));

		if (sv_eq(l->section, sv_of(rows[i].section)) &&
		    (prefix ? sv_starts(l->key, key) && l->key.n > key.n
			    : sv_eq(l->key, key)))
			return read_value(b, &rows[i], l);
	}
	return unknown_key(b, l);
}

static int first_line(const struct map_lines *lines, struct sv section)
{
	for (size_t i = 0; i < lines->count; i++)
		if (sv_eq(lines->at[i].section, section))
			return lines->at[i].line;
	return 0;
}

/* Which sections there are; presets. */
static void begin(struct building *b)
{
	struct map *m = b->m;

	m->has_login = first_line(b->lines, SV("login")) > 0;
	m->has_request = first_line(b->lines, SV("request")) > 0;
	m->has_cursor = first_line(b->lines, SV("cursor")) > 0;
	m->has_questions = first_line(b->lines, SV("questions")) > 0;
	m->has_totals = first_line(b->lines, SV("totals")) > 0;
	m->has_hook = first_line(b->lines, SV("hook")) > 0;
	m->title = said(b->lines, SV("map"), "title").p; /* for the help of settings */
	m->login.method = 1;
	m->first = 1;
	m->max = MAP_PAGES_MAX;
	m->settle_ms = MS_MINUTE;
	for (size_t i = 0; i < MAP_SECTIONS; i++) {
		m->sections[i].kind = field_sections[i].kind;
		m->sections[i].line = first_line(b->lines, field_sections[i].name);
		m->sections[i].present = m->sections[i].line > 0;
	}
}

int map_build(struct map *m, const struct map_lines *lines, struct arena *a, int *line,
	      struct err *err)
{
	struct building b = { m, lines, a, err };
	int rc = 0;

	m->rows = arena_zero(a, MAP_NAMED_MAX + 2, sizeof(*m->rows));
	if (!m->rows)
		return no_memory(&b);
	begin(&b);
	for (size_t i = 0; i < lines->count && !rc; i++) /* placeholders ask for them */
		if (sv_eq(lines->at[i].section, SV("map")) &&
		    sv_eq(lines->at[i].key, SV("settings"))) {
			*line = lines->at[i].line;
			rc = take_settings(&b, lines->at[i].value);
		}
	if (!rc)
		rc = add_cursor_rows(&b);
	for (size_t i = 0; i < lines->count && !rc; i++) {
		*line = lines->at[i].line;
		rc = take_line(&b, &lines->at[i]);
		if (rc)
			err_at(err, SV_FMT, SV_ARG(lines->at[i].key));
	}
	return rc;
}
