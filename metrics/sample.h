/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h: what every metric is boiled down to before arithmetic begins.
 *
 * There are thirty metrics but only seven shapes of numbers: a shape knows its estimate,
 * its interval and its test, so that a metric has to say no more than which answers count
 * as what. A sample borrows from the input it was made of.
 */
#ifndef OPINIA_METRICS_SAMPLE_H
#define OPINIA_METRICS_SAMPLE_H

#include "metrics/opinia_metrics.h"

#define N_(text) text /* marks a msgid for xgettext; looked up when it is shown */

enum shape {
	SHAPE_NONE,	     /* nothing can be said; .why says why */
	SHAPE_SHARE,	     /* k of n: tally, worth 0 or 100 */
	SHAPE_NET,	     /* plus and minus of n: tally, worth +-100 or 0 */
	SHAPE_MEAN,	     /* tally, worth as it is */
	SHAPE_TIME_MEAN,     /* times */
	SHAPE_TIME_QUANTILE, /* times, q */
	SHAPE_SURVIVAL,	     /* times with open ones, q */
	SHAPE_SCENARIO,	     /* base, low, high: no chance in it */
};

/* Answers by what each is worth; the metric is the mean of the worths. */
struct tally {
	int points;
	double worth[SCORE_POINTS_MAX];
	uint64_t at[SCORE_POINTS_MAX];
};

struct sample {
	enum shape shape;
	const char *why; /* msgid */
	uint64_t n, left_out;
	struct metric_scale scale;
	struct tally tally;
	const struct durations *times;
	double q;
	double base, low, high;
};

/* Which answers of a kind count as what. Positions run from 0 in the direction of the
 * kind. */
struct score_rule {
	enum score_kind kind;
	enum shape shape;
	bool low_is_good; /* the kind's own direction; scales asked the other way are
			     turned */
	bool (*fits)(const struct metric_scale *scale); /* NULL: any scale */
	double (*worth)(const struct metric_scale *scale, int position);
	const char *why; /* msgid for "no such answers" */
};

static inline int scale_points(const struct metric_scale *s)
{
	return s->max - s->min + 1;
}

/* The one way in: checks what @m needs, then reduces. */
void sample_of(const struct metric *m, const struct metric_input *in,
	       const struct metric_scale *want, struct sample *out);

void sample_none(struct sample *s, const char *why);
void sample_share(struct sample *s, uint64_t k, uint64_t n, uint64_t left_out,
		  const char *none);
void sample_times(struct sample *s, const struct durations *d, enum shape shape,
		  double q);

/* .reduce of every metric with a .rule */
void sample_scores(const struct metric *m, const struct metric_input *in,
		   const struct metric_scale *want, struct sample *out);

/* Of a SHARE or NET sample: how many count up and how many count down. */
uint64_t tally_plus(const struct tally *t);
uint64_t tally_minus(const struct tally *t);
uint64_t tally_total(const struct tally *t);
double tally_mean(const struct tally *t);
double tally_variance(const struct tally *t); /* sample variance (n - 1); 0 below two */

/* change.c: the difference of two samples of one shape. */
void sample_change(const struct sample *now, const struct sample *before,
		   struct metric_change *out);

#endif
