/* SPDX-License-Identifier: Apache-2.0 */
/*
 * times.h: durations in ascending order. times_open() copies where it must, times_close()
 * gives the copy back. Milliseconds throughout. Any thread.
 */
#ifndef OPINIA_METRICS_TIMES_H
#define OPINIA_METRICS_TIMES_H

#include "metrics/interval.h"
#include "metrics/opinia_metrics.h"

struct times {
	const int64_t *ms; /* ascending, none negative */
	size_t n;
	int64_t *own; /* the copy, or NULL */
};

bool times_open(struct times *t, const struct durations *d); /* false: out of memory */
void times_close(struct times *t);

double times_mean(const struct times *t);     /* n > 0 */
double times_variance(const struct times *t); /* sample variance (n - 1); 0 below two */
double times_quantile(const struct times *t, double q); /* n > 0 */
bool times_interval(const struct times *t, double q, struct interval *out);

/* Standard error of a sample quantile, from its order statistics; false: too few. */
bool times_quantile_se(const struct times *t, double q, double *out);

/*
 * Mann–Whitney: z of "a tends to be larger than b", corrected for ties and continuity.
 * False: too few for the normal approximation, or all are the same.
 */
enum { MANN_WHITNEY_MIN = 8 };
bool times_mann_whitney(const struct times *a, const struct times *b, double *z);

#endif
