/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interval.h: how sure we are. All intervals are 95 %, two-sided; shares are 0..1 here
 * and become percent at the wall. False means that there is no honest interval (too few
 * answers, no spread): *out is untouched. Pure functions, any thread.
 */
#ifndef OPINIA_METRICS_INTERVAL_H
#define OPINIA_METRICS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTERVAL_Z 1.959964 /* as the golden table has it */

struct interval {
	double low, high;
};

/* k of n. */
bool interval_wilson(uint64_t k, uint64_t n, struct interval *out);

/* A net share (plus - minus) / n of a trinomial: NPS, net CSAT, net CES. */
bool interval_net(uint64_t plus, uint64_t minus, uint64_t n, struct interval *out);
double net_variance(uint64_t plus, uint64_t minus, uint64_t n); /* of one answer */
double net_variance_adjusted(uint64_t plus, uint64_t minus, uint64_t n); /* never 0 */
double net_wald_moe(uint64_t plus, uint64_t minus, uint64_t n); /* half a width, 0..1 */

/* k1/n1 - k2/n2. */
bool interval_newcombe(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2,
		       struct interval *out);

/* A mean, from the mean and the sample variance (n - 1). */
bool interval_mean(double mean, double variance, uint64_t n, struct interval *out);

/*
 * Ranks (1-based) of the order statistics that enclose the @q-quantile of the population
 * with at least 95 %, whatever the distribution.
 */
bool interval_ranks(double q, uint64_t n, uint64_t *low, uint64_t *high);

/* A share, exact: Clopper and Pearson. */
bool interval_exact(uint64_t k, uint64_t n, struct interval *out);

#endif
