/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup.h: counters of feedback by topic, channel and day, so that a chart costs the
 * same with ten thousand records and with thirty million.
 *
 * A key is (topic or 0 = all, channel, block of 64 days); its value has a column for each
 * counter that is not 0 throughout. Under a topic the sentiment is the topic's own. What
 * goes in comes out exactly: a revision takes the old record's contributions away and
 * adds the new one's.
 */
#ifndef OPINIA_STORE_ROLLUP_H
#define OPINIA_STORE_ROLLUP_H

#include "core/counts.h"
#include "store/dims.h"
#include "store/txn.h"

enum { ROLL_DAYS = 64 };
/* Behind the last channel: the sum of all of them, kept beside them. */
enum { ROLL_ALL_CHANNELS = 255 };

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
 * Call @take for every day first..last (inclusive) of (topic, channel) that has a record,
 * in order; @day_counts is borrowed for the call. Either day may be INT32_MIN /
 * INT32_MAX. ERR_INPUT: damaged. A non-zero return of @take stops and is returned.
 */
int rollup_days(struct txn *t, uint32_t topic, enum channel channel, int32_t first,
		int32_t last,
		int (*take)(void *self, int32_t day, const struct counts *day_counts),
		void *self, struct err *err);
/* The sum over the days first..last is added to @out. */
int rollup_sum(struct txn *t, uint32_t topic, enum channel channel, int32_t first,
	       int32_t last, struct counts *out, struct err *err);
/*
 * The same cut at @edges: out[i] gets the days edges[i] .. edges[i + 1] - 1, @count sums
 * in all (so @count + 1 ascending edges). This is what a chart by week wants: one pass
 * over the blocks. @channel may be ROLL_ALL_CHANNELS. @out is as counts_zero() left all of
 * it, or as a call with the same @count did: a scale that one period has, all have,
 * though with nothing in it.
 */
int rollup_cuts(struct txn *t, uint32_t topic, unsigned channel, const int32_t *edges,
		size_t count, struct counts *out, struct err *err);
/* The same with a cursor of DB_ROLL that is lent: a question asks for many topics. */
int rollup_cuts_at(struct txn_cursor *c, uint32_t topic, unsigned channel,
		   const int32_t *edges, size_t count, struct counts *out,
		   struct err *err);
/* First and last day that has a feedback record; first > last: none. */
int rollup_span(struct txn *t, int32_t *first, int32_t *last, struct err *err);

#endif
