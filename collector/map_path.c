/* SPDX-License-Identifier: Apache-2.0 */
/* map_path.c: the parser of map_path.h, by hand: three small languages that share their paths. */
#include "collector/map_path.h"

#include <string.h>

#include "collector/map_steps.h"

struct parse {
	const char *p, *end;
	struct sv all; /* for sentences */
	struct arena *arena;
	struct err *err;
	int nest;
};

static int wrong(struct parse *t, const char *what)
{
	return err_set(t->err, ERR_CONFIG, "`" SV_FMT "`: %s (at character %d)",
		       SV_ARG(sv_sub(t->all, 0, 80)), what, (int)(t->p - t->all.p) + 1);
}

static int no_memory(struct parse *t)
{
	return err_set(t->err, ERR_SYSTEM, "out of memory");
}

static void skip_blanks(struct parse *t)
{
	while (t->p < t->end && strchr(" \t\n\r", *t->p) && *t->p)
		t->p++;
}

static bool take(struct parse *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

/* Up to the quote that closes it; the opening one is taken. */
static int take_quoted(struct parse *t, char quote, struct sv *out)
{
	const char *close = memchr(t->p, quote, (size_t)(t->end - t->p));

	if (!close)
		return wrong(t, "a quote is not closed");
	*out = (struct sv){ t->p, (size_t)(close - t->p) };
	t->p = close + 1;
	return 0;
}

/* Up to one of @stops, without blanks around. */
static struct sv take_bare(struct parse *t, const char *stops)
{
	const char *from = t->p;

	while (t->p < t->end && *t->p && !strchr(stops, *t->p))
		t->p++;
	return sv_trim((struct sv){ from, (size_t)(t->p - from) });
}

static int parse_terms(struct parse *t, struct map_term **out, size_t *count);

static int parse_key(struct parse *t, struct map_step *step)
{
	struct sv key = { NULL, 0 }, kept;
	int rc = 0;

	skip_blanks(t);
	if (take(t, '"'))
		rc = take_quoted(t, '"', &key);
	else
		key = take_bare(t, ".[]\"'=!~,|&");
	if (rc)
		return rc;
	if (!key.n)
		return wrong(t, "a name is missing");
	if (!arena_copy(t->arena, key, &kept))
		return no_memory(t);
	step->kind = STEP_KEY;
	step->key = kept.p;
	return 0;
}

/* 0], -1] */
static bool take_index(struct parse *t, struct map_step *step)
{
	size_t n = 0, digits = 0, minus = t->p < t->end && *t->p == '-';
	const char *p = t->p + minus;

	while (p + digits < t->end && p[digits] >= '0' && p[digits] <= '9' && digits < 9)
		n = n * 10 + (size_t)(p[digits++] - '0');
	if (!digits || p + digits == t->end || p[digits] != ']')
		return false;
	t->p = p + digits;
	step->index = n;
	step->from_end = minus;
	return true;
}

/* Behind the `[`: 0] *] type=x] *,type=x] */
static int parse_bracket(struct parse *t, struct map_step *step)
{
	struct map_term *terms = NULL;
	int rc = 0;

	skip_blanks(t);
	step->kind = STEP_WHERE;
	if (take_index(t, step)) {
		step->kind = STEP_INDEX;
	} else {
		step->every = take(t, '*');
		skip_blanks(t);
		if (!step->every || take(t, ',')) {
			if (++t->nest > MAP_NEST_MAX)
				return wrong(t, "brackets in brackets in brackets …");
			rc = parse_terms(t, &terms, &step->term_count);
			t->nest--;
		}
		step->terms = terms;
	}
	if (!rc && !take(t, ']'))
		rc = wrong(t, "a `]` is missing");
	return rc;
}

/* `$`, `$$`, `^` and `@received`, where a path or a step ends behind them. */
static bool take_root(struct parse *t, struct map_path *path)
{
	static const struct {
		struct sv sign;
		enum map_from from;
	} roots[] = { { SV_INIT("$$"), FROM_WHOLE },
		      { SV_INIT("$"), FROM_ITEM },
		      { SV_INIT("^"), FROM_OUTER },
		      { SV_INIT("@received"), FROM_RECEIVED } };
	struct sv rest = { t->p, (size_t)(t->end - t->p) };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		size_t n = roots[i].sign.n;

		if (!sv_starts(rest, roots[i].sign))
			continue;
		if (rest.n > n && !strchr(" .[]=!~,|&", rest.p[n]))
			return false; /* a key that begins so */
		path->from = roots[i].from;
		t->p += n;
		return true;
	}
	return false;
}

static int parse_steps(struct parse *t, struct map_path *path)
{
	struct map_step steps[MAP_STEPS_MAX], *kept;
	bool rooted;
	int rc = 0;

	*path = (struct map_path){ .from = FROM_ITEM };
	skip_blanks(t);
	rooted = take_root(t, path);
	for (;;) {
		bool first = !path->count && !rooted, bracket = take(t, '[');

		if (!bracket && !first && !take(t, '.'))
			break;
		if (path->count == MAP_STEPS_MAX)
			return wrong(t, "more than 16 steps");
		steps[path->count] = (struct map_step){ .kind = STEP_KEY };
		rc = bracket ? parse_bracket(t, &steps[path->count])
			     : parse_key(t, &steps[path->count]);
		if (rc)
			return rc;
		path->count++;
	}
	kept = arena_take(t->arena, (path->count + 1) * sizeof(*kept));
	if (!kept)
		return no_memory(t);
	memcpy(kept, steps, path->count * sizeof(*kept));
	path->steps = kept;
	skip_blanks(t);
	return 0;
}

static int parse_term(struct parse *t, struct map_term *term)
{
	bool absent, quoted;
	struct sv value = { NULL, 0 };
	int rc;

	skip_blanks(t);
	absent = take(t, '!');
	rc = parse_steps(t, &term->path);
	if (rc)
		return rc;
	term->test = absent ? TEST_ABSENT : TEST_GIVEN;
	if (take(t, '='))
		term->test = TEST_EQUAL;
	else if (take(t, '~'))
		term->test = TEST_BEGINS;
	else if (take(t, '!')) {
		if (!take(t, '='))
			return wrong(t, "`!=` was meant?");
		term->test = TEST_OTHER;
	} else {
		return 0;
	}
	if (absent)
		return wrong(t, "`!` stands alone before a path, or use `!=`");
	skip_blanks(t);
	quoted = take(t, '\'');
	if (quoted)
		rc = take_quoted(t, '\'', &value);
	else
		value = take_bare(t, ",|]");
	skip_blanks(t);
	if (!rc && !quoted && !value.n)
		rc = wrong(t, "what shall it be compared with? ('' is nothing)");
	return !rc && !arena_copy(t->arena, value, &term->value) ? no_memory(t) : rc;
}

static int parse_terms(struct parse *t, struct map_term **out, size_t *count)
{
	struct map_term terms[MAP_TERMS_MAX];
	bool begins = true;
	int rc;

	for (*count = 0;; begins = t->p[-1] == '|') {
		if (*count == MAP_TERMS_MAX)
			return wrong(t, "more than 32 conditions");
		terms[*count] = (struct map_term){ .begins = begins };
		rc = parse_term(t, &terms[*count]);
		if (rc)
			return rc;
		++*count;
		if (!take(t, ',') && !take(t, '|'))
			break;
	}
	*out = arena_take(t->arena, *count * sizeof(terms[0]));
	if (!*out)
		return no_memory(t);
	memcpy(*out, terms, *count * sizeof(terms[0]));
	return 0;
}

/* A path, or 'words'. */
static int parse_part(struct parse *t, struct map_part *part)
{
	struct sv text = { NULL, 0 };
	int rc;

	skip_blanks(t);
	part->literal = take(t, '\'');
	if (!part->literal)
		return parse_steps(t, &part->path);
	rc = take_quoted(t, '\'', &text);
	skip_blanks(t);
	return !rc && !arena_copy(t->arena, text, &part->text) ? no_memory(t) : rc;
}

static int at_end(struct parse *t)
{
	return t->p == t->end ? 0 : wrong(t, "what is this?");
}

static struct parse parse_of(struct sv text, struct arena *a, struct err *err)
{
	struct sv s = sv_trim(text);

	if (!s.p)
		s = SV("");
	return (struct parse){ s.p, s.p + s.n, s, a, err, 0 };
}

int map_path_parse(struct map_path **out, struct sv text, struct arena *a,
		   struct err *err)
{
	struct parse t = parse_of(text, a, err);
	int rc;

	*out = arena_take(a, sizeof(**out));
	if (!*out)
		return no_memory(&t);
	rc = parse_steps(&t, *out);
	return rc ? rc : at_end(&t);
}

int map_cond_parse(struct map_cond **out, struct sv text, struct arena *a,
		   struct err *err)
{
	struct parse t = parse_of(text, a, err);
	struct map_term *terms = NULL;
	int rc;

	*out = arena_zero(a, 1, sizeof(**out));
	if (!*out)
		return no_memory(&t);
	rc = parse_terms(&t, &terms, &(*out)->count);
	(*out)->terms = terms;
	return rc ? rc : at_end(&t);
}

int map_expr_parse(struct map_expr **out, struct sv text, struct arena *a,
		   struct err *err)
{
	struct parse t = parse_of(text, a, err);
	struct map_part parts[MAP_TERMS_MAX], *kept;
	size_t n = 0;
	bool begins = true;
	int rc;

	*out = arena_zero(a, 1, sizeof(**out));
	if (!*out)
		return no_memory(&t);
	do {
		if (n == MAP_TERMS_MAX)
			return wrong(&t, "more than 32 paths");
		parts[n] = (struct map_part){ .begins = begins };
		rc = parse_part(&t, &parts[n++]);
		if (rc)
			return rc;
		begins = t.p < t.end && *t.p == '|';
	} while (take(&t, '|') || take(&t, '&'));
	kept = arena_take(a, n * sizeof(*kept));
	if (!kept)
		return no_memory(&t);
	memcpy(kept, parts, n * sizeof(*kept));
	(*out)->parts = kept;
	(*out)->count = n;
	return at_end(&t);
}
