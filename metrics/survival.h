/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survival.h: how long until something happens, when for some it has not happened yet.
 * An open item is not dropped and not counted as done: it says "longer than this so far".
 * survival_open() allocates, survival_close() takes it back. Any thread.
 */
#ifndef OPINIA_METRICS_SURVIVAL_H
#define OPINIA_METRICS_SURVIVAL_H

#include "metrics/interval.h"
#include "metrics/opinia_metrics.h"

struct wait {
	int64_t ms;
	bool done;     /* false: still open at ms */
	uint8_t group; /* 0 or 1 */
};

struct survival {
	struct wait *at; /* ascending; at equal times what is done comes first */
	size_t n;
};

bool survival_open(struct survival *s, const struct durations *a,
		   const struct durations *b); /* @b may be NULL; false: out of memory */
void survival_close(struct survival *s);

/* The time by which a share of @q is done; false: that far it has not come yet. */
bool survival_quantile(const struct survival *s, double q, double *out);
bool survival_interval(const struct survival *s, double q, struct interval *out);

/* Log-rank: z above 0 when group 0 is faster than group 1. False: nothing to compare. */
bool survival_log_rank(const struct survival *s, double *z);

#endif
