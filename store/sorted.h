/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorted.h: an ascending list of numbers below a known bound in little more than its
 * entropy (Elias-Fano): low bits side by side, high bits as a bit string. Neither is
 * decoded before it is looked at, so a search may skip most of a list.
 *
 * Bytes: ceil(n * l / 8) of low bits, then ceil((n + (bound >> l) + 1) / 8) of high
 * bits, with l = floor(log2(bound / n)). Both are read eight bytes at a time: whoever
 * holds the bytes keeps SORTED_PAD more behind them. A reader never leaves the bytes,
 * whatever is in them.
 */
#ifndef OPINIA_STORE_SORTED_H
#define OPINIA_STORE_SORTED_H

#include <string.h>

#include "core/buf.h"

enum { SORTED_PAD = 8 };
#define SORTED_END UINT32_MAX

/* How many bits are set; the compiler's own is a call on a processor it does not know. */
static inline uint32_t ones_of(uint64_t w)
{
	w -= w >> 1 & 0x5555555555555555ull;
	w = (w & 0x3333333333333333ull) + (w >> 2 & 0x3333333333333333ull);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (uint32_t)(w * 0x0101010101010101ull >> 56);
}

struct sorted {
	const uint8_t *low, *high;
	uint32_t n, shift, high_bits;
};

struct sorted_cursor {
	struct sorted s;
	uint32_t index; /* of the next number      */
	uint32_t word;	/* of the high bits        */
	uint64_t bits;	/* of that word, yet to go */
	uint32_t last;	/* number that came last, its index is index - 1 */
};

size_t sorted_bytes(uint32_t n, uint32_t bound);
/* Append @n ascending numbers (repeats are fine) below @bound. */
void sorted_put(const uint32_t *v, uint32_t n, uint32_t bound, struct buf *out);
/* @p holds sorted_bytes(n, bound) and SORTED_PAD more. */
void sorted_view(const uint8_t *p, uint32_t n, uint32_t bound, struct sorted *out);
void sorted_start(struct sorted_cursor *c, const struct sorted *s);
/* The first number >= @least from here on (the last one given counts), or SORTED_END. */
uint32_t sorted_seek(struct sorted_cursor *c, uint32_t least);

static inline uint64_t sorted_word(const struct sorted *s, uint32_t word)
{
	uint64_t w = 0;
	uint32_t from = word * 64;

	if (from >= s->high_bits)
		return 0;
	memcpy(&w, s->high + (size_t)word * 8, 8);
	if (s->high_bits - from < 64)
		w &= (1ull << (s->high_bits - from)) - 1;
	return w;
}

/* The next number, or SORTED_END. */
static inline uint32_t sorted_next(struct sorted_cursor *c)
{
	const struct sorted *s = &c->s;
	uint64_t low = 0, at = (uint64_t)c->index * s->shift;
	uint32_t bit;

	while (!c->bits) {
		if ((uint64_t)(c->word + 1) * 64 >= s->high_bits)
			return c->last = SORTED_END;
		c->bits = sorted_word(s, ++c->word);
	}
	if (c->index >= s->n)
		return c->last = SORTED_END;
	bit = c->word * 64 + (uint32_t)__builtin_ctzll(c->bits);
	c->bits &= c->bits - 1;
	memcpy(&low, s->low + (at >> 3), 8);
	low = low >> (at & 7) & ((1ull << s->shift) - 1);
	c->last = (bit - c->index++) << s->shift | (uint32_t)low;
	return c->last;
}

#endif
