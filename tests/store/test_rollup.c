/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rollup.c: counters come out as they went in, by day, by week, and after being
 * taken back.
 */
#include <criterion/criterion.h>

#include "store/inside.h"
#include "store/keys.h"
#include "store/roll_block.h"
#include "tests/store/half.h"
#include "tests/store/kit.h"
#include "tests/store/rolls.h"

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

/* Where weeks are whole and where they are not, where blocks meet, and below zero. */
Test(rollup, days_weeks_and_sums_agree_across_blocks_and_below_zero)
{
	static const int32_t edges[] = { -70, -66, 0, 1, 60, 1000 };
	static const int32_t ever[] = { INT32_MIN, INT32_MAX }, days[] = { 0, 60 };
	static const int32_t weeks[] = { -73, -66, -59, -3, 4, 60, 67, 1000 };
	static const uint64_t a_week[] = { 1, 1, 0, 2, 1, 2, 0 };
	struct indexed x[] = { row(-70, 1, 0, 0), row(-66, 2, 0, 0), row(-1, 3, 1, 0),
			       row(0, 4, 2, 4),	  row(59, 5, 2, 4),  row(60, 5, 2, 4),
			       row(60, 5, 3, 0) };
	struct kit *k = kit_new();
	struct counts c[7], all, topic;
	int32_t first, last;
	struct txn t;

	put(k, x, sizeof(x) / sizeof(x[0]), 1);
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_assert_eq(rolls(&t, 0, roll_target(CHANNEL_PHONE), edges, 5, c, &k->err), 0);
	cr_expect(c[0].records == 1 && c[1].records == 2 && c[2].records == 1);
	cr_expect(c[3].records == 1 && c[4].records == 2);
	cr_assert_eq(rolls(&t, 0, ROLL_ALL_CHANNELS, weeks, 7, c, &k->err), 0);
	for (int i = 0; i < 7; i++)
		cr_expect_eq(c[i].records, a_week[i], "week %d: %lu", i, c[i].records);
	cr_assert_eq(rolls(&t, 0, roll_target(CHANNEL_CHAT), weeks, 7, c, &k->err), 0);
	cr_expect_eq(c[3].records, 0, "another channel's");
	cr_assert_eq(rolls(&t, 0, roll_target(CHANNEL_PHONE), ever, 1, &all, &k->err), 0);
	cr_expect(all.records == 7 && all.score[SCORE_CSAT][0].at[4] == 3);
	cr_expect(all.sentiment[2] == 3 && all.sentiment[0] == 2);
	cr_assert_eq(rolls(&t, 4, roll_target(CHANNEL_PHONE), days, 1, &topic, &k->err),
		     0);
	cr_expect(topic.records == 2 && topic.sentiment[SENTIMENT_NEG] == 2,
		  "under a topic the sentiment is the topic's own");
	cr_assert_eq(rollup_span(&t, &first, &last, &k->err), 0);
	cr_expect(first == -70 && last == 60);
	txn_abort(&t);
	kit_free(k);
}

/* Columns with and without sums of weeks, of all widths, cut in all ways. */
static void any_cut_is_the_sum_of_its_days(void)
{
	struct kit *k = kit_new();
	struct kit_random rnd = { 7 };
	uint64_t want[140] = { 0 };
	struct txn t;

	for (int i = 0; i < 140; i++) {
		struct indexed x = row(i - 70, 3, 1, 0);
		int n = i > 40 && kit_below(&rnd, 9) ? 1 : 0;

		for (n *= (int)kit_below(&rnd, i > 100 ? 300 : 5); n > 0; n--) {
			put(k, &x, 1, 1);
			want[i]++;
		}
	}
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	for (int round = 0; round < 300; round++) {
		int32_t edges[4] = { -73 }, step = round & 1 ? 7 : 1;
		struct counts c[3];

		for (int e = 0; e < 4; e++)
			edges[e] = (e ? edges[e - 1] : -73) +
				   step * (int32_t)kit_below(&rnd, 100 / (uint32_t)step);
		cr_assert_eq(rolls(&t, 0, ROLL_ALL_CHANNELS, edges, 3, c, &k->err), 0);
		for (int p = 0; p < 3; p++) {
			uint64_t sum = 0;

			for (int32_t d = edges[p]; d < edges[p + 1]; d++)
				sum += d >= -70 && d < 70 ? want[d + 70] : 0;
			cr_expect_eq(c[p].records, sum, "days %d to %d", edges[p],
				     edges[p + 1]);
			cr_expect_eq(c[p].score[SCORE_CSAT][0].at[2], sum);
		}
	}
	txn_abort(&t);
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
		static const int32_t day[] = { 10, 11 };
		struct counts c;
		struct txn t;

		rollup_delta_clear(d);
		for (int i = 0; i < steps[s]; i++)
			rollup_add(d, &x, 1);
		cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
		rollup_apply(&t, d);
		want += (uint64_t)steps[s];
		cr_expect_eq(
			rolls(&t, 4, roll_target(CHANNEL_PHONE), day, 1, &c, &k->err), 0);
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
	any_cut_is_the_sum_of_its_days();
}

/* Scores of eight scales that nobody had before. */
static void eight_scales(struct kit *k, const char *prefix, int i)
{
	char id[16];
	struct record *r;

	snprintf(id, sizeof(id), "%s%d", prefix, i);
	r = kit_feedback(k, id, NULL, 1, 0, NULL, 0, -1);
	r->score_count = RECORD_SCORES_MAX;
	for (int n = 8 * i; n < 8 * i + RECORD_SCORES_MAX; n++) {
		int min = n / 20 % 190 - 100, wide = 1 + n % 10;

		r->scores[n % 8] =
			(struct score){ .kind = n < 3800 ? SCORE_CSAT : SCORE_CES2,
					.value = (int16_t)min,
					.min = (int16_t)min,
					.max = (int16_t)(min + wide),
					.low_is_good = n / 10 % 2 };
	}
}

Test(rollup, more_scales_than_can_be_counted_are_refused_and_nothing_else_is)
{
	enum { RECORDS = ROLL_COLUMNS_MAX / 8 };
	struct kit *k = kit_new();

	for (int i = 0; i < RECORDS; i++)
		eight_scales(k, "a", i);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	for (int batch = 0; batch < 2; batch++) { /* in what is there, and in a landing */
		for (int i = batch ? 0 : RECORDS; i <= RECORDS; i++)
			eight_scales(k, batch ? "b" : "a", i);
		cr_expect_eq(kit_land(k, NULL), ERR_INPUT);
		cr_expect(strstr(k->err.text, "scales"), "%s", k->err.text);
	}
	kit_feedback(k, "good", NULL, 1, 0, "merge", 1, 1);
	eight_scales(k, "c", 0);
	k->err = ERR_NONE;
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

/* What was put in by day, with scores on scales of 2, 3 … SCALES + 1 points. */
enum { FROM = -90, DAYS = 400, SCALES = 7 };
static uint64_t put_in[DAYS][SCALES];

/* A day in @gap has records, up to @most on a scale. */
static void put_days(struct kit *k, uint32_t gap, uint32_t most)
{
	struct rollup_delta *d = rollup_delta_new();
	struct txn t;

	memset(put_in, 0, sizeof(put_in));
	for (int day = 0; day < DAYS; day++)
		for (int s = 0; s < SCALES && !chance(gap); s++) {
			struct indexed x = row(FROM + day, 1, 2, 0);

			x.scores[0].max = (int16_t)(2 + s);
			put_in[day][s] = 1 + chance(most);
			rollup_add(d, &x, (int)put_in[day][s]);
		}
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	rollup_apply(&t, d);
	cr_assert_eq(txn_commit(&t, &k->err), 0, "%s", k->err.text);
	rollup_delta_free(d);
}

static void check_period(const struct counts *c, int32_t first, int32_t end)
{
	uint64_t want[SCALES] = { 0 }, records = 0, shown = 0;
	unsigned there = 0;

	for (int32_t day = first < FROM ? FROM : first; day < end && day < FROM + DAYS;
	     day++)
		for (int s = 0; s < SCALES; s++) {
			want[s] += put_in[day - FROM][s];
			records += put_in[day - FROM][s];
		}
	cr_assert(c->records == records && c->sentiment[2] == records);
	for (unsigned i = 0; i < c->scales[SCORE_CSAT]; i++) {
		const struct scale_counts *s = &c->score[SCORE_CSAT][i];

		cr_assert(s->min == 1 && s->max >= 2 && s->max < 2 + SCALES);
		cr_assert_eq(scale_total(s), want[s->max - 2]);
		cr_assert_eq(s->at[0], want[s->max - 2]);
		shown += s->at[0];
	}
	cr_assert_eq(c->unscaled, records - shown);
	for (int s = 0; s < SCALES; s++)
		there += want[s] > 0;
	cr_assert_eq(c->scales[SCORE_CSAT],
		     there < COUNTS_SCALES_MAX ? there : COUNTS_SCALES_MAX);
}

Test(rollup, columns_of_any_width_with_and_without_gaps_are_summed_up_to_the_day)
{
	static const uint32_t gaps[] = { 1, 2, 9, 70 }, most[] = { 30, 9000, 20000000 };
	static struct counts c[DAYS];
	int32_t edges[DAYS + 1];

	chance_start("rollup");
	for (unsigned i = 0; i < 12; i++) {
		struct kit *k = kit_new();
		struct txn t;

		put_days(k, gaps[i % 4], most[i / 4]);
		cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
		for (unsigned round = 0; round < 40; round++) {
			uint32_t step = 1 + chance(round % 2 ? 9 : 120);
			size_t n = 0;

			edges[0] = FROM - (int32_t)chance(100);
			if (round % 4 == 0) /* whole weeks */
				edges[0] = day_week_start(edges[0]);
			while (edges[n] < FROM + DAYS && n < DAYS) {
				edges[n + 1] =
					edges[n] +
					(round % 4 ? 1 + (int32_t)chance(step) : 7);
				n++;
			}
			cr_assert_eq(
				rolls(&t, 0, ROLL_ALL_CHANNELS, edges, n, c, &k->err), 0);
			for (size_t p = 0; p < n; p++)
				check_period(&c[p], edges[p], edges[p + 1]);
		}
		txn_abort(&t);
		kit_free(k);
	}
}
