/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roll_block.h: the bytes of one roll-up block: nine weeks of a topic's
 * counters, in parts.
 *
 * A column is written with the days that are not 0 and in the least width that holds
 * them; one of many days has its weeks' sums before them. docs/formats/store.md has the
 * bytes; damage is found by sums (of the list of parts, and of each part, so that
 * only what is read need be summed up) and by the lengths.
 */
#ifndef OPINIA_STORE_ROLL_BLOCK_H
#define OPINIA_STORE_ROLL_BLOCK_H

#include <string.h>

#include "core/sv.h"
#include "core/wide.h"
#include "store/rollup.h"

enum { ROLL_RECORDS = 0, ROLL_COMMENTED = 1, ROLL_SENTIMENT = 2 };
enum { ROLL_SCORE = 1 << 29, ROLL_COLUMNS_MAX = 4096, ROLL_VALUE_MIN = 8 };
enum { ROLL_COLUMN_HEAD = 12, ROLL_CODE_AT = 30, ROLL_WIDE = 1 << 28 };
/* A column of more days than this has the sums of its weeks, too. */
enum { ROLL_FEW_DAYS = ROLL_WEEKS };
enum { ROLL_PARTS_HEAD = 8, ROLL_PART_ENTRY = 4, ROLL_PARTS_MAX = 256 };

/* ---- days ---------------------------------------------------------------------------- */

static inline int32_t roll_block_of(int32_t day)
{
	int64_t d = (int64_t)day + 3; /* 1970-01-01 was a Thursday */

	return (int32_t)((d < 0 ? d - (ROLL_DAYS - 1) : d) / ROLL_DAYS);
}

static inline int64_t roll_first_day(int32_t block)
{
	return (int64_t)block * ROLL_DAYS - 3;
}

static inline unsigned roll_day_count(uint64_t days)
{
	return wide_ones(days, false);
}

/* ---- a value and its parts ------------------------------------------------------------ */

/* @target: of rollup.h. */
static inline uint8_t roll_part_id(unsigned target, enum roll_class class)
{
	return (uint8_t)(target << 1 | class);
}

/* What the sum of a part is seeded with, and that of their list. */
static inline uint64_t roll_seed(struct sv key, unsigned id)
{
	uint64_t k = 0;

	memcpy(&k, key.p, key.n < sizeof(k) ? key.n : sizeof(k));
	return k ^ (id + 1) * 0x9e3779b97f4a7c15ULL;
}

enum { ROLL_LIST = 256 };

struct roll_part {
	uint8_t id;
	struct sv bytes;
};

struct roll_parts {
	const uint8_t *entry, *p, *end;
	unsigned left;
};

/* False: the value is damaged. */
bool roll_parts_open(struct roll_parts *r, struct sv key, struct sv value);
/* The next part; false at the end, or where it does not fit. */
static inline bool roll_parts_next(struct roll_parts *r, struct roll_part *out)
{
	uint32_t entry;

	if (!r->left)
		return false;
	memcpy(&entry, r->entry, sizeof(entry));
	if (entry >> 8 > (size_t)(r->end - r->p))
		return false;
	r->left--;
	r->entry += ROLL_PART_ENTRY;
	out->id = (uint8_t)entry;
	out->bytes = (struct sv){ (const char *)r->p, entry >> 8 };
	r->p += entry >> 8;
	return true;
}
/* The list of @count parts, to be put before them; @out: roll_parts_bytes(). */
size_t roll_parts_bytes(size_t count);
void roll_parts_write(const struct roll_part *parts, size_t count, struct sv key,
		      uint8_t *out);

/* ---- a part ---------------------------------------------------------------------------- */

/* One column while it is being changed. */
struct roll_column {
	uint32_t counter;
	int64_t day[ROLL_DAYS];
};

struct roll_columns {
	struct roll_column *all; /* ascending by counter once sorted */
	size_t count, room;
};

/* NULL: no memory, or there are ROLL_COLUMNS_MAX of them. */
struct roll_column *roll_column(struct roll_columns *c, uint32_t counter);
void roll_sort(struct roll_columns *c);

/* A column where it lies. */
struct roll_view {
	uint32_t counter;
	unsigned width; /* bytes of a value: 1, 2, 4 */
	unsigned week_width;
	uint64_t days;	      /* which are there                         */
	size_t count;	      /* how many these are                      */
	const uint8_t *weeks; /* ROLL_WEEKS sums; NULL: it has few days */
	const uint8_t *values;
};

struct roll_reader {
	const uint8_t *p, *end;
	unsigned left; /* columns */
};

/* False: the part is damaged. */
bool roll_open(struct roll_reader *r, struct sv part, uint64_t seed);

/* The next column; false at the end. Here, because a question reads thousands. @wide: core/wide.h. */
EACH_WAY bool roll_next_way(struct roll_reader *r, struct roll_view *out, bool wide)
{
	uint64_t days;
	uint32_t head;
	size_t bytes;

	if (!r->left || r->end - r->p < ROLL_COLUMN_HEAD)
		return false;
	memcpy(&head, r->p, sizeof(head));
	memcpy(&days, r->p + 4, sizeof(days));
	out->count = wide_ones(days, wide);
	out->counter = head & ((1U << ROLL_CODE_AT) - 1) & ~(uint32_t)ROLL_WIDE;
	out->width = 1U << (head >> ROLL_CODE_AT);
	out->week_width = out->width << (head >> 28 & 1);
	out->days = days;
	out->weeks = out->count > ROLL_FEW_DAYS ? r->p + ROLL_COLUMN_HEAD : NULL;
	bytes = ROLL_COLUMN_HEAD +
		(out->weeks ? (size_t)ROLL_WEEKS * out->week_width : 0);
	out->values = r->p + bytes;
	bytes += out->count * out->width;
	if (out->width > 4 || days >> ROLL_DAYS || (size_t)(r->end - r->p) < bytes)
		return false;
	r->p += bytes;
	r->left--;
	return true;
}

static inline bool roll_next(struct roll_reader *r, struct roll_view *out)
{
	return roll_next_way(r, out, false);
}

/* The @i-th of numbers of @width bytes. */
static inline uint64_t roll_number(const uint8_t *p, unsigned width, size_t i)
{
	uint64_t v = 0;

	switch (width) {
	case 1:
		return p[i];
	case 2:
		memcpy(&v, p + 2 * i, 2);
		return v;
	case 4:
		memcpy(&v, p + 4 * i, 4);
		return v;
	default:
		memcpy(&v, p + 8 * i, 8);
		return v;
	}
}

/* 0: all columns are 0. Negative counts are a bug: SIZE_MAX. */
size_t roll_bytes(const struct roll_columns *c);
void roll_write(const struct roll_columns *c, uint64_t seed, uint8_t *out);

#endif
