/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rollup.c: counters come out as they went in, by day, by week, and after being
 * taken back.
 */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "store/inside.h"
#include "tests/store/kit.h"
#include "store/rollup.h"

static struct indexed row(int32_t day, int16_t csat, uint8_t mood, uint32_t topic)
{
	struct indexed x = { .kind = KIND_FEEDBACK,
			     .channel = CHANNEL_PHONE,
			     .day = day,
			     .analyzed = true,
			     .commented = true,
			     .sentiment = mood,
			     .score_count = 1,
			     .topic_count = topic ? 1 : 0 };

	x.scores[0] = (struct indexed_score){ SCORE_CSAT, false, csat, 1, 5 };
	x.topics[0] = (struct indexed_topic){ topic, SENTIMENT_NEG };
	return x;
}

static void put(struct kit *k, const struct indexed *x, size_t n, int by)
{
	struct rollup_delta *d = rollup_delta_new();
	struct txn t;

	for (size_t i = 0; i < n; i++)
		rollup_add(d, &x[i], by);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	rollup_apply(&t, d);
	cr_assert_eq(txn_commit(&t, &k->err), 0, "%s", k->err.text);
	rollup_delta_free(d);
}

static int note(void *self, int32_t day, const struct counts *c)
{
	struct buf *b = self;

	buf_printf(b, "%d:%lu ", day, c->records);
	return 0;
}

Test(rollup, days_weeks_and_sums_agree_across_blocks_and_below_zero)
{
	static const int32_t edges[] = { -70, -63, 0, 1, 64, 1000 };
	struct indexed x[] = { row(-70, 1, 0, 0), row(-64, 2, 0, 0), row(-1, 3, 1, 0),
			       row(0, 4, 2, 4),	  row(63, 5, 2, 4),  row(64, 5, 2, 4),
			       row(64, 5, 3, 0) };
	struct kit *k = kit_new();
	struct counts c[5] = { { 0 } }, all = { 0 }, topic = { 0 };
	int32_t first, last;
	struct buf seen;
	struct txn t;

	buf_init(&seen, 0);
	put(k, x, sizeof(x) / sizeof(x[0]), 1);
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_assert_eq(rollup_cuts(&t, 0, CHANNEL_PHONE, edges, 5, c, &k->err), 0);
	cr_expect(c[0].records == 2 && c[1].records == 1 && c[2].records == 1);
	cr_expect(c[3].records == 1 && c[4].records == 2);
	cr_assert_eq(
		rollup_sum(&t, 0, CHANNEL_PHONE, INT32_MIN, INT32_MAX, &all, &k->err), 0);
	cr_expect(all.records == 7 && all.score[SCORE_CSAT][0].at[4] == 3);
	cr_expect(all.sentiment[2] == 3 && all.sentiment[0] == 2);
	cr_assert_eq(rollup_sum(&t, 4, CHANNEL_PHONE, 0, 63, &topic, &k->err), 0);
	cr_expect(topic.records == 2 && topic.sentiment[SENTIMENT_NEG] == 2,
		  "under a topic the sentiment is the topic's own");
	cr_assert_eq(rollup_days(&t, 0, CHANNEL_PHONE, -69, 64, note, &seen, &k->err), 0);
	cr_expect_str_eq(seen.p, "-64:1 -1:1 0:1 63:1 64:2 ");
	cr_assert_eq(rollup_span(&t, &first, &last, &k->err), 0);
	cr_expect(first == -70 && last == 64);
	txn_abort(&t);
	buf_release(&seen);
	kit_free(k);
}

static void large_counts_get_wider_columns_and_stay_exact(void)
{
	struct indexed x = row(10, 3, 1, 4);
	struct kit *k = kit_new();
	struct rollup_delta *d = rollup_delta_new();
	static const int steps[] = { 255, 1, 65279, 1, 100000 };
	uint64_t want = 0;

	for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
		struct counts c = { 0 };
		struct txn t;

		rollup_delta_clear(d);
		for (int i = 0; i < steps[s]; i++)
			rollup_add(d, &x, 1);
		cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
		rollup_apply(&t, d);
		want += (uint64_t)steps[s];
		cr_expect_eq(rollup_sum(&t, 4, CHANNEL_PHONE, 10, 10, &c, &k->err), 0);
		cr_expect_eq(c.records, want);
		cr_expect_eq(c.score[SCORE_CSAT][0].at[2], want);
		cr_assert_eq(txn_commit(&t, &k->err), 0);
	}
	rollup_delta_free(d);
	kit_free(k);
}

Test(rollup, what_is_taken_back_leaves_no_trace_and_below_zero_is_refused)
{
	struct indexed x[] = { row(5, 1, 0, 4), row(500, 5, 1, 0) };
	struct kit *k = kit_new();
	struct rollup_delta *d = rollup_delta_new();
	struct txn t;

	put(k, x, 2, 1);
	put(k, x, 2, -1);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_expect_eq(txn_count(&t, DB_ROLL), 0);
	rollup_add(d, &x[0], -1);
	rollup_apply(&t, d);
	cr_expect_eq(txn_commit(&t, &k->err), ERR_BUG);
	rollup_delta_free(d);
	kit_free(k);
	large_counts_get_wider_columns_and_stay_exact();
}
