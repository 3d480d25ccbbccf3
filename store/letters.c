/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c: a range coder over frequencies of pairs of bytes, see letters.h.
 *
 * Whole numbers only, so that every machine makes the same of the same text.
 */
#include "store/letters.h"

#include <stdlib.h>
#include <string.h>

#include "core/short.h"

enum { BYTES = 256, SCALE_BITS = 14, SCALE = 1 << SCALE_BITS, FIRST = ' ' };
enum { TOP = 1 << 24, PART_BITS = 20 };

/* Of each byte after each: how often in SCALE, where its share begins, what comes how. */
struct letters {
	uint16_t often[BYTES][BYTES];
	uint16_t begins[BYTES][BYTES];
	uint8_t order[BYTES][BYTES]; /* the most frequent first */
};

/* ---- learning ---------------------------------------------------------------------- */

struct counts_of {
	uint32_t n[BYTES], all, different;
};

static void count(struct counts_of *c, uint8_t byte)
{
	c->different += !c->n[byte]++;
	c->all++;
}

/*
 * Shares in 2^PART_BITS: those that were seen by how often, and for the others as much as
 * there are different ones, shared as @below says.
 */
static void shares(const struct counts_of *c, const uint32_t *below, uint32_t *out)
{
	uint64_t all = (uint64_t)c->all + c->different;

	for (unsigned s = 0; s < BYTES; s++)
		out[s] = c->all ? (uint32_t)((((uint64_t)c->n[s] << PART_BITS) +
					      (uint64_t)c->different * below[s]) /
					     all)
				: below[s];
}

/* Does @a come before @b in the order: more often, or as often and smaller? */
static bool sooner(const uint16_t *often, uint8_t a, uint8_t b)
{
	return often[a] > often[b] || (often[a] == often[b] && a < b);
}

/* Nobody gets nothing; what rounding leaves goes to the first in the order. */
static void scale(const uint32_t *share, struct letters *l, unsigned after)
{
	uint16_t *often = l->often[after];
	uint8_t *order = l->order[after]; /* as of another one: nearly right */
	uint32_t left = SCALE;
	uint16_t at = 0;

	for (unsigned s = 0; s < BYTES; s++) {
		often[s] = (uint16_t)(1 + ((uint64_t)share[s] * (SCALE - BYTES) >>
					   PART_BITS));
		left -= often[s];
	}
	for (unsigned i = 1; i < BYTES; i++) {
		uint8_t s = order[i];
		unsigned k = i;

		for (; k && sooner(often, s, order[k - 1]); k--)
			order[k] = order[k - 1];
		order[k] = s;
	}
	often[order[0]] = (uint16_t)(often[order[0]] + left);
	for (unsigned i = 0; i < BYTES; i++) {
		l->begins[after][order[i]] = at;
		at = (uint16_t)(at + often[order[i]]);
	}
}

/* What comes after a byte is what comes anywhere, but for what was seen after it. */
static void learn(struct letters *l, const struct counts_of *pair,
		  const struct counts_of *one)
{
	uint32_t evenly[BYTES], any[BYTES], share[BYTES];
	unsigned unseen = BYTES;

	for (unsigned s = 0; s < BYTES; s++) {
		evenly[s] = (1U << PART_BITS) / BYTES;
		l->order[0][s] = (uint8_t)s;
	}
	shares(one, evenly, any);
	for (unsigned b = 0; b < BYTES; b++) {
		unsigned like = unseen < BYTES ? unseen : b ? b - 1 : 0;

		memcpy(l->order[b], l->order[like], BYTES);
		if (pair[b].all || unseen == BYTES) {
			shares(&pair[b], any, share);
			scale(share, l, b);
		} else {
			memcpy(l->often[b], l->often[unseen], sizeof(l->often[b]));
			memcpy(l->begins[b], l->begins[unseen], sizeof(l->begins[b]));
		}
		if (!pair[b].all && unseen == BYTES)
			unseen = b;
	}
}

struct letters *letters_new(struct sv text)
{
	struct letters *l = malloc(sizeof(*l));
	struct counts_of *pair = calloc(BYTES + 1, sizeof(*pair));
	uint8_t before = FIRST;

	if (!l || !pair) {
		memory_was_short();
		free(l);
		free(pair);
		return NULL;
	}
	for (size_t i = 0; i < text.n; i++) {
		uint8_t byte = (uint8_t)text.p[i];

		count(&pair[BYTES], byte);
		count(&pair[before], byte);
		before = byte;
	}
	learn(l, pair, &pair[BYTES]);
	free(pair);
	return l;
}

void letters_free(struct letters *l)
{
	free(l);
}

/* ---- writing ----------------------------------------------------------------------- */

/* The range [low, low + range); what is settled of low is written, but for carries. */
struct writer {
	uint64_t low;
	uint32_t range;
	uint8_t *p, *start, *end;
	bool full;
};

static void carry(struct writer *w)
{
	uint8_t *p = w->p;

	while (p > w->start && ++*--p == 0)
		;
}

static void push(struct writer *w)
{
	if (w->low >> 32)
		carry(w);
	w->low &= UINT32_MAX;
	if (w->p == w->end)
		w->full = true;
	else
		*w->p++ = (uint8_t)(w->low >> 24);
	w->low = (w->low << 8) & UINT32_MAX;
}

/* The number of the range with the most zeros behind it, without them. */
static void finish(struct writer *w)
{
	uint64_t high = w->low + w->range - 1, best = high;

	for (unsigned zeros = 8; zeros < 40; zeros += 8) {
		uint64_t v = high >> zeros << zeros;

		if (v < w->low)
			break;
		best = v;
	}
	w->low = best;
	for (unsigned i = 0; i < 4 && (w->low || !i); i++)
		push(w);
	while (w->p > w->start && !w->p[-1])
		w->p--;
}

size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room)
{
	struct writer w = {
		.range = UINT32_MAX, .p = out, .start = out, .end = out + room
	};
	uint8_t before = FIRST;

	for (size_t i = 0; i < text.n && !w.full; i++) {
		uint8_t byte = (uint8_t)text.p[i];
		uint32_t r = w.range >> SCALE_BITS;

		w.low += (uint64_t)r * l->begins[before][byte];
		w.range = r * l->often[before][byte];
		for (; w.range < TOP; w.range <<= 8)
			push(&w);
		before = byte;
	}
	finish(&w);
	return w.full ? 0 : (size_t)(w.p - out);
}

/* ---- reading ----------------------------------------------------------------------- */

void letters_unpack(const struct letters *l, struct sv packed, char *out, size_t n)
{
	const uint8_t *p = (const uint8_t *)packed.p, *end = p + packed.n;
	uint32_t range = UINT32_MAX, code = 0;
	uint8_t before = FIRST;

	for (unsigned i = 0; i < 4; i++)
		code = code << 8 | (p < end ? *p++ : 0U);
	for (size_t i = 0; i < n; i++) {
		uint32_t r = range >> SCALE_BITS, v = code / r;
		const uint8_t *order = l->order[before];
		unsigned k = 0;

		if (v >= SCALE)
			v = SCALE - 1;
		while (v >=
		       (uint32_t)l->begins[before][order[k]] + l->often[before][order[k]])
			k++;
		out[i] = (char)order[k];
		code -= r * l->begins[before][order[k]];
		range = r * l->often[before][order[k]];
		before = order[k];
		for (; range < TOP; range <<= 8)
			code = code << 8 | (p < end ? *p++ : 0U);
	}
}
