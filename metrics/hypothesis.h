/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hypothesis.h: is there anything? Two-sided tests of two samples. False: nothing to test
 * (an empty side, no spread). Pure functions, any thread.
 */
#ifndef OPINIA_METRICS_HYPOTHESIS_H
#define OPINIA_METRICS_HYPOTHESIS_H

#include <stdbool.h>
#include <stdint.h>

#include "metrics/interval.h"

struct test {
	double diff;	  /* first - second */
	double statistic; /* z or t */
	double df;	  /* of t; 0 for z */
	double p;	  /* two-sided */
	double low, high; /* 95 % of diff, where the test has one */
	const char *name; /* msgid */
};

/* k1/n1 against k2/n2: pooled z, or Fisher's exact p where fewer than 5 are expected. */
bool test_shares(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, struct test *out);
double fisher_p(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2);

struct net {
	uint64_t plus, minus, n;
};

/* Two net shares (NPS as -1..1). */
bool test_nets(struct net a, struct net b, struct test *out);

struct moments {
	double mean, variance; /* sample variance */
	uint64_t n;
};

/* Welch's t. */
bool test_means(struct moments a, struct moments b, struct test *out);

#endif
