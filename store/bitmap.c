/* SPDX-License-Identifier: Apache-2.0 */
/* bitmap.c: see bitmap.h; the bytes are in bitmap_shape.h. Little-endian machines only. */
#include "store/bitmap.h"

#include "store/bitmap_ways.h"

/* ---- reading --------------------------------------------------------------------- */

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
	if (v.shape == SHAPE_SPLIT)
		return bitmap_ways()->or_split(&v, out);
	if (v.shape == SHAPE_ARRAY) {
		for (uint32_t i = 0; i < v.card; i++) {
			uint32_t id = u16_at(v.p + 2 * i);

			out[id >> 6] |= 1ull << (id & 63);
		}
		return true;
	}
	bitmap_ways()->or_words(v.p, out);
	return true;
}

bool bitmap_and(struct sv blob, bool negated, uint64_t out[BITMAP_WORDS], bool *any)
{
	uint64_t words[BITMAP_WORDS];
	struct view v;

	*any = false;
	if (!view_of(blob, &v))
		return false;
	if (v.shape == SHAPE_WORDS) {
		*any = bitmap_ways()->and_words(v.p, negated ? ~0ull : 0, out) != 0;
		return true;
	}
	memset(words, 0, sizeof(words));
	if (!bitmap_or(blob, words))
		return false;
	*any = bitmap_and_words(words, negated, out);
	return true;
}

bool bitmap_and_words(const uint64_t with[BITMAP_WORDS], bool negated,
		      uint64_t out[BITMAP_WORDS])
{
	return bitmap_ways()->and_words((const char *)with, negated ? ~0ull : 0, out) !=
	       0;
}

uint32_t bits_popcount(const uint64_t w[BITMAP_WORDS])
{
	return bitmap_ways()->ones(w);
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
	if (v.shape == SHAPE_SPLIT)
		return bitmap_ways()->list_split(&v, out);
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

static void put_runs(const uint64_t w[BITMAP_WORDS], char *to)
{
	for (uint32_t first = next_bit(w, 0, true), end; first < BITMAP_WORDS * 64;
	     first = next_bit(w, end, true), to += 4) {
		end = next_bit(w, first, false);
		u16_put(to, first);
		u16_put(to + 2, end - 1 - first);
	}
}

static void put_array(const uint64_t w[BITMAP_WORDS], char *to)
{
	for (uint32_t i = 0; i < BITMAP_WORDS; i++)
		for (uint64_t bits = w[i]; bits; bits &= bits - 1, to += 2)
			u16_put(to, i * 64 + (uint32_t)__builtin_ctzll(bits));
}

static void put_split(const uint64_t w[BITMAP_WORDS], uint32_t card, char *to)
{
	unsigned bits = low_bits(card);
	char *high = to + low_bytes(card);
	uint32_t n = 0;

	memset(to, 0, shape_bytes(SHAPE_SPLIT, card, 0));
	for (uint32_t i = 0; i < BITMAP_WORDS; i++)
		for (uint64_t rest = w[i]; rest; rest &= rest - 1)
			split_put(to, high, bits, n++,
				  i * 64 + (uint32_t)__builtin_ctzll(rest));
}

static void put_set(const uint64_t w[BITMAP_WORDS], struct buf *out)
{
	uint32_t card = bits_popcount(w), runs = runs_of(w);
	enum shape shape = shape_for(card, runs);
	size_t bytes = HEAD + shape_bytes(shape, card, runs);
	char *to;

	if (!card)
		return;
	to = buf_room(out, bytes);
	if (!to)
		return;
	to[0] = (char)shape;
	u16_put(to + 1, card - 1);
	if (shape == SHAPE_RUNS)
		put_runs(w, to + HEAD);
	else if (shape == SHAPE_ARRAY)
		put_array(w, to + HEAD);
	else if (shape == SHAPE_SPLIT)
		put_split(w, card, to + HEAD);
	else
		memcpy(to + HEAD, w, 8 * BITMAP_WORDS);
	buf_took(out, bytes);
}

static bool change_all(struct sv old, const uint16_t *add, size_t adds,
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

bool bitmap_change(struct sv old, const uint16_t *add, size_t adds,
		   const uint16_t *remove, size_t removes, struct buf *out)
{
	return (!removes && bitmap_behind(old, add, adds, out)) ||
	       change_all(old, add, adds, remove, removes, out);
}
