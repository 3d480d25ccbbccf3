/* SPDX-License-Identifier: Apache-2.0 */
/* rolls.h: a question to the roll-ups in one call, for tests. */
#ifndef OPINIA_TESTS_STORE_ROLLS_H
#define OPINIA_TESTS_STORE_ROLLS_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "store/grouping.h"
#include "store/rollup.h"

static int rolls_one_way(struct txn *t, uint32_t topic, unsigned target,
			 const int32_t *edges, size_t count, unsigned classes,
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
	cuts = roll_cuts_new(&arena, edges, count, classes);
	roll_sums_start(&sums, &arena, count, topic ? 1 : 0);
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

/*
 * What days edges[i] .. edges[i + 1] - 1 hold, @count times; @target: of rollup.h. Both ways of
 * core/wide.h say the same.
 */
__attribute__((unused)) static int rolls(struct txn *t, uint32_t topic, unsigned target,
					 const int32_t *edges, size_t count,
					 struct counts *out, struct err *err)
{
	unsigned classes = 1U << ROLL_PLAIN | 1U << ROLL_SCORES;
	struct counts *narrow = malloc((count + 1) * sizeof(*narrow));
	int rc, rc2;

	cr_assert(narrow);
	rc2 = rolls_one_way(t, topic, target, edges, count, classes | ROLL_NARROW, narrow,
			    err);
	rc = rolls_one_way(t, topic, target, edges, count, classes, out, err);
	cr_assert(rc == rc2 && memcmp(narrow, out, count * sizeof(*out)) == 0);
	free(narrow);
	return rc;
}

#endif
