/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon_suggest.c: from scored comments the lines that the lexicon lacks: pairs of words that tell
 * good from bad and speak of no topic, words that do and have no weight. Printed as they would stand in
 * `lexicons.d`, each below the words of the customers that it came from; what to keep is for a person.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/lessons.h"
#include "cli/lexicon_verbs.h"
#include "cli/numbers.h"
#include "cli/themes.h"
#include "core/i18n.h"

enum { K_LEAST = 3, LIMIT = 40, LIMIT_MOST = 1000 };

/* What a word weighs: a part of its log odds, between what is mild and what is strong. */
static const double WEIGHT_PART = 0.6, WEIGHT_LEAST = 0.5, WEIGHT_MOST = 2.5;

struct suggesting {
	struct theming t;
	struct theming_plan plan;
};

struct suggestion {
	const struct theming_row *row; /* NULL: told already, or none */
	bool bad;
};

/* ---- hearing ------------------------------------------------------------------------------- */

static uint64_t number_of(struct sv customer)
{
	uint64_t h =
		0xcbf29ce484222325u; /* FNV-1a: two customers in some billions are one */

	for (size_t i = 0; i < customer.n; i++)
		h = (h ^ (unsigned char)customer.p[i]) * 0x100000001b3u;
	return customer.n ? h | 1 : 0;
}

static int take(void *self, const struct opinia_lesson *x, struct err *err)
{
	struct suggesting *g = self;
	struct theming_heard h = { .customer = number_of(x->customer),
				   .in = x->label == SENTIMENT_NEG };

	return x->label == SENTIMENT_NEU ? 0
					 : theming_hear(&g->t, &h, x->text, x->lang, err);
}

static int take_record(struct suggesting *g, uint32_t id, struct arena *arena,
		       struct err *err)
{
	struct theming_heard h = { .id = id };
	const struct score *score;
	struct opinia_stored s;
	enum sentiment label;
	int rc;

	arena_reset(arena);
	rc = opinia_fetch(g->t.p->snap, id, arena, &s, err);
	score = rc ? NULL : lessons_score(&s.record);
	if (!score || !s.readable || !s.record.comment.n)
		return rc;
	label = lessons_label(score);
	h.customer = s.customer;
	h.in = label == SENTIMENT_NEG;
	return label == SENTIMENT_NEU ? 0
				      : theming_hear(&g->t, &h, s.record.comment,
						     s.record.language, err);
}

static int from_store(struct suggesting *g, struct err *err)
{
	struct program *p = g->t.p;
	struct opinia_filter_env env = { .now_ms = p->now, .zone = p->zone };
	struct opinia_page page = { .limit = 0 };
	struct arena arena;
	struct filter *f;
	uint32_t *ids;
	size_t n = 0;
	int rc = opinia_filter_parse(SV("has:comment has:score"), &env, &p->arena, &f,
				     err);

	if (!opinia_store_has_key(p->store))
		return err_set(err, ERR_CONFIG,
			       "without the store's key there are no words to read");
	if (!rc)
		rc = opinia_select(p->snap, f, &page, &p->arena, &ids, &n, err);
	arena_init(&arena, 0);
	for (size_t i = 0; !rc && i < n; i++)
		rc = take_record(g, ids[i], &arena, err);
	arena_release(&arena);
	return rc;
}

/* ---- lines --------------------------------------------------------------------------------- */

/* A comment of the file: what it rests on; no line feed may end it before its end. */
static void print_remark(struct suggesting *g, const struct suggestion *s)
{
	const struct theming_row *r = s->row;
	struct program *p = g->t.p;
	struct sv q = p_text(p, r->contrast.q, &p->arena);

	fprintf(p->out,
		s->bad ? _("# " SV_FMT ": bad comments: %u, customers: %u, good ones: %u "
			   "(q" SV_FMT ")")
		       : _("# " SV_FMT ": good comments: %u, customers: %u, bad ones: %u "
			   "(q" SV_FMT ")"),
		SV_ARG(theming_phrase(&r->x, &p->arena)), r->x.in, r->x.in_customers,
		r->x.out, SV_ARG(sv_sub(q, 1, q.n)));
	fputc('\n', p->out);
	for (size_t i = 0; i < r->quotes; i++)
		fprintf(p->out, "#   " SV_FMT "\n", SV_ARG(r->quote[i]));
}

static void print_topic(struct program *p, const struct theming_row *r, bool bad)
{
	fprintf(p->out, SV_FMT "\t" SV_FMT "\t1.0\t%s\n", SV_ARG(r->topic),
		SV_ARG(theming_term(&r->x, &p->arena)), bad ? "-1.0" : "1.0");
}

static int tenths_of(const struct theming_row *r, bool bad)
{
	double w = r->contrast.log_odds * WEIGHT_PART;

	w = w < WEIGHT_LEAST ? WEIGHT_LEAST : w > WEIGHT_MOST ? WEIGHT_MOST : w;
	return (int)lround(bad ? -w * 10 : w * 10);
}

static void put_weight(FILE *out, const struct suggestion *s)
{
	int tenths = s->row ? tenths_of(s->row, s->bad) : 0;

	fprintf(out, "\t%s%d.%d", tenths < 0 ? "-" : "", abs(tenths) / 10,
		abs(tenths) % 10);
}

/* One line of a word: what it weighs, and what it weighs under a negator. */
static void print_word(struct program *p, const struct suggestion *plain,
		       const struct suggestion *negated)
{
	const struct theming_row *r = plain->row ? plain->row : negated->row;

	fprintf(p->out, SV_FMT, SV_ARG(theming_term(&r->x, &p->arena)));
	put_weight(p->out, plain);
	if (negated->row)
		put_weight(p->out, negated);
	fputc('\n', p->out);
}

static bool same_line(const struct opinia_theme *a, const struct opinia_theme *b)
{
	return (sv_eq(a->term[0], b->term[0]) && sv_eq(a->term[1], b->term[1])) ||
	       (sv_eq(a->term[0], b->term[1]) && sv_eq(a->term[1], b->term[0]));
}

/* The word alone and under a negator are one line, whichever way each points. */
static void print_words(struct suggesting *g, struct suggestion *all, size_t n, size_t at)
{
	struct suggestion two[2] = { { NULL, false }, { NULL, false } };

	for (size_t i = at; i < n; i++)
		if (all[i].row && same_line(&all[i].row->x, &all[at].row->x) &&
		    !two[all[i].row->x.negated[0]].row)
			two[all[i].row->x.negated[0]] = all[i];
	for (int k = 0; k < 2; k++)
		if (two[k].row)
			print_remark(g, &two[k]);
	print_word(g->t.p, &two[0], &two[1]);
}

/* Those of one language, below the name of their file; a line that was there is not told again. */
static size_t print_file(struct suggesting *g, uint8_t language, struct suggestion *all,
			 size_t n)
{
	struct program *p = g->t.p;
	size_t printed = 0;

	for (size_t i = 0; i < n; i++) {
		const struct theming_row *r = all[i].row;

		if (!r || r->language != language)
			continue;
		if (!printed++)
			fprintf(p->out, "# lexicons.d/" SV_FMT "/%s\n",
				SV_ARG(p->languages[language]),
				g->plan.words ? "words.tsv" : "topics.tsv");
		if (g->plan.words) {
			print_words(g, all, n, i);
		} else {
			print_remark(g, &all[i]);
			print_topic(p, r, all[i].bad);
		}
		for (size_t k = i + 1; k < n; k++)
			if (all[k].row && same_line(&all[k].row->x, &r->x))
				all[k].row = NULL;
	}
	return printed;
}

/* Bad ones and good ones, of words or of pairs. */
static int print_kind(struct suggesting *g, bool words, size_t *printed, struct err *err)
{
	struct suggestion *all =
		arena_zero(&g->t.arena, 2 * g->plan.limit + 1, sizeof(*all));
	size_t count = 0;
	int rc = all ? 0 : err_set(err, ERR_SYSTEM, "out of memory");

	g->plan.words = words;
	for (int side = 0; !rc && side < 2; side++) {
		struct theming_row *rows;
		size_t n;

		g->plan.turned = side == 1;
		rc = theming_rows(&g->t, &g->plan, &rows, &n, err);
		for (size_t i = 0; !rc && i < n; i++)
			all[count++] = (struct suggestion){ &rows[i], side == 0 };
	}
	for (uint8_t l = 0; !rc && l < g->t.p->language_count; l++)
		*printed += print_file(g, l, all, count);
	return rc;
}

/* ---- the verb ------------------------------------------------------------------------------ */

static int tell(struct suggesting *g, const struct options *o, struct err *err)
{
	const struct opinia_theme_report *heard = opinia_themes_report(g->t.themes);
	const char *only = option_text(o, "only", "");
	size_t printed = 0;
	int rc = 0;

	if (strcmp(only, "words") != 0)
		rc = print_kind(g, false, &printed, err);
	if (!rc && strcmp(only, "topics") != 0)
		rc = print_kind(g, true, &printed, err);
	theming_remark(&g->t);
	if (!rc && !printed)
		rc = err_set(err, ERR_NOTHING,
			     "nothing stands out that the lexicon does not know, in %llu "
			     "bad comments and %llu good ones",
			     (unsigned long long)heard->in,
			     (unsigned long long)heard->out);
	return rc;
}

int lexicon_suggest(struct program *p, const struct options *o, struct err *err)
{
	long k = option_number(o, "k", K_LEAST), limit = option_number(o, "limit", LIMIT);
	struct suggesting g = { .plan = { .limit = (size_t)limit,
					  .customers = (uint32_t)k } };
	struct lesson_file file = { .self = &g, .take = take };
	int rc;

	if (k < K_LEAST || k > INT32_MAX || limit < 1 || limit > LIMIT_MOST)
		return err_set(err, ERR_USAGE,
			       "suggest: --k is %d or more, --limit 1 to %d", K_LEAST,
			       LIMIT_MOST);
	rc = theming_open(&g.t, p, err);
	if (!rc)
		rc = o->arg_count > 1 ? lessons_read(&file, o->args[1], err)
				      : from_store(&g, err);
	if (!rc)
		rc = tell(&g, o, err);
	theming_close(&g.t);
	if (!rc && file.bad)
		rc = err_set(err, ERR_INPUT,
			     "%llu lines were no scored comments; the others were read",
			     (unsigned long long)file.bad);
	return rc;
}
