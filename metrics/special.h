/* SPDX-License-Identifier: Apache-2.0 */
/*
 * special.h: the distributions that intervals and tests are read from. Pure functions,
 * nothing is owned; any thread.
 */
#ifndef OPINIA_METRICS_SPECIAL_H
#define OPINIA_METRICS_SPECIAL_H

#include <stdint.h>

double norm_cdf(double x);
double norm_quantile(double p); /* 0 < p < 1 */
double norm_p2(double z);	/* two-sided p of |z| */

double ln_gamma(double x);		       /* x > 0; never touches signgam */
double beta_inc(double a, double b, double x); /* regularized, a, b > 0, 0 <= x <= 1 */

double student_p2(double t, double df);	      /* two-sided p of |t|, df > 0 */
double student_quantile(double p, double df); /* 0 < p < 1, df > 0 */

double binom_pmf(uint64_t k, uint64_t n, double p);
double binom_cdf(uint64_t k, uint64_t n, double p);  /* P(X <= k) */
double binom_tail(uint64_t k, uint64_t n, double p); /* P(X >= k) */
double binom_test(uint64_t k, uint64_t n, double p); /* two-sided, by likelihood */

#endif
