/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap.c: see bitmap.h. A blob is u8 shape, u16 count - 1, then by shape
 *
 *	array: a u16 for each number; runs: pairs of u16 (start, length - 1) to the end;
 *	words: 8,192 bytes of bits;
 *	split: the low bits of each number, packed, filled up to a byte; then, for each value that
 *	the high bits may have, a one for each number that has it, and a zero: filled up, too.
 *
 * Little-endian machines only.
 */
#include "store/bitmap.h"

#include <string.h>

/*
 * Numbers that are split cost as much to read as an array and half its bytes; above
 * SPLIT_MAX it is quicker to have all bits. Of fewer than SPLIT_MIN there is nothing to gain.
 */
enum { HEAD = 3, SPLIT_MIN = 16, SPLIT_MAX = 6144, ARRAY_MAX = 4096 };

enum shape { SHAPE_ARRAY, SHAPE_RUNS, SHAPE_WORDS, SHAPE_SPLIT };

struct view {
	enum shape shape;
	uint32_t card, runs;
	const char *p; /* u16s, words or pairs; may be unaligned */
	size_t n;      /* bytes there                            */
};

static uint16_t u16_at(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* How many low bits of @card numbers are packed: as many as make the whole smallest. */
static unsigned low_bits(uint32_t card)
{
	return 16 - (32 - (unsigned)__builtin_clz(card)) + ((card & (card - 1)) == 0);
}

static size_t low_bytes(uint32_t card)
{
	return ((size_t)card * low_bits(card) + 7) / 8;
}

/* A one for each number, a zero for each value of the high bits. */
static size_t high_bytes(uint32_t card)
{
	return (card + (65536u >> low_bits(card)) + 7) / 8;
}

static size_t shape_bytes(enum shape shape, uint32_t card, uint32_t runs)
{
	if (shape == SHAPE_ARRAY)
		return 2 * (size_t)card;
	if (shape == SHAPE_RUNS)
		return 4 * (size_t)runs;
	return shape == SHAPE_WORDS ? 8 * (size_t)BITMAP_WORDS
				    : low_bytes(card) + high_bytes(card);
}

static bool view_of(struct sv b, struct view *v)
{
	if (b.n < HEAD || (uint8_t)b.p[0] > SHAPE_SPLIT)
		return false;
	v->shape = (enum shape)b.p[0];
	v->card = u16_at(b.p + 1) + 1u;
	v->p = b.p + HEAD;
	v->n = b.n - HEAD;
	v->runs = v->shape == SHAPE_RUNS ? (uint32_t)(v->n / 4) : 0;
	if ((v->shape == SHAPE_SPLIT && (v->card < SPLIT_MIN || v->card > SPLIT_MAX)) ||
	    (v->shape == SHAPE_ARRAY && v->card > ARRAY_MAX))
		return false;
	return v->n == shape_bytes(v->shape, v->card, v->runs);
}

/* ---- split numbers --------------------------------------------------------------- */

/* The numbers one after the other; there are SPLIT_MIN of them, so 4 bytes may be read. */
struct split {
	const char *low, *high, *end;
	uint64_t word; /* of the high bits: those at hand */
	uint32_t at;   /* which bit of them its lowest is */
	uint32_t i, card;
	unsigned bits;
};

static uint64_t high_word(const char *p, const char *end)
{
	uint64_t w = 0;

	memcpy(&w, p, end - p >= 8 ? 8 : (size_t)(end - p));
	return w;
}

static void split_start(struct split *s, const struct view *v)
{
	s->low = v->p;
	s->high = v->p + low_bytes(v->card);
	s->end = v->p + v->n;
	s->bits = low_bits(v->card);
	s->card = v->card;
	s->i = s->at = 0;
	s->word = high_word(s->high, s->end);
}

/* False: all were given, or there are fewer than it says. */
static inline bool split_next(struct split *s, uint32_t *out)
{
	size_t bit = (size_t)s->i * s->bits;
	uint32_t low;

	while (!s->word) {
		s->high += 8;
		s->at += 64;
		if (s->high >= s->end)
			return false;
		s->word = high_word(s->high, s->end);
	}
	if (s->i == s->card)
		return false;
	memcpy(&low, s->low + bit / 8, sizeof(low));
	low = low >> bit % 8 & ((1u << s->bits) - 1);
	*out = (s->at + (uint32_t)__builtin_ctzll(s->word) - s->i) << s->bits | low;
	s->word &= s->word - 1;
	s->i++;
	return true;
}

static bool or_split(const struct view *v, uint64_t *out)
{
	struct split s;
	uint32_t id;

	split_start(&s, v);
	while (split_next(&s, &id)) {
		if (id > 65535)
			return false;
		out[id >> 6] |= 1ull << (id & 63);
	}
	return s.i == v->card;
}

static int list_split(const struct view *v, uint16_t *out)
{
	struct split s;
	uint32_t id, next = 0;

	split_start(&s, v);
	for (; split_next(&s, &id); next = id + 1) {
		if (id > 65535 || id < next)
			return -1;
		out[s.i - 1] = (uint16_t)id;
	}
	return s.i == v->card ? (int)v->card : -1;
}

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
		return or_split(&v, out);
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
	if (v.shape == SHAPE_SPLIT)
		return list_split(&v, out);
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
	size_t at = 0;
	uint32_t n = 0;

	memset(to, 0, shape_bytes(SHAPE_SPLIT, card, 0));
	for (uint32_t i = 0; i < BITMAP_WORDS; i++)
		for (uint64_t rest = w[i]; rest; rest &= rest - 1, at += bits, n++) {
			uint32_t id = i * 64 + (uint32_t)__builtin_ctzll(rest), four,
				 one = (id >> bits) + n;

			memcpy(&four, to + at / 8, sizeof(four));
			four |= (id & ((1u << bits) - 1)) << at % 8;
			memcpy(to + at / 8, &four, sizeof(four));
			high[one / 8] = (char)(high[one / 8] | 1 << one % 8);
		}
}

/* The smallest of the shapes, of equals the first; few or many have no choice. */
static enum shape shape_for(uint32_t card, uint32_t runs)
{
	enum shape best = SHAPE_WORDS;

	for (enum shape s = SHAPE_SPLIT + 1; s-- > SHAPE_ARRAY;)
		if ((s != SHAPE_SPLIT || (card >= SPLIT_MIN && card <= SPLIT_MAX)) &&
		    (s != SHAPE_ARRAY || card <= ARRAY_MAX) &&
		    shape_bytes(s, card, runs) <= shape_bytes(best, card, runs))
			best = s;
	return best;
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
