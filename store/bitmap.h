/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap.h: a set of 16-bit numbers as bytes, behind a few verbs.
 *
 * The numbers of a segment's records: an array, a list of runs, 8 KiB of bits, or numbers whose
 * high and low bits lie apart (Elias and Fano's): the smallest of those that are quick enough.
 * Reading and writing never trust a length and allocate nothing but what is put out
 * (docs/decisions/0016-bitmaps.md).
 */
#ifndef OPINIA_STORE_BITMAP_H
#define OPINIA_STORE_BITMAP_H

#include "core/buf.h"
#include "store/sorted.h"

enum { BITMAP_WORDS = 1024 };

/* or the set into @out. False: these bytes are no such bitmap (@out may be half done). */
bool bitmap_or(struct sv blob, uint64_t out[BITMAP_WORDS]);
/* Of @out what is in the set too or, @negated, what is not; *any: something is left. */
bool bitmap_and(struct sv blob, bool negated, uint64_t out[BITMAP_WORDS], bool *any);
bool bitmap_and_words(const uint64_t with[BITMAP_WORDS], bool negated,
		      uint64_t out[BITMAP_WORDS]); /* false: nothing is left */
/* How many bits are set. */
uint32_t bits_popcount(const uint64_t w[BITMAP_WORDS]);
/* How many numbers it holds, from its header. */
bool bitmap_count(struct sv blob, uint32_t *out);
/*
 * Call-free walk: the numbers, ascending, into @out (65,536 places); returns how many,
 * or -1.
 */
int bitmap_list(struct sv blob, uint16_t *out);

/* The same, of those numbers only that are in @within too. */
int bitmap_list_within(struct sv blob, const uint64_t within[BITMAP_WORDS],
		       uint16_t *out);

/*
 * @old (empty: the empty set) with @add and without @remove, both ascending, appended
 * to @out. Puts nothing when the result is empty. False: @old is damaged or memory is
 * out (see buf_ok()).
 */
bool bitmap_change(struct sv old, const uint16_t *add, size_t adds,
		   const uint16_t *remove, size_t removes, struct buf *out);

#endif
