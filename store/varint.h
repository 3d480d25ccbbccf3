/* SPDX-License-Identifier: Apache-2.0 */
/*
 * varint.h: numbers in as many bytes as they need, seven bits each, the lowest first (LEB128); the
 * last byte has no top bit.
 */
#ifndef OPINIA_STORE_VARINT_H
#define OPINIA_STORE_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many bytes it took. */
static inline size_t varint_set(uint8_t *to, uint64_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		to[n++] = (uint8_t)(v | 0x80);
	to[n++] = (uint8_t)v;
	return n;
}

/* The one at *@p, which goes on behind it. False: there is none that begins below bit @bits and ends before @end. */
static inline bool varint_get(const uint8_t **p, const uint8_t *end, unsigned bits,
			      uint64_t *out)
{
	uint64_t v = 0;

	for (unsigned shift = 0; *p < end && shift < bits; shift += 7) {
		uint8_t b = *(*p)++;

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80)) {
			*out = v;
			return true;
		}
	}
	return false;
}

#endif
