/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bitmap_behind.c: adding behind the last. What lands is newer than all that is there: nearly every
 * change of a bitmap puts numbers behind its last one. Then what was there is looked at where it
 * lies, and copied.
 */
#include "store/bitmap_shape.h"

struct behind {
	uint32_t runs, last; /* runs of words are not counted */
};

/* The next number, if it is behind the last. */
static bool go_on(struct behind *b, uint32_t id, bool first)
{
	bool good = id <= 65535 && (first || id > b->last);

	b->runs += first || id != b->last + 1;
	b->last = id;
	return good;
}

static bool look_array(const struct view *v, struct behind *b)
{
	bool good = true;

	for (uint32_t i = 0; i < v->card && good; i++)
		good = go_on(b, u16_at(v->p + 2 * i), i == 0);
	return good;
}

/* And nothing where they end but zeros: what is added is put over it. */
static bool look_split(const struct view *v, struct behind *b)
{
	struct split s;
	uint32_t id, filled;
	bool good = true;

	split_start(&s, v);
	while (good && split_next(&s, &id))
		good = go_on(b, id, s.i == 1);
	while (good && !s.word && s.high + 8 < s.end) {
		s.high += 8;
		s.word = high_word(s.high, s.end);
	}
	filled = v->card * s.bits % 8;
	return good && !s.word && s.i == v->card &&
	       (!filled || (uint8_t)v->p[low_bytes(v->card) - 1] >> filled == 0);
}

static bool look_runs(const struct view *v, struct behind *b)
{
	uint32_t next = 0, card = 0;

	for (uint32_t i = 0; i < v->runs; i++) {
		uint32_t first = u16_at(v->p + 4 * i), more = u16_at(v->p + 4 * i + 2);

		if (first < next || first + more > 65535)
			return false;
		next = first + more + 1;
		card += more + 1;
	}
	b->runs = v->runs;
	b->last = next - 1;
	return v->runs && card == v->card;
}

static bool look_words(const struct view *v, struct behind *b)
{
	uint64_t w[BITMAP_WORDS];
	uint32_t at = BITMAP_WORDS;

	memcpy(w, v->p, sizeof(w));
	while (at && !w[at - 1])
		at--;
	if (!at || bits_popcount(w) != v->card)
		return false;
	b->last = at * 64 - 1 - (uint32_t)__builtin_clzll(w[at - 1]);
	return true;
}

/* True: @b is what @v holds, and it is sound. */
static bool look_at(const struct view *v, struct behind *b)
{
	*b = (struct behind){ 0 };
	if (v->shape == SHAPE_ARRAY)
		return look_array(v, b);
	if (v->shape == SHAPE_SPLIT)
		return look_split(v, b);
	return v->shape == SHAPE_RUNS ? look_runs(v, b) : look_words(v, b);
}

static void append_runs(char *to, uint32_t runs, uint32_t last, const uint16_t *add,
			size_t adds)
{
	char *at = to + 4 * (size_t)runs;

	for (size_t i = 0; i < adds; last = add[i++])
		if (add[i] != last + 1) {
			u16_put(at, add[i]);
			u16_put(at + 2, 0);
			at += 4;
		} else {
			u16_put(at - 2, u16_at(at - 2) + 1u);
		}
}

static void append_split(char *to, const struct view *v, const uint16_t *add, size_t adds)
{
	uint32_t card = v->card + (uint32_t)adds;
	unsigned bits = low_bits(card);
	char *high = to + low_bytes(card);

	memset(to, 0, shape_bytes(SHAPE_SPLIT, card, 0));
	memcpy(to, v->p, low_bytes(v->card));
	memcpy(high, v->p + low_bytes(v->card), high_bytes(v->card));
	for (size_t i = 0; i < adds; i++)
		split_put(to, high, bits, v->card + (uint32_t)i, add[i]);
}

/* Would another shape be smaller now? Words are asked now and then only: to count is dear. */
static bool shape_stays(const struct view *v, uint32_t runs, size_t adds)
{
	uint32_t card = v->card + (uint32_t)adds;

	if (v->shape == SHAPE_WORDS)
		return v->card >> 10 == card >> 10;
	return shape_for(card, runs) == v->shape &&
	       (v->shape != SHAPE_SPLIT || low_bits(card) == low_bits(v->card));
}

bool bitmap_behind(struct sv old, const uint16_t *add, size_t adds, struct buf *out)
{
	struct behind b, now;
	struct view v;
	size_t bytes;
	char *to;

	if (!old.n || !adds || !view_of(old, &v) || !look_at(&v, &b) || add[0] <= b.last)
		return false;
	now = b;
	for (size_t i = 0; i < adds; i++)
		go_on(&now, add[i], false);
	if (!shape_stays(&v, now.runs, adds))
		return false;
	bytes = HEAD + shape_bytes(v.shape, v.card + (uint32_t)adds, now.runs);
	to = buf_room(out, bytes);
	if (!to)
		return false;
	if (v.shape == SHAPE_SPLIT)
		append_split(to + HEAD, &v, add, adds);
	else
		memcpy(to + HEAD, v.p, v.n);
	to[0] = (char)v.shape;
	u16_put(to + 1, v.card + (uint32_t)adds - 1);
	if (v.shape == SHAPE_RUNS)
		append_runs(to + HEAD, b.runs, b.last, add, adds);
	else if (v.shape == SHAPE_ARRAY)
		memcpy(to + HEAD + v.n, add, 2 * adds);
	for (size_t i = 0; v.shape == SHAPE_WORDS && i < adds; i++)
		to[HEAD + (add[i] >> 3)] |= (char)(1 << (add[i] & 7));
	buf_took(out, bytes);
	return true;
}
