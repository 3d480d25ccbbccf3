/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_fit.c: logistic regression by AdaGrad over the signs of the lexicon and the terms of a
 * comment, each term worth 1/sqrt(their number). Rare classes weigh more, by the root of what they
 * lack; terms that tell the classes apart learn faster. Lessons come in an order that only looks
 * random, so the same lessons give the same weights; exponential and logarithm are our own, since
 * those of C libraries differ.
 */
#include "analyzer/learn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* e^x: halved until small, a polynomial, squared again. */
static double power_of_e(double x)
{
	double y = x / 1024, p = 1;

	for (int n = 7; n > 0; n--)
		p = 1 + p * y / n;
	for (int i = 0; i < 10; i++)
		p *= p;
	return p;
}

/* The natural logarithm: a power of two taken out, a series for the rest. */
static double logarithm(double x)
{
	const double ln2 = 0.69314718055994530942;
	int power;
	double m = frexp(x, &power), t = (m - 1) / (m + 1), square = t * t, sum = 0;

	for (int n = 25; n > 0; n -= 2)
		sum = sum * square + 1.0 / n;
	return 2 * t * sum + power * ln2;
}

double learn_logistic(double z)
{
	if (z > 30)
		return 1;
	return z < -30 ? 0 : 1 / (1 + power_of_e(-z));
}

/* Which terms were seen often enough, by comments of enough customers, outside @held. */
void learn_allow(struct opinia_learner *l, uint8_t held)
{
	for (uint32_t i = 0; i < l->term_count; i++) {
		struct learn_term *t = &l->terms[i];

		t->comments = t->customers = t->last = t->seen = 0;
	}
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];

		if (x->fold == held)
			continue;
		for (uint32_t k = 0; k < x->count; k++) {
			struct learn_term *t = &l->terms[l->traits[x->first + k] / 2];

			t->customers += t->last != x->number + 1;
			t->comments += t->seen != i + 1;
			t->last = x->number + 1;
			t->seen = i + 1;
		}
	}
	for (uint32_t i = 0; i < l->term_count; i++)
		l->allowed[i] = l->terms[i].comments >= 2 &&
				l->terms[i].customers >= l->opt.customers;
}

/* Unknown words count too: the fewer are known, the more the lexicon's own word weighs. */
static double part_of(const struct lesson *x)
{
	return 1 / sqrt(x->count ? x->count : 1);
}

double learn_z(const struct opinia_learner *l, const struct lesson *x,
	       const struct learner_model *m)
{
	double z = 0;

	for (uint32_t k = 0; k < x->count; k++) {
		uint32_t at = l->traits[x->first + k];

		if (l->allowed[at / 2])
			z += (double)m->weight[at];
	}
	z *= part_of(x);
	for (int i = 0; i < LEARNED_SIGNS; i++)
		z += m->sign[i] * x->sign[i] / 1000;
	return z;
}

/* ---- one pass ----------------------------------------------------------------------- */

struct fitting {
	struct opinia_learner *l;
	struct learner_model *m;
	const struct learn_task *task;
	float *past;  /* sums of squared steps */
	float *scale; /* how much a term may say: see take_scale() */
	double sign_past[LEARNED_SIGNS];
	double share[2]; /* weight of the zeros and the ones */
	uint32_t *order, count;
};

static const double STEP = 0.15, DECAY = 1e-4, EVERY = 0.3;

static void step(struct fitting *f, const struct lesson *x)
{
	struct learner_model *m = f->m;
	const struct opinia_learner *l = f->l;
	bool one = learn_has(f->task->ones, x->label);
	double miss = (learn_logistic(learn_z(l, x, m)) - one) * f->share[one];
	float part = (float)(miss * part_of(x));

	for (uint32_t k = 0; k < x->count; k++) {
		uint32_t at = l->traits[x->first + k];
		float g;

		if (!l->allowed[at / 2])
			continue;
		g = part * f->scale[at] + (float)DECAY * m->weight[at];
		f->past[at] += g * g;
		m->weight[at] -=
			f->scale[at] * (float)STEP * g / (sqrtf(f->past[at]) + 1e-6f);
	}
	for (int i = 0; i < LEARNED_SIGNS; i++) {
		double g = miss * x->sign[i] / 1000;

		f->sign_past[i] += g * g;
		m->sign[i] -= STEP * g / (sqrt(f->sign_past[i]) + 1e-6);
	}
}

static void shuffle(uint32_t *order, uint32_t n, uint64_t epoch)
{
	for (uint32_t i = n; i > 1; i--) {
		uint32_t k = (uint32_t)(hash_mix(i, epoch) % i), swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
}

static double odds(double a, double all)
{
	return (a + 1) / (all + 2);
}

/* Terms that stand on both sides alike learn slowly: |log of the odds|, and a little. */
static bool take_scale(struct fitting *f, const double n[2])
{
	const struct opinia_learner *l = f->l;
	uint32_t count = 2u * l->term_count + 2u;
	uint32_t *seen = calloc(2u * (size_t)count, sizeof(*seen));
	bool have;

	f->scale = calloc(count, sizeof(*f->scale));
	have = seen && f->scale;
	for (uint32_t i = 0; have && i < f->count; i++) {
		const struct lesson *x = &l->lessons[f->order[i]];
		uint32_t *side = seen + (learn_has(f->task->ones, x->label) ? count : 0);

		for (uint32_t k = 0; k < x->count; k++)
			side[l->traits[x->first + k]]++;
	}
	for (uint32_t i = 0; have && i < count; i++)
		f->scale[i] = (float)(EVERY + fabs(logarithm(odds(seen[count + i], n[1]) /
							     odds(seen[i], n[0]))));
	free(seen);
	return have;
}

static bool prepare(struct fitting *f)
{
	struct opinia_learner *l = f->l;
	double n[2] = { 0, 0 };

	f->past = calloc(2u * l->term_count + 2u, sizeof(*f->past));
	f->order = calloc(l->lesson_count + 1u, sizeof(*f->order));
	if (!f->past || !f->order)
		return false;
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];
		bool one = learn_has(f->task->ones, x->label);

		if (x->fold == f->task->held ||
		    !(one || learn_has(f->task->zeros, x->label)))
			continue;
		f->order[f->count++] = i;
		n[one]++;
	}
	for (int c = 0; c < 2; c++)
		f->share[c] = n[c] > 0 ? sqrt((n[0] + n[1]) / (2 * n[c])) : 0;
	memset(f->m->weight, 0, (2u * l->term_count + 2u) * sizeof(*f->m->weight));
	memset(f->m->sign, 0, sizeof(f->m->sign));
	f->m->sign[LEARNED_WHOLE] = f->task->ones >> SENTIMENT_POS & 1;
	return take_scale(f, n);
}

bool learn_fit(struct opinia_learner *l, const struct learn_task *task,
	       struct learner_model *out)
{
	struct fitting f = { .l = l, .m = out, .task = task };
	bool good = prepare(&f);

	for (uint32_t e = 0; good && e < LEARN_EPOCHS; e++) {
		shuffle(f.order, f.count, e + 1);
		for (uint32_t i = 0; i < f.count; i++)
			step(&f, &l->lessons[f.order[i]]);
	}
	free(f.past);
	free(f.scale);
	free(f.order);
	return good;
}
