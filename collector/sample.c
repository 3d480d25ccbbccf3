/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.c: see sample.h. A point that fewer than one answer in 200 has does not make a
 * scale (it is a slip, and its row is set aside); three points do, if 30 answers agree.
 */
#include "collector/sample.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/utf8.h"

enum { SLIP = 200, SURE_OF_THREE = 30 };

void notes_add(struct notes *n, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (n->count == NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), gettext(fmt), ap);
	va_end(ap);
	if (arena_copy(n->arena, sv_of(text), &n->at[n->count]))
		n->count++;
}

static void see_score(struct sample *s, enum field f, const struct shape *sh,
		      struct sv text)
{
	struct point p;
	bool absent, wrong = shape_point(sh, f, text, &p, &absent, NULL) != 0;

	s->words += wrong;
	if (wrong || absent || p.value < 0)
		return;
	s->points[p.value < SCORE_POINTS_MAX ? p.value : SCORE_POINTS_MAX]++;
	if (p.of)
		s->of[p.of < SCORE_POINTS_MAX ? p.of : SCORE_POINTS_MAX]++;
}

static void see_time(struct sample *s, struct sv text)
{
	unsigned order = value_slash_order(text);
	enum date_style style;
	int64_t ms;

	s->day_first += order == ORDER_DAY_FIRST;
	s->month_first += order == ORDER_MONTH_FIRST;
	if (value_time(text, order == ORDER_MONTH_FIRST, NULL, &ms, &style, NULL) == 0)
		s->dates[style == DATE_MDY_SLASH ? DATE_DMY_SLASH : style]++;
}

void sample_see(struct sample *s, const struct meaning *means, const struct shape *sh,
		struct sv cell, struct arena *a)
{
	struct sv text = cell_trim(cell);
	enum field_type type = field_info(means->field)->type;

	if (value_absent(text))
		return;
	if (!s->example.n && !arena_copy(a, utf8_clip(text, SAMPLE_EXAMPLE), &s->example))
		return;
	if (type == TYPE_SCORE)
		see_score(s, means->field, sh, text);
	else if (type == TYPE_TIME)
		see_time(s, text);
	else if (means->field == FIELD_VALUE)
		s->comma |= value_says_comma(text);
}

static uint32_t sum(const uint32_t *n, int from, int to)
{
	uint32_t all = 0;

	for (int i = from; i <= to; i++)
		all += n[i];
	return all;
}

/* The highest point that is no slip. */
static int highest(const struct sample *s)
{
	uint32_t all = sum(s->points, 0, SCORE_POINTS_MAX - 1), above = 0;

	for (int p = SCORE_POINTS_MAX - 1; p > 0; p--) {
		above += s->points[p];
		if (above > all / SLIP)
			return p;
	}
	return 0;
}

/* The M of "N/M" that most cells have; 0: none. */
static int written_maximum(const struct sample *s)
{
	int best = 0;

	for (int m = 2; m < SCORE_POINTS_MAX; m++)
		if (s->of[m] > s->of[best])
			best = m;
	return s->of[best] ? best : 0;
}

/* A tool's scale, unless what was answered is over it. */
static bool csat_is_told(const struct sample *s, struct shape *sh)
{
	if (sh->usual_scale && highest(s) > sh->scale[0].max)
		sh->told[0] = false;
	return sh->told[0];
}

static void decide_csat(const struct sample *s, struct score *scale, struct notes *notes)
{
	uint32_t all = sum(s->points, 0, SCORE_POINTS_MAX - 1);
	int top = written_maximum(s), seen = highest(s);

	scale->min = 1;
	if (top)
		scale->max = (int16_t)top;
	else if (seen > 7)
		scale->max = 10;
	else if (seen > 5)
		scale->max = 7;
	else if (seen == 1 && s->points[0] > all / SLIP)
		scale->min = 0, scale->max = 1;
	else
		scale->max = seen && seen <= 3 && all >= SURE_OF_THREE ? 3 : 5;
	notes_add(notes,
		  "csat: read on the scale %d to %d (--scale csat=%d..%d says another)",
		  scale->min, scale->max, 1, scale->max == 10 ? 5 : 10);
	if (scale->min == 1 && s->points[0])
		notes_add(notes,
			  "csat: 0 is read as \"not answered\" (--scale csat=0..%d makes "
			  "it a point)",
			  scale->max > 9 ? 10 : scale->max);
}

static void decide_ces(const struct sample *s, struct score *scale, struct notes *notes)
{
	int top = written_maximum(s), seen = highest(s);

	if (top ? top <= 5 : seen <= 5) {
		*scale = score_preset(SCORE_CES1);
		notes_add(notes,
			  "ces: read as CES 1.0, 1 to 5, low is good (--scale ces=1..7 "
			  "makes it CES 2.0)");
	} else {
		*scale = score_preset(SCORE_CES2);
		notes_add(notes,
			  "ces: read as CES 2.0, 1 to 7, high is good (--scale ces=1..5 "
			  "makes it CES 1.0)");
	}
}

static void decide_slashes(const struct sample *s, size_t columns, struct shape *sh,
			   struct notes *notes)
{
	uint32_t day = 0, month = 0, slashes = 0;

	for (size_t i = 0; i < columns; i++) {
		day += s[i].day_first;
		month += s[i].month_first;
		slashes += s[i].dates[DATE_DMY_SLASH];
	}
	sh->month_first = (month > 0 || sh->month_usual) && day == 0;
	if (sh->month_first && !month)
		notes_add(notes, "dates: read as mm/dd/yyyy, as this tool writes them");
	else if (sh->month_first)
		notes_add(notes,
			  "dates: read as mm/dd/yyyy, because some days are over 12");
	else if (slashes && !day)
		notes_add(notes,
			  "dates: nothing tells dd/mm/yyyy from mm/dd/yyyy; read as "
			  "dd/mm/yyyy");
	else if (month)
		notes_add(notes, "dates: dd/mm/yyyy and mm/dd/yyyy are mixed; read as "
				 "dd/mm/yyyy, the others are set aside");
}

static enum date_style usual_style(const struct sample *s, size_t columns,
				   const struct shape *sh)
{
	uint32_t most = 0;
	enum date_style style = DATE_NONE;

	for (int d = DATE_ISO; d < DATE_STYLES; d++) {
		uint32_t n = 0;

		for (size_t i = 0; i < columns; i++)
			n += s[i].dates[d];
		if (n > most) {
			most = n;
			style = (enum date_style)d;
		}
	}
	return style == DATE_DMY_SLASH && sh->month_first ? DATE_MDY_SLASH : style;
}

/* "Jak oceniasz …" that is answered in words: no score. */
static void drop_word_columns(const struct sample *s, struct columns *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->at[i].means.rank == RANK_QUESTION && s[i].words &&
		    !sum(s[i].points, 0, SCORE_POINTS_MAX) &&
		    field_info(c->at[i].means.field)->type == TYPE_SCORE) {
			c->at[i].means =
				(struct meaning){ FIELD_NONE, RANK_NONE, { NULL, 0 } };
			c->at[i].why =
				"is answered in words (--values SCORE=\"WORD=POINT "
				"…\")";
		}
}

enum date_style sample_decide(const struct sample *s, struct columns *c, struct shape *sh,
			      struct notes *notes)
{
	drop_word_columns(s, c);
	for (size_t i = 0; i < c->count; i++) {
		enum field f = c->at[i].means.field;

		sh->comma |= s[i].comma;
		if (f == FIELD_CSAT && !csat_is_told(&s[i], sh))
			decide_csat(&s[i], &sh->scale[f - FIELD_CSAT], notes);
		if (f == FIELD_CES && !sh->told[FIELD_CES - FIELD_CSAT])
			decide_ces(&s[i], &sh->scale[f - FIELD_CSAT], notes);
	}
	decide_slashes(s, c->count, sh, notes);
	return usual_style(s, c->count, sh);
}
