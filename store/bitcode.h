/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitcode.h: small numbers in few bits, one after the other, lowest bit first.
 *
 * A reader that runs out of bytes reads zeros and remembers it: asked once at the end.
 */
#ifndef OPINIA_STORE_BITCODE_H
#define OPINIA_STORE_BITCODE_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"

struct bit_writer {
	struct buf *out;
	uint64_t bits;
	unsigned n; /* of them */
};

/* The lowest @n bits of @v; @n at most 32. */
static inline void bits_put(struct bit_writer *w, uint64_t v, unsigned n)
{
	w->bits |= v << w->n;
	w->n += n;
	if (w->n < 32)
		return;
	buf_put(w->out, &(uint32_t){ htole32((uint32_t)w->bits) }, 4);
	w->bits >>= 32;
	w->n -= 32;
}

/* @v in groups of @g bits, each with a bit that says whether another one follows. */
static inline void bits_put_number(struct bit_writer *w, uint64_t v, unsigned g)
{
	uint64_t mask = (1ULL << g) - 1;

	for (; v > mask; v >>= g)
		bits_put(w, (v & mask) | 1ULL << g, g + 1);
	bits_put(w, v, g + 1);
}

static inline uint64_t bits_zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

/* Fill up to a byte. */
static inline void bits_end(struct bit_writer *w)
{
	for (; w->n; w->n -= w->n < 8 ? w->n : 8, w->bits >>= 8)
		buf_char(w->out, (char)w->bits);
}

struct bit_reader {
	const uint8_t *p, *end;
	uint64_t bits;
	unsigned n;
	bool bad;
};

static inline uint64_t bits_get(struct bit_reader *r, unsigned n)
{
	uint64_t v;

	for (; r->n < n; r->n += 8) {
		if (r->p < r->end)
			r->bits |= (uint64_t)*r->p++ << r->n;
		else
			r->bad = true;
	}
	v = r->bits & ((1ULL << n) - 1);
	r->bits >>= n;
	r->n -= n;
	return v;
}

static inline uint64_t bits_get_number(struct bit_reader *r, unsigned g)
{
	uint64_t v = 0, one = 1ULL << g;

	for (unsigned shift = 0; shift < 40 && !r->bad; shift += g) {
		uint64_t got = bits_get(r, g + 1);

		v |= (got & (one - 1)) << shift;
		if (!(got & one))
			return v;
	}
	r->bad = true;
	return 0;
}

static inline int64_t bits_unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

/* What follows the last byte that a bit was read of. */
static inline const uint8_t *bits_rest(const struct bit_reader *r)
{
	return r->p;
}

#endif
