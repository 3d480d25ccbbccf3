/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_judge.c: where pos, neg and neutral part, what confidence is worth, and whether the team
 * is better off with what was learned. All of it is read from lessons that a model has not seen: each
 * has its z from the model of the other folds, and its threshold from the other folds as well.
 */
#include "analyzer/learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/i18n.h"

enum {
	WRONG = 255,
	CLASSES = 3,
	BINS = 10,
	ROUNDS = 200,
	SURE = 80 /* percent */,
	FEW = 15
};

struct point {
	double z;
	double f1; /* best_cut(): with the threshold before it */
	uint8_t label;
};

struct tallies {
	double said[CLASSES], is[CLASSES], right[CLASSES];
};

static double macro_f1(const struct tallies *t)
{
	double sum = 0;
	int there = 0;

	for (int c = 0; c < CLASSES; c++) {
		there += t->is[c] > 0;
		if (t->is[c] > 0)
			sum += 2 * t->right[c] / (t->is[c] + t->said[c]);
	}
	return there ? sum / there : 0;
}

static void count(struct tallies *t, uint8_t is, uint8_t said)
{
	t->is[is]++;
	if (said < CLASSES)
		t->said[said]++;
	t->right[is] += is == said;
}

static int by_z(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return x->z < y->z ? -1 : x->z > y->z;
}

/* ---- trust ----------------------------------------------------------------------------- */

/* Few comments teach what holds for them: of 500, 5 parts of 7 are believed. */
int32_t learn_cap(const struct opinia_learner *l)
{
	enum { DOUBT = 200 };

	return (int32_t)(1000ll * l->lesson_count / (l->lesson_count + DOUBT));
}

/* What all but a few know of their words is usual; the few hear the lexicon too, as when tagged. */
void learn_trust(struct opinia_learner *l)
{
	struct point *all = calloc(l->lesson_count + 1u, sizeof(*all));

	l->failed |= !all;
	for (uint32_t i = 0; all && i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];

		all[i].z = x->count ? (double)x->known / x->count : 0;
	}
	if (all)
		qsort(all, l->lesson_count, sizeof(*all), by_z);
	l->usual = all ? (int32_t)(1000 * all[l->lesson_count * FEW / 100].z) : 0;
	free(all);
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		struct lesson *x = &l->lessons[i];
		double trust = learned_trust(x->known, x->count, l->usual) / 1000.0 *
			       learn_cap(l) / 1000;
		double z = (double)x->z[MODEL_FEELING];

		if (x->sign[LEARNED_NOTHING])
			continue; /* there is no word of the lexicon to hear */
		x->z[MODEL_FEELING] = (float)(z * trust + x->own * (1 - trust));
	}
}

/* ---- thresholds --------------------------------------------------------------------- */

/* Moves all tallies of @p from what it was said to be to @now. */
static void resay(struct tallies *t, const struct point *p, uint8_t was, uint8_t now)
{
	if (was < CLASSES) {
		t->said[was]--;
		t->right[was] -= was == p->label;
	}
	t->said[now]++;
	t->right[now] += now == p->label;
}

/* Before the first point, between two, behind the last. */
static double cut_at(const struct point *all, uint32_t n, uint32_t i)
{
	if (!i)
		return all[0].z - 0.001;
	return i < n ? (all[i - 1].z + all[i].z) / 2 : all[n - 1].z + 0.001;
}

/*
 * The z from which on @above is said; before, what the upper half of a point's label holds. Of
 * all that are as good as the best, within one standard error, the one nearest to 0: what a few
 * comments gain is no reason to shift everything.
 */
static double best_cut(struct point *all, uint32_t n, uint8_t above)
{
	struct tallies t = { .said = { 0 } };
	double at = 0, best = 0, last;
	bool any = false;

	qsort(all, n, sizeof(*all), by_z);
	for (uint32_t i = 0; i < n; i++)
		count(&t, all[i].label & 15, above);
	for (uint32_t i = 0; i < n; i++) {
		struct point p = { .z = all[i].z, .label = all[i].label & 15 };

		all[i].f1 = macro_f1(&t);
		best = fmax(best, all[i].f1);
		resay(&t, &p, above, all[i].label >> 4);
	}
	last = macro_f1(&t);
	best = fmax(best, last);
	best -= sqrt(best * (1 - best) / (n ? n : 1));
	for (uint32_t i = 0; i <= n && n; i++) {
		double cut = cut_at(all, n, i);

		if ((i < n ? all[i].f1 : last) < best || (any && fabs(cut) >= fabs(at)))
			continue;
		at = cut;
		any = true;
	}
	return at;
}

static bool counts(const struct lesson *x, uint8_t without, bool neutral)
{
	return x->fold != without && (neutral || x->label != SENTIMENT_NEU);
}

/* The threshold of @m by all folds but @without. */
static double threshold(const struct opinia_learner *l, int m, double feeling,
			uint8_t without, struct point *room)
{
	bool neutral = m == MODEL_NEUTRAL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];
		uint8_t below = SENTIMENT_NEG;

		if (!counts(x, without, neutral))
			continue;
		if (neutral && (double)x->z[MODEL_FEELING] >= feeling)
			below = SENTIMENT_POS;
		room[n++] = (struct point){ .z = (double)x->z[m],
					    .label = (uint8_t)(x->label | below << 4) };
	}
	return best_cut(room, n, neutral ? SENTIMENT_NEU : SENTIMENT_POS);
}

/* ---- confidence --------------------------------------------------------------------- */

/* Platt's two numbers by Newton's method: p = logistic(sharp * (z - centre)). */
static void fit_chance(const struct opinia_learner *l, int m, unsigned ones,
		       unsigned zeros, struct learner_model *out)
{
	double a = 1, b = 0, n[2] = { 0, 0 };

	for (uint32_t i = 0; i < l->lesson_count; i++) {
		n[1] += learn_has(ones, l->lessons[i].label);
		n[0] += learn_has(zeros, l->lessons[i].label);
	}
	for (int round = 0; round < 30; round++) {
		double g[2] = { 0, 0 }, h[3] = { 1e-6, 0, 1e-6 }, det;

		for (uint32_t i = 0; i < l->lesson_count; i++) {
			const struct lesson *x = &l->lessons[i];
			bool one = learn_has(ones, x->label);
			double z = (double)x->z[m], p, d, v;

			if (!one && !learn_has(zeros, x->label))
				continue;
			p = learn_logistic(a * z + b);
			d = p - (one ? (n[1] + 1) / (n[1] + 2) : 1 / (n[0] + 2));
			v = p * (1 - p);
			g[0] += d * z;
			g[1] += d;
			h[0] += v * z * z;
			h[1] += v * z;
			h[2] += v;
		}
		det = h[0] * h[2] - h[1] * h[1];
		if (det < 1e-9)
			break;
		a -= (h[2] * g[0] - h[1] * g[1]) / det;
		b -= (h[0] * g[1] - h[1] * g[0]) / det;
	}
	if (!(a > 0.05 && a < 20))
		a = 1, b = 0;
	out->sharp = a;
	out->centre = -b / a;
}

void learn_decide(struct opinia_learner *l)
{
	struct point *room = calloc(l->lesson_count + 1u, sizeof(*room));
	struct learner_model *feeling = &l->model[MODEL_FEELING];
	struct learner_model *neutral = &l->model[MODEL_NEUTRAL];
	const unsigned pos = 1u << SENTIMENT_POS, neg = 1u << SENTIMENT_NEG;

	l->failed |= !room;
	if (!room)
		return;
	feeling->threshold = threshold(l, MODEL_FEELING, 0, WRONG, room);
	fit_chance(l, MODEL_FEELING, pos, neg, feeling);
	if (neutral->fitted) {
		neutral->threshold =
			threshold(l, MODEL_NEUTRAL, feeling->threshold, WRONG, room);
		fit_chance(l, MODEL_NEUTRAL, 1u << SENTIMENT_NEU, pos | neg, neutral);
	}
	free(room);
}

/* ---- is it worth it? ---------------------------------------------------------------- */

struct answer {
	double conf;
	uint8_t is, before, after;
	double conf_before;
	bool feels; /* pos or neg, by the customer */
};

/* What the lexicon says: with two classes, the side of its score. */
uint8_t learn_plain(const struct opinia_learner *l, const struct lesson *x)
{
	if (l->report.classes == 3)
		return x->plain_label;
	return x->plain_score > 0   ? SENTIMENT_POS
	       : x->plain_score < 0 ? SENTIMENT_NEG
				    : WRONG;
}

bool learn_counted(const struct opinia_learner *l, const struct lesson *x)
{
	return l->report.classes == 3 || x->label != SENTIMENT_NEU;
}

static struct answer answer_of(const struct opinia_learner *l, const struct lesson *x,
			       const double cut[LEARNED_MODELS])
{
	const struct learner_model *feeling = &l->model[MODEL_FEELING];
	const struct learner_model *neutral = &l->model[MODEL_NEUTRAL];
	double z = (double)x->z[MODEL_FEELING], plain = 0;
	double good = learn_logistic(feeling->sharp * (z - feeling->centre));
	struct answer a = { .is = x->label, .feels = x->label != SENTIMENT_NEU };

	a.before = learn_plain(l, x);
	a.conf_before = x->plain_conf / 1000.0;
	a.after = z >= cut[MODEL_FEELING] ? SENTIMENT_POS : SENTIMENT_NEG;
	if (neutral->fitted)
		plain = learn_logistic(neutral->sharp *
				       ((double)x->z[MODEL_NEUTRAL] - neutral->centre));
	a.conf = (a.after == SENTIMENT_POS ? good : 1 - good) * (1 - plain);
	if (neutral->fitted && (double)x->z[MODEL_NEUTRAL] >= cut[MODEL_NEUTRAL]) {
		a.after = SENTIMENT_NEU;
		a.conf = plain;
	}
	return a;
}

static double calibration(const struct answer *all, uint32_t n, bool after)
{
	double bin[BINS][2] = { { 0 } }, sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		double conf = after ? all[i].conf : all[i].conf_before;
		int b = conf >= 1 ? BINS - 1 : (int)(conf * BINS);

		bin[b][0] += conf;
		bin[b][1] += all[i].is == (after ? all[i].after : all[i].before);
	}
	for (int b = 0; b < BINS; b++)
		sum += fabs(bin[b][0] - bin[b][1]);
	return n ? sum / n : 0;
}

static int surest_first(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return x->z > y->z ? -1 : x->z < y->z;
}

/* The share that is right among the surest, of those that feel. */
static double surest(const struct answer *all, uint32_t n, bool after, struct point *room)
{
	uint32_t count = 0, right = 0, most;

	for (uint32_t i = 0; i < n; i++)
		if (all[i].feels)
			room[count++] = (struct point){
				.z = after ? all[i].conf : all[i].conf_before,
				.label = all[i].is ==
					 (after ? all[i].after : all[i].before),
			};
	qsort(room, count, sizeof(*room), surest_first);
	most = (uint32_t)((uint64_t)count * SURE / 100);
	for (uint32_t i = 0; i < most; i++)
		right += room[i].label;
	return most ? (double)right / most : 0;
}

/* How much the difference would move if other customers had answered: a paired bootstrap. */
static double standard_error(const struct answer *all, uint32_t n)
{
	double sum = 0, squares = 0;

	for (uint64_t round = 1; round <= ROUNDS; round++) {
		struct tallies before = { .said = { 0 } }, after = before;
		double d;

		for (uint32_t i = 0; i < n; i++) {
			const struct answer *a = &all[hash_mix(i, round) % n];

			count(&before, a->is, a->before);
			count(&after, a->is, a->after);
		}
		d = macro_f1(&after) - macro_f1(&before);
		sum += d;
		squares += d * d;
	}
	return sqrt(fmax(0, squares / ROUNDS - sum / ROUNDS * sum / ROUNDS));
}

/* In ten-thousandths. */
static int32_t part_of(double share)
{
	return (int32_t)(share * 10000 + 0.5);
}

static void measure(struct opinia_learner *l, const struct answer *all, uint32_t n,
		    struct point *room)
{
	struct opinia_learner_report *r = &l->report;
	struct tallies before = { .said = { 0 } }, after = before;
	double was, is, step;

	for (uint32_t i = 0; i < n; i++) {
		count(&before, all[i].is, all[i].before);
		count(&after, all[i].is, all[i].after);
	}
	was = macro_f1(&before);
	is = macro_f1(&after);
	step = standard_error(all, n);
	r->before = part_of(was);
	r->after = part_of(is);
	r->step = part_of(step);
	r->error_before = part_of(calibration(all, n, false));
	r->error_after = part_of(calibration(all, n, true));
	r->sure_before = part_of(surest(all, n, false, room));
	r->sure_after = part_of(surest(all, n, true, room));
	r->accepted = is > was + step;
	if (!r->accepted)
		snprintf(
			r->why, sizeof(r->why),
			_("on comments that were held out it would be right in %.3f, and "
			  "without it is in %.3f (macro-F1): the gain must be more than "
			  "%.3f, one standard error"),
			is, was, step);
}

void learn_judge(struct opinia_learner *l)
{
	struct answer *all = calloc(l->lesson_count + 1u, sizeof(*all));
	struct point *room = calloc(l->lesson_count + 1u, sizeof(*room));
	double cut[LEARN_FOLDS][LEARNED_MODELS] = { { 0 } };
	uint32_t n = 0;

	l->failed |= !all || !room;
	for (uint8_t f = 0; room && all && f < LEARN_FOLDS; f++) {
		cut[f][0] = threshold(l, MODEL_FEELING, 0, f, room);
		if (l->model[MODEL_NEUTRAL].fitted)
			cut[f][1] = threshold(l, MODEL_NEUTRAL, cut[f][0], f, room);
	}
	for (uint32_t i = 0; room && all && i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];

		if (learn_counted(l, x))
			all[n++] = answer_of(l, x, cut[x->fold]);
	}
	if (n)
		measure(l, all, n, room);
	free(all);
	free(room);
}

/* ---- and if not, is it known how sure to be? ---------------------------------------- */

void learn_judge_conf(struct opinia_learner *l)
{
	enum { LEAST_RIGHT = 30, LEAST_WRONG = 5, WORTH = 100 };
	struct opinia_learner_report *r = &l->report;
	struct answer *all = calloc(l->lesson_count + 1u, sizeof(*all));
	struct point *room = calloc(l->lesson_count + 1u, sizeof(*room));
	int32_t held[LEARN_FOLDS][LEARNED_MODELS * LEARNED_NUMBERS];
	uint32_t n = 0, right = 0;

	l->failed |= !all || !room || !learn_conf(l, WRONG, l->conf);
	for (uint8_t f = 0; !l->failed && f < LEARN_FOLDS; f++)
		l->failed |= !learn_conf(l, f, held[f]);
	for (uint32_t i = 0; !l->failed && i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];
		struct answer a = { .is = x->label,
				    .feels = x->label != SENTIMENT_NEU,
				    .before = learn_plain(l, x),
				    .after = learn_plain(l, x),
				    .conf_before = x->plain_conf / 1000.0 };

		if (!learn_counted(l, x))
			continue;
		a.conf = learned_conf(held[x->fold], x->plain_label, x->plain_conf) /
			 1000.0;
		right += a.is == a.after;
		all[n++] = a;
	}
	if (!l->failed && right >= LEAST_RIGHT && n - right >= LEAST_WRONG) {
		r->error_before = part_of(calibration(all, n, false));
		r->error_after = part_of(calibration(all, n, true));
		r->sure_before = part_of(surest(all, n, false, room));
		r->sure_after = part_of(surest(all, n, true, room));
		r->surer = r->error_after + WORTH < r->error_before;
	}
	free(all);
	free(room);
}
