/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap.c: see bitmap.h. The portable format with one container, as RoaringFormatSpec
 * says:
 *
 *	u32 12346, u32 1, u16 key, u16 card - 1, u32 offset, then card u16s (card <= 4096) or
 *	8,192 bytes; or u32 12347, u8 flags, u16 key, u16 card - 1, u16 runs, then (start, length - 1).
 *
 * Little-endian machines only.
 */
#include "store/bitmap.h"

#include <string.h>

enum { COOKIE = 12346, COOKIE_RUNS = 12347, HEAD = 16, HEAD_RUNS = 11, ARRAY_MAX = 4096 };

enum shape { SHAPE_ARRAY, SHAPE_WORDS, SHAPE_RUNS };

struct view {
	enum shape shape;
	uint32_t card, runs;
	const char *p; /* u16s, words or pairs; may be unaligned */
};

static uint32_t u32_at(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t u16_at(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static bool view_runs(struct sv b, struct view *v)
{
	if (b.n < HEAD_RUNS || u32_at(b.p) != COOKIE_RUNS || b.p[4] != 1 ||
	    u16_at(b.p + 5))
		return false;
	v->shape = SHAPE_RUNS;
	v->card = u16_at(b.p + 7) + 1u;
	v->runs = u16_at(b.p + 9);
	v->p = b.p + HEAD_RUNS;
	return b.n == HEAD_RUNS + 4 * (size_t)v->runs;
}

static bool view_of(struct sv b, struct view *v)
{
	if (b.n < HEAD || u32_at(b.p) != COOKIE)
		return view_runs(b, v);
	if (u32_at(b.p + 4) != 1 || u16_at(b.p + 8) || u32_at(b.p + 12) != HEAD)
		return false;
	v->card = u16_at(b.p + 10) + 1u;
	v->shape = v->card <= ARRAY_MAX ? SHAPE_ARRAY : SHAPE_WORDS;
	v->runs = 0;
	v->p = b.p + HEAD;
	return b.n ==
	       HEAD + (v->shape == SHAPE_ARRAY ? 2 * (size_t)v->card : 8 * BITMAP_WORDS);
}

/* Bits first..last, both included. */
static void set_run(uint64_t *out, uint32_t first, uint32_t last)
{
	uint32_t a = first >> 6, b = last >> 6;
	uint64_t low = ~0ull << (first & 63), high = ~0ull >> (63 - (last & 63));

	if (a == b) {
		out[a] |= low & high;
		return;
	}
	out[a] |= low;
	for (uint32_t i = a + 1; i < b; i++)
		out[i] = ~0ull;
	out[b] |= high;
}

static bool or_runs(const struct view *v, uint64_t *out)
{
	for (uint32_t i = 0; i < v->runs; i++) {
		uint32_t first = u16_at(v->p + 4 * i);
		uint32_t last = first + u16_at(v->p + 4 * i + 2);

		if (last > 65535)
			return false;
		set_run(out, first, last);
	}
	return true;
}

bool bitmap_or(struct sv blob, uint64_t out[BITMAP_WORDS])
{
	struct view v;

	if (!view_of(blob, &v))
		return false;
	if (v.shape == SHAPE_RUNS)
		return or_runs(&v, out);
	if (v.shape == SHAPE_ARRAY) {
		for (uint32_t i = 0; i < v.card; i++) {
			uint32_t id = u16_at(v.p + 2 * i);

			out[id >> 6] |= 1ull << (id & 63);
		}
		return true;
	}
	for (uint32_t i = 0; i < BITMAP_WORDS; i++) {
		uint64_t w;

		memcpy(&w, v.p + 8 * i, 8);
		out[i] |= w;
	}
	return true;
}

bool bitmap_count(struct sv blob, uint32_t *out)
{
	struct view v;

	if (!view_of(blob, &v))
		return false;
	*out = v.card;
	return true;
}

static int list_words(const struct view *v, uint16_t *out)
{
	int n = 0;

	for (uint32_t i = 0; i < BITMAP_WORDS; i++) {
		uint64_t w;

		for (memcpy(&w, v->p + 8 * i, 8); w; w &= w - 1)
			out[n++] = (uint16_t)(i * 64 + (uint32_t)__builtin_ctzll(w));
	}
	return n;
}

static int list_runs(const struct view *v, uint16_t *out)
{
	int n = 0;
	uint32_t next = 0;

	for (uint32_t i = 0; i < v->runs; i++) {
		uint32_t first = u16_at(v->p + 4 * i);
		uint32_t last = first + u16_at(v->p + 4 * i + 2);

		if (last > 65535 || first < next)
			return -1;
		next = last + 1;
		for (uint32_t id = first; id <= last; id++)
			out[n++] = (uint16_t)id;
	}
	return n;
}

int bitmap_list(struct sv blob, uint16_t *out)
{
	struct view v;

	if (!view_of(blob, &v))
		return -1;
	if (v.shape == SHAPE_WORDS)
		return list_words(&v, out);
	if (v.shape == SHAPE_RUNS)
		return list_runs(&v, out);
	memcpy(out, v.p, 2 * (size_t)v.card);
	for (uint32_t i = 1; i < v.card; i++)
		if (out[i - 1] >= out[i])
			return -1;
	return (int)v.card;
}

/* Those of out[0] .. out[n - 1] that are in @within, moved together. */
static int keep_within(const uint64_t *within, uint16_t *out, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		uint16_t id = out[i];

		out[kept] = id;
		kept += (int)(within[id >> 6] >> (id & 63) & 1);
	}
	return kept;
}

int bitmap_list_within(struct sv blob, const uint64_t within[BITMAP_WORDS], uint16_t *out)
{
	struct view v;
	int n = 0;

	if (!view_of(blob, &v))
		return -1;
	if (v.shape != SHAPE_WORDS) {
		n = bitmap_list(blob, out);
		return n < 0 ? n : keep_within(within, out, n);
	}
	for (uint32_t i = 0; i < BITMAP_WORDS; i++) {
		uint64_t w;

		for (memcpy(&w, v.p + 8 * i, 8), w &= within[i]; w; w &= w - 1)
			out[n++] = (uint16_t)(i * 64 + (uint32_t)__builtin_ctzll(w));
	}
	return n;
}

/* ---- writing --------------------------------------------------------------------- */

static void u16_put(char *p, uint32_t v)
{
	uint16_t low = (uint16_t)v;

	memcpy(p, &low, sizeof(low));
}

static void u32_put(char *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* How many stretches of ones there are: each begins where the bit before is 0. */
static uint32_t runs_of(const uint64_t w[BITMAP_WORDS])
{
	uint64_t before = 0;
	uint32_t n = 0;

	for (int i = 0; i < BITMAP_WORDS; i++) {
		n += ones_of(w[i] & ~(w[i] << 1 | before));
		before = w[i] >> 63;
	}
	return n;
}

/* The first number from @from on whose bit is @set, or 65,536. */
static uint32_t next_bit(const uint64_t w[BITMAP_WORDS], uint32_t from, bool set)
{
	while (from < BITMAP_WORDS * 64) {
		uint64_t rest = (set ? w[from >> 6] : ~w[from >> 6]) >> (from & 63);

		if (rest)
			return from + (uint32_t)__builtin_ctzll(rest);
		from = (from | 63) + 1;
	}
	return BITMAP_WORDS * 64;
}

static void put_runs(const uint64_t w[BITMAP_WORDS], uint32_t card, uint32_t runs,
		     char *to)
{
	u32_put(to, COOKIE_RUNS);
	to[4] = 1;
	u16_put(to + 5, 0);
	u16_put(to + 7, card - 1);
	u16_put(to + 9, runs);
	to += HEAD_RUNS;
	for (uint32_t first = next_bit(w, 0, true), end; first < BITMAP_WORDS * 64;
	     first = next_bit(w, end, true), to += 4) {
		end = next_bit(w, first, false);
		u16_put(to, first);
		u16_put(to + 2, end - 1 - first);
	}
}

static void put_plain(const uint64_t w[BITMAP_WORDS], uint32_t card, char *to)
{
	u32_put(to, COOKIE);
	u32_put(to + 4, 1);
	u16_put(to + 8, 0);
	u16_put(to + 10, card - 1);
	u32_put(to + 12, HEAD);
	to += HEAD;
	if (card > ARRAY_MAX) {
		memcpy(to, w, 8 * BITMAP_WORDS);
		return;
	}
	for (uint32_t i = 0; i < BITMAP_WORDS; i++)
		for (uint64_t bits = w[i]; bits; bits &= bits - 1, to += 2)
			u16_put(to, i * 64 + (uint32_t)__builtin_ctzll(bits));
}

/* The smallest of the three shapes; of two that are equal, not the runs. */
static void put_set(const uint64_t w[BITMAP_WORDS], struct buf *out)
{
	uint32_t card = bits_popcount(w), runs = runs_of(w);
	size_t plain = HEAD + (card > ARRAY_MAX ? 8 * (size_t)BITMAP_WORDS : 2 * card);
	size_t as_runs = HEAD_RUNS + 4 * (size_t)runs;
	char *room;

	if (!card)
		return;
	room = buf_room(out, as_runs < plain ? as_runs : plain);
	if (!room)
		return;
	if (as_runs < plain)
		put_runs(w, card, runs, room);
	else
		put_plain(w, card, room);
	buf_took(out, as_runs < plain ? as_runs : plain);
}

bool bitmap_change(struct sv old, const uint16_t *add, size_t adds,
		   const uint16_t *remove, size_t removes, struct buf *out)
{
	uint64_t w[BITMAP_WORDS] = { 0 };
	uint16_t list[BITMAP_WORDS * 64]; /* the walk that looks at all of it */
	uint32_t card;

	if (old.n && (!bitmap_count(old, &card) || bitmap_list(old, list) != (int)card ||
		      !bitmap_or(old, w)))
		return false;
	for (size_t i = 0; i < removes; i++)
		w[remove[i] >> 6] &= ~(1ull << (remove[i] & 63));
	for (size_t i = 0; i < adds; i++)
		w[add[i] >> 6] |= 1ull << (add[i] & 63);
	put_set(w, out);
	return buf_ok(out);
}
