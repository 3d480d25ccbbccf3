/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_parse.c: what a person types into a search box, cut into terms.
 *
 *	term  = ["-"] ( name ":" value *( "," value ) | word | phrase )
 *	value = phrase | anything up to a comma or blank
 *	phrase = ["="] DQUOTE anything DQUOTE, with \" and \\ for the two signs themselves
 *
 * One walk from left to right, no looking back; every complaint knows its column.
 */
#include <string.h>

#include "core/nearest.h"
#include "core/utf8.h"
#include "store/filter.h"
#include "store/opinia_store.h"

struct cut {
	struct filter_reader r;
	const char *p, *end;
	struct filter_term terms[FILTER_TERMS_MAX];
	size_t count;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/*
 * From the quote at c->p to behind the closing one; escapes are resolved into the
 * arena.
 */
static int cut_quoted(struct cut *c, struct sv *out)
{
	const char *open = c->p++;
	char *copy = arena_take(c->r.arena, (size_t)(c->end - open));
	size_t n = 0;

	if (!copy)
		return err_set(c->r.err, ERR_SYSTEM, "out of memory");
	while (c->p < c->end && *c->p != '"') {
		if (*c->p == '\\' && c->p + 1 < c->end &&
		    (c->p[1] == '"' || c->p[1] == '\\'))
			c->p++;
		copy[n++] = *c->p++;
	}
	if (c->p == c->end)
		return filter_wrong(&c->r, open, "this quote is never closed");
	c->p++;
	if (n == 0)
		return filter_wrong(&c->r, open, "there is nothing between the quotes");
	if (c->p < c->end && !is_blank(*c->p) && *c->p != ',')
		return filter_wrong(
			&c->r, c->p,
			"a blank or a comma belongs behind the closing quote");
	*out = (struct sv){ copy, n };
	return 0;
}

static struct sv cut_raw(struct cut *c, bool at_comma)
{
	const char *start = c->p;

	while (c->p < c->end && !is_blank(*c->p) && !(at_comma && *c->p == ','))
		c->p++;
	return (struct sv){ start, (size_t)(c->p - start) };
}

/* A quoted value was copied, so a complaint about it is told again at its quote. */
static int read_quoted(struct cut *c, const struct filter_field_row *row,
		       struct filter_value *out)
{
	const char *open = c->p;
	struct sv text = { NULL, 0 };
	const char *what;
	int rc = cut_quoted(c, &text);

	if (rc)
		return rc;
	rc = filter_value_read(&c->r, row, text, true, out);
	what = rc == ERR_USAGE ? strstr(c->r.err->text, ": ") : NULL;
	return what ? filter_wrong(&c->r, open, "%s", what + 2) : rc;
}

static int read_value(struct cut *c, const struct filter_field_row *row, bool at_comma,
		      struct filter_value *out)
{
	if (row->type == TYPE_WORDS && c->end - c->p > 1 && c->p[0] == '=' &&
	    c->p[1] == '"')
		c->p++;
	if (c->p < c->end && *c->p == '"')
		return read_quoted(c, row, out);
	return filter_value_read(&c->r, row, cut_raw(c, at_comma), false, out);
}

static int keep_term(struct cut *c, const struct filter_term *t,
		     const struct filter_value *v)
{
	struct filter_value *copy = arena_take(c->r.arena, t->count * sizeof(*v));

	if (!copy)
		return err_set(c->r.err, ERR_SYSTEM, "out of memory");
	memcpy(copy, v, t->count * sizeof(*v));
	c->terms[c->count] = *t;
	c->terms[c->count++].values = copy;
	return 0;
}

/* The values behind "name:". */
static int cut_values(struct cut *c, const struct filter_field_row *row,
		      struct filter_term *t)
{
	struct filter_value values[FILTER_VALUES_MAX];
	int rc;

	for (;;) {
		if (t->count == FILTER_VALUES_MAX)
			return filter_wrong(&c->r, c->p, "a term has at most %d values",
					    FILTER_VALUES_MAX);
		rc = read_value(c, row, true, &values[t->count]);
		if (rc)
			return rc;
		t->count++;
		if (c->p == c->end || *c->p != ',')
			break;
		c->p++;
	}
	return keep_term(c, t, values);
}

static int no_field(struct cut *c, struct sv name)
{
	struct nearest near = nearest_to(name);
	struct sv right, shown = utf8_clip(name, 40);

	for (const struct filter_field_row *row = filter_fields; row->name; row++)
		nearest_try(&near, sv_of(row->name));
	right = nearest_found(&near);
	if (right.n)
		return filter_wrong(&c->r, name.p,
				    "there is no field `" SV_FMT
				    "`; did you mean `" SV_FMT "`?",
				    SV_ARG(shown), SV_ARG(right));
	return filter_wrong(&c->r, name.p,
			    "there is no field `" SV_FMT
			    "` (opinia-filter(7) lists them); to look "
			    "for the words, put them in quotes",
			    SV_ARG(shown));
}

/* The name before a colon at c->p, or the empty view. */
static struct sv field_name(const struct cut *c)
{
	const char *p = c->p;

	if (p == c->end || !((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')))
		return (struct sv){ NULL, 0 };
	while (p < c->end && in_name(*p))
		p++;
	if (p == c->end || *p != ':')
		return (struct sv){ NULL, 0 };
	return (struct sv){ c->p, (size_t)(p - c->p) };
}

static int cut_term(struct cut *c)
{
	const struct filter_field_row *row = filter_field_row(FILTER_WORDS);
	struct filter_term t = { .negated = *c->p == '-' };
	struct filter_value word;
	struct sv name;
	int rc;

	if (c->count == FILTER_TERMS_MAX)
		return filter_wrong(&c->r, c->p, "a filter has at most %d terms",
				    FILTER_TERMS_MAX);
	c->p += t.negated;
	if (c->p == c->end || is_blank(*c->p))
		return filter_wrong(&c->r, c->p - 1,
				    "`-` needs something behind it to leave out");
	name = field_name(c);
	if (!name.n) {
		t.field = FILTER_WORDS;
		t.count = 1;
		rc = read_value(c, row, false, &word);
		return rc ? rc : keep_term(c, &t, &word);
	}
	row = filter_field_find(name);
	if (!row)
		return no_field(c, name);
	t.field = row->field;
	if (row->type == TYPE_ATTR)
		t.key = sv_sub(name, 5, name.n);
	c->p += name.n + 1;
	return cut_values(c, row, &t);
}

static int finish(struct cut *c, struct filter **out)
{
	struct filter *f = arena_zero(c->r.arena, 1, sizeof(*f));
	struct filter_term *terms =
		arena_take(c->r.arena, (c->count + 1) * sizeof(*terms));

	if (!f || !terms)
		return err_set(c->r.err, ERR_SYSTEM, "out of memory");
	memcpy(terms, c->terms, c->count * sizeof(*terms));
	f->terms = terms;
	f->count = c->count;
	*out = f;
	return 0;
}

/* Valid UTF-8 without control characters, so that it can be shown and printed back. */
static int check_bytes(const struct filter_reader *r)
{
	struct sv rest = r->whole;

	if (rest.n > FILTER_BYTES_MAX)
		return filter_wrong(r, rest.p, "a filter has at most %d bytes",
				    FILTER_BYTES_MAX);
	while (rest.n) {
		size_t n;
		uint32_t cp = utf8_next(rest, &n);

		if (cp == 0xfffd && n == 1)
			return filter_wrong(r, rest.p, "this is not UTF-8");
		if ((cp < 0x20 && !is_blank((char)cp)) || cp == 0x7f)
			return filter_wrong(r, rest.p,
					    "a control character has no place here");
		rest = sv_sub(rest, n, rest.n);
	}
	return 0;
}

int opinia_filter_parse(struct sv text, const struct opinia_filter_env *env,
			struct arena *arena, struct filter **out, struct err *err)
{
	struct err own = ERR_NONE;
	struct cut *c = arena_zero(arena, 1, sizeof(*c));
	struct sv whole;
	int rc;

	if (!err)
		err = &own;
	if (!c || (text.n <= FILTER_BYTES_MAX && !arena_copy(arena, text, &whole)))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (text.n > FILTER_BYTES_MAX)
		whole = text;
	c->r = (struct filter_reader){ env, arena, err, whole };
	c->p = whole.p;
	c->end = whole.p + whole.n;
	rc = check_bytes(&c->r);
	while (!rc) {
		while (c->p < c->end && is_blank(*c->p))
			c->p++;
		if (c->p == c->end)
			break;
		rc = cut_term(c);
	}
	return rc ? rc : finish(c, out);
}
