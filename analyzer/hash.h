/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h: the one hash of words, stems and n-grams: two words of eight bytes, multiplied and
 * mixed. The same on every little-endian machine, since it is frozen into the compiled table.
 *
 * Words are read sixteen bytes at once: whoever calls has so many readable bytes behind them.
 */
#ifndef OPINIA_ANALYZER_HASH_H
#define OPINIA_ANALYZER_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HASH_PAD = 16, HASH_WORD = 0, HASH_STEM = 1 };

static inline uint64_t hash_load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The first @n bytes of @v, 1..8. */
static inline uint64_t hash_head(uint64_t v, size_t n)
{
	return v & (UINT64_MAX >> (64 - 8 * n));
}

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;

	h ^= h >> 32;
	h = (h ^ b) * 0xA0761D6478BD642Fu;
	h ^= h >> 29;
	h *= 0xE7037ED1A0B428DBu;
	return h ^ (h >> 32);
}

/* The bytes that belong to a word of n letters, of its first eight and of its second. */
struct hash_mask {
	uint64_t first, second;
};

#define HASH_HEAD(n) (UINT64_MAX >> (64 - 8 * (n)))
static const struct hash_mask hash_masks[17] = {
	{ 0, 0 },
	{ HASH_HEAD(1), 0 },
	{ HASH_HEAD(2), 0 },
	{ HASH_HEAD(3), 0 },
	{ HASH_HEAD(4), 0 },
	{ HASH_HEAD(5), 0 },
	{ HASH_HEAD(6), 0 },
	{ HASH_HEAD(7), 0 },
	{ HASH_HEAD(8), 0 },
	{ HASH_HEAD(8), HASH_HEAD(1) },
	{ HASH_HEAD(8), HASH_HEAD(2) },
	{ HASH_HEAD(8), HASH_HEAD(3) },
	{ HASH_HEAD(8), HASH_HEAD(4) },
	{ HASH_HEAD(8), HASH_HEAD(5) },
	{ HASH_HEAD(8), HASH_HEAD(6) },
	{ HASH_HEAD(8), HASH_HEAD(7) },
	{ HASH_HEAD(8), HASH_HEAD(8) },
};

/* The end of a word, 1 to 16 bytes; @more: what came before. */
static inline uint64_t hash_end(const char *p, size_t n, unsigned kind, uint64_t more)
{
	uint64_t h = hash_load(p) & hash_masks[n].first;

	h = (h ^ more ^ 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
	h = h >> 32 | h << 32; /* what is well mixed meets what is not */
	h ^= (hash_load(p + 8) & hash_masks[n].second) ^ (uint64_t)kind << 56 ^
	     (uint64_t)n << 48;
	h *= 0xA0761D6478BD642Fu;
	return h ^ h >> 32;
}

/* @n >= 1; @kind HASH_WORD or HASH_STEM. */
static inline uint64_t hash_word(const char *p, size_t n, unsigned kind)
{
	uint64_t more = 0;

	while (n > 16) {
		more = hash_mix(hash_load(p) ^ more, hash_load(p + 8));
		p += 16;
		n -= 16;
	}
	return hash_end(p, n, kind, more);
}

/* Of the letters of a short word, for memory only: its uppermost bits are the place. */
static inline uint64_t hash_letters(uint64_t first, uint64_t second)
{
	return (first ^ (second << 31 | second >> 33)) * 0x9E3779B97F4A7C15u;
}

/* Of a pair of numbers: its uppermost bits are the place in a table. */
static inline uint64_t hash_pair(uint32_t a, uint32_t b)
{
	return ((uint64_t)a << 32 | b) * 0x9E3779B97F4A7C15u;
}

/* Where the filters keep the lengths of stems that begin with the @n bytes at @p. */
static inline uint32_t hash_stem_place(const char *p, unsigned n, unsigned bits)
{
	uint64_t v = hash_head(hash_load(p), n);

	return (uint32_t)((v * 0x9E3779B97F4A7C15u) >> (64 - bits));
}

#endif
