/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup.h: counters of feedback by topic, channel and day, so that a chart costs the
 * same with ten thousand records and with thirty million.
 *
 * A key is (block of nine weeks, topic or 0 = all); its value has parts, two of all channels
 * and two a channel: what is counted of every record, and its scores. A part has a
 * column for each counter that is not 0 throughout. Under a topic the sentiment is the
 * topic's own. What goes in comes out exactly: a revision takes the old record's
 * contributions away and adds the new one's.
 */
#ifndef OPINIA_STORE_ROLLUP_H
#define OPINIA_STORE_ROLLUP_H

#include "core/arena.h"
#include "core/counts.h"
#include "store/dims.h"
#include "store/txn.h"

/* A block begins on a Monday, so that weeks lie in it whole. */
enum { ROLL_WEEKS = 9, ROLL_DAYS = 7 * ROLL_WEEKS };
/* The parts of a channel: what every record has, and scores. */
enum roll_class { ROLL_PLAIN, ROLL_SCORES, ROLL_CLASSES };

/* ---- changing ---------------------------------------------------------------------- */

struct rollup_delta;
struct rollup_delta *rollup_delta_new(void); /* NULL: out of memory */
void rollup_delta_free(struct rollup_delta *d);
void rollup_delta_clear(struct rollup_delta *d); /* keeps its memory */
void rollup_add(struct rollup_delta *d, const struct indexed *x,
		int by); /* by: +1 or -1 */
/* Each touched block is read and written once, in order of keys; fails with @t. */
void rollup_apply(struct txn *t, struct rollup_delta *d);

/* ---- reading ----------------------------------------------------------------------- */

/*
 * Sums of counters by period. Each period has its figures beside each other: places of their own for
 * what every record has, then some for each scale of scores that was met. What a later program counts,
 * and damage, has no place. Memory is the arena's, and is used again after roll_sums_clear().
 */
enum { ROLL_PLAIN_ROOM = 8, ROLL_SCALE_ROOM = 12 };
struct roll_sums {
	struct arena *arena;
	size_t periods, room; /* @room: figures of a period      */
	uint64_t *of;	      /* @periods × @room; NULL: nothing */
	uint32_t *scale;      /* as in counters                  */
	unsigned scales, scale_room;
	unsigned awaited; /* scales that there is room for at first */
	bool any;	  /* something was counted */
};

void roll_sums_start(struct roll_sums *s, struct arena *arena, size_t periods,
		     unsigned awaited);
void roll_sums_clear(struct roll_sums *s);
static inline uint64_t *roll_sums_at(const struct roll_sums *s, size_t period)
{
	return s->of + period * s->room;
}

/* Of a topic: where the sums of all channels go, and of each; NULL: not asked for. */
enum { ROLL_ALL_CHANNELS = 0, ROLL_TARGETS = 1 + CHANNEL_COUNT };
struct roll_targets {
	struct roll_sums *to[ROLL_TARGETS];
};

static inline unsigned roll_target(unsigned channel)
{
	return 1 + channel;
}

struct roll_cuts;
/*
 * Periods between @count + 1 ascending @edges (borrowed): the i-th has the days edges[i] ..
 * edges[i + 1] - 1. @classes: a bit of each roll_class that is wanted, and ROLL_NARROW for the way that
 * all processors can go (core/wide.h). NULL: memory.
 */
enum { ROLL_NARROW = 1 << ROLL_CLASSES };
struct roll_cuts *roll_cuts_new(struct arena *arena, const int32_t *edges, size_t count,
				unsigned classes);
/*
 * Add what is counted under the @count topics from @topic on (0: all records) to @of, in one pass over the
 * blocks with a cursor of DB_ROLL that is lent. ERR_INPUT: damaged.
 */
int rollup_read(struct txn_cursor *c, uint32_t topic, size_t count,
		struct roll_cuts *cuts, const struct roll_targets *of, struct err *err);
/* First and last day that has a feedback record; first > last: none. */
int rollup_span(struct txn *t, int32_t *first, int32_t *last, struct err *err);

#endif
