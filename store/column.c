/* SPDX-License-Identifier: Apache-2.0 */
/*
 * column.c: numbers packed by their base, their common divisor or a list of what there
 * is, whichever is shortest; see column.h.
 */
#include "store/column.h"

#include <string.h>

#include "store/keys.h"
#include "store/varint.h"

enum { LISTED = 128, HALF = 32, VARINT_MAX = 10, SLOTS = 512, SCALE_FROM = 1024 };

/* ---- bits -------------------------------------------------------------------------- */

/* @w at most 32; the room behind is there: see column_put(). */
static void put_bits(uint8_t *to, size_t at, uint64_t v, unsigned w)
{
	uint64_t have;

	if (w > HALF) {
		put_bits(to, at, v & UINT32_MAX, HALF);
		put_bits(to, at + HALF, v >> HALF, w - HALF);
		return;
	}
	memcpy(&have, to + at / 8, 8);
	have |= v << at % 8;
	memcpy(to + at / 8, &have, 8);
}

static uint64_t get_bits(const uint8_t *p, const uint8_t *end, size_t at, unsigned w)
{
	const uint8_t *from = p + at / 8;
	uint64_t v = 0;

	if (w > HALF)
		return get_bits(p, end, at, HALF) | get_bits(p, end, at + HALF, w - HALF)
							    << HALF;
	memcpy(&v, from, end - from >= 8 ? 8 : (size_t)(end - from));
	return v >> at % 8 & ((1ULL << w) - 1);
}

static unsigned bits_of(uint64_t max)
{
	return max ? 64 - (unsigned)__builtin_clzll(max) : 0;
}

static size_t packed_bytes(size_t n, unsigned w)
{
	return (n * w + 7) / 8;
}

/* ---- writing ----------------------------------------------------------------------- */

/* What is known of a column's numbers before they are written. */
struct shape {
	uint64_t min, max, divisor;
	uint64_t list[COLUMN_ENTRIES];
	uint16_t slots[SLOTS]; /* entry + 1 */
	unsigned count;	       /* of the list; COLUMN_ENTRIES + 1: too many */
};

static uint64_t divisor_of(const uint64_t *v, size_t n, uint64_t min)
{
	uint64_t d = 0;

	for (size_t i = 0; i < n && d != 1; i++) {
		uint64_t a = v[i] - min, b = d;

		while (b) {
			uint64_t r = a % b;

			a = b;
			b = r;
		}
		d = a;
	}
	return d ? d : 1;
}

/* The slot of @v in the list: its own, or the empty one where it belongs. */
static uint16_t *list_slot(struct shape *s, uint64_t v)
{
	uint32_t at = (uint32_t)(v * 0x9e3779b97f4a7c15ULL >> 55);

	while (s->slots[at] && s->list[s->slots[at] - 1] != v)
		at = (at + 1) % SLOTS;
	return &s->slots[at];
}

static void shape_list(struct shape *s, const uint64_t *v, size_t n)
{
	memset(s->slots, 0, sizeof(s->slots));
	s->count = 0;
	for (size_t i = 0; i < n; i++) {
		uint16_t *slot = list_slot(s, v[i]);

		if (*slot)
			continue;
		if (s->count == COLUMN_ENTRIES) {
			s->count++;
			return;
		}
		s->list[s->count] = v[i];
		*slot = (uint16_t)++s->count;
	}
}

static size_t put_plain(const struct shape *s, const uint64_t *v, size_t n, uint8_t *out,
			size_t room)
{
	unsigned w = bits_of((s->max - s->min) / s->divisor);
	size_t at = 1;

	if (room < 1 + 2 * VARINT_MAX + packed_bytes(n, w) + 8)
		return 0;
	out[0] = (uint8_t)w;
	at += varint_set(out + at, s->min);
	if (!w)
		return at;
	at += varint_set(out + at, s->divisor);
	memset(out + at, 0, packed_bytes(n, w) + 8);
	for (size_t i = 0; i < n; i++)
		put_bits(out + at, i * w, (v[i] - s->min) / s->divisor, w);
	return at + packed_bytes(n, w);
}

static size_t put_list(struct shape *s, const uint64_t *v, size_t n, uint8_t *out,
		       size_t room)
{
	unsigned w = bits_of(s->count - 1U), each = (bits_of(s->max - s->min) + 7) / 8;
	size_t at = 1;

	if (room < 3 + VARINT_MAX + s->count * each + packed_bytes(n, w) + 8)
		return 0;
	out[0] = (uint8_t)(w | LISTED);
	at += varint_set(out + at, s->min);
	out[at++] = (uint8_t)(s->count - 1);
	out[at++] = (uint8_t)each;
	for (unsigned i = 0; i < s->count; i++, at += each)
		if (each)
			le_set(out + at, s->list[i] - s->min, each);
	memset(out + at, 0, packed_bytes(n, w) + 8);
	for (size_t i = 0; i < n; i++)
		put_bits(out + at, i * w, *list_slot(s, v[i]) - 1U, w);
	return at + packed_bytes(n, w);
}

size_t column_put(const uint64_t *v, size_t n, bool listed, uint8_t *out, size_t room)
{
	struct shape s = { .min = n ? v[0] : 0, .max = n ? v[0] : 0, .divisor = 1 };
	size_t plain, list;
	unsigned w;

	for (size_t i = 1; i < n; i++) {
		s.min = v[i] < s.min ? v[i] : s.min;
		s.max = v[i] > s.max ? v[i] : s.max;
	}
	if (s.max == s.min && !listed)
		return put_plain(&s, v, n, out, room);
	shape_list(&s, v, n);
	if (listed)
		return n && s.count <= COLUMN_ENTRIES ? put_list(&s, v, n, out, room) : 0;
	if (s.max - s.min >= SCALE_FROM)
		s.divisor = divisor_of(v, n, s.min);
	w = bits_of((s.max - s.min) / s.divisor);
	plain = packed_bytes(n, w);
	list = s.count * ((bits_of(s.max - s.min) + 7) / 8) +
	       packed_bytes(n, bits_of(s.count - 1U)) + 1;
	if (s.count <= COLUMN_ENTRIES && list < plain)
		return put_list(&s, v, n, out, room);
	return put_plain(&s, v, n, out, room);
}

/* ---- reading ----------------------------------------------------------------------- */

size_t column_view(const uint8_t *p, const uint8_t *end, uint32_t n, struct column *out)
{
	struct column c = { .n = n, .end = end, .scale = 1 };
	const uint8_t *at = p;
	uint8_t head;

	if (at == end)
		return 0;
	head = *at++;
	c.width = head & (LISTED - 1);
	if (!varint_get(&at, end, 64, &c.base))
		return 0;
	if (head & LISTED) {
		if (end - at < 2)
			return 0;
		c.list = (uint16_t)(at[0] + 1);
		c.each = at[1];
		c.entries = at += 2;
		if (c.list > COLUMN_ENTRIES || c.each > 8 || c.width > 8 ||
		    end - at < c.list * c.each)
			return 0;
		at += c.list * c.each;
	} else if (c.width && !varint_get(&at, end, 64, &c.scale)) {
		return 0;
	}
	if (c.width > 64 || (size_t)(end - at) < packed_bytes(n, c.width))
		return 0;
	c.bits = at;
	*out = c;
	return (size_t)(at - p) + packed_bytes(n, c.width);
}

uint64_t column_bits(const struct column *c, uint32_t i)
{
	return get_bits(c->bits, c->end, (size_t)i * c->width, c->width);
}

uint64_t column_mean(const struct column *c, uint64_t packed)
{
	if (!c->list)
		return c->base + packed * c->scale;
	if (packed >= c->list || !c->each) /* a list's damage is seen by who asked */
		return c->base;
	return c->base + le_get(c->entries + packed * c->each, c->each);
}

uint64_t column_sum(const struct column *c, uint32_t from, uint32_t to)
{
	uint64_t sum = 0;

	if (from >= to)
		return 0;
	if (!c->width)
		return (to - from) * column_mean(c, 0);
	for (uint32_t i = from; i < to; i++)
		sum += column_get(c, i);
	return sum;
}
