/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_record.c: an item of an answer becomes records. Values are read as in files (shape.h,
 * values.h), so that a date or a yes means the same wherever it comes from.
 */
#include <string.h>

#include "collector/map_parts.h"
#include "collector/values.h"

struct making {
	const struct map_run *run;
	const struct map_section *section;
	const struct map_at *at;
	const char *place;
	struct batch *out;
	struct record *r;
	struct shape shape;
};

/* ---- one field --------------------------------------------------------------------------- */

/* What the map's `values` make of it. ERR_INPUT: a score that they do not name. */
static int translate(const struct making *mk, enum field f, struct cell *cell,
		     struct err *why)
{
	const struct map_values *values = &mk->section->values[f];
	const struct sv *means;

	if (!values->count)
		return 0;
	means = map_values_find(values, cell_trim(cell->text));
	if (!means && field_info(f)->type == TYPE_SCORE)
		return err_set(why, ERR_INPUT,
			       "\"" SV_FMT "\" is none of the %zu values that are known",
			       SV_ARG(sv_sub(cell->text, 0, 40)), values->count);
	if (means)
		*cell = (struct cell){ .text = sv_eq(*means, SV("-"))
						       ? (struct sv){ NULL, 0 }
						       : *means };
	return 0;
}

/* The time in the first ten letters of a ULID (26 of base 32 without I, L, O, U). */
static bool ulid_time(struct sv s, int64_t *ms)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	const char *at;

	*ms = 0;
	for (size_t i = 0; i < s.n && s.n == 26; i++) {
		at = s.p[i] ? strchr(letters, s.p[i]) : NULL;
		if (!at)
			return false;
		if (i < 10)
			*ms = *ms * 32 + (at - letters);
	}
	return s.n == 26 && s.p[0] <= '7';
}

/*
 * As a reader of files would see it: Unix microseconds are cut to milliseconds, a ULID is its
 * time, and 0 is how some say "never".
 */
static int trim_time(struct cell *cell, struct arena *a)
{
	struct sv s = cell_trim(cell->text);
	int64_t n;
	char *text;

	if (ulid_time(s, &n)) {
		text = arena_printf(a, "%lld", (long long)n);
		if (!text)
			return ERR_AGAIN;
		*cell = (struct cell){ sv_of(text), true, true };
	} else if (sv_i64(s, &n)) {
		if (n == 0)
			cell->text = (struct sv){ NULL, 0 };
		else if (s.n == 16)
			cell->text = sv_sub(s, 0, 13);
	}
	return 0;
}

static enum map_join join_of(enum field f)
{
	if (f == FIELD_COMMENT)
		return JOIN_LINES;
	return f == FIELD_ATTR || field_info(f)->type == TYPE_TEXT ? JOIN_COMMA
								   : JOIN_FIRST;
}

static int put_field(struct making *mk, const struct map_field *field, struct err *why)
{
	enum field f = field->means.field;
	enum field_type type = field_info(f)->type;
	struct arena *a = &mk->out->arena;
	struct cell cell;
	int rc = map_expr_value(field->expr, mk->at, join_of(f), a, &cell);

	if (rc || !cell.text.n)
		return rc;
	rc = translate(mk, f, &cell, why);
	if (!rc && type == TYPE_TIME)
		rc = trim_time(&cell, a);
	if (rc || !cell_trim(cell.text).n)
		return rc;
	if (cell.text.p && memchr(cell.text.p, 0, cell.text.n))
		return err_set(why, ERR_INPUT, "a NUL is in it");
	if (type == TYPE_SCORE)
		return value_absent(cell_trim(cell.text))
			       ? 0
			       : map_score(&mk->section->scales[f - FIELD_CSAT], f, cell,
					   (struct sv){ NULL, 0 }, mk->r, why);
	return shape_put(&mk->shape, mk->r, &field->means, cell, a, why);
}

/* ---- answers that are keyed by question ---------------------------------------------------- */

static int add_words(struct making *mk, struct cell cell)
{
	struct record *r = mk->r;
	struct arena *a = &mk->out->arena;
	size_t n = r->comment.n;
	char *p;

	if (!n)
		return arena_copy(a, cell.text, &r->comment) ? 0 : ERR_AGAIN;
	p = arena_take(a, n + 1 + cell.text.n);
	if (!p)
		return ERR_AGAIN;
	memcpy(p, r->comment.p, n);
	p[n] = '\n';
	memcpy(p + n + 1, cell.text.p, cell.text.n);
	r->comment = (struct sv){ p, n + 1 + cell.text.n };
	return 0;
}

static int put_answers(struct making *mk, struct err *why)
{
	const struct map_questions *q = mk->run->questions;
	const json_t *values =
		map_path_one(mk->run->bound->map->questions.values, mk->at);
	char room[MAP_NUMBER_MAX];
	struct cell cell;
	struct sv id;
	int rc = 0;

	for (size_t i = 0; i < q->count && !rc; i++) {
		const json_t *v = json_object_get(values, q->at[i].id);

		if (!v || !map_scalar(v, room, &cell) || !cell_trim(cell.text).n)
			continue;
		if (memchr(cell.text.p, 0, cell.text.n))
			return err_set(why, ERR_INPUT, "a NUL is in it");
		if (q->at[i].field == FIELD_COMMENT) {
			rc = add_words(mk, cell);
			continue;
		}
		if (!arena_copy(&mk->out->arena, sv_of(q->at[i].id), &id))
			return ERR_AGAIN;
		rc = map_score(&q->at[i].scale, q->at[i].field, cell, id, mk->r, why);
	}
	return rc;
}

/* ---- one record -------------------------------------------------------------------------- */

/* What only an answer has: questions, and the language that the source says. */
static int fill_feedback(struct making *mk, struct err *why)
{
	struct sv language = mk->run->bound->language;
	struct record *r = mk->r;
	int rc = mk->run->questions ? put_answers(mk, why) : 0;

	if (!rc && !r->language.n && language.n &&
	    !arena_copy(&mk->out->arena, value_language(language), &r->language))
		rc = ERR_AGAIN;
	return rc;
}

static void say_field(enum field f, struct err *why)
{
	struct sv name = sv_of(field_info(f)->name);

	if (!sv_starts(sv_of(why->text), name))
		err_at(why, SV_FMT, SV_ARG(name));
}

static int fill(struct making *mk, struct err *why)
{
	struct record *r = mk->r;
	int rc = 0;

	r->channel = mk->run->bound->channel;
	for (size_t i = 0; i < mk->section->count && !rc; i++) {
		const struct map_field *field = &mk->section->fields[i];

		rc = put_field(mk, field, why);
		if (rc == ERR_INPUT)
			say_field(field->means.field, why);
	}
	if (!rc && mk->section->kind == KIND_FEEDBACK)
		rc = fill_feedback(mk, why);
	if (!rc && !mk->run->hook && !r->external_id.n)
		rc = err_set(why, ERR_INPUT, "id: it has none");
	return rc;
}

static int complete(struct making *mk, struct err *why)
{
	struct record *r = mk->r;
	struct arena *a = &mk->out->arena;

	if (!arena_copy(a, mk->run->bound->source, &r->source) ||
	    !arena_copy(a, sv_of(mk->place), &r->origin))
		return ERR_AGAIN;
	r->occurrence = 1;
	return record_check(r, why) ? ERR_INPUT : 0;
}

/* One section over one item. ERR_AGAIN: no room; ERR_INPUT: no record; *made as it grows. */
static int make_one(struct making *mk, struct map_made *made, struct err *why)
{
	const struct map_bound *b = mk->run->bound;
	int rc;

	if (mk->section->when && !map_cond_holds(mk->section->when, mk->at))
		return 0;
	mk->r = mk->out->count < BATCH_RECORDS ? batch_add(mk->out, mk->section->kind)
					       : NULL;
	if (!mk->r)
		return ERR_AGAIN;
	mk->shape = (struct shape){ .channel = b->channel, .zone = b->zone };
	rc = fill(mk, why);
	if (!rc && mk->section->kind == KIND_FEEDBACK && !mk->r->score_count &&
	    !mk->r->comment.n) {
		made->unanswered++;
		batch_drop_last(mk->out);
		return 0;
	}
	if (!rc)
		rc = complete(mk, why);
	if (rc)
		batch_drop_last(mk->out);
	else
		made->records++;
	return rc;
}

static int set_aside(const json_t *item, const char *place, const char *why,
		     struct aside *aside, struct map_made *made, struct err *err)
{
	char *raw = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
	int rc = aside_put(aside, place, why, sv_of(raw ? raw : ""), err);

	free(raw);
	made->rejected++;
	return rc;
}

/* All sections over one item (or one element of `each`). */
static int make_all(const struct map_run *run, const struct map_at *at, const char *place,
		    struct aside *aside, struct batch *out, struct map_made *made,
		    struct err *err)
{
	const struct map_section *all = run->bound->sections;
	bool own = all[3].present || all[4].present || all[5].present;
	size_t first = run->hook && own ? MAP_KINDS : 0;
	int rc = 0;

	for (size_t i = first; i < first + MAP_KINDS && !rc; i++) {
		struct making mk = { .run = run,
				     .section = &all[i],
				     .at = at,
				     .place = place,
				     .out = out };
		struct err why = ERR_NONE;

		if (!all[i].present)
			continue;
		rc = make_one(&mk, made, &why);
		if (rc == ERR_INPUT)
			rc = set_aside(at->item, place, why.text, aside, made, err);
	}
	return rc;
}

static int64_t time_of(const struct map_bound *b, const struct map_at *at,
		       struct arena *a)
{
	enum date_style style;
	struct cell cell;
	int64_t ms;

	if (!b->map->at || map_expr_value(b->map->at, at, JOIN_FIRST, a, &cell) ||
	    trim_time(&cell, a) || !cell.text.n ||
	    value_time(cell_trim(cell.text), false, b->zone, &ms, &style, NULL))
		return TIME_NONE;
	return ms;
}

/* Each element of what @each leads to; the item itself where there is none. */
static int make_each(const struct map_run *run, struct map_at *at,
		     const struct map_path *each, const char *place, struct aside *aside,
		     struct batch *out, struct map_made *made, struct err *err)
{
	const json_t *list;
	json_t *one;
	size_t i;
	int rc = 0;

	if (!each)
		return make_all(run, at, place, aside, out, made, err);
	list = map_path_one(each, at);
	at->outer = at->item;
	if (list && !json_is_array(list)) {
		at->item = list;
		return make_all(run, at, place, aside, out, made, err);
	}
	json_array_foreach(list, i, one)
	{
		at->item = one;
		rc = make_all(run, at, place, aside, out, made, err);
		if (rc)
			break;
	}
	return rc;
}

int map_make(const struct map_run *run, const json_t *item, const json_t *whole,
	     const struct map_path *each, const char *place, struct aside *aside,
	     struct batch *out, struct map_made *made, struct err *err)
{
	struct map_at at = { item, whole, NULL, run->received };
	size_t before = out->count;
	int rc;

	*made = (struct map_made){ .at = time_of(run->bound, &at, &out->arena) };
	rc = make_each(run, &at, each, place, aside, out, made, err);
	if (rc != ERR_AGAIN)
		return rc;
	while (out->count > before)
		batch_drop_last(out);
	made->records = made->unanswered = made->rejected = 0;
	if (before) {
		made->full = true;
		return 0;
	}
	return set_aside(item, place, "more than fits into one batch", aside, made, err);
}

int map_item(const struct map_bound *m, const json_t *item, const json_t *whole,
	     const char *place, struct aside *aside, struct batch *out,
	     struct map_made *made, struct err *err)
{
	struct map_run run = { .bound = m };

	return map_make(&run, item, whole, m->map->each, place, aside, out, made, err);
}
