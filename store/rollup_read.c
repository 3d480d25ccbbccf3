/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup_read.c: sums out of roll-up blocks; see rollup.h.
 *
 * All questions (a sum, weeks, each day) are one: periods between edges. Which days of a
 * block belong to which period is found once a block; then its columns are walked, each
 * value going to its period, or each week where periods are of whole weeks.
 */
#include <string.h>

#include "store/keys.h"
#include "store/roll_block.h"
#include "store/rollup.h"

enum { KEY_LEN = 8, BLOCKS_KNOWN = 4, SPARE_CELLS = 16 };

static int32_t block_of_key(struct sv key)
{
	return (int32_t)((uint32_t)be_get(key.p, 4) ^ 0x80000000U);
}

static uint32_t topic_of_key(struct sv key)
{
	return (uint32_t)be_get(key.p + 4, 4);
}

/* ---- sums ----------------------------------------------------------------------------- */

void roll_sums_start(struct roll_sums *s, struct arena *arena, size_t periods)
{
	s->arena = arena;
	s->periods = periods;
	s->count = s->made = s->room = s->spares = 0;
	s->row = NULL;
	s->spare = NULL;
}

void roll_sums_clear(struct roll_sums *s)
{
	s->count = 0;
}

const uint64_t *roll_sums_of(const struct roll_sums *s, uint32_t counter)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->row[i].counter == counter)
			return s->row[i].of;
	return NULL;
}

void roll_sums_sort(struct roll_sums *s)
{
	for (size_t i = 1; i < s->count; i++) {
		struct roll_row r = s->row[i];
		size_t at = i;

		for (; at && s->row[at - 1].counter > r.counter; at--)
			s->row[at] = s->row[at - 1];
		s->row[at] = r;
	}
}

/* Some rows at a time, as a question mostly has as many as the one before; false: memory. */
static bool spare_row(struct roll_sums *s)
{
	if (s->spares)
		return true;
	s->spares = s->periods < SPARE_CELLS ? SPARE_CELLS / s->periods : 1;
	s->spare = arena_zero(s->arena, s->spares * s->periods, sizeof(*s->spare));
	return s->spare != NULL;
}

/* A row of zeros; NULL: memory. */
static uint64_t *new_row(struct roll_sums *s, uint32_t counter)
{
	struct roll_row *r;

	if (s->count == s->room) {
		size_t room = s->room ? 2 * s->room : 32;

		r = arena_grow(s->arena, s->row, s->room * sizeof(*r), room * sizeof(*r));
		if (!r)
			return NULL;
		s->row = r;
		s->room = room;
	}
	r = &s->row[s->count];
	if (s->count < s->made) {
		memset(r->of, 0, s->periods * sizeof(*r->of));
	} else if (spare_row(s)) {
		r->of = s->spare;
		s->spare += s->periods;
		s->spares--;
		s->made++;
	} else {
		return NULL;
	}
	r->counter = counter;
	s->count++;
	return r->of;
}

/* The row of @counter, made when new; columns mostly come as they came before: *hint. */
static uint64_t *row_of(struct roll_sums *s, uint32_t counter, size_t *hint)
{
	size_t i = *hint;

	if (i >= s->count || s->row[i].counter != counter)
		for (i = 0; i < s->count && s->row[i].counter != counter; i++)
			;
	*hint = i + 1;
	return i < s->count ? s->row[i].of : new_row(s, counter);
}

/* ---- which day is in which period ----------------------------------------------------- */

struct block_cuts {
	bool known, in_weeks; /* @in_weeks: no period begins or ends within a week */
	bool one_each;	      /* and each is a week */
	int32_t block;
	unsigned pieces, first_week, weeks_end;
	uint64_t days; /* of any period, without a gap */
	uint32_t of_week[ROLL_WEEKS];
	uint32_t period[ROLL_DAYS]; /* of each piece */
	uint64_t mask[ROLL_DAYS];   /* its days */
	uint8_t from[ROLL_DAYS], length[ROLL_DAYS];
	uint8_t of_day[ROLL_DAYS]; /* its piece */
	uint32_t period_of[ROLL_DAYS];
};

struct roll_cuts {
	const int32_t *edges;
	size_t count;
	unsigned classes;
	struct block_cuts known[BLOCKS_KNOWN];
};

struct roll_cuts *roll_cuts_new(struct arena *arena, const int32_t *edges, size_t count,
				unsigned classes)
{
	struct roll_cuts *c = arena_take(arena, sizeof(*c));

	if (!c)
		return NULL;
	c->edges = edges;
	c->count = count;
	c->classes = classes;
	for (unsigned i = 0; i < BLOCKS_KNOWN; i++)
		c->known[i].known = false;
	return c;
}

/* The period that @day is in, or the one before which it is. */
static size_t period_at(const struct roll_cuts *c, int64_t day)
{
	size_t a = 0, b = c->count;

	while (a < b) {
		size_t m = a + (b - a) / 2;

		if (c->edges[m + 1] <= day)
			a = m + 1;
		else
			b = m;
	}
	return a;
}

static void block_cut(const struct roll_cuts *c, int32_t block, struct block_cuts *b)
{
	int64_t start = roll_first_day(block);
	uint8_t n = 0;

	b->known = b->in_weeks = true;
	b->block = block;
	b->days = 0;
	b->first_week = ROLL_WEEKS;
	b->weeks_end = 0;
	for (size_t i = period_at(c, start);
	     i < c->count && c->edges[i] < start + ROLL_DAYS; i++) {
		int64_t from = c->edges[i] - start, to = c->edges[i + 1] - start;

		from = from < 0 ? 0 : from;
		to = to > ROLL_DAYS ? ROLL_DAYS : to;
		if (from >= to)
			continue;
		b->in_weeks &= from % 7 == 0 && to % 7 == 0;
		b->period[n] = (uint32_t)i;
		b->mask[n] = (1ULL << to) - (1ULL << from);
		b->from[n] = (uint8_t)from;
		b->length[n] = (uint8_t)(to - from);
		b->days |= b->mask[n];
		memset(b->of_day + from, n++, (size_t)(to - from));
		for (int64_t d = from; d < to; d++)
			b->period_of[d] = (uint32_t)i;
		for (int64_t w = from / 7; w < (to + 6) / 7; w++)
			b->of_week[w] = (uint32_t)i;
		b->first_week = (unsigned)from / 7 < b->first_week ? (unsigned)from / 7
								   : b->first_week;
		b->weeks_end = (unsigned)(to + 6) / 7;
	}
	b->pieces = n;
	b->one_each = b->in_weeks && n == b->weeks_end - b->first_week;
}

static const struct block_cuts *cuts_of(struct roll_cuts *c, int32_t block)
{
	struct block_cuts *b = &c->known[(uint32_t)block % BLOCKS_KNOWN];

	if (!b->known || b->block != block)
		block_cut(c, block, b);
	return b;
}

/* ---- adding up ------------------------------------------------------------------------ */

/* The sum of @n values (at most ROLL_DAYS) from the @from-th that is there. */
static uint64_t column_sum(const struct roll_view *v, size_t from, size_t n)
{
	const uint64_t low = 0x00ff00ff00ff00ffULL;
	const uint8_t *p = v->values + from;
	uint64_t x, pairs = 0, sum = 0;

	if (v->width > 1) {
		for (size_t i = from; i < from + n; i++)
			sum += roll_number(v->values, v->width, i);
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

static void add_weeks(const struct roll_view *v, const struct block_cuts *b,
		      uint64_t *row)
{
	unsigned w = b->first_week, end = b->weeks_end;
	const uint8_t *p = v->weeks;
	uint16_t two;

	if (v->week_width == 1 && b->one_each && end - w == ROLL_WEEKS) {
		row += b->of_week[0];
		for (unsigned i = 0; i < ROLL_WEEKS; i++)
			row[i] += p[i];
	} else if (v->week_width == 1) {
		for (; w < end; w++)
			row[b->of_week[w]] += p[w];
	} else if (v->week_width == 2) {
		for (; w < end; w++) {
			memcpy(&two, p + 2 * (size_t)w, 2);
			row[b->of_week[w]] += two;
		}
	} else {
		for (; w < end; w++)
			row[b->of_week[w]] += roll_number(p, v->week_width, w);
	}
}

static void add_few_days(const struct roll_view *v, const struct block_cuts *b,
			 uint64_t left, size_t from, uint64_t *row)
{
	const uint8_t *p = v->values + from;

	if (v->width == 1) {
		for (; left; left &= left - 1)
			row[b->period_of[__builtin_ctzll(left)]] += *p++;
		return;
	}
	for (; left; left &= left - 1)
		row[b->period_of[__builtin_ctzll(left)]] +=
			roll_number(v->values, v->width, from++);
}

/* A column without a gap: no day need be looked for. */
static void add_all_days(const struct roll_view *v, const struct block_cuts *b,
			 uint64_t *row)
{
	for (unsigned i = 0; i < b->pieces; i++)
		row[b->period[i]] += column_sum(v, b->from[i], b->length[i]);
}

/* Days that are there and of one period lie beside each other. */
static void add_days(const struct roll_view *v, const struct block_cuts *b, uint64_t left,
		     uint64_t *row)
{
	size_t from;

	if (left == v->days && b->pieces == 1) {
		row[b->period[0]] += column_sum(v, 0, v->count);
		return;
	}
	from = roll_day_count(v->days & ((left & -left) - 1));
	if (!v->weeks && b->pieces > 2) {
		add_few_days(v, b, left, from, row);
		return;
	}
	while (left) {
		unsigned i = b->of_day[__builtin_ctzll(left)];
		uint64_t here = left & b->mask[i];
		size_t n = roll_day_count(here);

		row[b->period[i]] += column_sum(v, from, n);
		from += n;
		left &= ~here;
	}
}

static int parts_damaged(struct err *err)
{
	return err_set(err, ERR_INPUT, "a roll-up is damaged (its parts)");
}

static int part_add(struct roll_part part, uint64_t seed, const struct block_cuts *b,
		    struct roll_sums *to, struct err *err)
{
	struct roll_reader r;
	struct roll_view v;
	size_t hint = 0;

	if (!roll_open(&r, part.bytes, seed))
		return err_set(err, ERR_INPUT, "a roll-up is damaged (checksum)");
	while (roll_next(&r, &v)) {
		uint64_t left = v.days & b->days, *row;

		if (!left)
			continue;
		row = row_of(to, v.counter, &hint);
		if (!row)
			return err_set(err, ERR_SYSTEM, "out of memory");
		if (v.weeks && b->in_weeks)
			add_weeks(&v, b, row);
		else if (v.count == ROLL_DAYS)
			add_all_days(&v, b, row);
		else
			add_days(&v, b, left, row);
	}
	return r.left ? err_set(err, ERR_INPUT, "a roll-up is damaged (columns)") : 0;
}

/* The last part that is asked for; what is behind it need not be looked at. */
static unsigned last_part(const struct roll_cuts *cuts, const struct roll_targets *of)
{
	unsigned last = 0;

	for (unsigned t = 0; t < ROLL_TARGETS; t++)
		for (unsigned class = 0; class < ROLL_CLASSES; class ++)
			if (of->to[t] && (cuts->classes >> class & 1))
				last = roll_part_id(t, class);
	return last;
}

static int block_add(const struct txn_cursor *c, struct roll_cuts *cuts,
		     const struct roll_targets *of, unsigned last, struct err *err)
{
	const struct block_cuts *b = cuts_of(cuts, block_of_key(c->key));
	struct roll_parts parts;
	struct roll_part part;
	int rc = 0;

	if (!roll_parts_open(&parts, c->key, c->value))
		return parts_damaged(err);
	while (!rc && parts.left) {
		unsigned target;

		if (!roll_parts_next(&parts, &part))
			return parts_damaged(err);
		if (part.id > last)
			break;
		target = part.id >> 1;
		if (of->to[target] && (cuts->classes >> (part.id & 1) & 1))
			rc = part_add(part, roll_seed(c->key, part.id), b, of->to[target],
				      err);
	}
	return rc;
}

int rollup_read(struct txn_cursor *c, uint32_t topic, size_t count,
		struct roll_cuts *cuts, const struct roll_targets *of, struct err *err)
{
	unsigned last = count ? last_part(cuts, &of[0]) : 0;
	int32_t block;
	struct key k;
	bool more;
	int rc = 0;

	if (!cuts->count || !count)
		return 0;
	block = roll_block_of(cuts->edges[0]);
	key_roll(&k, block, topic);
	more = txn_seek(c, key_sv(&k));
	while (more && !rc && c->key.n == KEY_LEN) {
		int32_t here = block_of_key(c->key);
		uint32_t at = topic_of_key(c->key);

		if (roll_first_day(here) >= cuts->edges[cuts->count])
			break;
		if (at >= topic && at - topic < count) {
			rc = block_add(c, cuts, &of[at - topic], last, err);
			more = txn_next(c);
			continue;
		}
		/* the first of these topics in this block, or in the next one */
		if (at > topic && here == INT32_MAX)
			break;
		key_roll(&k, at > topic ? here + 1 : here, topic);
		more = txn_seek(c, key_sv(&k));
	}
	return rc ? rc : txn_failed(c->txn, err);
}

/* ---- the first and the last day ---------------------------------------------------- */

/* Of all records, in the block that @c stands at. */
static bool block_days(struct txn_cursor *c, uint64_t *days)
{
	uint8_t wanted = roll_part_id(ROLL_ALL_CHANNELS, ROLL_PLAIN);
	struct roll_parts parts;
	struct roll_part part;
	struct roll_reader r;
	struct roll_view v;

	*days = 0;
	if (!roll_parts_open(&parts, c->key, c->value)) {
		txn_fail(c->txn, ERR_INPUT, "a roll-up is damaged (its parts)");
		return false;
	}
	while (roll_parts_next(&parts, &part))
		if (part.id == wanted) {
			if (!roll_open(&r, part.bytes, roll_seed(c->key, wanted)))
				txn_fail(c->txn, ERR_INPUT,
					 "a roll-up is damaged (checksum)");
			while (roll_next(&r, &v))
				if (v.counter == ROLL_RECORDS)
					*days = v.days;
		}
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
	if (txn_first(&c) && c.key.n == KEY_LEN && block_days(&c, &days))
		*first = (int32_t)(roll_first_day(block_of_key(c.key)) +
				   __builtin_ctzll(days));
	if (txn_last(&c) && c.key.n == KEY_LEN) {
		key_roll(&k, block_of_key(c.key), 0);
		if (txn_seek_exact(&c, key_sv(&k)) && block_days(&c, &days))
			*last = (int32_t)(roll_first_day(block_of_key(c.key)) + 63 -
					  __builtin_clzll(days));
	}
	txn_cursor_close(&c);
	return txn_failed(t, err);
}
