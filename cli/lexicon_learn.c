/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon_learn.c: scored comments in, learned.tsv out. A score becomes a label by its scale: the
 * lower third of a CSAT or a rating is bad, the upper third good; NPS has its own borders. What a
 * score says and what the words say meet here only, never when a comment is tagged.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lexicon_verbs.h"
#include "core/i18n.h"
#include "core/json_in.h"

enum { COMPLAINTS_MAX = 20, LINE_MOST = 16 << 20 };

struct learning {
	struct program *p;
	struct opinia_learner *learner;
	struct arena arena; /* of one comment */
	uint64_t lines, bad, unscored;
};

/* ---- labels -------------------------------------------------------------------------------- */

static enum sentiment label_of(const struct score *s)
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

/* How content somebody was: CSAT before NPS; effort and "was it solved" are other questions. */
static const struct score *telling(const struct record *r)
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

/* ---- from a file --------------------------------------------------------------------------- */

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

static int take(struct learning *g, const struct line *l, struct err *err)
{
	if (!l->lesson.text.n)
		return 0;
	if (!l->labelled || l->mixed) {
		g->unscored++;
		return 0;
	}
	return opinia_learner_add(g->learner, &l->lesson, err);
}

static int from_file(struct learning *g, const char *path, struct err *err)
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	size_t room = 0;
	ssize_t n = 0;
	int rc = 0;

	if (!in)
		return err_set(err, ERR_MISSING, "no such file: %s", path);
	while (!rc && (n = getline(&line, &room, in)) > 0) {
		struct line l = { .mixed = false };
		struct err why = ERR_NONE;
		struct sv text = sv_trim((struct sv){ line, (size_t)n });

		g->lines++;
		arena_reset(&g->arena);
		if (!text.n)
			continue;
		rc = text.n > LINE_MOST
			     ? err_set(&why, ERR_INPUT, "a line of more than %d bytes",
				       LINE_MOST)
			     : read_line(text, &g->arena, &l, &why);
		if (!rc)
			rc = take(g, &l, &why);
		if (rc == ERR_INPUT) {
			if (g->bad++ < COMPLAINTS_MAX)
				fprintf(stderr, _("opinia lexicon: line %llu: %s\n"),
					(unsigned long long)g->lines, why.text);
			rc = 0;
		} else if (rc) {
			*err = why;
		}
	}
	if (!rc && ferror(in))
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	free(line);
	if (in != stdin)
		fclose(in);
	return rc;
}

/* ---- from the store ------------------------------------------------------------------------ */

static int take_record(struct learning *g, uint32_t id, struct err *err)
{
	struct opinia_lesson x = { .label = SENTIMENT_NEU };
	const struct score *score;
	struct opinia_stored s;
	char *name, *customer;
	int rc;

	arena_reset(&g->arena);
	rc = opinia_fetch(g->p->snap, id, &g->arena, &s, err);
	if (rc || !s.readable || !s.record.comment.n)
		return rc;
	score = telling(&s.record);
	if (!score) {
		g->unscored++;
		return 0;
	}
	name = arena_printf(&g->arena, "%u", id);
	customer = s.customer ? arena_printf(&g->arena, "c%u", s.customer) : NULL;
	if (!name || (s.customer && !customer))
		return err_set(err, ERR_SYSTEM, "out of memory");
	x.id = sv_of(name);
	x.customer = sv_of(customer);
	x.text = s.record.comment;
	x.lang = s.record.language;
	x.label = label_of(score);
	return opinia_learner_add(g->learner, &x, err);
}

static int from_store(struct learning *g, struct err *err)
{
	struct program *p = g->p;
	struct opinia_filter_env env = { .now_ms = p->now, .zone = p->zone };
	struct opinia_page page = { .limit = 0 };
	struct filter *f;
	uint32_t *ids;
	size_t count = 0;
	int rc = opinia_filter_parse((struct sv){ NULL, 0 }, &env, &p->arena, &f, err);

	if (!opinia_store_has_key(p->store))
		return err_set(
			err, ERR_CONFIG,
			"without the store's key there are no words to learn from");
	if (!rc)
		rc = opinia_select(p->snap, f, &page, &p->arena, &ids, &count, err);
	for (size_t i = count; !rc && i-- > 0;)
		rc = take_record(g, ids[i], err);
	return rc;
}

/* ---- what came of it ----------------------------------------------------------------------- */

static void print_terms(FILE *out, const char *title,
			const struct opinia_learned_term *top)
{
	fprintf(out, "%s:\n", title);
	for (int i = 0; i < LEARNED_TOP && top[i].weight; i++)
		fprintf(out, "  %+7.3f  %s" SV_FMT "  (%u/%u)\n", top[i].weight / 1000.0,
			top[i].negated ? _("not: ") : "", SV_ARG(top[i].term),
			top[i].comments, top[i].customers);
}

static void print_report(FILE *out, const struct learning *g,
			 const struct opinia_learner_report *r)
{
	uint32_t n = r->n[0] + r->n[1] + r->n[2];

	fprintf(out,
		_("comments: %u (neg %u, neu %u, pos %u) of %u customers; %u say "
		  "nothing, "
		  "%llu have no score\n"),
		n, r->n[SENTIMENT_NEG], r->n[SENTIMENT_NEU], r->n[SENTIMENT_POS],
		r->customers, r->silent, (unsigned long long)g->unscored);
	if (!r->step && !r->after)
		return;
	fprintf(out,
		_("held out, %u classes: macro-F1 %.4f before, %.4f after (one standard "
		  "error of the gain: %.4f)\n"),
		r->classes, r->before / 1e4, r->after / 1e4, r->step / 1e4);
	fprintf(out, _("calibration error: %.4f before, %.4f after\n"),
		r->error_before / 1e4, r->error_after / 1e4);
	fprintf(out, _("right among the surest 80 %%: %.4f before, %.4f after\n"),
		r->sure_before / 1e4, r->sure_after / 1e4);
	fprintf(out, _("terms: %u; %.1f %% of the comments have one\n"), r->terms,
		n ? 100.0 * r->known / n : 0.0);
	print_terms(out, _("most praise"), r->up);
	print_terms(out, _("most complaint"), r->down);
}

/* ---- the file ------------------------------------------------------------------------------ */

static int write_text(const char *path, struct sv text, struct arena *arena,
		      struct err *err)
{
	char *temporary = arena_printf(arena, "%s.XXXXXX", path);
	int fd = temporary ? mkstemp(temporary) : -1;
	FILE *out = fd >= 0 ? fdopen(fd, "wb") : NULL;
	bool good;

	if (!out) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	}
	good = fwrite(text.p, 1, text.n, out) == text.n && fflush(out) == 0 &&
	       fchmod(fd, 0640) == 0 && fsync(fd) == 0;
	good = fclose(out) == 0 && good && rename(temporary, path) == 0;
	if (good)
		return 0;
	err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	unlink(temporary);
	return ERR_SYSTEM;
}

static int write_learned(struct learning *g, const char *dir, struct err *err)
{
	char *path = arena_printf(&g->p->arena, "%s/learned.tsv", dir);
	struct buf b;
	int rc;

	if (!path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (mkdir(dir, 0750) && errno != EEXIST)
		return err_set(err, ERR_SYSTEM, "%s: %s", dir, strerror(errno));
	buf_init(&b, 0);
	opinia_learner_write(g->learner, &b);
	rc = buf_ok(&b) ? write_text(path, buf_sv(&b), &g->p->arena, err)
			: err_set(err, ERR_SYSTEM, "out of memory");
	buf_release(&b);
	if (!rc)
		fprintf(g->p->out, _("written: %s\n"), path);
	return rc;
}

static int finish(struct learning *g, const struct options *o, struct err *err)
{
	const struct opinia_learner_report *r;
	int rc = opinia_learner_run(g->learner, &r, err);

	if (rc)
		return rc;
	print_report(g->p->out, g, r);
	if (!r->accepted)
		return err_set(err, ERR_NOTHING, "nothing was learned: %s", r->why);
	if (option_given(o, "dry-run"))
		return 0;
	rc = write_learned(g, option_text(o, "out", NULL), err);
	if (!rc && g->bad)
		rc = err_set(
			err, ERR_INPUT,
			"%llu lines were no scored comments; the others were learned "
			"from",
			(unsigned long long)g->bad);
	return rc;
}

int lexicon_learn(struct program *p, const struct options *o, struct err *err)
{
	long k = option_number(o, "k", 0), limit = option_number(o, "limit", 0);
	struct opinia_learner_options opt = {
		.customers = (uint32_t)k,
		.limit = (uint32_t)limit,
		.seed = (uint64_t)option_number(o, "seed", 1),
	};
	struct learning g = { .p = p };
	int rc;

	if (!option_given(o, "out") && !option_given(o, "dry-run"))
		return err_set(err, ERR_USAGE, "where to? give --out DIR, or --dry-run");
	if (k < 0 || k > INT32_MAX || limit < 0 || limit > INT32_MAX)
		return err_set(err, ERR_USAGE, "--k and --limit are 0 or more");
	g.learner = opinia_learner_new(p->analyzer, &opt);
	if (!g.learner)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&g.arena, 0);
	rc = o->arg_count > 1 ? from_file(&g, o->args[1], err) : from_store(&g, err);
	if (!rc)
		rc = finish(&g, o, err);
	arena_release(&g.arena);
	opinia_learner_free(g.learner);
	return rc;
}
