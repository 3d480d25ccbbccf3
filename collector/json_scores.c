/* SPDX-License-Identifier: Apache-2.0 */
/* json_scores.c: see json_scores.h. */
#include "collector/json_scores.h"

struct entry {
	struct score score;
	bool has_kind, has_value, has_min, has_max, null, ces;
};

static int wrong(struct err *err, const char *what)
{
	return err_set(err, ERR_INPUT, "scores: %s", what);
}

static int take_kind(struct json_in *j, struct entry *e, struct arena *a, struct err *err)
{
	struct sv name;

	if (!json_text(j, a, &name))
		return ERR_AGAIN;
	e->has_kind = true;
	e->ces = sv_ieq(name, SV("ces"));
	if (e->ces)
		e->score.kind = SCORE_CES2;
	else if (!score_kind_find(name, &e->score.kind))
		return wrong(err, "no such kind (csat, nps, ces, ces1, ces2, fcr)");
	return 0;
}

static int take_question(struct json_in *j, struct entry *e, struct arena *a)
{
	struct sv text;

	if (!json_text(j, a, &text))
		return ERR_AGAIN;
	return arena_copy(a, text, &e->score.question) ? 0 : ERR_AGAIN;
}

static int take_number(struct sv key, struct sv number, struct entry *e, struct err *err)
{
	int64_t v;

	if (!json_whole(number, &v) || v < -100 || v > 100)
		return err_set(err, ERR_INPUT, "scores: \"" SV_FMT "\" is no whole point",
			       SV_ARG(sv_sub(number, 0, 40)));
	if (sv_eq(key, SV("value"))) {
		e->score.value = (int16_t)v;
		e->has_value = true;
	} else if (sv_eq(key, SV("min"))) {
		e->score.min = (int16_t)v;
		e->has_min = true;
	} else if (sv_eq(key, SV("max"))) {
		e->score.max = (int16_t)v;
		e->has_max = true;
	}
	return 0;
}

static int take_truth(struct sv key, bool yes, struct entry *e)
{
	if (sv_eq(key, SV("value"))) {
		e->score.value = yes;
		e->has_value = true;
	} else if (sv_eq(key, SV("low_is_good"))) {
		e->score.low_is_good = yes;
	}
	return 0;
}

static int take_member(struct json_in *j, struct sv key, struct entry *e, struct arena *a,
		       struct err *err)
{
	enum json_event v = json_next(j);
	bool is_value = sv_eq(key, SV("value"));

	switch (v) {
	case JSON_ERROR:
		return json_why(j, err);
	case JSON_STRING:
		if (sv_eq(key, SV("kind")))
			return take_kind(j, e, a, err);
		if (sv_eq(key, SV("question")))
			return take_question(j, e, a);
		return is_value ? wrong(err, "a value in words") : 0;
	case JSON_NUMBER:
		return take_number(key, j->text, e, err);
	case JSON_NULL:
		e->null |= is_value;
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		return take_truth(key, v == JSON_TRUE, e);
	default:
		return json_skip(j, v) ? 0 : json_why(j, err);
	}
}

static struct score preset_of(const struct entry *e, const struct shape *sh)
{
	if (e->ces)
		return e->has_max
			       ? score_preset(e->score.max <= 5 ? SCORE_CES1 : SCORE_CES2)
			       : sh->scale[FIELD_CES - FIELD_CSAT];
	return e->score.kind == SCORE_CSAT ? sh->scale[0] : score_preset(e->score.kind);
}

static int keep(const struct entry *e, const struct shape *sh, struct record *r,
		struct err *err)
{
	struct score s = preset_of(e, sh);

	if (e->null)
		return 0; /* asked and not answered */
	if (!e->has_kind || !e->has_value)
		return wrong(err, "kind or value is missing");
	if (!r)
		return 0;
	if (r->score_count == RECORD_SCORES_MAX)
		return err_set(err, ERR_INPUT, "more than %d scores", RECORD_SCORES_MAX);
	s.value = e->score.value;
	s.question = e->score.question;
	s.low_is_good |= e->score.low_is_good;
	s.min = e->has_min ? e->score.min : s.min;
	s.max = e->has_max ? e->score.max : s.max;
	r->scores[r->score_count++] =
		s; /* record_check() says whether it is on its scale */
	return 0;
}

static int take_entry(struct json_in *j, struct entry *e, struct arena *a,
		      struct err *err)
{
	enum json_event v;
	struct sv key;
	int rc = 0;

	while (!rc && (v = json_next(j)) != JSON_OBJECT_END) {
		if (v == JSON_ERROR)
			return json_why(j, err);
		if (!json_text(j, a, &key))
			return ERR_AGAIN;
		rc = take_member(j, key, e, a, err);
	}
	return rc;
}

int json_scores(struct json_in *j, const struct shape *sh, struct record *r,
		struct arena *a, struct err *err)
{
	enum json_event v;
	int rc = 0;

	while (!rc && (v = json_next(j)) != JSON_ARRAY_END) {
		struct entry e = { 0 };

		if (v == JSON_ERROR)
			return json_why(j, err);
		if (v != JSON_OBJECT)
			return wrong(err, "a list of objects is expected");
		rc = take_entry(j, &e, a, err);
		if (!rc)
			rc = keep(&e, sh, r, err);
	}
	return rc;
}
