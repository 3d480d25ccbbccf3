/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grouping.h: groups on their way: counts by up to three values, from bitmaps
 * (group_bits.c) or from roll-ups (group_rolls.c). Both fill the same table and agree
 * to the last record; groups.c turns it into rows.
 */
#ifndef OPINIA_STORE_GROUPING_H
#define OPINIA_STORE_GROUPING_H

#include "core/counts.h"
#include "store/axis.h"
#include "store/query.h"
#include "store/rollup.h"

enum { AXES_MAX = 3 };

/* Groups that came from roll-ups: the figures of periods, as in struct roll_sums. */
struct rolled {
	const uint64_t *of;
	size_t room;
	bool whole; /* also of periods that were not kept */
	unsigned scales;
	struct rolled_scale {
		uint32_t code; /* as in counters */
		size_t at;     /* of the figures of a period */
		uint8_t kind;
		struct scale_counts empty;
	} * scale; /* ascending */
};

/* One group: its values (of axis.h) and what was counted under them. */
struct cell {
	uint32_t value[AXES_MAX];
	uint64_t records, commented;
	uint64_t sentiment[SENTIMENT_COUNT];
	uint64_t *scores; /* by number of a score in grouping.score_values */
	uint32_t score_room;
	uint64_t unscaled;
	const struct rolled *
		rolled; /* from roll-ups, its column @at; NULL: the fields above say it */
	size_t at;
};

struct grouping {
	struct opinia_snapshot *snap;
	struct query q;
	struct axis axes[AXES_MAX];
	size_t axis_count;
	struct arena arena; /* of cells and axes */
	struct cell **cells;
	size_t count, room;
	uint32_t *table; /* open addressing: index of a cell + 1 */
	size_t table_size;
	uint32_t *score_values; /* raw values of BITS_SCORE, without how many-th */
	uint32_t score_count, score_room;
	struct cell *spare; /* cells of zeros that are nobody's yet */
	size_t spares;
	bool moods;  /* scores are not asked for */
	bool failed; /* memory */
};

/* The cell of these values, made when new. NULL: memory (and g->failed). */
struct cell *grouping_cell(struct grouping *g, const uint32_t value[AXES_MAX]);
/* A cell of values that no other has, of those who never ask for one again. */
struct cell *grouping_new_cell(struct grouping *g, const uint32_t value[AXES_MAX]);

/* What a cell has counted, as the door gives it. */
void grouping_counts(const struct grouping *g, const struct cell *c, struct counts *out);

/*
 * The periods of @s that have records, a group each; *kept says which these are, UINT32_MAX behind the
 * last. What @s has summed up is taken from it. NULL: memory.
 */
struct rolled *rolled_of(struct roll_sums *s, size_t periods, uint32_t **kept);
/* The figures of a group of @r; @out may be anything, as for counts_zero(). */
void rolled_counts(const struct rolled *r, size_t at, struct counts *out);

int group_by_bits(struct grouping *g, struct err *err);
/* *done false: the filter or the axes need bitmaps. */
int group_by_rolls(struct grouping *g, const struct filter *f, bool *done,
		   struct err *err);

#endif
