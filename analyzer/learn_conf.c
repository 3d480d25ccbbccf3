/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn_conf.c: how sure the lexicon may be. Where a team's scores are too few, or the lexicon too
 * good, to weigh words, they still tell how often it was right when it was that sure: a slope and
 * a shift for each label, on the scale of log-odds (Platt 1999). The slopes of labels that were
 * seldom said stay near the one of all. No label and no score moves.
 */
#include "analyzer/learn.h"

#include <math.h>
#include <stdlib.h>

enum {
	ROUNDS = 100,
	SHARPEST = 20,
	SURE = 1001,
	LABELS = LEARNED_CONF_MIXED - LEARNED_CONF_NEG + 1
};

/* Comments of each label and confidence: all of them, and those that were right. */
struct seen {
	uint32_t all[LABELS][SURE], right[LABELS][SURE];
};

/* Of one label: shift and slope, the gradient there, and the diagonal of the second derivatives. */
struct slope {
	double shift, sharp;
	double first[2], second[2];
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

/* Without what is believed of the slope before anything is seen. */
static void derive(const struct seen *seen, int k, struct slope *s)
{
	s->first[0] = s->shift; /* as if a comment or two had spoken for none */
	s->second[0] = 1;
	s->first[1] = s->second[1] = 0;
	for (int c = 0; c < SURE; c++) {
		double n = seen->all[k][c], far, p, d;

		if (n <= 0)
			continue;
		far = learned_odds(c) / 1000.0;
		p = learn_logistic(s->sharp * far + s->shift);
		d = n * p - seen->right[k][c];
		s->first[0] += d;
		s->second[0] += n * p * (1 - p);
		s->first[1] += d * far;
		s->second[1] += n * p * (1 - p) * far * far;
	}
}

/* One slope for all labels; returned. */
static double fit_common(const struct seen *seen, struct slope all[LABELS])
{
	double sharp = 1;

	for (int round = 0; round < ROUNDS; round++) {
		double first = 0, second = 1e-6;

		for (int k = 0; k < LABELS; k++) {
			all[k].sharp = sharp;
			derive(seen, k, &all[k]);
			all[k].shift -= all[k].first[0] / all[k].second[0] / 2;
			first += all[k].first[1];
			second += all[k].second[1];
		}
		sharp = fmax(0.05, fmin(SHARPEST, sharp - first / second / 2));
	}
	return sharp;
}

/*
 * One for each, as if a few comments had spoken for the common one. It may fall below 0: the
 * lexicon calls neutral what it does not know, and is more often right there than where praise
 * and complaint are even.
 */
static void fit_each(const struct seen *seen, double common, struct slope all[LABELS])
{
	const double belief = 3;

	for (int round = 0; round < ROUNDS; round++)
		for (int k = 0; k < LABELS; k++) {
			struct slope *s = &all[k];

			derive(seen, k, s);
			s->first[1] += belief * (s->sharp - common);
			s->shift -= s->first[0] / s->second[0] / 2;
			s->sharp -= s->first[1] / (s->second[1] + belief) / 2;
			s->sharp = fmax(-SHARPEST, fmin(SHARPEST, s->sharp));
		}
}

int32_t learn_milli(double v, int32_t most)
{
	return (int32_t)floor(fmax(-most, fmin(most, v * 1000)) + 0.5);
}

/* A slope of 0 in the file would be none. */
static int32_t slope_milli(double v)
{
	int32_t m = learn_milli(v, LEARNED_MOST);

	return m ? m : 1;
}

bool learn_conf(const struct opinia_learner *l, uint8_t without,
		int32_t numbers[LEARNED_MODELS * LEARNED_NUMBERS])
{
	struct seen *seen = calloc(1, sizeof(*seen));
	struct slope all[LABELS] = { { 0 } };
	double common;

	if (!seen)
		return false;
	see(l, without, seen);
	common = fit_common(seen, all);
	fit_each(seen, common, all);
	free(seen);
	numbers[LEARNED_CONF] = slope_milli(common);
	numbers[LEARNED_NUMBERS + LEARNED_CONF] = 0;
	for (int k = 0; k < LABELS; k++) {
		numbers[LEARNED_CONF_NEG + k] = learn_milli(all[k].shift, LEARNED_MOST);
		numbers[LEARNED_NUMBERS + LEARNED_CONF_NEG + k] =
			slope_milli(all[k].sharp);
	}
	return true;
}
