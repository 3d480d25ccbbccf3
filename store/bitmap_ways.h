/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap_ways.h: the steps of bitmap.c that questions spend their time in, once for every
 * processor and once for wide ones (core/wide.h): the same answers, damage or not.
 */
#ifndef OPINIA_STORE_BITMAP_WAYS_H
#define OPINIA_STORE_BITMAP_WAYS_H

#include "core/wide.h"
#include "store/bitmap_shape.h"

struct bitmap_ways {
	/* Split numbers. False, -1: they are damaged. */
	bool (*or_split)(const struct view *v, uint64_t *out);
	int (*list_split)(const struct view *v, uint16_t *out);
	/* All bits of a segment at @p, which may be unaligned. @flip: all ones, or 0. */
	void (*or_words)(const char *p, uint64_t *out);
	uint64_t (*and_words)(const char *p, uint64_t flip,
			      uint64_t *out); /* 0: none is left */
	uint32_t (*ones)(const uint64_t *w);
};

extern const struct bitmap_ways bitmap_plain, bitmap_wide;

static inline const struct bitmap_ways *bitmap_ways(void)
{
	return wide_here() ? &bitmap_wide : &bitmap_plain;
}

#endif
