/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_values.c: what a map says of values: `values.csat = good=1 bad=0`, `scale.csat = 5..1`, and
 * a line of [feedback] and its like, which a source may say as well.
 */
#include <string.h>

#include "collector/map_parts.h"
#include "core/nearest.h"

/* A word up to one of @stops, or 'anything quoted'. */
static struct sv take_word(struct sv *rest, const char *stops)
{
	struct sv word;
	size_t n = 0;

	if (rest->n && rest->p[0] == '\'') {
		*rest = sv_sub(*rest, 1, rest->n);
		return sv_cut(rest, '\'');
	}
	while (n < rest->n && rest->p[n] && !strchr(stops, rest->p[n]))
		n++;
	word = sv_sub(*rest, 0, n);
	*rest = sv_sub(*rest, n, rest->n);
	return word;
}

int map_values_parse(struct map_values *out, struct sv text, struct arena *a,
		     struct err *err)
{
	struct sv rest = sv_trim(text), said, means;

	*out = (struct map_values){ arena_zero(a, MAP_VALUES_MAX, sizeof(*out->at)), 0 };
	if (!out->at)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (; rest.n; rest = sv_trim(rest)) {
		if (out->count == MAP_VALUES_MAX)
			return err_set(err, ERR_CONFIG, "more than %d values",
				       MAP_VALUES_MAX);
		said = take_word(&rest, "= \t\n");
		if (!rest.n || rest.p[0] != '=')
			return err_set(err, ERR_CONFIG,
				       "`" SV_FMT "`: values are written good=1 bad=0, "
				       "those with blanks 'very good'=2",
				       SV_ARG(sv_sub(said, 0, 40)));
		rest = sv_sub(rest, 1, rest.n);
		means = take_word(&rest, " \t\n");
		if (!arena_copy(a, said, &out->at[out->count].said) ||
		    !arena_copy(a, means, &out->at[out->count].means))
			return err_set(err, ERR_SYSTEM, "out of memory");
		out->count++;
	}
	return 0;
}

const struct sv *map_values_find(const struct map_values *v, struct sv said)
{
	for (size_t i = 0; i < v->count; i++)
		if (sv_ieq(v->at[i].said, said))
			return &v->at[i].means;
	return NULL;
}

static bool scale_ends(struct sv text, int64_t *from, int64_t *to)
{
	ptrdiff_t dots = sv_find(text, SV(".."));

	return dots > 0 && sv_i64(sv_trim(sv_sub(text, 0, (size_t)dots)), from) &&
	       sv_i64(sv_trim(sv_sub(text, (size_t)dots + 2, text.n)), to) &&
	       *from != *to && *from >= -100 && *from <= 100 && *to >= -100 &&
	       *to <= 100 && (*from < *to ? *to - *from : *from - *to) < SCORE_POINTS_MAX;
}

int map_scale_parse(struct map_scale *out, enum field f, struct sv text, struct err *err)
{
	int64_t from = 0, to = 0;

	if (f == FIELD_NPS || f == FIELD_FCR) {
		if (sv_eq(text, f == FIELD_NPS ? SV("0..10") : SV("0..1")))
			return 0;
		return err_set(err, ERR_CONFIG, "nps is 0..10 and fcr is yes or no");
	}
	if (!scale_ends(text, &from, &to))
		return err_set(
			err, ERR_CONFIG,
			"a scale is written 1..5, or 5..1 where 1 is the best, with %d "
			"points at most",
			SCORE_POINTS_MAX);
	*out = (struct map_scale){ true, from > to, (int16_t)(from < to ? from : to),
				   (int16_t)(from < to ? to : from) };
	return 0;
}

/* ---- a line of a section of fields ------------------------------------------------------- */

static int unknown_field(const struct map_section *to, struct sv key, struct err *err)
{
	struct nearest near = nearest_to(key);
	struct sv best;

	for (enum field f = FIELD_ID; f < FIELD_ATTR; f++)
		if (field_info(f)->kinds >> to->kind & 1)
			nearest_try(&near, sv_of(field_info(f)->name));
	nearest_try(&near, SV("when"));
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_CONFIG,
			       "no field `" SV_FMT "` of %s; did you mean `" SV_FMT "`?",
			       SV_ARG(key), record_kind_name(to->kind), SV_ARG(best));
	return err_set(err, ERR_CONFIG, "no field `" SV_FMT "` of %s", SV_ARG(key),
		       record_kind_name(to->kind));
}

static int find_field(const struct map_section *to, struct sv name, struct meaning *out,
		      struct err *err)
{
	if (field_find(name, out) && (field_info(out->field)->kinds >> to->kind & 1))
		return 0;
	return unknown_field(to, name, err);
}

/* The place of a field: where it is already, else a new one. */
static struct map_field *slot_of(struct map_section *to, const struct meaning *means)
{
	for (size_t i = 0; i < to->count; i++)
		if (to->fields[i].means.field == means->field &&
		    sv_eq(to->fields[i].means.attr, means->attr))
			return &to->fields[i];
	return to->count < MAP_FIELDS_MAX ? &to->fields[to->count++] : NULL;
}

static int take_field(struct map_section *to, struct sv key, struct sv value,
		      struct arena *a, struct err *err)
{
	struct map_field *slot;
	struct map_expr *expr;
	struct meaning means;
	int rc = find_field(to, key, &means, err);

	if (!rc)
		rc = map_expr_parse(&expr, value, a, err);
	if (rc)
		return rc;
	if (means.attr.n && !arena_copy(a, means.attr, &means.attr))
		return err_set(err, ERR_SYSTEM, "out of memory");
	slot = slot_of(to, &means);
	if (!slot)
		return err_set(err, ERR_CONFIG, "more than %d fields", MAP_FIELDS_MAX);
	*slot = (struct map_field){ means, expr };
	return 0;
}

int map_section_take(struct map_section *to, struct sv key, struct sv value,
		     struct arena *a, struct err *err)
{
	struct map_cond *when;
	struct meaning means;
	int rc;

	if (sv_eq(key, SV("when"))) {
		rc = map_cond_parse(&when, value, a, err);
		to->when = when;
		return rc;
	}
	if (sv_starts(key, SV("scale."))) {
		rc = find_field(to, sv_sub(key, 6, key.n), &means, err);
		if (!rc && field_info(means.field)->type != TYPE_SCORE)
			rc = err_set(err, ERR_CONFIG, "only a score has a scale");
		return rc ? rc
			  : map_scale_parse(&to->scales[means.field - FIELD_CSAT],
					    means.field, value, err);
	}
	if (sv_starts(key, SV("values."))) {
		rc = find_field(to, sv_sub(key, 7, key.n), &means, err);
		return rc ? rc
			  : map_values_parse(&to->values[means.field], value, a, err);
	}
	return take_field(to, key, value, a, err);
}
