/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon_learn.c: scored comments in, learned.tsv out. What a comment is labelled by is lessons.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/lessons.h"
#include "cli/lexicon_verbs.h"
#include "core/i18n.h"

struct learning {
	struct program *p;
	struct opinia_learner *learner;
	struct arena arena; /* of one comment */
	uint64_t bad, unscored;
};

/* ---- from a file --------------------------------------------------------------------------- */

static int take(void *self, const struct opinia_lesson *x, struct err *err)
{
	struct learning *g = self;

	return opinia_learner_add(g->learner, x, err);
}

static int from_file(struct learning *g, const char *path, struct err *err)
{
	struct lesson_file f = { .self = g, .take = take };
	int rc = lessons_read(&f, path, err);

	g->bad = f.bad;
	g->unscored = f.unscored;
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
	score = lessons_score(&s.record);
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
	x.label = lessons_label(score);
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
	if (r->step || r->after)
		fprintf(out,
			_("held out, %u classes: macro-F1 %.4f before, %.4f after (one "
			  "standard "
			  "error of the gain: %.4f)\n"),
			r->classes, r->before / 1e4, r->after / 1e4, r->step / 1e4);
	if (!r->step && !r->after && !r->surer)
		return;
	fprintf(out, _("calibration error: %.4f before, %.4f after\n"),
		r->error_before / 1e4, r->error_after / 1e4);
	fprintf(out, _("right among the surest 80 %%: %.4f before, %.4f after\n"),
		r->sure_before / 1e4, r->sure_after / 1e4);
	if (!r->accepted)
		return;
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
	if (!r->accepted && !r->surer)
		return err_set(err, ERR_NOTHING, "nothing was learned: %s", r->why);
	if (r->surer)
		fprintf(g->p->out,
			_("only how sure to be was learned, no verdict changes its "
			  "label: %s\n"),
			r->why);
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
	if (opinia_analyzer_ready(p->analyzer, err))
		return (int)err->code;
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
