/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters_write.c: letters written by their shares, see letters.h.
 *
 * The bytes to come are known here, so the lists are not walked to: an entry is looked for by the
 * bytes of its list and its own, of some dozens at once, so that memory is waited for once and not for each.
 * What most texts have is found by one look, and is written without a branch that could not be foreseen.
 */
#include <endian.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/letters_inside.h"

/* ---- what is looked up ------------------------------------------------------------- */

static inline uint32_t gram_hash(const struct grams *g, uint32_t bytes)
{
	return bytes * g->odd >> g->shift;
}

/* The one of two places in g->often that has @bytes, if one has. */
static inline uint32_t gram_often(const struct grams *g, uint32_t bytes)
{
	uint32_t i = gram_hash(g, bytes) & ~1u;

	return i + (g->at[i].bytes != bytes);
}

/* Its place elsewhere, or a free one. */
static inline uint32_t gram_place(const struct grams *g, uint32_t bytes)
{
	uint32_t i = gram_hash(g, bytes);

	while (g->at[i].bytes != bytes && g->at[i].size)
		i = (i + 1) & (UINT32_MAX >> g->shift);
	return i;
}

/* Of a list of @depth bytes, which are less than DEPTH. */
static inline uint32_t gram_shorter(uint32_t bytes, unsigned depth)
{
	return depth << 24 | (bytes & ((1u << 8 * (depth + 1)) - 1));
}

/* Places for @count; at least as many stay free. */
static bool grams_init(struct grams *g, uint32_t count)
{
	unsigned bits = 4;

	while (1u << bits < 2 * count)
		bits++;
	g->shift = 32 - bits;
	/* nobody can make a text whose grams all have one place */
	g->odd = randombytes_random() | 1u << 31 | 1u;
	g->at = calloc(1u << bits, sizeof(*g->at));
	g->next = calloc(1u << bits, sizeof(*g->next));
	if (!g->at || !g->next)
		return false;
	/* 0 is looked for here, 1 is not */
	g->at[0].bytes = g->at[1].bytes = 1;
	return true;
}

static void gram_put(struct letters *l, unsigned depth, uint32_t bytes,
		     const union cell *e)
{
	uint32_t first = gram_hash(&l->often, bytes) & ~1u, i;
	struct grams *g = &l->often;

	if (depth < DEPTH) {
		g = &l->shorter;
		bytes = gram_shorter(bytes, depth);
		i = gram_place(g, bytes);
	} else if (!g->at[first].size || !g->at[first + 1].size) {
		i = first + (g->at[first].size > 0);
	} else {
		g = &l->rest;
		i = gram_place(g, bytes);
	}
	g->at[i].bytes = bytes;
	g->at[i].begins = e[0].entry.begins;
	g->at[i].size = (uint16_t)(e[1].entry.begins - e[0].entry.begins);
	g->next[i] = e[0].entry.next;
}

/* The entries that were met at least @from times and less than @to, which is guessed by their share. */
static void list_grams(struct letters *l, const struct learned *lists, uint32_t i,
		       uint32_t from, uint32_t to)
{
	const union cell *x = &l->cells[lists->cell[i]];
	uint32_t before = __builtin_bswap32(lists->before[i]);

	for (unsigned k = 1; k <= x->head.count; k++) {
		uint32_t size = (uint32_t)x[k + 1].entry.begins - x[k].entry.begins;
		uint64_t n = (uint64_t)lists->times[i] * size >> SCALE_BITS;

		if (n >= from && n < to)
			gram_put(l, x->head.depth, before | x[k].entry.byte, &x[k]);
	}
}

bool letters_learn_grams(struct letters *l, const struct learned *lists)
{
	static const uint32_t met[] = { UINT32_MAX, 64, 16, 4, 0 };
	uint32_t full = 0, shorter = 0;

	for (uint32_t i = 0; i < lists->count; i++) {
		const struct head *h = &l->cells[lists->cell[i]].head;

		*(h->depth == DEPTH ? &full : &shorter) += h->count;
	}
	if (!grams_init(&l->often, full) || !grams_init(&l->rest, full / 2) ||
	    !grams_init(&l->shorter, shorter))
		return false;
	/* who comes first is found sooner */
	for (unsigned k = 1; k < sizeof(met) / sizeof(met[0]); k++)
		for (uint32_t i = 0; i < lists->count; i++)
			list_grams(l, lists, i, met[k], met[k - 1]);
	return true;
}

void letters_free_grams(struct letters *l)
{
	struct grams *all[] = { &l->often, &l->rest, &l->shorter };

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		free(all[i]->at);
		free(all[i]->next);
	}
	free(l->gone);
}

/* ---- the range --------------------------------------------------------------------- */

/*
 * The range [low, low + range); what is settled of low is written, but for carries. Nobody has a
 * pointer to it who is not part of the loop, so that it stays in registers.
 */
struct writer {
	uint64_t low, range;
	uint8_t *p, *start, *end;
	bool full;
};

static void carry(uint8_t *p, const uint8_t *start)
{
	while (p > start && ++*--p == 0)
		;
}

static inline void put_share(struct writer *w, uint32_t begins, uint32_t size,
			     uint64_t each)
{
	uint64_t add = each * begins;
	uint32_t word;

	w->low += add;
	if (w->low < add)
		carry(w->p, w->start);
	w->range = each * size;
	if (w->range > UINT32_MAX)
		return;
	word = htobe32((uint32_t)(w->low >> 32));
	if (w->end - w->p < (ptrdiff_t)sizeof(word)) {
		w->full = true;
	} else {
		memcpy(w->p, &word, sizeof(word));
		w->p += sizeof(word);
	}
	w->range <<= 32;
	w->low <<= 32;
}

/* The number of the range with the most zeros behind it, without them. */
static void finish(struct writer *w)
{
	uint64_t high = w->low + w->range - 1, best = high;

	if (high < w->low) {
		carry(w->p, w->start);
		best = 0;
	}
	for (unsigned zeros = 8; best && zeros <= 64; zeros += 8) {
		uint64_t v = zeros < 64 ? high >> zeros << zeros : 0;

		if (v < w->low)
			break;
		best = v;
	}
	for (; best && !w->full; best <<= 8) {
		if (w->p == w->end)
			w->full = true;
		else
			*w->p++ = (uint8_t)(best >> 56);
	}
	while (w->p > w->start && !w->p[-1])
		w->p--;
}

/* ---- letters ----------------------------------------------------------------------- */

/* Letters that are looked up at once. */
enum { PART = 64 };
/* The list that is next is that of this place: it is not asked for before somebody needs it. */
#define IN_PLACE (1u << 31)

/* What the list @x has of the shares before @begins in the list below. */
static inline uint32_t gone_before(const struct letters *l, const union cell *x,
				   uint32_t begins)
{
	typedef int32_t four __attribute__((vector_size(4 * GONE_EACH)));
	const uint32_t *p = l->gone + (x - l->cells) + 1;
	four all = { 0 }, most = (four){ 0 } + (int32_t)begins;

	for (unsigned k = 0; k < x->head.count; k += GONE_EACH) {
		four some;

		memcpy(&some, p + k, sizeof(some));
		all += (some >> 16) & ((some & UINT16_MAX) < most);
	}
	return (uint32_t)(all[0] + all[1] + all[2] + all[3]);
}

/*
 * The last of @bytes, which has no place among the most, by the list *at or those below it; *at becomes
 * the list that is next. Returns how many bytes the list is of that has it.
 */
static inline unsigned put_other(struct writer *w, const struct letters *l,
				 uint32_t bytes, uint32_t *at)
{
	const union cell *x = &l->cells[*at], *above = NULL;
	uint32_t begins, i, of = SCALE;
	const struct grams *g;

	for (;; above = x, of = x->head.left, x = &l->cells[x->head.below]) {
		unsigned depth = x->head.depth;

		g = depth < DEPTH ? &l->shorter : &l->rest;
		i = gram_place(g, depth < DEPTH ? gram_shorter(bytes, depth) : bytes);
		if (g->at[i].size)
			break;
		begins = x[x->head.count + 1].entry.begins;
		put_share(w, begins + of - SCALE, SCALE - begins, w->range / of);
	}
	begins = g->at[i].begins - (above ? gone_before(l, above, g->at[i].begins) : 0);
	put_share(w, begins, g->at[i].size, w->range / of);
	*at = g->next[i];
	return x->head.depth;
}

/* Some letters of a text: each with those before it, and its place or where it would be. */
struct part {
	uint32_t bytes[PART], place[PART];
	unsigned count;
};

/* The next @n letters at @p; no branch that could not be foreseen, so that many places are waited for at once. */
static uint32_t part_read(struct part *x, const struct letters *l, const char *p,
			  unsigned n, uint32_t bytes)
{
	for (unsigned i = 0; i < n; i++) {
		bytes = bytes << 8 | (uint8_t)p[i];
		x->bytes[i] = bytes;
		x->place[i] = gram_often(&l->often, bytes);
	}
	x->count = n;
	return bytes;
}

size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room)
{
	struct writer w = {
		.range = UINT64_MAX, .p = out, .start = out, .end = out + room
	};
	uint32_t bytes = FIRST << 16 | FIRST << 8 | FIRST, at = l->start;
	unsigned known = DEPTH; /* of the bytes, by the list that had the last one */
	struct part x;

	for (size_t done = 0; done < text.n; done += x.count) {
		bytes = part_read(&x, l, text.p + done,
				  text.n - done < PART ? (unsigned)(text.n - done) : PART,
				  bytes);
		for (unsigned i = 0; i < x.count; i++) {
			const struct gram *g = &l->often.at[x.place[i]];

			if (g->bytes == x.bytes[i] && known == DEPTH) {
				put_share(&w, g->begins, g->size, w.range >> SCALE_BITS);
				at = x.place[i] | IN_PLACE;
				continue;
			}
			if (at & IN_PLACE)
				at = l->often.next[at & ~IN_PLACE];
			known = put_other(&w, l, x.bytes[i], &at);
			known += known < DEPTH;
		}
	}
	finish(&w);
	return w.full ? 0 : (size_t)(w.p - out);
}
