/* SPDX-License-Identifier: Apache-2.0 */
/* bitmap_ways.c: see bitmap_ways.h. */
#include "store/bitmap_ways.h"

EACH_WAY void each_or(const char *p, uint64_t *out)
{
	for (unsigned i = 0; i < BITMAP_WORDS; i += 4)
		*(wide_four *)(out + i) |= *(const wide_four *)(p + 8 * (size_t)i);
}

/* ---- split numbers --------------------------------------------------------------- */

/* The 64 bits of @p on, or those before @end. */
EACH_WAY uint64_t bits_from(const char *p, const char *end)
{
	uint64_t w = 0;

	if (end - p >= 8)
		memcpy(&w, p, 8);
	else
		memcpy(&w, p, (size_t)(end - p));
	return w;
}

/* Where split numbers go: to @words or, when that is NULL, to @list. */
struct split_out {
	uint64_t *words;
	uint16_t *list;
	uint32_t i;    /* how many there were */
	uint32_t next; /* least that the next one of a list may be */
	bool fell;     /* and was not */
};

/* The first @n of the ones of @word; @top: what its lowest bit says of the high bits. Returns the rest. */
EACH_WAY uint64_t some_split(struct split_out *o, uint64_t word, uint32_t top,
			     uint64_t low, uint32_t n, unsigned bits)
{
	const uint64_t mask = (1u << bits) - 1;

	for (uint32_t k = 0; k < n; k++, word &= word - 1, low >>= bits) {
		uint64_t id = (uint64_t)((uint32_t)__builtin_ctzll(word) + top - k)
				      << bits |
			      (low & mask);

		if (o->words) {
			o->words[id >> 6] |= 1ull << (id & 63);
			continue;
		}
		o->fell |= id < o->next;
		o->next = (uint32_t)id + 1;
		o->list[o->i + k] = (uint16_t)id;
	}
	return word;
}

/*
 * A word of high bits is looked at as a whole first: are there too many numbers, is its last one
 * too large? Low bits are read as many at a time as eight bytes have for certain.
 */
EACH_WAY bool each_split(const struct view *v, struct split_out *o, bool wide)
{
	const unsigned bits = low_bits(v->card), at_once = 56 / bits;
	const char *high = v->p + low_bytes(v->card), *end = v->p + v->n;

	for (uint32_t at = 0; high < end; high += 8, at += 64) {
		uint64_t word = bits_from(high, end);
		uint32_t here = wide_ones(word, wide), top = at - o->i;

		if (!word)
			continue;
		if (here > v->card - o->i ||
		    (top + 64 - (uint32_t)__builtin_clzll(word) - here) >> (16 - bits))
			return false;
		while (here) {
			size_t bit = (size_t)o->i * bits;
			uint32_t n = here < at_once ? here : at_once;

			word = some_split(o, word, at - o->i,
					  bits_from(v->p + bit / 8, end) >> bit % 8, n,
					  bits);
			o->i += n;
			here -= n;
		}
	}
	return o->i == v->card && !o->fell;
}

static bool or_split(const struct view *v, uint64_t *out)
{
	return each_split(v, &(struct split_out){ .words = out }, false);
}

static WIDE bool or_split_wide(const struct view *v, uint64_t *out)
{
	return each_split(v, &(struct split_out){ .words = out }, true);
}

static int list_split(const struct view *v, uint16_t *out)
{
	return each_split(v, &(struct split_out){ .list = out }, false) ? (int)v->card
									: -1;
}

static WIDE int list_split_wide(const struct view *v, uint16_t *out)
{
	return each_split(v, &(struct split_out){ .list = out }, true) ? (int)v->card
								       : -1;
}

/* ---- words ----------------------------------------------------------------------- */

EACH_WAY uint64_t each_and(const char *p, uint64_t flip, uint64_t *out)
{
	const wide_four flips = { flip, flip, flip, flip };
	wide_four left = { 0 };

	for (unsigned i = 0; i < BITMAP_WORDS; i += 4) {
		wide_four *to = (wide_four *)(out + i);

		*to &= *(const wide_four *)(p + 8 * (size_t)i) ^ flips;
		left |= *to;
	}
	return left[0] | left[1] | left[2] | left[3];
}

EACH_WAY uint32_t each_ones(const uint64_t *w, bool wide)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < BITMAP_WORDS; i++)
		n += wide_ones(w[i], wide);
	return n;
}

static void or_words(const char *p, uint64_t *out)
{
	each_or(p, out);
}

static WIDE void or_words_wide(const char *p, uint64_t *out)
{
	each_or(p, out);
}

static uint64_t and_words(const char *p, uint64_t flip, uint64_t *out)
{
	return each_and(p, flip, out);
}

static WIDE uint64_t and_words_wide(const char *p, uint64_t flip, uint64_t *out)
{
	return each_and(p, flip, out);
}

static uint32_t ones(const uint64_t *w)
{
	return each_ones(w, false);
}

static WIDE uint32_t ones_wide(const uint64_t *w)
{
	return each_ones(w, true);
}

/* ---- both ------------------------------------------------------------------------ */

const struct bitmap_ways bitmap_plain = {
	.or_split = or_split,
	.list_split = list_split,
	.or_words = or_words,
	.and_words = and_words,
	.ones = ones,
};

const struct bitmap_ways bitmap_wide = {
	.or_split = or_split_wide,
	.list_split = list_split_wide,
	.or_words = or_words_wide,
	.and_words = and_words_wide,
	.ones = ones_wide,
};
