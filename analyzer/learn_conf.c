/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_conf.c: how sure the lexicon may be. Where a team's scores are too few, or the lexicon too
 * good, to weigh words, they still tell how often it was right when it was that sure: one slope and
 * one shift for each label, on the scale of log-odds (Platt 1999). No label and no score moves.
 */
#include "analyzer/learn.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 100, SURE = 1001, LABELS = LEARNED_CONF_MIXED - LEARNED_CONF_NEG + 1 };

/* Comments of each label and confidence: all of them, and those that were right. */
struct seen {
	uint32_t all[LABELS][SURE], right[LABELS][SURE];
};

/* A gradient, and the diagonal of the second derivatives; the slope stands last. */
struct slopes {
	double first[LABELS + 1], second[LABELS + 1];
};

static void see(const struct opinia_learner *l, uint8_t without, struct seen *out)
{
	for (uint32_t i = 0; i < l->lesson_count; i++) {
		const struct lesson *x = &l->lessons[i];

		if (x->fold == without || !learn_counted(l, x))
			continue;
		out->all[x->plain_label][x->plain_conf]++;
		out->right[x->plain_label][x->plain_conf] +=
			learn_plain(l, x) == x->label;
	}
}

static struct slopes slopes_of(const struct seen *seen, double sharp, const double *shift)
{
	struct slopes s = { .first = { 0 } };

	for (int k = 0; k < LABELS; k++) {
		s.first[k] = shift[k]; /* as if a comment or two had spoken for none */
		s.second[k] = 1;
		for (int c = 0; c < SURE; c++) {
			double n = seen->all[k][c], far, p, d;

			if (n <= 0)
				continue;
			far = learned_odds(c) / 1000.0;
			p = learn_logistic(sharp * far + shift[k]);
			d = n * p - seen->right[k][c];
			s.first[k] += d;
			s.second[k] += n * p * (1 - p);
			s.first[LABELS] += d * far;
			s.second[LABELS] += n * p * (1 - p) * far * far;
		}
	}
	return s;
}

static int32_t milli(double v)
{
	return (int32_t)floor(fmax(-LEARNED_MOST, fmin(LEARNED_MOST, v * 1000)) + 0.5);
}

bool learn_conf(const struct opinia_learner *l, uint8_t without,
		int32_t numbers[LEARNED_NUMBERS])
{
	struct seen *seen = calloc(1, sizeof(*seen));
	double sharp = 1, shift[LABELS] = { 0 };

	if (!seen)
		return false;
	see(l, without, seen);
	for (int round = 0; round < ROUNDS; round++) {
		struct slopes s = slopes_of(seen, sharp, shift);

		for (int k = 0; k < LABELS; k++)
			shift[k] -= s.first[k] / s.second[k] / 2;
		sharp -= s.first[LABELS] / (s.second[LABELS] + 1e-6) / 2;
		sharp = fmax(0.05, fmin(20, sharp));
	}
	free(seen);
	numbers[LEARNED_CONF] = milli(sharp);
	for (int k = 0; k < LABELS; k++)
		numbers[LEARNED_CONF_NEG + k] = milli(shift[k]);
	return true;
}
