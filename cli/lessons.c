/* SPDX-License-Identifier: Apache-2.0 */
/* lessons.c: see lessons.h. */
#include "cli/lessons.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"
#include "core/json_in.h"

enum { COMPLAINTS_MAX = 20, LINE_MOST = 16 << 20 };

/* ---- labels -------------------------------------------------------------------------------- */

enum sentiment lessons_label(const struct score *s)
{
	int32_t span = s->max - s->min, up = s->value - s->min;

	if (s->kind == SCORE_NPS)
		return s->value >= 9   ? SENTIMENT_POS
		       : s->value <= 6 ? SENTIMENT_NEG
				       : SENTIMENT_NEU;
	if (s->low_is_good)
		up = span - up;
	if (3 * up <= span)
		return SENTIMENT_NEG;
	return 3 * up >= 2 * span ? SENTIMENT_POS : SENTIMENT_NEU;
}

const struct score *lessons_score(const struct record *r)
{
	const struct score *nps = NULL;

	for (uint8_t i = 0; i < r->score_count; i++) {
		if (r->scores[i].kind == SCORE_CSAT)
			return &r->scores[i];
		if (r->scores[i].kind == SCORE_NPS && !nps)
			nps = &r->scores[i];
	}
	return nps;
}

/* ---- a line --------------------------------------------------------------------------- */

struct line {
	struct opinia_lesson lesson;
	bool labelled, mixed;
};

static bool read_label(struct line *l, struct sv name)
{
	l->mixed = sv_ieq(name, SV("mixed")) || sv_ieq(name, SV("amb"));
	if (!l->mixed && !sentiment_find(name, &l->lesson.label))
		return false;
	l->labelled = true;
	return true;
}

static bool read_rating(struct line *l, struct sv number)
{
	int64_t stars;

	if (!json_whole(number, &stars) || stars < 1 || stars > 5)
		return false;
	if (!l->labelled && !l->mixed)
		l->lesson.label = stars <= 2   ? SENTIMENT_NEG
				  : stars >= 4 ? SENTIMENT_POS
					       : SENTIMENT_NEU;
	l->labelled = true;
	return true;
}

/* Where the text of a key goes, NULL: it is no text. */
static struct sv *text_of(struct line *l, struct sv key)
{
	const struct {
		struct sv key, *to;
	} texts[] = {
		{ SV("id"), &l->lesson.id },
		{ SV("text"), &l->lesson.text },
		{ SV("lang"), &l->lesson.lang },
		{ SV("customer"), &l->lesson.customer },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (sv_eq(key, texts[i].key))
			return texts[i].to;
	return NULL;
}

static bool read_text(struct json_in *j, enum json_event e, struct arena *arena,
		      struct sv *to)
{
	if (e == JSON_STRING)
		return json_text(j, arena, to);
	if (e == JSON_NUMBER) /* an id or a customer may be one */
		*to = j->text;
	return e == JSON_NUMBER || e == JSON_NULL;
}

static bool read_field(void *self, struct json_in *j, struct sv key, struct arena *arena)
{
	struct line *l = self;
	struct sv *to = text_of(l, key), name = { NULL, 0 };
	enum json_event e = json_next(j);

	if (to)
		return read_text(j, e, arena, to);
	if (sv_eq(key, SV("label")))
		return e == JSON_NULL ||
		       (read_text(j, e, arena, &name) && read_label(l, name));
	if (sv_eq(key, SV("rating")))
		return e == JSON_NULL || (e == JSON_NUMBER && read_rating(l, j->text));
	return json_leave(j, e);
}

static int read_line(struct sv text, struct arena *arena, struct line *l, struct err *err)
{
	const struct json_fields fields = {
		l, read_field,
		N_("`" SV_FMT
		   "`: text, a label neg, neu, pos or mixed, or a rating from 1 to 5")
	};

	return json_walk(text, &fields, arena, err);
}

static int take(struct lesson_file *f, const struct line *l, struct err *err)
{
	if (!l->lesson.text.n)
		return 0;
	if (!l->labelled || l->mixed) {
		f->unscored++;
		return 0;
	}
	return f->take(f->self, &l->lesson, err);
}

int lessons_read(struct lesson_file *f, const char *path, struct err *err)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	struct arena arena; /* of one line */
	char *line = NULL;
	size_t room = 0;
	ssize_t n = 0;
	int rc = 0;

	if (!in)
		return err_set(err, ERR_MISSING, "no such file: %s", path);
	arena_init(&arena, 0);
	while (!rc && (n = getline(&line, &room, in)) > 0) {
		struct line l = { .mixed = false };
		struct err why = ERR_NONE;
		struct sv text = sv_trim((struct sv){ line, (size_t)n });

		f->lines++;
		arena_reset(&arena);
		if (!text.n)
			continue;
		rc = text.n > LINE_MOST
			     ? err_set(&why, ERR_INPUT, "a line of more than %d bytes",
				       LINE_MOST)
			     : read_line(text, &arena, &l, &why);
		if (!rc)
			rc = take(f, &l, &why);
		if (rc == ERR_INPUT) {
			if (f->bad++ < COMPLAINTS_MAX)
				fprintf(stderr, _("opinia lexicon: line %llu: %s\n"),
					(unsigned long long)f->lines, why.text);
			rc = 0;
		} else if (rc) {
			*err = why;
		}
	}
	if (!rc && ferror(in))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	free(line);
	arena_release(&arena);
	if (in != stdin)
		fclose(in);
	return rc;
}
