/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h: what is asked of many bytes at once, each question in two forms: for any machine, and
 * with SSE2, which every x86-64 has. Both give the same answers (tests/analyzer/test_bytes.c).
 */
#ifndef OPINIA_ANALYZER_BYTES_H
#define OPINIA_ANALYZER_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define EVERY(byte) (0x0101010101010101u * (byte))

/* ---- lower case --------------------------------------------------------------------- */

static inline uint64_t lower8(uint64_t v)
{
	uint64_t low = v & EVERY(0x7f);
	uint64_t from_a = low + EVERY(0x80 - 'A'), beyond_z = low + EVERY(0x7f - 'Z');

	return v | ((from_a ^ beyond_z) & ~v & EVERY(0x80)) >> 2;
}

/* One bit a byte, of the top bits of eight. */
static inline uint32_t top_bits(uint64_t v)
{
	return (uint32_t)((v >> 7 & EVERY(1)) * 0x0102040810204080u >> 56);
}

/* Sixteen bytes, ASCII in lower case; returns a bit for each that is not ASCII. */
static inline uint32_t lower16_plain(const char *in, char *to)
{
	uint64_t v[2], low[2];

	memcpy(v, in, sizeof(v));
	low[0] = lower8(v[0]);
	low[1] = lower8(v[1]);
	memcpy(to, low, sizeof(low));
	return top_bits(v[0]) | top_bits(v[1]) << 8;
}

/* ---- what bytes are ----------------------------------------------------------------- */

/* Of 64 folded bytes: a bit for each that is so. */
struct masks {
	uint64_t word, digit, blank;
	uint64_t triple; /* a letter, and the next two bytes are the same */
};

/* @p: 66 readable bytes. */
static inline struct masks masks_plain(const char *p)
{
	struct masks m = { 0, 0, 0, 0 };

	for (unsigned i = 0; i < 64; i++) {
		unsigned char c = (unsigned char)p[i];
		uint64_t digit = c >= '0' && c <= '9';
		uint64_t word = digit | (c >= 'a' && c <= 'z') | (c >= 0x80 && c < 0xF8);

		m.word |= word << i;
		m.digit |= digit << i;
		m.blank |= (uint64_t)(c == ' ') << i;
		m.triple |= (uint64_t)(p[i] == p[i + 1] && p[i] == p[i + 2]) << i;
	}
	m.triple &= m.word & ~m.digit;
	return m;
}

/* Of 64 bytes: a bit for each that has bit @bit. */
static inline uint64_t bits_of_plain(const char *p, int bit)
{
	uint64_t bits = 0, v;

	for (unsigned i = 0; i < 64; i += 8) {
		memcpy(&v, p + i, sizeof(v));
		bits |= (uint64_t)top_bits(v << (7 - bit)) << i;
	}
	return bits;
}

/* ---- what JSON must escape ---------------------------------------------------------- */

/* Is a byte among these eight a control character, a quote or a backslash? */
static inline bool needs_escape(uint64_t v)
{
	const uint64_t ones = EVERY(1), tops = ones << 7;
	uint64_t quote = v ^ ones * '"', backslash = v ^ ones * '\\';

	return ((v - ones * 0x20) & ~v & tops) | ((quote - ones) & ~quote & tops) |
	       ((backslash - ones) & ~backslash & tops);
}

static inline bool need_escape_plain(uint64_t a, uint64_t b)
{
	return needs_escape(a) || needs_escape(b);
}

/* ---- the same with SSE2 ------------------------------------------------------------- */

#ifdef __SSE2__

static inline uint32_t lower16_sse2(const char *in, char *to)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)in);
	__m128i capital = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('A' - 1)),
					_mm_cmplt_epi8(v, _mm_set1_epi8('Z' + 1)));
	__m128i low = _mm_or_si128(v, _mm_and_si128(capital, _mm_set1_epi8(0x20)));

	_mm_storeu_si128((__m128i *)(void *)to, low);
	return (uint32_t)_mm_movemask_epi8(v);
}

static inline uint64_t bits16(__m128i v)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(v);
}

/* Bytes of @v from @low to @low + @span, unsigned. */
static inline __m128i in_range(__m128i v, char low, char span)
{
	__m128i d = _mm_sub_epi8(v, _mm_set1_epi8(low)), top = _mm_set1_epi8(span);

	return _mm_cmpeq_epi8(_mm_max_epu8(d, top), top);
}

static inline struct masks masks_sse2(const char *p)
{
	struct masks m = { 0, 0, 0, 0 };
	uint64_t twice = 0; /* this byte and the next are equal */

	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i v1 = _mm_loadu_si128((const __m128i *)(const void *)(p + i + 1));
		__m128i digit = in_range(v, '0', 9);
		__m128i word =
			_mm_or_si128(in_range(v, 'a', 25),
				     _mm_or_si128(digit, in_range(v, (char)0x80, 0x77)));

		m.word |= bits16(word) << i;
		m.digit |= bits16(digit) << i;
		m.blank |= bits16(_mm_cmpeq_epi8(v, _mm_set1_epi8(' '))) << i;
		twice |= bits16(_mm_cmpeq_epi8(v, v1)) << i;
	}
	m.triple = twice & (twice >> 1 | (uint64_t)(p[64] == p[65]) << 63);
	m.triple &= m.word & ~m.digit;
	return m;
}

static inline uint64_t bits_of_sse2(const char *p, int bit)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

		bits |= bits16(_mm_slli_epi16(v, 7 - bit)) << i;
	}
	return bits;
}

static inline bool need_escape_sse2(uint64_t a, uint64_t b)
{
	__m128i v = _mm_set_epi64x((int64_t)b, (int64_t)a);
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
	__m128i mark = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
				    _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));

	return _mm_movemask_epi8(_mm_or_si128(low, mark)) != 0;
}

#define lower16 lower16_sse2
#define masks_of masks_sse2
#define bits_of bits_of_sse2
#define need_escape need_escape_sse2

#else

#define lower16 lower16_plain
#define masks_of masks_plain
#define bits_of bits_of_plain
#define need_escape need_escape_plain

#endif

#endif
