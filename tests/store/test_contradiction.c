/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_contradiction.c: a score that says the opposite of the words is flagged when it lands, and the
 * flag follows corrections and readings again.
 */
#include <criterion/criterion.h>

#include "tests/store/again.h"

static const struct row {
	enum score_kind kind;
	int16_t value, min, max;
	bool low_is_good;
	struct plain_verdict words;
	bool flagged;
	const char *what;
} rows[] = {
	{ SCORE_CSAT,
	  5,
	  1,
	  5,
	  false,
	  { SENTIMENT_NEG, false, -900, 900 },
	  true,
	  "5 stars" },
	{ SCORE_CSAT,
	  4,
	  1,
	  5,
	  false,
	  { SENTIMENT_NEG, false, -900, 900 },
	  false,
	  "4 of 5" },
	{ SCORE_CSAT,
	  9,
	  1,
	  10,
	  false,
	  { SENTIMENT_NEG, false, -900, 900 },
	  true,
	  "9 of 10" },
	{ SCORE_CSAT,
	  1,
	  1,
	  5,
	  false,
	  { SENTIMENT_POS, false, 900, 900 },
	  true,
	  "1 star" },
	{ SCORE_CSAT,
	  1,
	  1,
	  5,
	  true,
	  { SENTIMENT_POS, false, 900, 900 },
	  false,
	  "1 is best" },
	{ SCORE_CSAT,
	  1,
	  1,
	  5,
	  true,
	  { SENTIMENT_NEG, false, -900, 900 },
	  true,
	  "1 is best" },
	{ SCORE_NPS,
	  9,
	  0,
	  10,
	  false,
	  { SENTIMENT_NEG, false, -700, 700 },
	  true,
	  "border" },
	{ SCORE_NPS,
	  9,
	  0,
	  10,
	  false,
	  { SENTIMENT_NEG, false, -699, 900 },
	  false,
	  "weak" },
	{ SCORE_NPS,
	  9,
	  0,
	  10,
	  false,
	  { SENTIMENT_NEG, false, -900, 699 },
	  false,
	  "unsure" },
	{ SCORE_NPS,
	  10,
	  0,
	  10,
	  false,
	  { SENTIMENT_NEG, true, -900, 900 },
	  false,
	  "irony" },
	{ SCORE_NPS,
	  10,
	  0,
	  10,
	  false,
	  { SENTIMENT_MIXED, false, -900, 900 },
	  false,
	  "mixed" },
	{ SCORE_NPS,
	  7,
	  0,
	  10,
	  false,
	  { SENTIMENT_NEG, false, -900, 900 },
	  false,
	  "7 of 10" },
	{ SCORE_NPS,
	  2,
	  0,
	  10,
	  false,
	  { SENTIMENT_POS, false, 900, 900 },
	  true,
	  "2 of 10" },
	{ SCORE_NPS,
	  10,
	  0,
	  10,
	  false,
	  { SENTIMENT_POS, false, 900, 900 },
	  false,
	  "agree" },
	{ SCORE_FCR,
	  1,
	  0,
	  1,
	  false,
	  { SENTIMENT_NEG, false, -900, 900 },
	  false,
	  "solved" },
	{ SCORE_CES1,
	  1,
	  1,
	  5,
	  true,
	  { SENTIMENT_NEG, false, -900, 900 },
	  true,
	  "effort" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

/* The row as a record; what the learned overlay says must not matter: it says the score is right. */
static void add(struct kit *k, size_t i, int16_t value)
{
	const struct row *x = &rows[i];
	struct record *r;
	char id[20];

	snprintf(id, sizeof(id), "x%zu", i);
	r = kit_feedback(k, id, "ana@example.com", (int)i, 0, "cuvinte", SENTIMENT_NEU,
			 -1);
	r->score_count = 1;
	r->scores[0] = (struct score){ .kind = x->kind,
				       .value = value,
				       .min = x->min,
				       .max = x->max,
				       .low_is_good = x->low_is_good };
	k->verdicts[k->batch.count - 1].plain = x->words;
}

static void expect_flags(struct kit *k, const bool want[ROWS])
{
	struct opinia_snapshot *snap;
	struct opinia_stored s;
	struct arena a;

	arena_init(&a, 0);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (uint32_t i = 0; i < ROWS; i++) {
		cr_assert_eq(opinia_fetch(snap, i + 1, &a, &s, &k->err), 0, "%s",
			     k->err.text);
		cr_expect_eq(s.contradiction, want[i], "%s (row %u)", rows[i].what, i);
	}
	opinia_snapshot_close(snap);
	arena_release(&a);
	cr_expect_eq(kit_check(k), 0);
}

/* All read again: now the words are sure praise. */
static void read_again(struct kit *k)
{
	static struct verdict v[ROWS];

	for (uint32_t i = 0; i < ROWS; i++)
		v[i] = (struct verdict){ .analyzed = true,
					 .sentiment = SENTIMENT_POS,
					 .plain = { SENTIMENT_POS, false, 900, 900 } };
	kit_read_again(k, ROWS, v, "lex-2", NULL);
}

Test(contradiction, is_flagged_and_follows_corrections_and_readings_again)
{
	struct kit *k = kit_new();
	bool want[ROWS];

	for (size_t i = 0; i < ROWS; i++) {
		add(k, i, rows[i].value);
		want[i] = rows[i].flagged;
	}
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	expect_flags(k, want);
	/* the first customer meant 1, not 5 */
	add(k, 0, 1);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	want[0] = false;
	expect_flags(k, want);
	read_again(k);
	for (size_t i = 0; i < ROWS; i++) {
		int good = rows[i].low_is_good ? rows[i].max - rows[i].value
					       : rows[i].value - rows[i].min;

		want[i] = i == 0 || (rows[i].kind != SCORE_FCR &&
				     5 * good <= rows[i].max - rows[i].min);
	}
	expect_flags(k, want);
	kit_free(k);
}
