/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roll_block.h: the bytes of one roll-up block: 64 days of counters of a topic and
 * channel.
 *
 * A column is written with the days that are not 0 and in the least width that holds
 * them. docs/formats/store.md has the bytes; damage is found by the sum and by the
 * lengths.
 */
#ifndef OPINIA_STORE_ROLL_BLOCK_H
#define OPINIA_STORE_ROLL_BLOCK_H

#include <string.h>

#include "core/sv.h"
#include "store/rollup.h"

enum { ROLL_RECORDS = 0, ROLL_COMMENTED = 1, ROLL_SENTIMENT = 2 };
enum { ROLL_SCORE = 1 << 29, ROLL_COLUMNS_MAX = 4096, ROLL_VALUE_MIN = 8 };
enum { ROLL_COLUMN_HEAD = 12, ROLL_CODE_AT = 30 };

/* One column while it is being changed. */
struct roll_column {
	uint32_t counter;
	int64_t day[ROLL_DAYS];
};

struct roll_columns {
	struct roll_column *all; /* ascending by counter once sorted */
	size_t count, room;
};

struct roll_column *roll_column(struct roll_columns *c,
				uint32_t counter); /* NULL: no memory */
void roll_sort(struct roll_columns *c);

/* A column where it lies. */
struct roll_view {
	uint32_t counter;
	unsigned width; /* bytes of a value: 1, 2, 4 */
	uint64_t days;	/* which are there           */
	const uint8_t *values;
};

struct roll_reader {
	const uint8_t *p, *end;
	unsigned left; /* columns */
};

/* False: the value is damaged. @seed is of its key. */
bool roll_open(struct roll_reader *r, struct sv value, uint64_t seed);
/* How many days; the builtin is a call where the processor is not known to count bits. */
static inline unsigned roll_day_count(uint64_t days)
{
	days -= days >> 1 & 0x5555555555555555ULL;
	days = (days & 0x3333333333333333ULL) + (days >> 2 & 0x3333333333333333ULL);
	days = (days + (days >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (unsigned)(days * 0x0101010101010101ULL >> 56);
}

/* The next column; false at the end. Here, because a question reads thousands. */
static inline bool roll_next(struct roll_reader *r, struct roll_view *out)
{
	uint64_t days;
	uint32_t head;
	size_t bytes;

	if (!r->left || r->end - r->p < ROLL_COLUMN_HEAD)
		return false;
	memcpy(&head, r->p, sizeof(head));
	memcpy(&days, r->p + 4, sizeof(days));
	*out = (struct roll_view){ .counter = head & ((1U << ROLL_CODE_AT) - 1),
				   .width = 1U << (head >> ROLL_CODE_AT),
				   .days = days,
				   .values = r->p + ROLL_COLUMN_HEAD };
	bytes = (size_t)roll_day_count(days) * out->width;
	if (out->width > 4 || (size_t)(r->end - r->p) < ROLL_COLUMN_HEAD + bytes)
		return false;
	r->p += ROLL_COLUMN_HEAD + bytes;
	r->left--;
	return true;
}

uint32_t roll_value(const struct roll_view *v,
		    size_t i); /* of the i-th day that is there */

/* 0: all columns are 0. Negative counts are a bug: SIZE_MAX. */
size_t roll_bytes(const struct roll_columns *c);
void roll_write(const struct roll_columns *c, uint64_t seed, uint8_t *out);

#endif
