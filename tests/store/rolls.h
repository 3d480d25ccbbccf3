/* SPDX-License-Identifier: Apache-2.0 */
/* rolls.h: a question to the roll-ups in one call, for tests. */
#ifndef OPINIA_TESTS_STORE_ROLLS_H
#define OPINIA_TESTS_STORE_ROLLS_H

#include "store/grouping.h"
#include "store/rollup.h"

/* What days edges[i] .. edges[i + 1] - 1 hold, @count times; @channel CHANNEL_COUNT: all of them. */
__attribute__((unused)) static int rolls(struct txn *t, uint32_t topic, unsigned channel,
					 const int32_t *edges, size_t count,
					 struct counts *out, struct err *err)
{
	struct roll_sums sums, *to[ROLL_TARGETS] = { NULL };
	struct rolled r = { 0 };
	struct roll_cuts *cuts;
	struct txn_cursor c;
	struct arena arena;
	int rc;

	arena_init(&arena, 0);
	cuts = roll_cuts_new(&arena, edges, count, 1U << ROLL_PLAIN | 1U << ROLL_SCORES);
	roll_sums_start(&sums, &arena, count);
	to[channel] = &sums;
	txn_cursor_open(&c, t, DB_ROLL);
	rc = rollup_read(&c, topic, cuts, to, err);
	txn_cursor_close(&c);
	roll_sums_sort(&sums);
	r.row = arena_take(&arena, (sums.count + 1) * sizeof(*r.row));
	for (r.count = 0; r.row && r.count < sums.count; r.count++)
		r.row[r.count] = (struct rolled_row){ sums.row[r.count].counter,
						      sums.row[r.count].of };
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct counts){ 0 };
		rolled_counts(&r, i, &out[i]);
	}
	arena_release(&arena);
	return rc;
}

#endif
