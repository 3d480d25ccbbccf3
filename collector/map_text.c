/* SPDX-License-Identifier: Apache-2.0 */
/* map_text.c: see map_text.h. */
#include "collector/map_text.h"

#include <stdio.h>
#include <string.h>

#include "collector/http.h"
#include "core/json_out.h"
#include "core/nearest.h"

enum time_form { TIME_UNIX, TIME_UNIX_MS, TIME_ISO, TIME_ISO_US, TIME_DATE, TIME_FORMS };

enum { PIECES_MAX = 64, FILLED_MAX = 1 << 20 };

struct map_piece {
	enum map_slot slot;
	enum time_form form;
	const char *text; /* literal; the setting's key */
	size_t n;
};

struct map_text {
	enum map_escape escape;
	size_t count, slots;
	struct map_piece pieces[];
};

struct parse {
	struct map_piece pieces[PIECES_MAX];
	size_t count;
	unsigned slots;
	const struct source_row *rows;
	size_t row_count;
	struct arena *arena;
	struct err *err;
};

static const struct {
	const char *name;
	enum map_slot slot;
	bool timed;
} names[] = {
	{ "page", SLOT_PAGE, false },	{ "offset", SLOT_OFFSET, false },
	{ "size", SLOT_SIZE, false },	{ "next", SLOT_NEXT, false },
	{ "token", SLOT_TOKEN, false }, { "secret", SLOT_SECRET, false },
	{ "since", SLOT_SINCE, true },	{ "until", SLOT_UNTIL, true },
};

static const char *const forms[TIME_FORMS] = { "unix", "unix_ms", "iso", "iso_us",
					       "date" };

static int add(struct parse *p, struct map_piece piece, struct sv text)
{
	struct sv kept;

	if (p->count == PIECES_MAX)
		return err_set(p->err, ERR_CONFIG, "more than %d pieces of text",
			       PIECES_MAX);
	if (!arena_copy(p->arena, text, &kept))
		return err_set(p->err, ERR_SYSTEM, "out of memory");
	piece.text = kept.p;
	piece.n = kept.n;
	p->pieces[p->count++] = piece;
	return 0;
}

static bool find_form(struct sv name, enum time_form *out)
{
	for (int i = 0; i < TIME_FORMS; i++)
		if (sv_eq(name, sv_of(forms[i]))) {
			*out = (enum time_form)i;
			return true;
		}
	return false;
}

static int unknown(struct parse *p, struct sv name)
{
	struct nearest near = nearest_to(name);
	struct sv best;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (p->slots >> names[i].slot & 1)
			nearest_try(&near, sv_of(names[i].name));
	for (size_t i = 0; i < p->row_count; i++)
		nearest_try(&near, sv_of(p->rows[i].key));
	best = nearest_found(&near);
	if (best.n)
		return err_set(p->err, ERR_CONFIG,
			       "no {" SV_FMT "} here; did you mean {" SV_FMT "}?",
			       SV_ARG(name), SV_ARG(best));
	return err_set(p->err, ERR_CONFIG,
		       "no {" SV_FMT
		       "} here: `settings` of [map] names what a source says",
		       SV_ARG(name));
}

/* {inbox}, {page}, {since:unix} */
static int add_slot(struct parse *p, struct sv inside)
{
	struct sv form = inside, name = sv_cut(&form, ':');
	bool has_form = name.n < inside.n;
	struct map_piece piece = { .slot = SLOT_SETTING, .form = TIME_FORMS };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!sv_eq(name, sv_of(names[i].name)) ||
		    !(p->slots >> names[i].slot & 1))
			continue;
		piece.slot = names[i].slot;
		if (names[i].timed != has_form ||
		    (has_form && !find_form(form, &piece.form)))
			return err_set(p->err, ERR_CONFIG,
				       "{" SV_FMT "}: a time is written {since:F}, F one "
				       "of unix, unix_ms, iso, iso_us, date",
				       SV_ARG(inside));
		return add(p, piece, name);
	}
	for (size_t i = 0; i < p->row_count && !has_form; i++)
		if (sv_eq(name, sv_of(p->rows[i].key)))
			return add(p, piece, name);
	return unknown(p, name);
}

/* Where the next placeholder (or `{{`) begins; a `{` that no small letter follows is itself. */
static size_t next_brace(struct sv s)
{
	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '{' &&
		    (s.p[i + 1] == '{' || (s.p[i + 1] >= 'a' && s.p[i + 1] <= 'z')))
			return i;
	return s.n;
}

static int parse_all(struct parse *p, struct sv s)
{
	int rc = 0;

	while (s.n && !rc) {
		size_t brace = next_brace(s);
		struct sv inside;

		if (brace)
			rc = add(p, (struct map_piece){ .slot = SLOT_TEXT },
				 sv_sub(s, 0, brace));
		s = sv_sub(s, brace, s.n);
		if (rc || !s.n)
			break;
		if (s.p[1] == '{') {
			rc = add(p, (struct map_piece){ .slot = SLOT_TEXT }, SV("{"));
			s = sv_sub(s, 2, s.n);
			continue;
		}
		inside = sv_sub(s, 1, s.n);
		if (!memchr(inside.p, '}', inside.n))
			return err_set(p->err, ERR_CONFIG,
				       "a { is not closed; {{ is a brace");
		s = inside;
		rc = add_slot(p, sv_cut(&s, '}'));
	}
	return rc;
}

int map_text_parse(struct map_text **out, struct sv text, enum map_escape escape,
		   unsigned slots, const struct source_row *rows, size_t row_count,
		   struct arena *a, struct err *err)
{
	struct parse p = { .slots = slots,
			   .rows = rows,
			   .row_count = row_count,
			   .arena = a,
			   .err = err };
	int rc = parse_all(&p, text);

	*out = NULL;
	if (rc)
		return rc;
	*out = arena_take(a, sizeof(**out) + p.count * sizeof(p.pieces[0]));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	(*out)->escape = escape;
	(*out)->count = p.count;
	(*out)->slots = 0;
	for (size_t i = 0; i < p.count; i++)
		(*out)->slots += p.pieces[i].slot != SLOT_TEXT;
	memcpy((*out)->pieces, p.pieces, p.count * sizeof(p.pieces[0]));
	return 0;
}

/* ---- filling in -------------------------------------------------------------------------- */

static void put_time(int64_t ms, enum time_form form, struct buf *out)
{
	struct civil c;

	if (ms == TIME_NONE)
		return;
	c = when_civil(NULL, ms);
	switch (form) {
	case TIME_UNIX:
		buf_printf(out, "%lld",
			   (long long)(ms - (ms % 1000 + 1000) % 1000) / 1000);
		break;
	case TIME_UNIX_MS:
		buf_printf(out, "%lld", (long long)ms);
		break;
	case TIME_DATE:
		buf_printf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
		break;
	default:
		buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day,
			   c.hour, c.minute, c.second);
		if (form == TIME_ISO)
			buf_char(out, 'Z');
		else
			buf_printf(out, ".%03d000+00:00", c.ms);
	}
}

static void put_number(int64_t n, struct buf *out)
{
	if (n >= 0)
		buf_printf(out, "%lld", (long long)n);
}

static void put_slot(const struct map_piece *piece, const struct map_fill *f,
		     struct buf *out)
{
	const char *said;

	switch (piece->slot) {
	case SLOT_TEXT:
		buf_put(out, piece->text, piece->n);
		break;
	case SLOT_SETTING:
		said = source_text(f->settings, piece->text);
		buf_str(out, said ? said : "");
		break;
	case SLOT_PAGE:
		put_number(f->page, out);
		break;
	case SLOT_OFFSET:
		put_number(f->offset, out);
		break;
	case SLOT_SIZE:
		put_number(f->size, out);
		break;
	case SLOT_NEXT:
		buf_sv_put(out, f->next);
		break;
	case SLOT_TOKEN:
		buf_sv_put(out, f->token);
		break;
	case SLOT_SECRET:
		buf_sv_put(out, f->secret);
		break;
	case SLOT_SINCE:
		put_time(f->since, piece->form, out);
		break;
	case SLOT_UNTIL:
		put_time(f->until, piece->form, out);
		break;
	}
}

static void put_json(struct sv s, struct buf *out)
{
	struct buf quoted;

	buf_init(&quoted, FILLED_MAX);
	json_put_text(&quoted, s);
	if (buf_ok(&quoted) && quoted.n >= 2)
		buf_put(out, quoted.p + 1, quoted.n - 2);
	else
		out->failed = true;
	buf_release(&quoted);
}

/* A base address: the slashes behind it are in the template already. */
static struct sv base_of(struct sv s)
{
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	return s;
}

static void put_escaped(const struct map_text *t, size_t i, struct sv value,
			struct buf *out)
{
	bool literal = t->pieces[i].slot == SLOT_TEXT;

	if (t->escape == ESCAPE_QUERY)
		http_escape(value, out);
	else if (literal || t->escape == ESCAPE_NONE)
		buf_sv_put(out, value);
	else if (t->escape == ESCAPE_JSON)
		put_json(value, out);
	else if (t->escape == ESCAPE_URL && i == 0)
		buf_sv_put(out, base_of(value));
	else
		http_escape(value, out);
}

bool map_text_fill(const struct map_text *t, const struct map_fill *f, struct buf *out)
{
	size_t before = out->n, given = 0;
	struct buf value;

	buf_init(&value, FILLED_MAX);
	for (size_t i = 0; i < t->count; i++) {
		buf_clear(&value);
		put_slot(&t->pieces[i], f, &value);
		given += t->pieces[i].slot != SLOT_TEXT && value.n > 0;
		put_escaped(t, i, buf_sv(&value), out);
		if (!buf_ok(&value))
			out->failed = true;
	}
	buf_release(&value);
	if (!t->slots || given)
		return true;
	if (t->escape == ESCAPE_QUERY || t->escape == ESCAPE_NONE) {
		out->n = before;
		if (out->p)
			out->p[before] = 0;
		return false;
	}
	return true;
}
