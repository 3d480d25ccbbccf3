/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counts.h: how many answered what. The store fills it, the metrics turn it into numbers:
 * neither has heard of the other. Adding and taking away are exact (all whole numbers).
 */
#ifndef OPINIA_CORE_COUNTS_H
#define OPINIA_CORE_COUNTS_H

#include <stdint.h>

#include "core/record.h"
#include "core/verdict.h"

/* One histogram a scale: csat 1-5 and csat 1-10 are different scales and never add up. */
struct scale_counts {
	int16_t min, max;
	bool low_is_good;
	uint64_t at[SCORE_POINTS_MAX]; /* at[value - min] */
};

enum { COUNTS_SCALES_MAX = 4 }; /* different scales of one kind that are kept apart */

struct counts {
	uint64_t records;   /* feedback records                                   */
	uint64_t commented; /* with words that say something                      */
	uint64_t sentiment[SENTIMENT_COUNT]; /* of those that were analyzed       */
	uint64_t unscaled; /* scores left out because COUNTS_SCALES_MAX was reached */
	uint8_t scales[SCORE_KINDS]; /* how many are in use; others hold nothing */
	struct scale_counts score[SCORE_KINDS][COUNTS_SCALES_MAX];
};

/* @c may be anything; what lies in score[kind][scales[kind]] and behind stays as it was. */
void counts_zero(struct counts *c);
void counts_score(struct counts *c, const struct score *s,
		  int64_t by); /* by: +1, -1, … */
struct scale_counts *
counts_scale(struct counts *c, enum score_kind kind, int16_t min, int16_t max,
	     bool low_is_good); /* found or made; NULL: too many scales */
uint64_t scale_total(const struct scale_counts *s);

#endif
