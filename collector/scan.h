/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: looks for the four bytes that mean something in a CSV file, 64 at a time: a bit a
 * byte, so that the parser above jumps from one to the next. Header only: it is the inner
 * loop. May read up to SCAN_PAD bytes behind the end, which must be there.
 */
#ifndef OPINIA_COLLECTOR_SCAN_H
#define OPINIA_COLLECTOR_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "core/sv.h"

enum { SCAN_BLOCK = 64, SCAN_PAD = 64 };

struct scan {
	const char *base, *end; /* base: where bit 0 of @mask is */
	uint64_t mask;		/* what is left of the block */
	char delimiter;
};

static inline uint64_t scan_block(const char *p, char delimiter)
{
	uint64_t mask = 0;
#ifdef __SSE2__
	const __m128i d = _mm_set1_epi8(delimiter), q = _mm_set1_epi8('"');
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');

	for (int i = 0; i < SCAN_BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const void *)(p + i));
		__m128i a = _mm_or_si128(_mm_cmpeq_epi8(v, d), _mm_cmpeq_epi8(v, q));
		__m128i b = _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr));

		mask |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(a, b)) << i;
	}
#else
	for (int i = 0; i < SCAN_BLOCK; i++)
		mask |= (uint64_t)(p[i] == delimiter || p[i] == '"' || p[i] == '\n' ||
				   p[i] == '\r')
			<< i;
#endif
	return mask;
}

static inline void scan_begin(struct scan *s, const char *p, const char *end,
			      char delimiter)
{
	*s = (struct scan){ .base = p, .end = end, .delimiter = delimiter };
	s->mask = p < end ? scan_block(p, delimiter) : 0;
}

/* The next of delimiter, quote, LF, CR; @s->end when there is none. */
static inline const char *scan_next(struct scan *s)
{
	const char *at;

	while (!s->mask) {
		if (s->end - s->base <= SCAN_BLOCK) {
			s->base = s->end;
			return s->end;
		}
		s->base += SCAN_BLOCK;
		s->mask = scan_block(s->base, s->delimiter);
	}
	at = s->base + __builtin_ctzll(s->mask);
	s->mask &= s->mask - 1;
	return at < s->end ? at : s->end;
}

/* Is there a NUL in it, a byte that is not ASCII? */
static inline void scan_traits(struct sv s, bool *nul, bool *high)
{
	*nul = s.n && memchr(s.p, 0, s.n);
	*high = false;
	for (size_t i = 0; i < s.n && !*high; i += 8) {
		uint64_t eight = 0;

		memcpy(&eight, s.p + i, s.n - i < 8 ? s.n - i : 8);
		*high = eight & 0x8080808080808080u;
	}
}

#endif
