/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn.c: from comments with scores to learned.tsv. Comments become lessons here: the signs of
 * the lexicon and numbers of terms; no text is kept beyond the words. The fitting is in
 * learn_fit.c, the judging in learn_judge.c, the file in learn_write.c.
 */
#include "analyzer/learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

enum { CUSTOMERS = 3, ROOM_FIRST = 1024 };

struct opinia_learner *opinia_learner_new(const struct opinia_analyzer *a,
					  const struct opinia_learner_options *opt)
{
	struct opinia_learner *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->a = a;
	l->opt = *opt;
	if (!l->opt.customers)
		l->opt.customers = CUSTOMERS;
	arena_init(&l->arena, 0);
	buf_init(&l->texts, 1u << 30);
	l->scratch = opinia_scratch_new(a);
	if (!l->scratch) {
		opinia_learner_free(l);
		return NULL;
	}
	l->scratch->plain = true;
	return l;
}

void opinia_learner_free(struct opinia_learner *l)
{
	if (!l)
		return;
	for (int m = 0; m < LEARNED_MODELS; m++)
		free(l->model[m].weight);
	free(l->lessons);
	free(l->traits);
	free(l->terms);
	free(l->slots);
	free(l->allowed);
	buf_release(&l->texts);
	arena_release(&l->arena);
	opinia_scratch_free(l->scratch);
	free(l);
}

/* ---- growing arrays ----------------------------------------------------------------- */

/* One more element, zeroed; NULL and failed: out of memory. */
static void *grow(struct opinia_learner *l, void *array, uint32_t *count, uint32_t *room,
		  size_t size)
{
	char **p = array;

	if (*count == *room) {
		uint32_t more = *room ? *room * 2 : ROOM_FIRST;
		char *q = more > *room ? realloc(*p, more * size) : NULL;

		if (!q) {
			l->failed = true;
			return NULL;
		}
		*p = q;
		*room = more;
	}
	memset(*p + *count * size, 0, size);
	return *p + (*count)++ * size;
}

static bool rehash(struct opinia_learner *l)
{
	uint32_t size = l->slot_count ? l->slot_count * 2 : 4096;
	uint32_t *slots = calloc(size, sizeof(*slots));

	if (!slots) {
		l->failed = true;
		return false;
	}
	for (uint32_t i = 0; i < l->term_count; i++) {
		uint32_t at = (uint32_t)l->terms[i].hash & (size - 1);

		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = i + 1;
	}
	free(l->slots);
	l->slots = slots;
	l->slot_count = size;
	return true;
}

/* ---- terms -------------------------------------------------------------------------- */

static void put_word(struct opinia_learner *l, uint32_t token)
{
	const struct opinia_scratch *s = l->scratch;
	const struct token *k = &s->tokens[token];

	if (k->kind == TOKEN_NUMBER)
		buf_char(&l->texts, '0'); /* `# zile` would be a comment of the file */
	else
		buf_put(&l->texts, token_bytes(s, k), k->length);
}

static void put_trait(struct opinia_learner *l, const struct trait *x)
{
	const struct opinia_scratch *s = l->scratch;

	if (x->length) {
		buf_put(&l->texts, token_bytes(s, &s->tokens[x->first]), x->length);
		buf_char(&l->texts, '*');
		return;
	}
	put_word(l, x->first);
	if (x->count == 2) {
		buf_char(&l->texts, ' ');
		put_word(l, x->first + 1);
	}
}

/* The number of the term, UINT32_MAX: out of memory. */
static uint32_t term_of(struct opinia_learner *l, const struct trait *x)
{
	struct learn_term *t;
	uint32_t at;

	if (l->term_count * 2 >= l->slot_count && !rehash(l))
		return UINT32_MAX;
	at = (uint32_t)x->hash & (l->slot_count - 1);
	for (; l->slots[at]; at = (at + 1) & (l->slot_count - 1))
		if (l->terms[l->slots[at] - 1].hash == x->hash)
			return l->slots[at] - 1;
	t = grow(l, &l->terms, &l->term_count, &l->term_room, sizeof(*t));
	if (!t)
		return UINT32_MAX;
	t->hash = x->hash;
	t->text = (uint32_t)l->texts.n;
	put_trait(l, x);
	t->length = (uint32_t)l->texts.n - t->text;
	l->slots[at] = l->term_count;
	return l->term_count - 1;
}

/* ---- lessons ------------------------------------------------------------------------ */

static uint64_t mix_text(struct sv s, uint64_t seed)
{
	return hash_mix(table_checksum(s.p, s.n), seed);
}

static bool take_traits(struct opinia_learner *l, struct lesson *x)
{
	struct traits walk;
	struct trait one;

	x->first = l->trait_count;
	traits_begin(&walk, l->scratch);
	while (traits_next(&walk, &one)) {
		uint32_t term = term_of(l, &one), *to;

		to = term == UINT32_MAX ? NULL
					: grow(l, &l->traits, &l->trait_count,
					       &l->trait_room, sizeof(*to));
		if (!to)
			return false;
		*to = term * 2 + one.negated;
	}
	x->count = l->trait_count - x->first;
	return buf_ok(&l->texts);
}

/* An answer that says nothing teaches nothing: the rules know it, and they stay. */
static bool says_something(const struct opinia_learner *l, const struct verdict *v)
{
	return v->analyzed && l->scratch->word_count && !no_content(l->scratch);
}

int opinia_learner_add(struct opinia_learner *l, const struct opinia_lesson *x,
		       struct err *err)
{
	struct lesson *to;
	struct verdict v;
	int rc;

	arena_reset(&l->arena);
	l->report.given++;
	rc = opinia_analyze(l->a, l->scratch, x->text, x->lang, &l->arena, &v, err);
	if (rc)
		return rc;
	if (!says_something(l, &v)) {
		l->report.silent++;
		return 0;
	}
	to = grow(l, &l->lessons, &l->lesson_count, &l->lesson_room, sizeof(*to));
	if (!to || !take_traits(l, to))
		return err_set(err, ERR_SYSTEM, "out of memory");
	to->order = l->lesson_count - 1;
	to->rank =
		x->id.n ? mix_text(x->id, l->opt.seed) : hash_mix(to->order, l->opt.seed);
	to->customer = x->customer.n ? mix_text(x->customer, 1)
				     : hash_mix(to->order, UINT64_MAX);
	learned_signs(l->scratch, to->sign);
	to->label = (uint8_t)x->label;
	to->plain_label = v.sentiment;
	to->plain_score = v.score;
	to->plain_conf = v.conf;
	return 0;
}

static int by_rank(const void *a, const void *b)
{
	const struct lesson *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int by_customer(const void *a, const void *b)
{
	const struct lesson *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return by_rank(a, b);
}

/* Customers get numbers, and their comments stand together: a fold holds whole customers. */
static void settle(struct opinia_learner *l)
{
	struct opinia_learner_report *r = &l->report;

	if (!l->lesson_count)
		return;
	qsort(l->lessons, l->lesson_count, sizeof(*l->lessons), by_rank);
	if (l->opt.limit && l->opt.limit < l->lesson_count)
		l->lesson_count = l->opt.limit;
	qsort(l->lessons, l->lesson_count, sizeof(*l->lessons), by_customer);
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		struct lesson *x = &l->lessons[i];

		if (!i || x->customer != x[-1].customer)
			r->customers++;
		x->number = r->customers - 1;
		x->fold = (uint8_t)(hash_mix(x->customer, l->opt.seed) % LEARN_FOLDS);
		r->n[x->label]++;
	}
	r->classes = r->n[SENTIMENT_NEU] ? 3 : 2;
}

/* ---- all of it ---------------------------------------------------------------------- */

static const struct learn_task tasks[LEARNED_MODELS] = {
	[MODEL_FEELING] = { .ones = 1u << SENTIMENT_POS, .zeros = 1u << SENTIMENT_NEG },
	[MODEL_NEUTRAL] = { .ones = 1u << SENTIMENT_NEU,
			    .zeros = 1u << SENTIMENT_POS | 1u << SENTIMENT_NEG },
};

/* What a model says of a lesson that it has not seen. */
static void ask_held(struct opinia_learner *l, struct lesson *x, int m)
{
	const struct learner_model *model = &l->model[m];

	x->z[m] = (float)learn_z(l, x, model);
	if (m != MODEL_FEELING)
		return;
	x->own = model->sign[LEARNED_WHOLE] * x->sign[LEARNED_WHOLE] / 1000;
	x->known = 0;
	for (uint32_t k = 0; k < x->count; k++)
		x->known += l->allowed[l->traits[x->first + k] / 2];
}

/* @held: one fold, whose lessons get their z; or none: the models that stay. */
static bool fit_both(struct opinia_learner *l, uint8_t held)
{
	bool all = held == LEARN_FOLDS, good = true;

	learn_allow(l, held);
	for (int m = 0; m < LEARNED_MODELS && good; m++) {
		struct learner_model *model = &l->model[m];
		struct learn_task task = tasks[m];

		if (m == MODEL_NEUTRAL && l->report.classes < 3)
			continue;
		task.held = held;
		good = learn_fit(l, &task, model);
		for (uint32_t i = 0; i < l->lesson_count && good && !all; i++)
			if (l->lessons[i].fold == held)
				ask_held(l, &l->lessons[i], m);
		model->fitted = good;
	}
	return good;
}

enum { LEAST = 200, LEAST_OF_ONE = 30 };

static bool too_few(struct opinia_learner *l)
{
	struct opinia_learner_report *r = &l->report;
	uint32_t rarest = r->n[SENTIMENT_NEG];

	if (r->n[SENTIMENT_NEU] && r->n[SENTIMENT_NEU] < LEAST_OF_ONE) {
		r->classes = 2;
		l->model[MODEL_NEUTRAL].fitted = false;
	}
	if (r->n[SENTIMENT_POS] < rarest)
		rarest = r->n[SENTIMENT_POS];
	if (l->lesson_count < LEAST)
		snprintf(r->why, sizeof(r->why),
			 _("%u comments with a score and words: at least %d are needed"),
			 l->lesson_count, LEAST);
	else if (rarest < LEAST_OF_ONE)
		snprintf(r->why, sizeof(r->why),
			 _("%u bad and %u good ones: at least %d of each are needed"),
			 r->n[SENTIMENT_NEG], r->n[SENTIMENT_POS], LEAST_OF_ONE);
	return r->why[0] != 0;
}

/* Words are not worth it; how sure the lexicon may be perhaps is. */
static int only_conf(struct opinia_learner *l, struct err *err)
{
	learn_judge_conf(l);
	return l->failed ? err_set(err, ERR_SYSTEM, "out of memory") : 0;
}

int opinia_learner_run(struct opinia_learner *l,
		       const struct opinia_learner_report **report, struct err *err)
{
	bool good = true;

	*report = &l->report;
	settle(l);
	if (too_few(l))
		return l->lesson_count < LEAST ? 0 : only_conf(l, err);
	l->allowed = calloc(l->term_count + 1u, 1);
	for (int m = 0; m < LEARNED_MODELS; m++)
		l->model[m].weight = calloc(2u * l->term_count + 2u, sizeof(float));
	for (uint8_t f = 0; f <= LEARN_FOLDS && good; f++)
		good = l->allowed && l->model[0].weight && l->model[1].weight &&
		       fit_both(l, f);
	if (!good)
		return err_set(err, ERR_SYSTEM, "out of memory");
	learn_trust(l);
	learn_decide(l);
	learn_judge(l);
	if (!l->failed && !l->report.accepted)
		return only_conf(l, err);
	learn_settle_terms(l);
	learn_top(l);
	return l->failed ? err_set(err, ERR_SYSTEM, "out of memory") : 0;
}
