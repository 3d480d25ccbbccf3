/* SPDX-License-Identifier: Apache-2.0 */
/* rolls.h: a question to the roll-ups in one call, for tests. */
#ifndef OPINIA_TESTS_STORE_ROLLS_H
#define OPINIA_TESTS_STORE_ROLLS_H

#include "store/grouping.h"
#include "store/rollup.h"

/* What days edges[i] .. edges[i + 1] - 1 hold, @count times; @target: of rollup.h. */
__attribute__((unused)) static int rolls(struct txn *t, uint32_t topic, unsigned target,
					 const int32_t *edges, size_t count,
					 struct counts *out, struct err *err)
{
	struct roll_targets of = { { NULL } };
	struct roll_sums sums;
	struct rolled *r;
	uint32_t *kept;
	struct roll_cuts *cuts;
	struct txn_cursor c;
	struct arena arena;
	int rc;

	arena_init(&arena, 0);
	cuts = roll_cuts_new(&arena, edges, count, 1U << ROLL_PLAIN | 1U << ROLL_SCORES);
	roll_sums_start(&sums, &arena, count);
	of.to[target] = &sums;
	txn_cursor_open(&c, t, DB_ROLL);
	rc = rollup_read(&c, topic, 1, cuts, &of, err);
	txn_cursor_close(&c);
	memset(out, 0, count * sizeof(*out));
	r = rolled_of(&sums, count, &kept);
	for (size_t i = 0; r && kept[i] != UINT32_MAX; i++)
		rolled_counts(r, r->whole ? kept[i] : i, &out[kept[i]]);
	arena_release(&arena);
	return rc;
}

#endif
