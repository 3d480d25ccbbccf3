/* SPDX-License-Identifier: Apache-2.0 */
/* themes.c: see themes.h. What is counted is in the analyzer, what it means in the metrics. */
#include "cli/themes.h"

#include <stdlib.h>
#include <string.h>

#include "cli/lexicon.h"
#include "core/i18n.h"

enum {
	MET = 6, /* comments: what is rarer cannot stand out */
	TEXTS_MOST = 256 << 20,
};

static const double Q_MOST = 0.05, Z_LEAST = 1.96;

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

int theming_open(struct theming *t, struct program *p, struct err *err)
{
	*t = (struct theming){ .p = p };
	arena_init(&t->arena, 0);
	if (lexicon_ready(p->analyzer, err))
		return (int)err->code;
	t->themes = opinia_themes_new(p->analyzer);
	return t->themes ? 0 : no_memory(err);
}

void theming_close(struct theming *t)
{
	opinia_themes_free(t->themes);
	arena_release(&t->arena);
	free(t->heard);
}

int theming_hear(struct theming *t, const struct theming_heard *x, struct sv text,
		 struct sv lang, struct err *err)
{
	struct opinia_theme_comment c = { text, lang, x->customer, x->in };
	uint64_t left_out = opinia_themes_report(t->themes)->left_out;
	struct theming_heard *to;
	int rc = opinia_themes_add(t->themes, &c, err);

	if (rc || opinia_themes_report(t->themes)->left_out != left_out)
		return rc;
	if (t->count == t->room) {
		size_t more = t->room ? 2 * t->room : 1024;

		to = realloc(t->heard, more * sizeof(*to));
		if (!to)
			return no_memory(err);
		t->heard = to;
		t->room = more;
	}
	to = &t->heard[t->count++];
	*to = *x;
	to->length = (uint32_t)text.n;
	if (!x->id && t->arena.used < TEXTS_MOST &&
	    (!arena_copy(&t->arena, text, &to->text) ||
	     !arena_copy(&t->arena, lang, &to->lang)))
		return no_memory(err);
	return 0;
}

/* ---- choosing ------------------------------------------------------------------------------ */

struct choice {
	const struct opinia_theme *x;
	struct metric_contrast c;
};

static int better(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;
	int by_word;

	if (x->c.order > y->c.order || x->c.order < y->c.order)
		return x->c.order > y->c.order ? -1 : 1;
	by_word = sv_cmp(x->x->word[0], y->x->word[0]);
	return by_word ? by_word : sv_cmp(x->x->word[1], y->x->word[1]);
}

static struct opinia_theme turned(const struct opinia_theme *x, bool turn)
{
	struct opinia_theme y = *x;

	if (turn) {
		y.in = x->out;
		y.out = x->in;
		y.in_customers = x->out_customers;
		y.out_customers = x->in_customers;
	}
	return y;
}

/* How many of the chosen share a word with it. */
static size_t shared(const struct theming_row *rows, size_t n,
		     const struct opinia_theme *x)
{
	size_t count[2] = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < 2 && x->part[k] != UINT32_MAX; k++)
			count[k] += rows[i].x.part[0] / 2 == x->part[k] / 2 ||
				    rows[i].x.part[1] / 2 == x->part[k] / 2;
	return count[0] > count[1] ? count[0] : count[1];
}

static size_t take_best(struct choice *all, size_t n, const struct theming_plan *plan,
			struct theming_row *rows)
{
	size_t taken = 0;

	if (n)
		qsort(all, n, sizeof(*all), better);
	for (size_t i = 0; i < n && taken < plan->limit; i++) {
		struct opinia_theme x = turned(all[i].x, plan->turned);

		if (x.in_customers < plan->customers || !(all[i].c.q <= Q_MOST) ||
		    !(all[i].c.z >= Z_LEAST) || shared(rows, taken, &x) >= THEMING_SHARED)
			continue;
		rows[taken++] = (struct theming_row){ .x = x, .contrast = all[i].c };
	}
	return taken;
}

static int find_all(struct theming *t, uint32_t customers, struct err *err)
{
	uint32_t least = customers > MET ? customers : MET;

	if (t->found && t->found_least == least)
		return 0;
	t->found_least = least;
	return opinia_themes_find(t->themes, least, &t->found, &t->found_count, err);
}

/* Those of the kind that is asked for; all of them, because each is a test. */
static size_t of_kind(const struct theming *t, const struct theming_plan *plan,
		      struct choice *out, struct contrast_count *counts)
{
	size_t n = 0;

	for (size_t i = 0; i < t->found_count; i++) {
		struct opinia_theme x = turned(&t->found[i], plan->turned);

		if (plan->words != !x.word[1].n)
			continue;
		counts[n] = (struct contrast_count){ x.in, x.out };
		out[n++].x = &t->found[i];
	}
	return n;
}

/* The figures of all that @out will hold. No group to hold against: *n is 0. */
static int weigh(struct theming *t, const struct theming_plan *plan, struct choice *out,
		 size_t *n, struct err *err)
{
	const struct opinia_theme_report *r = opinia_themes_report(t->themes);
	uint64_t in = plan->turned ? r->out : r->in,
		 other = plan->turned ? r->in : r->out;
	struct contrast_count *counts = malloc((t->found_count + 1) * sizeof(*counts));
	struct metric_contrast *c = calloc(t->found_count + 1, sizeof(*c));
	bool room = counts && c;

	*n = room && in && other ? of_kind(t, plan, out, counts) : 0;
	if (*n && !opinia_metric_contrasts(counts, *n, in, other, c))
		room = false;
	for (size_t i = 0; room && i < *n; i++)
		out[i].c = c[i];
	free(counts);
	free(c);
	return room ? 0 : no_memory(err);
}

/* ---- scores -------------------------------------------------------------------------------- */

struct scores {
	const struct metric *metric;
	struct counts all, part, rest;
};

static void count_scores(const struct theming *t, struct scores *s)
{
	bool csat = false;

	counts_zero(&s->all);
	for (size_t i = 0; i < t->count; i++)
		if (t->heard[i].scored) {
			counts_score(&s->all, &t->heard[i].score, 1);
			csat |= t->heard[i].score.kind == SCORE_CSAT;
		}
	s->metric = opinia_metric_find(csat ? SV("csat") : SV("nps"));
}

static void score_row(const struct theming *t, struct scores *s, const uint32_t *which,
		      size_t n, struct theming_row *row)
{
	struct metric_input part = { .counts = &s->part }, rest = { .counts = &s->rest };

	counts_zero(&s->part);
	s->rest = s->all;
	for (size_t i = 0; i < n; i++)
		if (t->heard[which[i]].scored) {
			counts_score(&s->part, &t->heard[which[i]].score, 1);
			counts_score(&s->rest, &t->heard[which[i]].score, -1);
		}
	row->score = s->metric;
	row->inside = opinia_metric_value(s->metric, &part);
	row->outside = opinia_metric_value(s->metric, &rest);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int complete(struct theming *t, struct scores *s,
		    const struct theming_spoken *usual, bool in, struct theming_row *row,
		    struct err *err)
{
	struct theming_spoken here;
	struct arena arena;
	uint32_t *which;
	size_t n;
	int rc;

	arena_init(&arena, 0);
	rc = opinia_themes_where(t->themes, &row->x, &arena, &which, &n, err);
	if (!rc) {
		score_row(t, s, which, n, row);
		rc = theming_quote(t, which, n, in, row, err);
	}
	if (!rc)
		rc = theming_speak(t, which, n, &here, err);
	if (!rc)
		theming_name(t, &here, usual, row);
	arena_release(&arena);
	return rc;
}

int theming_rows(struct theming *t, const struct theming_plan *plan,
		 struct theming_row **rows, size_t *n, struct err *err)
{
	int rc = find_all(t, plan->customers, err);
	struct choice *all = rc ? NULL : malloc((t->found_count + 1) * sizeof(*all));
	struct scores *s = malloc(sizeof(*s));
	struct theming_spoken usual;
	size_t found = 0;

	*n = 0;
	*rows = arena_zero(&t->arena, plan->limit + 1, sizeof(**rows));
	if (!rc)
		rc = all && s && *rows ? weigh(t, plan, all, &found, err)
				       : no_memory(err);
	if (!rc) {
		*n = take_best(all, found, plan, *rows);
		count_scores(t, s);
	}
	if (!rc && *n)
		rc = theming_speak(t, NULL, t->count, &usual, err);
	for (size_t i = 0; !rc && i < *n; i++)
		rc = complete(t, s, &usual, !plan->turned, &(*rows)[i], err);
	free(all);
	free(s);
	return rc;
}

/* ---- as text ------------------------------------------------------------------------------- */

struct sv theming_phrase(const struct opinia_theme *x, struct arena *arena)
{
	const char *not0 = x->negated[0] ? _("not ") : "",
		   *not1 = x->negated[1] && !x->negated[0] ? _("not ") : "";
	char *z = x->word[1].n
			  ? arena_printf(arena, "%s" SV_FMT " … %s" SV_FMT, not0,
					 SV_ARG(x->word[0]), not1, SV_ARG(x->word[1]))
			  : arena_printf(arena, "%s" SV_FMT, not0, SV_ARG(x->word[0]));

	return sv_of(z ? z : "?");
}

struct sv theming_term(const struct opinia_theme *x, struct arena *arena)
{
	char *z = x->word[1].n ? arena_printf(arena, SV_FMT " ~ " SV_FMT,
					      SV_ARG(x->term[0]), SV_ARG(x->term[1]))
			       : arena_printf(arena, SV_FMT, SV_ARG(x->term[0]));

	return sv_of(z ? z : "?");
}

void theming_remark(const struct theming *t)
{
	const struct opinia_theme_report *r = opinia_themes_report(t->themes);

	if (r->left_out)
		fprintf(stderr,
			_("%llu comments were left out: there is room for a "
			  "million, or 16 million words\n"),
			(unsigned long long)r->left_out);
	if (r->words_left_out)
		fprintf(stderr,
			_("%llu words were left out: a million others came before\n"),
			(unsigned long long)r->words_left_out);
	if (r->forgotten)
		fprintf(stderr,
			_("%llu of the rarest pairs were forgotten on the way; counts "
			  "of rare phrases may be too small\n"),
			(unsigned long long)r->forgotten);
}
