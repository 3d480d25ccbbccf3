/* SPDX-License-Identifier: Apache-2.0 */
/* counts.c: see counts.h. Unsigned arithmetic wraps, so taking away after adding is exact. */
#include "core/counts.h"

#include <string.h>

/* Scales that are not in use are two kilobytes: counts_scale() clears each it begins. */
void counts_zero(struct counts *c)
{
	c->records = c->commented = c->unscaled = 0;
	memset(c->sentiment, 0, sizeof(c->sentiment));
	memset(c->scales, 0, sizeof(c->scales));
}

struct scale_counts *counts_scale(struct counts *c, enum score_kind kind, int16_t min,
				  int16_t max, bool low_is_good)
{
	struct scale_counts *all = c->score[kind];
	uint8_t n = c->scales[kind];

	for (uint8_t i = 0; i < n; i++)
		if (all[i].min == min && all[i].max == max &&
		    all[i].low_is_good == low_is_good)
			return &all[i];
	if (n == COUNTS_SCALES_MAX)
		return NULL;
	all[n] = (struct scale_counts){ .min = min,
					.max = max,
					.low_is_good = low_is_good };
	c->scales[kind]++;
	return &all[n];
}

void counts_score(struct counts *c, const struct score *s, int64_t by)
{
	struct scale_counts *scale =
		counts_scale(c, s->kind, s->min, s->max, s->low_is_good);

	if (!scale)
		c->unscaled += (uint64_t)by;
	else
		scale->at[s->value - s->min] += (uint64_t)by;
}

uint64_t scale_total(const struct scale_counts *s)
{
	uint64_t n = 0;

	for (int v = 0; v < SCORE_POINTS_MAX; v++)
		n += s->at[v];
	return n;
}
