/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impact.h: what one part of the answers does to a score: leave it out and look.
 *
 * Sign: I = value(all) - value(all without the part). Negative: the value would be higher
 * without it, the part drags it down. For a metric where lower is better (ces1,
 * detractors) a negative impact is therefore the good one: metric->better says how to
 * read it. Undefined when the part is everything; 0 when it is nothing. Pure, any thread.
 */
#ifndef OPINIA_METRICS_IMPACT_H
#define OPINIA_METRICS_IMPACT_H

#include "metrics/interval.h"
#include "metrics/sample.h"

/* Tallies of one metric on one scale. False: @part is no part of @all. */
bool tally_without(const struct tally *all, const struct tally *part, struct tally *rest);

/* S/n - (S - S_t)/(n - n_t), in the unit of the worths. False: undefined. */
bool impact_of(const struct tally *part, const struct tally *rest, double *out);

/* 95 %, jackknife over single answers. False: too few, or no spread. */
bool impact_interval(const struct tally *part, const struct tally *rest,
		     struct interval *out);

#endif
