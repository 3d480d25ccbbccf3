/* SPDX-License-Identifier: Apache-2.0 */
/* shape.c: see shape.h. One small function for each type of field. */
#include "collector/shape.h"

#include <string.h>

#include "collector/values.h"

struct sv cell_trim(struct sv s)
{
	s = sv_trim(s);
	while (s.n >= 2 && memcmp(s.p + s.n - 2, "\xc2\xa0", 2) == 0)
		s = sv_trim(sv_sub(s, 0, s.n - 2));
	while (s.n >= 2 && memcmp(s.p, "\xc2\xa0", 2) == 0)
		s = sv_trim(sv_sub(s, 2, s.n));
	return s;
}

static enum score_kind kind_of(enum field f)
{
	static const enum score_kind kinds[SHAPE_SCORES] = {
		SCORE_CSAT, SCORE_NPS, SCORE_CES2, SCORE_CES1, SCORE_CES2, SCORE_FCR,
	};

	return kinds[f - FIELD_CSAT];
}

/* "1..10" of "csat=1..10". */
static bool parse_range(struct sv s, int64_t *from, int64_t *to)
{
	ptrdiff_t dots = sv_find(s, SV(".."));

	return dots > 0 && sv_i64(sv_sub(s, 0, (size_t)dots), from) &&
	       sv_i64(sv_sub(s, (size_t)dots + 2, s.n), to);
}

static bool is_scale(int64_t from, int64_t to)
{
	return from != to && from >= -100 && from <= 100 && to >= -100 && to <= 100 &&
	       (from < to ? to - from : from - to) < SCORE_POINTS_MAX;
}

int shape_tell_scale(struct shape *sh, const char *text, struct err *err)
{
	struct sv range = sv_of(text), name = sv_cut(&range, '=');
	struct meaning m;
	int64_t from, to;
	struct score *s;

	if (!field_find(name, &m) || field_info(m.field)->type != TYPE_SCORE)
		return err_set(err, ERR_USAGE,
			       "--scale %s: the scores are csat, ces, ces1, ces2", text);
	if (!parse_range(range, &from, &to) || !is_scale(from, to))
		return err_set(
			err, ERR_USAGE,
			"--scale %s: a scale is written LOW..HIGH, of %d points at most",
			text, SCORE_POINTS_MAX);
	if (m.field == FIELD_NPS || m.field == FIELD_FCR)
		return err_set(err, ERR_USAGE,
			       "--scale %s: nps is 0..10 and fcr is yes or no", text);
	s = &sh->scale[m.field - FIELD_CSAT];
	if (m.field == FIELD_CES)
		*s = score_preset((from < to ? to : from) <= 5 ? SCORE_CES1 : SCORE_CES2);
	s->low_is_good |= from > to;
	s->min = (int16_t)(from < to ? from : to);
	s->max = (int16_t)(from < to ? to : from);
	sh->told[m.field - FIELD_CSAT] = true;
	return 0;
}

/* The next "WORDS=POINT" of @rest; *absent for "WORDS=-". */
static bool next_word(struct sv *rest, struct shape_word *w)
{
	struct sv all = sv_trim(*rest), word, point;
	ptrdiff_t mark = sv_find(all, SV("="));
	int64_t v = 0;

	if (mark <= 0)
		return false;
	word = sv_trim(sv_sub(all, 0, (size_t)mark));
	*rest = sv_sub(all, (size_t)mark + 1, all.n);
	point = sv_trim(sv_cut(rest, ' '));
	w->word = word;
	w->absent = sv_eq(point, SV("-"));
	if (!w->absent && (!sv_i64(point, &v) || v < -100 || v > 100))
		return false;
	w->value = (int16_t)v;
	return true;
}

int shape_tell_values(struct shape *sh, const char *text, struct err *err)
{
	struct sv rest = sv_of(text), name = sv_cut(&rest, '=');
	struct meaning m;

	if (!field_find(name, &m) || field_info(m.field)->type != TYPE_SCORE)
		return err_set(
			err, ERR_USAGE,
			"--values %s: the scores are csat, nps, ces, ces1, ces2, fcr",
			text);
	while (sv_trim(rest).n) {
		struct shape_word *w = &sh->words[sh->word_count];

		if (sh->word_count == SHAPE_WORDS)
			return err_set(err, ERR_USAGE, "--values: more than %d words",
				       SHAPE_WORDS);
		if (!next_word(&rest, w))
			return err_set(err, ERR_USAGE,
				       "--values %s: it is written SCORE=WORD=POINT "
				       "WORD=POINT …",
				       text);
		w->field = m.field;
		sh->word_count++;
	}
	return 0;
}

static bool has_letter(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] & 0x80) || (s.p[i] | 0x20) >= 'a')
			return true;
	return false;
}

/* Words are the same without regard to case, diacritics and blanks; numbers to the byte. */
static bool same_word(struct sv a, struct sv b)
{
	return sv_ieq(a, b) || (has_letter(a) && has_letter(b) && header_same(a, b));
}

int shape_point(const struct shape *sh, enum field f, struct sv text, struct point *out,
		bool *absent, struct err *err)
{
	enum tri yes = TRI_UNKNOWN;
	int rc;

	*absent = false;
	for (size_t i = 0; i < sh->word_count; i++) {
		const struct shape_word *w = &sh->words[i];

		if (w->field != f || !same_word(w->word, text))
			continue;
		*absent = w->absent;
		*out = (struct point){ w->value, 0 };
		return 0;
	}
	if (f != FIELD_FCR)
		return value_point(text, out, err);
	rc = value_yesno(text, &yes, err);
	*out = (struct point){ yes == TRI_YES, 0 };
	return rc;
}

int shape_begin(struct shape *sh, const struct import_options *o, struct err *err)
{
	int rc = 0;

	*sh = (struct shape){ .channel = CHANNEL_OTHER, .zone = o->zone };
	for (int i = 0; i < SHAPE_SCORES; i++)
		sh->scale[i] = score_preset(kind_of((enum field)(FIELD_CSAT + i)));
	if (o->channel && !channel_find(sv_of(o->channel), &sh->channel))
		return err_set(err, ERR_USAGE,
			       "no such channel: %s (chat, email, phone, web, other)",
			       o->channel);
	for (size_t i = 0; !rc && i < o->scale_count; i++)
		rc = shape_tell_scale(sh, o->scales[i], err);
	for (size_t i = 0; !rc && i < o->value_count; i++)
		rc = shape_tell_values(sh, o->values[i], err);
	return rc;
}

/* ="00123" is how a spreadsheet is told to leave the zeros alone. */
static struct sv plain_id(struct sv s)
{
	if (s.n >= 3 && s.p[0] == '=' && s.p[1] == '"' && s.p[s.n - 1] == '"')
		return cell_trim(sv_sub(s, 2, s.n - 3));
	return s;
}

static int keep_text(struct sv *to, struct sv text, const struct cell *cell,
		     struct arena *a)
{
	if (cell->owned || !text.n)
		*to = text;
	else if (!arena_copy(a, text, to))
		return ERR_AGAIN;
	return 0;
}

static int put_score(struct shape *sh, struct record *r, enum field f, struct sv text,
		     struct err *err)
{
	struct score s = sh->scale[f - FIELD_CSAT];
	struct point p;
	bool absent;
	int rc = shape_point(sh, f, text, &p, &absent, err);

	if (rc || absent)
		return rc;
	if (f == FIELD_CSAT && p.value == 0 && s.min == 1 && !sh->told[0]) {
		sh->unanswered++;
		return 0;
	}
	if (p.of && p.of != s.max)
		return err_set(err, ERR_INPUT, "a point of %d where the scale ends at %d",
			       p.of, s.max);
	if (p.value < s.min || p.value > s.max)
		return err_set(err, ERR_INPUT, "%d is not on the scale %d to %d%s",
			       p.value, s.min, s.max,
			       f == FIELD_NPS ? "" : " (--scale says another)");
	if (r->score_count == RECORD_SCORES_MAX)
		return err_set(err, ERR_INPUT, "more than %d scores", RECORD_SCORES_MAX);
	s.value = (int16_t)p.value;
	r->scores[r->score_count++] = s;
	return 0;
}

static int put_attr(struct record *r, struct sv key, struct sv text,
		    const struct cell *cell, struct arena *a, struct err *err)
{
	struct attr *at = &r->attrs[r->attr_count];
	int rc;

	if (r->attr_count == RECORD_ATTRS_MAX)
		return err_set(err, ERR_INPUT, "more than %d attributes",
			       RECORD_ATTRS_MAX);
	if (!arena_copy(a, key, &at->key))
		return ERR_AGAIN;
	rc = keep_text(&at->value, text, cell, a);
	if (!rc)
		r->attr_count++;
	return rc;
}

static int put_other(struct shape *sh, struct record *r, const struct meaning *means,
		     struct sv text, const struct cell *cell, struct arena *a,
		     struct err *err)
{
	switch (means->field) {
	case FIELD_CHANNEL:
		if (!channel_find(text, &r->channel))
			r->channel = CHANNEL_OTHER;
		return 0;
	case FIELD_LANGUAGE:
		return arena_copy(a, value_language(text), &r->language) ? 0 : ERR_AGAIN;
	case FIELD_DELIVERY:
		return value_delivery(text, &r->delivery, err);
	case FIELD_VALUE:
		return value_cents(text, sh->comma && !cell->number, &r->value_cents,
				   err);
	case FIELD_ATTR:
		return put_attr(r, means->attr, text, cell, a, err);
	default:
		return 0;
	}
}

static int put_typed(struct shape *sh, struct record *r, const struct meaning *means,
		     struct sv text, const struct cell *cell, struct arena *a,
		     struct err *err)
{
	const struct field_info *f = field_info(means->field);
	void *to = (char *)r + f->at;
	enum date_style style;

	switch (f->type) {
	case TYPE_TEXT:
		return keep_text(to, text, cell, a);
	case TYPE_ID:
		return keep_text(to, plain_id(text), cell, a);
	case TYPE_TIME:
		return value_time(text, sh->month_first, sh->zone, to, &style, err);
	case TYPE_YESNO:
		return value_yesno(text, to, err);
	case TYPE_SCORE:
		return put_score(sh, r, means->field, text, err);
	default:
		return put_other(sh, r, means, text, cell, a, err);
	}
}

int shape_put(struct shape *sh, struct record *r, const struct meaning *means,
	      struct cell cell, struct arena *a, struct err *err)
{
	struct sv text = cell_trim(cell.text);
	enum field_type type = field_info(means->field)->type;
	int rc;

	if (!text.n || means->field == FIELD_NONE)
		return 0;
	if (type != TYPE_TEXT && type != TYPE_ID && means->field != FIELD_ATTR &&
	    value_absent(text))
		return 0;
	rc = put_typed(sh, r, means, text, &cell, a, err);
	if (rc == ERR_INPUT)
		err_at(err, "%s", field_info(means->field)->name);
	return rc;
}
