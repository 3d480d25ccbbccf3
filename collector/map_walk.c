/* SPDX-License-Identifier: Apache-2.0 */
/* map_walk.c: the walker of map_path.h: what a compiled path finds in the JSON of an answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/map_path.h"
#include "collector/map_steps.h"

enum { BUDGET = 200000 }; /* elements that one path may look at */

struct walk {
	const struct map_path *path;
	const struct map_at *at;
	const json_t **out;
	size_t max, found, budget;
};

static bool term_holds(const struct map_term *term, const struct map_at *at);

static bool terms_hold(const struct map_term *terms, size_t count,
		       const struct map_at *at)
{
	bool all = true;

	for (size_t i = 0; i < count; i++) {
		if (terms[i].begins && i) {
			if (all)
				return true;
			all = true;
		}
		all = all && term_holds(&terms[i], at);
	}
	return all;
}

static void step_on(struct walk *w, const json_t *v, size_t i);

/* An element of a list, or a value of an object. False: no more are wanted. */
static bool look_at(struct walk *w, const json_t *element, size_t i)
{
	const struct map_step *step = &w->path->steps[i];
	struct map_at at = *w->at;

	if (!w->budget)
		return false;
	w->budget--;
	at.item = element;
	if (!terms_hold(step->terms, step->term_count, &at))
		return true;
	step_on(w, element, i + 1);
	return step->every && w->found < w->max;
}

static void step_where(struct walk *w, const json_t *v, size_t i)
{
	json_t *element;
	const char *key;
	size_t k;

	if (json_is_array(v)) {
		json_array_foreach(v, k, element) if (!look_at(w, element, i)) return;
	} else if (json_is_object(v)) {
		json_object_foreach((json_t *)v, key,
				    element) if (!look_at(w, element, i)) return;
	}
}

static const json_t *at_index(const json_t *list, const struct map_step *step)
{
	size_t n = json_array_size(list), i = step->index;

	return json_array_get(list, step->from_end ? (i <= n ? n - i : n) : i);
}

static void step_on(struct walk *w, const json_t *v, size_t i)
{
	const struct map_step *step = &w->path->steps[i];

	if (!v || json_is_null(v) || w->found == w->max)
		return;
	if (i == w->path->count)
		w->out[w->found++] = v;
	else if (step->kind == STEP_KEY)
		step_on(w, json_object_get(v, step->key), i + 1);
	else if (step->kind == STEP_INDEX)
		step_on(w, at_index(v, step), i + 1);
	else
		step_where(w, v, i);
}

size_t map_path_all(const struct map_path *p, const struct map_at *at, const json_t **out,
		    size_t max)
{
	struct walk w = { p, at, out, max, 0, BUDGET };

	const json_t *const roots[] = { [FROM_ITEM] = at->item,
					[FROM_WHOLE] = at->whole,
					[FROM_OUTER] = at->outer,
					[FROM_RECEIVED] = at->received };

	if (p)
		step_on(&w, roots[p->from], 0);
	return w.found;
}

const json_t *map_path_one(const struct map_path *p, const struct map_at *at)
{
	const json_t *one = NULL;

	map_path_all(p, at, &one, 1);
	return one;
}

/* The shortest text that reads back as the same number; the point is a point in every language. */
static size_t real_text(double v, char room[MAP_NUMBER_MAX])
{
	int n = 0;

	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(room, MAP_NUMBER_MAX, "%.*g", digits, v);
		if (strtod(room, NULL) == v)
			break;
	}
	for (int i = 0; i < n; i++)
		if (room[i] == ',')
			room[i] = '.';
	return (size_t)n;
}

static size_t whole_text(int64_t v, char room[MAP_NUMBER_MAX])
{
	uint64_t rest = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
	size_t at = MAP_NUMBER_MAX, n;

	do
		room[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (v < 0)
		room[--at] = '-';
	n = MAP_NUMBER_MAX - at;
	memmove(room, room + at, n);
	room[n] = 0;
	return n;
}

bool map_scalar(const json_t *v, char room[MAP_NUMBER_MAX], struct cell *out)
{
	*out = (struct cell){ .number = json_is_number(v) };
	if (json_is_string(v))
		out->text = (struct sv){ json_string_value(v), json_string_length(v) };
	else if (json_is_boolean(v))
		out->text = json_is_true(v) ? SV("true") : SV("false");
	else if (json_is_integer(v))
		out->text = (struct sv){ room, whole_text(json_integer_value(v), room) };
	else if (json_is_real(v))
		out->text = (struct sv){ room, real_text(json_real_value(v), room) };
	else
		return false;
	return true;
}

static bool given(const json_t *v)
{
	char room[MAP_NUMBER_MAX];
	struct cell cell;

	if (map_scalar(v, room, &cell))
		return cell_trim(cell.text).n > 0;
	return json_array_size(v) + json_object_size(v) > 0;
}

static bool term_holds(const struct map_term *term, const struct map_at *at)
{
	const json_t *found[MAP_FOUND_MAX];
	bool wants_given = term->test == TEST_GIVEN || term->test == TEST_ABSENT, hit;
	size_t n = map_path_all(&term->path, at, found, MAP_FOUND_MAX);
	char room[MAP_NUMBER_MAX];
	struct cell cell = { .text = { NULL, 0 } };

	hit = !n && !wants_given && !term->value.n;
	for (size_t i = 0; i < n && !hit; i++) {
		if (wants_given)
			hit = given(found[i]);
		else if (map_scalar(found[i], room, &cell))
			hit = term->test == TEST_BEGINS
				      ? sv_starts(cell.text, term->value)
				      : sv_eq(cell.text, term->value);
	}
	return hit == (term->test != TEST_ABSENT && term->test != TEST_OTHER);
}

bool map_cond_holds(const struct map_cond *c, const struct map_at *at)
{
	return terms_hold(c->terms, c->count, at);
}

/* ---- expressions ------------------------------------------------------------------------- */

struct joining {
	enum map_join how;
	struct arena *arena;
	struct cell *out;
};

/* One more value. ERR_AGAIN: the arena is full. */
static int join(struct joining *j, struct cell next)
{
	struct cell *out = j->out;
	const char *between = j->how == JOIN_LINES ? "\n" : ", ";
	size_t gap = strlen(between), n = out->text.n + gap + next.text.n;
	char *p;

	if (!out->text.n) {
		*out = next;
		return 0;
	}
	if (n > RECORD_COMMENT_MAX * 2)
		return 0; /* too long for a record already: it will say so */
	p = arena_take(j->arena, n);
	if (!p)
		return ERR_AGAIN;
	memcpy(p, out->text.p, out->text.n);
	memcpy(p + out->text.n, between, gap);
	memcpy(p + out->text.n + gap, next.text.p, next.text.n);
	*out = (struct cell){ { p, n }, true, false };
	return 0;
}

static int join_value(struct joining *j, const json_t *v)
{
	char room[MAP_NUMBER_MAX];
	struct cell cell;

	if (!map_scalar(v, room, &cell) || !cell_trim(cell.text).n)
		return 0;
	if (cell.number) {
		if (!arena_copy(j->arena, cell.text, &cell.text))
			return ERR_AGAIN;
		cell.owned = true;
	}
	return join(j, cell);
}

static int join_part(struct joining *j, const struct map_part *part,
		     const struct map_at *at)
{
	const json_t *found[MAP_FOUND_MAX];
	size_t n;
	int rc = 0;

	if (part->literal)
		return part->text.n ? join(j, (struct cell){ .text = part->text }) : 0;
	n = map_path_all(&part->path, at, found, MAP_FOUND_MAX);
	for (size_t i = 0; i < n && !rc; i++) {
		rc = join_value(j, found[i]);
		if (j->how == JOIN_FIRST && j->out->text.n)
			break;
	}
	return rc;
}

int map_expr_value(const struct map_expr *e, const struct map_at *at, enum map_join how,
		   struct arena *a, struct cell *out)
{
	struct joining j = { how, a, out };
	int rc = 0;

	*out = (struct cell){ .text = { NULL, 0 } };
	for (size_t i = 0; i < e->count && !rc; i++) {
		if (out->text.n && (e->parts[i].begins || how == JOIN_FIRST))
			break;
		rc = join_part(&j, &e->parts[i], at);
	}
	return rc;
}
