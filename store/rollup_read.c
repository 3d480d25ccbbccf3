/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup_read.c: sums out of roll-up blocks; see rollup.h.
 *
 * The three questions (a sum, a cut into periods, each day) are one: periods between
 * edges. A block's columns are walked once, each value going to the period its day is in.
 */
#include <string.h>

#include "store/keys.h"
#include "store/roll_block.h"
#include "store/rollup.h"

enum { KEY_LEN = 9 };

static int32_t block_of(int32_t day)
{
	return day >> 6;
}

static int32_t block_of_key(struct sv key)
{
	return (int32_t)((uint32_t)be_get(key.p + 5, 4) ^ 0x80000000U);
}

/* Edges of one question, and the period that the walk has reached. */
struct cuts {
	const int32_t *edges;
	size_t count, at;
	struct counts *out;
};

/*
 * The scale in all periods alike, so that a counter's place is looked for once a column.
 * NULL: a scale too many.
 */
static struct scale_counts *scale_in_all(const struct cuts *c, uint32_t scale)
{
	enum score_kind kind = (enum score_kind)(scale & 7);
	int16_t min = (int16_t)(uint16_t)(scale >> 8);
	int16_t max = (int16_t)(min + (int)(scale >> 4 & 15));
	uint8_t before = c->out[0].scales[kind];
	struct scale_counts *s = counts_scale(&c->out[0], kind, min, max, scale >> 3 & 1);

	if (c->out[0].scales[kind] != before)
		for (size_t i = 1; i < c->count; i++)
			counts_scale(&c->out[i], kind, min, max, scale >> 3 & 1);
	return s;
}

/* Where a counter is counted in the first period; NULL: not a counter of ours. */
static uint64_t *counter_in(const struct cuts *cuts, uint32_t counter)
{
	struct counts *c = cuts->out;
	struct scale_counts *s;
	uint32_t scale = (counter & (ROLL_SCORE - 1)) >> 4;
	unsigned at = counter & 15;

	if (!(counter & ROLL_SCORE)) {
		if (counter == ROLL_RECORDS)
			return &c->records;
		if (counter == ROLL_COMMENTED)
			return &c->commented;
		return counter < ROLL_SENTIMENT + SENTIMENT_COUNT
			       ? &c->sentiment[counter - ROLL_SENTIMENT]
			       : NULL;
	}
	if ((scale & 7) >= SCORE_KINDS || at >= SCORE_POINTS_MAX)
		return NULL;
	s = scale_in_all(cuts, scale);
	return s ? &s->at[at] : &c->unscaled;
}

/* Bits @from..@to - 1 of a block's days. */
static uint64_t days_between(int64_t from, int64_t to)
{
	uint64_t low, high;

	if (from < 0)
		from = 0;
	if (to > ROLL_DAYS)
		to = ROLL_DAYS;
	if (from >= to)
		return 0;
	low = from == 0 ? 0 : (1ULL << from) - 1;
	high = to == ROLL_DAYS ? UINT64_MAX : (1ULL << to) - 1;
	return high & ~low;
}

/* The sum of @n values (at most ROLL_DAYS) from the @from-th that is there. */
static uint64_t column_sum(const struct roll_view *v, size_t from, size_t n)
{
	const uint64_t low = 0x00ff00ff00ff00ffULL;
	const uint8_t *p = v->values + from;
	uint64_t x, pairs = 0, sum = 0;

	if (v->width > 1) {
		for (size_t i = from; i < from + n; i++)
			sum += roll_value(v, i);
		return sum;
	}
	/* Eight days at once, in four sums of 16 bits: 64 days of 255 fit. */
	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&x, p, 8);
		pairs += (x & low) + (x >> 8 & low);
	}
	if (n) {
		/* the rest with what is before it: a column's head is twelve bytes */
		memcpy(&x, p + n - 8, 8);
		x >>= 64 - 8 * n;
		pairs += (x & low) + (x >> 8 & low);
	}
	return pairs * 0x0001000100010001ULL >> 48;
}

/* Which days of a block belong to which period: found once a block, not once a column. */
struct block_cuts {
	uint64_t days; /* of any period */
	uint64_t mask[ROLL_DAYS];
	struct counts *to[ROLL_DAYS];
	uint8_t of_day[ROLL_DAYS]; /* index into @mask and @to */
};

static void block_cut(const struct cuts *c, int64_t first_day, struct block_cuts *b)
{
	uint8_t n = 0;

	b->days = 0;
	for (size_t i = c->at; i < c->count && c->edges[i] < first_day + ROLL_DAYS; i++) {
		uint64_t days = days_between(c->edges[i] - first_day,
					     c->edges[i + 1] - first_day);

		if (!days)
			continue;
		memset(b->of_day + __builtin_ctzll(days), n, roll_day_count(days));
		b->days |= days;
		b->mask[n] = days;
		b->to[n++] = &c->out[i];
	}
}

static void column_add(const struct roll_view *v, const struct cuts *cuts,
		       const struct block_cuts *b)
{
	uint64_t left = v->days & b->days;
	const uint64_t *first;
	size_t from, place;

	if (!left)
		return;
	first = counter_in(cuts, v->counter);
	if (!first)
		return;
	place = (size_t)((const char *)first - (const char *)cuts->out);
	/* days that are there and of one period lie beside each other */
	from = roll_day_count(v->days & ((left & -left) - 1));
	while (left) {
		unsigned i = b->of_day[__builtin_ctzll(left)];
		size_t n = roll_day_count(left & b->mask[i]);
		uint64_t *to = (uint64_t *)(void *)((char *)b->to[i] + place);

		*to += column_sum(v, from, n);
		from += n;
		left &= ~b->mask[i];
	}
}

static int block_add(struct sv value, uint64_t seed, int64_t first_day,
		     const struct cuts *cuts, struct err *err)
{
	struct block_cuts b;
	struct roll_reader r;
	struct roll_view v;

	if (!roll_open(&r, value, seed))
		return err_set(err, ERR_INPUT, "a roll-up is damaged (checksum)");
	block_cut(cuts, first_day, &b);
	while (roll_next(&r, &v))
		column_add(&v, cuts, &b);
	return r.left ? err_set(err, ERR_INPUT, "a roll-up is damaged (columns)") : 0;
}

int rollup_cuts_at(struct txn_cursor *c, uint32_t topic, unsigned channel,
		   const int32_t *edges, size_t count, struct counts *out,
		   struct err *err)
{
	struct cuts cuts = { edges, count, 0, out };
	struct key k;
	int rc = 0;

	if (!count)
		return 0;
	key_roll(&k, topic, (uint8_t)channel, block_of(edges[0]));
	for (bool more = txn_seek(c, key_sv(&k)); more && !rc; more = txn_next(c)) {
		int64_t day;

		if (c->key.n != KEY_LEN || memcmp(c->key.p, k.p, 5))
			break;
		day = (int64_t)block_of_key(c->key) * ROLL_DAYS;
		if (day >= edges[count])
			break;
		while (cuts.at < count && edges[cuts.at + 1] <= day)
			cuts.at++;
		rc = block_add(c->value, sum32(c->key.p, c->key.n, 0), day, &cuts, err);
		if (day + ROLL_DAYS >= edges[count])
			break;
	}
	return rc ? rc : txn_failed(c->txn, err);
}

int rollup_cuts(struct txn *t, uint32_t topic, unsigned channel, const int32_t *edges,
		size_t count, struct counts *out, struct err *err)
{
	struct txn_cursor c;
	int rc;

	txn_cursor_open(&c, t, DB_ROLL);
	rc = rollup_cuts_at(&c, topic, channel, edges, count, out, err);
	txn_cursor_close(&c);
	return rc;
}

int rollup_sum(struct txn *t, uint32_t topic, enum channel channel, int32_t first,
	       int32_t last, struct counts *out, struct err *err)
{
	const int32_t edges[] = { first, last == INT32_MAX ? last : last + 1 };

	return first > last ? 0 : rollup_cuts(t, topic, channel, edges, 1, out, err);
}

/* ---- each day ---------------------------------------------------------------------- */

int rollup_days(struct txn *t, uint32_t topic, enum channel channel, int32_t first,
		int32_t last,
		int (*take)(void *self, int32_t day, const struct counts *day_counts),
		void *self, struct err *err)
{
	struct txn_cursor c;
	struct key k;
	int rc = 0;

	key_roll(&k, topic, (uint8_t)channel, block_of(first));
	txn_cursor_open(&c, t, DB_ROLL);
	for (bool more = txn_seek(&c, key_sv(&k)); more && !rc; more = txn_next(&c)) {
		int64_t start;

		if (c.key.n != KEY_LEN || memcmp(c.key.p, k.p, 5))
			break;
		start = (int64_t)block_of_key(c.key) * ROLL_DAYS;
		for (int64_t day = start; day < start + ROLL_DAYS && !rc; day++) {
			struct counts one = { 0 };
			const int32_t edges[] = { (int32_t)day, (int32_t)day + 1 };
			struct cuts cuts = { edges, 1, 0, &one };

			if (day < first || day > last)
				continue;
			rc = block_add(c.value, sum32(c.key.p, c.key.n, 0), start, &cuts,
				       err);
			if (!rc && one.records)
				rc = take(self, (int32_t)day, &one);
		}
		if (start > last)
			break;
	}
	txn_cursor_close(&c);
	return rc ? rc : txn_failed(t, err);
}

/* ---- the first and the last day ---------------------------------------------------- */

static bool block_days(struct txn *t, struct sv key, struct sv value, uint64_t *days)
{
	struct roll_reader r;
	struct roll_view v;

	*days = 0;
	if (!roll_open(&r, value, sum32(key.p, key.n, 0))) {
		txn_fail(t, ERR_INPUT, "a roll-up is damaged (checksum)");
		return false;
	}
	while (roll_next(&r, &v))
		if (v.counter == ROLL_RECORDS)
			*days = v.days;
	return *days != 0;
}

int rollup_span(struct txn *t, int32_t *first, int32_t *last, struct err *err)
{
	struct txn_cursor c;
	struct key k;
	uint64_t days;

	*first = INT32_MAX;
	*last = INT32_MIN;
	txn_cursor_open(&c, t, DB_ROLL);
	key_roll(&k, 0, ROLL_ALL_CHANNELS, INT32_MIN);
	if (txn_seek(&c, key_sv(&k)) && !memcmp(c.key.p, k.p, 5) &&
	    block_days(t, c.key, c.value, &days))
		*first = block_of_key(c.key) * ROLL_DAYS + __builtin_ctzll(days);
	key_roll(&k, 1, 0, INT32_MIN);
	if ((txn_seek(&c, key_sv(&k)) ? txn_prev(&c) : txn_last(&c)) &&
	    be_get(c.key.p, 4) == 0 && (uint8_t)c.key.p[4] == ROLL_ALL_CHANNELS &&
	    block_days(t, c.key, c.value, &days))
		*last = block_of_key(c.key) * ROLL_DAYS + 63 - __builtin_clzll(days);
	txn_cursor_close(&c);
	return txn_failed(t, err);
}
