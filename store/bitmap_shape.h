/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap_shape.h: the bytes of a bitmap, for bitmap.c and bitmap_behind.c. A blob is u8 shape,
 * u16 count - 1, then by shape
 *
 *	array: a u16 for each number; runs: pairs of u16 (start, length - 1) to the end;
 *	words: 8,192 bytes of bits;
 *	split: the low bits of each number, packed, filled up to a byte; then, for each value that
 *	the high bits may have, a one for each number that has it, and a zero: filled up, too.
 */
#ifndef OPINIA_STORE_BITMAP_SHAPE_H
#define OPINIA_STORE_BITMAP_SHAPE_H

#include <string.h>

#include "store/bitmap.h"

/*
 * Numbers that are split cost as much to read as an array and half its bytes; above
 * SPLIT_MAX it is quicker to have all bits. Of fewer than SPLIT_MIN there is nothing to gain.
 */
enum { HEAD = 3, SPLIT_MIN = 16, SPLIT_MAX = 6144, ARRAY_MAX = 4096 };

enum shape { SHAPE_ARRAY, SHAPE_RUNS, SHAPE_WORDS, SHAPE_SPLIT };

struct view {
	enum shape shape;
	uint32_t card, runs;
	const char *p; /* u16s, words or pairs; may be unaligned */
	size_t n;      /* bytes there                            */
};

static inline void u16_put(char *p, uint32_t v)
{
	uint16_t low = (uint16_t)v;

	memcpy(p, &low, sizeof(low));
}

static inline uint16_t u16_at(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* How many low bits of @card numbers are packed: as many as make the whole smallest. */
static inline unsigned low_bits(uint32_t card)
{
	return 16 - (32 - (unsigned)__builtin_clz(card)) + ((card & (card - 1)) == 0);
}

static inline size_t low_bytes(uint32_t card)
{
	return ((size_t)card * low_bits(card) + 7) / 8;
}

/* A one for each number, a zero for each value of the high bits. */
static inline size_t high_bytes(uint32_t card)
{
	return (card + (65536u >> low_bits(card)) + 7) / 8;
}

static inline size_t shape_bytes(enum shape shape, uint32_t card, uint32_t runs)
{
	if (shape == SHAPE_ARRAY)
		return 2 * (size_t)card;
	if (shape == SHAPE_RUNS)
		return 4 * (size_t)runs;
	return shape == SHAPE_WORDS ? 8 * (size_t)BITMAP_WORDS
				    : low_bytes(card) + high_bytes(card);
}

static inline bool view_of(struct sv b, struct view *v)
{
	if (b.n < HEAD || (uint8_t)b.p[0] > SHAPE_SPLIT)
		return false;
	v->shape = (enum shape)b.p[0];
	v->card = u16_at(b.p + 1) + 1u;
	v->p = b.p + HEAD;
	v->n = b.n - HEAD;
	v->runs = v->shape == SHAPE_RUNS ? (uint32_t)(v->n / 4) : 0;
	if ((v->shape == SHAPE_SPLIT && (v->card < SPLIT_MIN || v->card > SPLIT_MAX)) ||
	    (v->shape == SHAPE_ARRAY && v->card > ARRAY_MAX))
		return false;
	return v->n == shape_bytes(v->shape, v->card, v->runs);
}

/* The smallest of the shapes, of equals the first; few or many have no choice. */
static inline enum shape shape_for(uint32_t card, uint32_t runs)
{
	enum shape best = SHAPE_WORDS;

	for (enum shape s = SHAPE_SPLIT + 1; s-- > SHAPE_ARRAY;)
		if ((s != SHAPE_SPLIT || (card >= SPLIT_MIN && card <= SPLIT_MAX)) &&
		    (s != SHAPE_ARRAY || card <= ARRAY_MAX) &&
		    shape_bytes(s, card, runs) <= shape_bytes(best, card, runs))
			best = s;
	return best;
}

/* ---- split numbers --------------------------------------------------------------- */

/* The numbers one after the other; there are SPLIT_MIN of them, so 4 bytes may be read. */
struct split {
	const char *low, *high, *end;
	uint64_t word; /* of the high bits: those at hand */
	uint32_t at;   /* which bit of them its lowest is */
	uint32_t i, card;
	unsigned bits;
};

static inline uint64_t high_word(const char *p, const char *end)
{
	uint64_t w = 0;

	memcpy(&w, p, end - p >= 8 ? 8 : (size_t)(end - p));
	return w;
}

static inline void split_start(struct split *s, const struct view *v)
{
	s->low = v->p;
	s->high = v->p + low_bytes(v->card);
	s->end = v->p + v->n;
	s->bits = low_bits(v->card);
	s->card = v->card;
	s->i = s->at = 0;
	s->word = high_word(s->high, s->end);
}

/* False: all were given, or there are fewer than it says. */
static inline bool split_next(struct split *s, uint32_t *out)
{
	size_t bit = (size_t)s->i * s->bits;
	uint32_t low;

	while (!s->word) {
		s->high += 8;
		s->at += 64;
		if (s->high >= s->end)
			return false;
		s->word = high_word(s->high, s->end);
	}
	if (s->i == s->card)
		return false;
	memcpy(&low, s->low + bit / 8, sizeof(low));
	low = low >> bit % 8 & ((1u << s->bits) - 1);
	*out = (s->at + (uint32_t)__builtin_ctzll(s->word) - s->i) << s->bits | low;
	s->word &= s->word - 1;
	s->i++;
	return true;
}

/* Number @id as the @n-th; all bits where it goes are zero. */
static inline void split_put(char *to, char *high, unsigned bits, uint32_t n, uint32_t id)
{
	size_t at = (size_t)n * bits;
	uint32_t four, one = (id >> bits) + n;

	memcpy(&four, to + at / 8, sizeof(four));
	four |= (id & ((1u << bits) - 1)) << at % 8;
	memcpy(to + at / 8, &four, sizeof(four));
	high[one / 8] = (char)(high[one / 8] | 1 << one % 8);
}

/*
 * @old and @add behind its last one, appended to @out. False, and nothing done: it takes more than
 * that, or @old is damaged.
 */
bool bitmap_behind(struct sv old, const uint16_t *add, size_t adds, struct buf *out);

#endif
