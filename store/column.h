/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column.h: the same number of many documents, in few bits each and readable where it
 * lies.
 *
 * A number is base + packed × scale, or the entry of a short list. What is read is
 * checked against its bounds, never believed: docs/formats/store.md has the bytes.
 */
#ifndef OPINIA_STORE_COLUMN_H
#define OPINIA_STORE_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { COLUMN_ENTRIES = 128 };

struct column {
	const uint8_t *bits, *end; /* packed numbers; the end of all that may be read */
	const uint8_t *entries;	   /* of the list */
	uint64_t base, scale;
	uint32_t n;    /* numbers in the column                  */
	uint16_t list; /* entries of the list; 0: there is none  */
	uint8_t width; /* bits of a number                       */
	uint8_t each;  /* bytes of an entry                      */
};

/*
 * Write @n numbers to @out; the bytes, or 0 when @room is too small. @listed: as a list
 * or not at all.
 */
size_t column_put(const uint64_t *v, size_t n, bool listed, uint8_t *out, size_t room);
/* The column of @n numbers that begins at @p; its bytes, or 0: damaged. */
size_t column_view(const uint8_t *p, const uint8_t *end, uint32_t n, struct column *out);

/* The packed number @i; @i is below c->n. */
uint64_t column_bits(const struct column *c, uint32_t i);
/* The number that a packed one means. */
uint64_t column_mean(const struct column *c, uint64_t packed);
static inline uint64_t column_get(const struct column *c, uint32_t i)
{
	return column_mean(c, c->width ? column_bits(c, i) : 0);
}
/* Of the numbers [from, to). */
uint64_t column_sum(const struct column *c, uint32_t from, uint32_t to);

#endif
