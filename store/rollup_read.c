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

enum { KEY_LEN = 8, BLOCKS_KNOWN = 4 };
_Static_assert(ROLL_SENTIMENT + SENTIMENT_COUNT <= (int)ROLL_PLAIN_ROOM &&
		       SCORE_POINTS_MAX <= (int)ROLL_SCALE_ROOM,
	       "each figure has its place");

static int32_t block_of_key(struct sv key)
{
	return (int32_t)((uint32_t)be_get(key.p, 4) ^ 0x80000000U);
}

static uint32_t topic_of_key(struct sv key)
{
	return (uint32_t)be_get(key.p + 4, 4);
}

/* ---- sums ----------------------------------------------------------------------------- */

void roll_sums_start(struct roll_sums *s, struct arena *arena, size_t periods,
		     unsigned awaited)
{
	*s = (struct roll_sums){ .arena = arena, .periods = periods, .awaited = awaited };
}

void roll_sums_clear(struct roll_sums *s)
{
	if (s->any)
		memset(s->of, 0, s->periods * s->room * sizeof(*s->of));
	s->any = false;
	s->scales = 0;
}

/* Room for @scales of them in each period; false: memory. */
static bool sums_room(struct roll_sums *s, unsigned scales)
{
	size_t room = ROLL_PLAIN_ROOM + (size_t)scales * ROLL_SCALE_ROOM;
	uint64_t *of = arena_zero(s->arena, s->periods * room, sizeof(*of));
	uint32_t *names = arena_take(s->arena, (scales + 1) * sizeof(*names));

	if (!of || !names)
		return false;
	for (size_t p = 0; s->any && p < s->periods; p++)
		memcpy(of + p * room, roll_sums_at(s, p), s->room * sizeof(*of));
	if (s->scales)
		memcpy(names, s->scale, s->scales * sizeof(*names));
	s->of = of;
	s->room = room;
	s->scale = names;
	s->scale_room = scales;
	return true;
}

/* The place of @scale, made when new; false: memory. */
static bool scale_place(struct roll_sums *s, uint32_t scale, unsigned *place)
{
	for (*place = 0; *place < s->scales; ++*place)
		if (s->scale[*place] == scale)
			return true;
	if (s->scales == s->scale_room && !sums_room(s, s->scales ? 2 * s->scales : 2))
		return false;
	s->scale[s->scales++] = scale;
	return true;
}

enum figure { FIGURE_NONE, FIGURE_FOUND, FIGURE_FAILED };

/* Where in a period the figure of @counter is. Columns mostly come as they came before: *hint. */
EACH_WAY enum figure figure_of(struct roll_sums *s, uint32_t counter, unsigned *hint,
			       size_t *at)
{
	uint32_t scale = (counter & (ROLL_SCORE - 1)) >> 4, point = counter & 15;

	*at = counter;
	if (!(counter & ROLL_SCORE))
		return counter < ROLL_SENTIMENT + SENTIMENT_COUNT ? FIGURE_FOUND
								  : FIGURE_NONE;
	if (point >= SCORE_POINTS_MAX)
		return FIGURE_NONE;
	if (*hint >= s->scales || s->scale[*hint] != scale) {
		if ((scale & 7) >= SCORE_KINDS)
			return FIGURE_NONE;
		if (!scale_place(s, scale, hint))
			return FIGURE_FAILED;
	}
	*at = ROLL_PLAIN_ROOM + (size_t)*hint * ROLL_SCALE_ROOM + point;
	return FIGURE_FOUND;
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
	bool wide;
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
	c->wide = !(classes & ROLL_NARROW) && wide_here();
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

/*
 * The sum of @n values of @width bytes, 1 or 2, at @p: eight bytes at once, in sums of twice the width,
 * where 63 fit. The rest is read with what is before it: a column's head is twelve bytes.
 */
EACH_WAY uint64_t narrow_sum(const uint8_t *p, size_t n, unsigned width)
{
	const uint64_t low = width == 1 ? 0x00ff00ff00ff00ffULL : 0x0000ffff0000ffffULL;
	size_t bytes = n * width;
	uint64_t x, sums = 0;

	for (; bytes >= 8; bytes -= 8, p += 8) {
		memcpy(&x, p, 8);
		sums += (x & low) + (x >> 8 * width & low);
	}
	if (bytes) {
		memcpy(&x, p + bytes - 8, 8);
		x >>= 64 - 8 * bytes;
		sums += (x & low) + (x >> 8 * width & low);
	}
	return width == 1 ? sums * 0x0001000100010001ULL >> 48
			  : (sums & UINT32_MAX) + (sums >> 32);
}

/* The sum of @n values (at most ROLL_DAYS) from the @from-th that is there. */
static uint64_t column_sum(const uint8_t *values, unsigned width, size_t from, size_t n)
{
	uint64_t sum = 0;

	if (width == 1)
		return narrow_sum(values + from, n, 1);
	if (width == 2)
		return narrow_sum(values + 2 * from, n, 2);
	for (size_t i = from; i < from + n; i++)
		sum += roll_number(values, width, i);
	return sum;
}

/* @to: the figure in the first period of all; @room of it and the next are apart. */
EACH_WAY void add_weeks_of(const uint8_t *weeks, const struct block_cuts *b, uint64_t *to,
			   size_t room, unsigned width)
{
	if (b->one_each && b->weeks_end - b->first_week == ROLL_WEEKS) {
		to += b->of_week[0] * room;
		for (unsigned w = 0; w < ROLL_WEEKS; w++, to += room)
			*to += roll_number(weeks, width, w);
		return;
	}
	for (unsigned w = b->first_week; w < b->weeks_end; w++)
		to[b->of_week[w] * room] += roll_number(weeks, width, w);
}

EACH_WAY void add_weeks(const struct roll_view *v, const struct block_cuts *b,
			uint64_t *to, size_t room)
{
	if (v->week_width == 1)
		add_weeks_of(v->weeks, b, to, room, 1);
	else if (v->week_width == 2)
		add_weeks_of(v->weeks, b, to, room, 2);
	else
		add_weeks_of(v->weeks, b, to, room, v->week_width);
}

EACH_WAY void add_few_days(const struct roll_view *v, const struct block_cuts *b,
			   uint64_t left, size_t from, uint64_t *to, size_t room)
{
	const uint8_t *p = v->values + from;

	if (v->width == 1) {
		for (; left; left &= left - 1)
			to[b->period_of[__builtin_ctzll(left)] * room] += *p++;
		return;
	}
	for (; left; left &= left - 1)
		to[b->period_of[__builtin_ctzll(left)] * room] +=
			roll_number(v->values, v->width, from++);
}

/* A column without a gap: no day need be looked for. */
EACH_WAY void add_all_days(const struct roll_view *v, const struct block_cuts *b,
			   uint64_t *to, size_t room)
{
	for (unsigned i = 0; i < b->pieces; i++)
		to[b->period[i] * room] +=
			column_sum(v->values, v->width, b->from[i], b->length[i]);
}

/* Days that are there and of one period lie beside each other. */
EACH_WAY void add_days(const struct roll_view *v, const struct block_cuts *b,
		       uint64_t left, uint64_t *to, size_t room, bool wide)
{
	size_t from = wide_ones(v->days & ((left & -left) - 1), wide);

	if (b->pieces == 1) {
		to[b->period[0] * room] +=
			column_sum(v->values, v->width, from, wide_ones(left, wide));
		return;
	}
	if (!v->weeks && b->pieces > 2) {
		add_few_days(v, b, left, from, to, room);
		return;
	}
	while (left) {
		unsigned i = b->of_day[__builtin_ctzll(left)];
		uint64_t here = left & b->mask[i];
		size_t n = wide_ones(here, wide);

		to[b->period[i] * room] += column_sum(v->values, v->width, from, n);
		from += n;
		left &= ~here;
	}
}

static int parts_damaged(struct err *err)
{
	return err_set(err, ERR_INPUT, "a roll-up is damaged (its parts)");
}

/* All columns that @r has, but for damage. */
EACH_WAY int add_columns(struct roll_reader *r, const struct block_cuts *b,
			 struct roll_sums *to, struct err *err, bool wide)
{
	struct roll_view v;
	unsigned hint = 0;
	size_t at;

	while (roll_next_way(r, &v, wide)) {
		uint64_t left = v.days & b->days;
		enum figure figure =
			left ? figure_of(to, v.counter, &hint, &at) : FIGURE_NONE;

		if (figure == FIGURE_FAILED)
			return err_set(err, ERR_SYSTEM, "out of memory");
		if (figure == FIGURE_NONE)
			continue;
		to->any = true;
		if (v.weeks && b->in_weeks)
			add_weeks(&v, b, to->of + at, to->room);
		else if (v.count == ROLL_DAYS)
			add_all_days(&v, b, to->of + at, to->room);
		else
			add_days(&v, b, left, to->of + at, to->room, wide);
	}
	return r->left ? err_set(err, ERR_INPUT, "a roll-up is damaged (columns)") : 0;
}

static int add_plain(struct roll_reader *r, const struct block_cuts *b,
		     struct roll_sums *to, struct err *err)
{
	return add_columns(r, b, to, err, false);
}

static WIDE int add_wide(struct roll_reader *r, const struct block_cuts *b,
			 struct roll_sums *to, struct err *err)
{
	return add_columns(r, b, to, err, true);
}

static int part_add(struct roll_part part, uint64_t seed, bool wide,
		    const struct block_cuts *b, struct roll_sums *to, struct err *err)
{
	struct roll_reader r;

	if (!roll_open(&r, part.bytes, seed))
		return err_set(err, ERR_INPUT, "a roll-up is damaged (checksum)");
	if (!to->of && !sums_room(to, to->awaited))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return (wide ? add_wide : add_plain)(&r, b, to, err);
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
			rc = part_add(part, roll_seed(c->key, part.id), cuts->wide, b,
				      of->to[target], err);
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
