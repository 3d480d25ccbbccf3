/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roll_block.c: see roll_block.h.
 */
#include "store/roll_block.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"

enum { HEAD = 8, COLUMN_HEAD = ROLL_COLUMN_HEAD, CODE_AT = ROLL_CODE_AT };

struct roll_column *roll_column(struct roll_columns *c, uint32_t counter)
{
	struct roll_column *more;

	for (size_t i = 0; i < c->count; i++)
		if (c->all[i].counter == counter)
			return &c->all[i];
	if (c->count == ROLL_COLUMNS_MAX)
		return NULL;
	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 8;

		more = realloc(c->all, room * sizeof(*more));
		if (!more)
			return NULL;
		c->all = more;
		c->room = room;
	}
	more = &c->all[c->count++];
	memset(more, 0, sizeof(*more));
	more->counter = counter;
	return more;
}

static int column_order(const void *a, const void *b)
{
	const struct roll_column *x = a, *y = b;

	return (x->counter > y->counter) - (x->counter < y->counter);
}

void roll_sort(struct roll_columns *c)
{
	if (c->count)
		qsort(c->all, c->count, sizeof(*c->all), column_order);
}

/* ---- parts ------------------------------------------------------------------------- */

size_t roll_parts_bytes(size_t count)
{
	return ROLL_PARTS_HEAD + ROLL_PART_ENTRY * count;
}

bool roll_parts_open(struct roll_parts *r, struct sv key, struct sv value)
{
	const uint8_t *p = (const uint8_t *)value.p;
	size_t count, list;

	*r = (struct roll_parts){ 0 };
	if (value.n < ROLL_PARTS_HEAD)
		return false;
	count = (size_t)le_get(p + 4, 4);
	list = roll_parts_bytes(count);
	if (count > ROLL_PARTS_MAX || list > value.n ||
	    le_get(p, 4) != sum32(p + 4, list - 4, roll_seed(key, ROLL_LIST)))
		return false;
	*r = (struct roll_parts){ p + ROLL_PARTS_HEAD, p + list, p + value.n,
				  (unsigned)count };
	return true;
}

void roll_parts_write(const struct roll_part *parts, size_t count, struct sv key,
		      uint8_t *out)
{
	le_set(out + 4, count, 4);
	for (size_t i = 0; i < count; i++)
		le_set(out + ROLL_PARTS_HEAD + ROLL_PART_ENTRY * i,
		       (uint64_t)parts[i].bytes.n << 8 | parts[i].id, 4);
	le_set(out,
	       sum32(out + 4, roll_parts_bytes(count) - 4, roll_seed(key, ROLL_LIST)), 4);
}

/* ---- reading ----------------------------------------------------------------------- */

bool roll_open(struct roll_reader *r, struct sv part, uint64_t seed)
{
	const uint8_t *p = (const uint8_t *)part.p;

	*r = (struct roll_reader){ 0 };
	if (part.n < HEAD || le_get(p, 4) != sum32(p + 4, part.n - 4, seed))
		return false;
	*r = (struct roll_reader){ p + HEAD, p + part.n, (unsigned)le_get(p + 4, 2) };
	return true;
}

/* ---- writing ----------------------------------------------------------------------- */

/* How a column is written. */
struct shape {
	uint64_t days; /* that are not 0 */
	unsigned code; /* of the width of a day */
	bool wide;     /* a week takes twice that */
	uint64_t week[ROLL_WEEKS];
};

/* False when a day is below 0 or too large. */
static bool column_shape(const struct roll_column *c, struct shape *s)
{
	int64_t most = 0;
	uint64_t weeks = 0;

	*s = (struct shape){ 0 };
	for (unsigned d = 0; d < ROLL_DAYS; d++) {
		if (c->day[d] < 0)
			return false;
		if (c->day[d])
			s->days |= 1ULL << d;
		most |= c->day[d];
		s->week[d / 7] += (uint64_t)c->day[d];
	}
	for (unsigned w = 0; w < ROLL_WEEKS; w++)
		weeks |= s->week[w];
	s->code = most > UINT16_MAX ? 2 : most > UINT8_MAX;
	s->wide = weeks >> (8U << s->code) != 0;
	return most <= UINT32_MAX;
}

static size_t shape_bytes(const struct shape *s)
{
	size_t count = roll_day_count(s->days);

	return COLUMN_HEAD + (count << s->code) +
	       (count > ROLL_FEW_DAYS ? (size_t)ROLL_WEEKS << (s->code + s->wide) : 0);
}

size_t roll_bytes(const struct roll_columns *c)
{
	size_t n = HEAD;
	struct shape s;

	for (size_t i = 0; i < c->count; i++) {
		if (!column_shape(&c->all[i], &s))
			return SIZE_MAX;
		if (s.days)
			n += shape_bytes(&s);
	}
	return n == HEAD ? 0 : n;
}

void roll_write(const struct roll_columns *c, uint64_t seed, uint8_t *out)
{
	uint8_t *to = out + HEAD;
	unsigned columns = 0;
	struct shape s;

	for (size_t i = 0; i < c->count; i++) {
		const struct roll_column *col = &c->all[i];

		if (!column_shape(col, &s) || !s.days)
			continue;
		columns++;
		le_set(to,
		       col->counter | (s.wide ? (uint32_t)ROLL_WIDE : 0) |
			       (uint32_t)s.code << CODE_AT,
		       4);
		le_set(to + 4, s.days, 8);
		to += COLUMN_HEAD;
		for (unsigned w = 0;
		     w < ROLL_WEEKS && roll_day_count(s.days) > ROLL_FEW_DAYS; w++) {
			le_set(to, s.week[w], 1U << (s.code + s.wide));
			to += 1U << (s.code + s.wide);
		}
		for (uint64_t d = s.days; d; d &= d - 1, to += 1U << s.code)
			le_set(to, (uint64_t)col->day[__builtin_ctzll(d)], 1U << s.code);
	}
	le_set(out + 4, columns, 4);
	le_set(out, sum32(out + 4, (size_t)(to - out) - 4, seed), 4);
}
