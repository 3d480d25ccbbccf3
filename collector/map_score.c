/* SPDX-License-Identifier: Apache-2.0 */
/* map_score.c: the points of an answer; and [questions], which say what each of them is. */
#include "collector/map_parts.h"
#include "collector/values.h"

static struct score preset_of(enum field f, const struct map_scale *scale)
{
	static const enum score_kind kinds[SHAPE_SCORES] = {
		SCORE_CSAT, SCORE_NPS, SCORE_CES2, SCORE_CES1, SCORE_CES2, SCORE_FCR,
	};
	struct score s = score_preset(kinds[f - FIELD_CSAT]);

	if (!scale->told)
		return s;
	if (f == FIELD_CES && scale->max <= 5)
		s = score_preset(SCORE_CES1);
	s.min = scale->min;
	s.max = scale->max;
	s.low_is_good |= scale->low_is_good;
	return s;
}

int map_score(const struct map_scale *scale, enum field f, struct cell cell,
	      struct sv question, struct record *r, struct err *err)
{
	struct sv text = cell_trim(cell.text);
	struct score s = preset_of(f, scale);
	struct point p = { 0, 0 };
	enum tri yes;
	int rc;

	if (f == FIELD_FCR) {
		rc = value_yesno(text, &yes, err);
		p.value = yes == TRI_YES;
	} else {
		rc = value_point(text, &p, err);
	}
	if (rc)
		return rc;
	if (p.value == 0 && s.min == 1)
		return 0; /* how services write "not answered" */
	if (p.of && p.of != s.max)
		return err_set(err, ERR_INPUT, "a point of %d where the scale ends at %d",
			       p.of, s.max);
	if (p.value < s.min || p.value > s.max)
		return err_set(err, ERR_INPUT, "%d is not on the scale %d to %d", p.value,
			       s.min, s.max);
	if (r->score_count == RECORD_SCORES_MAX)
		return err_set(err, ERR_INPUT, "more than %d scores", RECORD_SCORES_MAX);
	s.value = (int16_t)p.value;
	s.question = question;
	r->scores[r->score_count++] = s;
	return 0;
}

/* ---- questions --------------------------------------------------------------------------- */

static enum field field_of(const struct map *m, struct sv type)
{
	const struct sv *means = map_values_find(&m->questions.types, type);
	struct meaning found;

	if (!means || !field_find(*means, &found))
		return FIELD_NONE;
	return found.field == FIELD_COMMENT || field_info(found.field)->type == TYPE_SCORE
		       ? found.field
		       : FIELD_NONE;
}

/* 5 points are 1..5; a question without them keeps the preset of its kind. */
static struct map_scale scale_of(const struct map *m, const struct map_at *at,
				 enum field f)
{
	const json_t *points = map_path_one(m->questions.scale, at);
	struct map_scale scale = { .min = 1 };
	char room[MAP_NUMBER_MAX];
	struct cell cell;
	int64_t n;

	if (f == FIELD_NPS || f == FIELD_FCR || !points ||
	    !map_scalar(points, room, &cell) || !sv_i64(cell.text, &n) || n < 2 ||
	    n > SCORE_POINTS_MAX)
		return scale;
	scale.told = true;
	scale.max = (int16_t)n;
	return scale;
}

static int take_question(const struct map *m, const struct map_at *at, struct arena *a,
			 struct map_questions *out)
{
	const json_t *id = map_path_one(m->questions.id, at);
	const json_t *type = map_path_one(m->questions.type, at);
	char id_room[MAP_NUMBER_MAX], type_room[MAP_NUMBER_MAX];
	struct cell id_cell, type_cell;
	struct map_question *q = &out->at[out->count];
	struct sv kept;

	if (!id || !type || !map_scalar(id, id_room, &id_cell) ||
	    !map_scalar(type, type_room, &type_cell) || out->count == MAP_QUESTIONS_MAX)
		return 0;
	q->field = field_of(m, type_cell.text);
	if (q->field == FIELD_NONE)
		return 0;
	if (!arena_copy(a, id_cell.text, &kept))
		return ERR_AGAIN;
	q->id = kept.p;
	q->scale = scale_of(m, at, q->field);
	out->count++;
	return 0;
}

int map_questions_take(const struct map *m, const json_t *whole, struct arena *a,
		       struct map_questions *out)
{
	struct map_at at = { .item = whole, .whole = whole };
	const json_t *found[MAP_QUESTIONS_MAX];
	size_t n = 1, i, k;
	json_t *one;
	int rc = 0;

	out->count = 0;
	found[0] = whole;
	if (m->questions.items)
		n = map_path_all(m->questions.items, &at, found, MAP_QUESTIONS_MAX);
	for (k = 0; k < n && !rc; k++) {
		at.item = found[k];
		if (!json_is_array(found[k]))
			rc = take_question(m, &at, a, out);
		json_array_foreach(found[k], i, one)
		{
			at.item = one;
			if (!rc)
				rc = take_question(m, &at, a, out);
		}
	}
	return rc;
}
