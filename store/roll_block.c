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

/* ---- reading ----------------------------------------------------------------------- */

bool roll_open(struct roll_reader *r, struct sv value, uint64_t seed)
{
	const uint8_t *p = (const uint8_t *)value.p;

	*r = (struct roll_reader){ 0 };
	if (value.n < HEAD || le_get(p, 4) != sum32(p + 4, value.n - 4, seed))
		return false;
	*r = (struct roll_reader){ p + HEAD, p + value.n, (unsigned)le_get(p + 4, 2) };
	return true;
}

uint32_t roll_value(const struct roll_view *v, size_t i)
{
	uint16_t two;
	uint32_t four;

	if (v->width == 1)
		return v->values[i];
	if (v->width == 2) {
		memcpy(&two, v->values + 2 * i, 2);
		return two;
	}
	memcpy(&four, v->values + 4 * i, 4);
	return four;
}

/* ---- writing ----------------------------------------------------------------------- */

/* Days that are not 0, and the width code; false when a day is below 0 or too large. */
static bool column_shape(const struct roll_column *c, uint64_t *days, unsigned *code)
{
	int64_t most = 0;

	*days = 0;
	for (unsigned d = 0; d < ROLL_DAYS; d++) {
		if (c->day[d] < 0)
			return false;
		if (c->day[d])
			*days |= 1ULL << d;
		most |= c->day[d];
	}
	*code = most > UINT16_MAX ? 2 : most > UINT8_MAX;
	return most <= UINT32_MAX;
}

size_t roll_bytes(const struct roll_columns *c)
{
	size_t n = HEAD;
	uint64_t days;
	unsigned code;

	for (size_t i = 0; i < c->count; i++) {
		if (!column_shape(&c->all[i], &days, &code))
			return SIZE_MAX;
		if (days)
			n += COLUMN_HEAD + ((size_t)__builtin_popcountll(days) << code);
	}
	return n == HEAD ? 0 : n;
}

void roll_write(const struct roll_columns *c, uint64_t seed, uint8_t *out)
{
	uint8_t *to = out + HEAD;
	unsigned columns = 0, code;
	uint64_t days;

	for (size_t i = 0; i < c->count; i++) {
		const struct roll_column *col = &c->all[i];

		if (!column_shape(col, &days, &code) || !days)
			continue;
		columns++;
		le_set(to, col->counter | (uint32_t)code << CODE_AT, 4);
		le_set(to + 4, days, 8);
		to += COLUMN_HEAD;
		for (uint64_t d = days; d; d &= d - 1, to += 1U << code)
			le_set(to, (uint64_t)col->day[__builtin_ctzll(d)], 1U << code);
	}
	le_set(out + 4, columns, 4);
	le_set(out, sum32(out + 4, (size_t)(to - out) - 4, seed), 4);
}
