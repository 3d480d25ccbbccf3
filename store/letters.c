/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.c: a range coder over what comes after three bytes, see letters.h.
 *
 * What followed three bytes in the text that was learned has a list with its shares and one
 * for "something else", which is then looked for in the list of the last two bytes, of the last, and of
 * all: what a list has, the ones below have too. Each entry knows the list that is next, and what it
 * has below, so that nothing is searched for on the way.
 * Whole numbers only, so that every machine makes the same of the same text.
 */
#include "store/letters.h"

#include <stdlib.h>
#include <string.h>

#include "core/short.h"

enum { BYTES = 256, SCALE_BITS = 14, SCALE = 1 << SCALE_BITS, FIRST = ' ', DEPTH = 3 };
enum { TOP = 1 << 24, PART_BITS = 20, TEXT_MAX = 1 << 24 };

/*
 * A list is a cell with its head, a cell for each byte that comes after what it is of, the most
 * frequent first, and one where something else begins: what is asked together lies together.
 */
struct head {
	uint32_t below; /* the list of the same bytes but the one farthest    */
	uint16_t count;
	uint16_t left; /* of SCALE in the list below, without what this one has */
};

struct entry {
	uint32_t next;	       /* the list of what is before then             */
	uint16_t begins;       /* its share in SCALE, up to the next one's    */
	uint16_t there, takes; /* where its share begins below, and its size  */
	uint8_t byte;
};

union cell {
	struct head head;
	struct entry entry;
};

struct letters {
	union cell *cells; /* cells[0]: the list of all bytes */
	uint32_t start;
};

/* ---- learning ---------------------------------------------------------------------- */

/* What a list says of each byte that it has, on the way down to the one at hand. */
struct level {
	uint32_t share[BYTES]; /* in 2^PART_BITS */
	uint16_t begins[BYTES], often[BYTES];
};

/* A list as it is learned: by its number, its head's cell among the cells. */
struct learning {
	struct letters *l;
	struct sv text;
	uint32_t *at; /* of each list: its cell */
	uint32_t list_count, cell_count;
	uint32_t *keys, *spare; /* the three bytes before, the nearest first; a byte  */
	uint32_t *before;	/* of each list: as in keys, without the byte         */
	uint16_t *depth, *kids; /* of each list: bytes before, lists of one byte more */
	uint32_t one[BYTES], *two;
	struct level level[DEPTH + 1];
};

static void sort_keys(struct learning *g)
{
	uint32_t before = FIRST << 16 | FIRST << 8 | FIRST;

	for (size_t i = 0; i < g->text.n; i++) {
		uint8_t byte = (uint8_t)g->text.p[i];

		g->keys[i] = before << 8 | byte;
		before = before >> 8 | (uint32_t)byte << 16;
	}
	for (unsigned shift = 8; shift < 32; shift += 8) {
		size_t at[BYTES + 1] = { 0 };
		uint32_t *swap = g->spare;

		for (size_t i = 0; i < g->text.n; i++)
			at[(g->keys[i] >> shift & 255) + 1]++;
		for (unsigned b = 1; b < BYTES; b++)
			at[b] += at[b - 1];
		for (size_t i = 0; i < g->text.n; i++)
			swap[at[g->keys[i] >> shift & 255]++] = g->keys[i];
		g->spare = g->keys;
		g->keys = swap;
	}
}

/* The entries of a list: its bytes by their share, the smaller one first of equals. */
static void order_bytes(uint8_t *byte, unsigned count, const uint16_t *often)
{
	for (unsigned i = 1; i < count; i++) {
		uint8_t b = byte[i];
		unsigned k = i;

		for (; k && (often[byte[k - 1]] < often[b] ||
			     (often[byte[k - 1]] == often[b] && byte[k - 1] > b));
		     k--)
			byte[k] = byte[k - 1];
		byte[k] = b;
	}
}

/* The frequencies of the bytes that @x has, in order; returns what they take of SCALE. */
static uint32_t list_order(struct learning *g, const union cell *x, unsigned depth,
			   const uint32_t *n, uint64_t all, uint8_t *byte)
{
	struct level *here = &g->level[depth], *below = depth ? here - 1 : NULL;
	unsigned count = x->head.count;
	uint32_t different = 0, rest = SCALE - 1u - count + !depth, sum = 0;

	for (unsigned i = 0; i < count; i++)
		different += n[byte[i]] > 0;
	for (unsigned i = 0; i < count; i++) {
		uint8_t b = byte[i];
		uint64_t even = below ? below->share[b] : (1u << PART_BITS) / BYTES;

		here->share[b] = all ? (uint32_t)((((uint64_t)n[b] << PART_BITS) +
						   different * even) /
						  (all + different))
				     : (uint32_t)even;
		here->often[b] =
			(uint16_t)(1 + ((uint64_t)here->share[b] * rest >> PART_BITS));
		sum += here->often[b];
	}
	order_bytes(byte, count, here->often);
	return sum;
}

/* What is in the list comes as often as in the one below, but for what was counted. */
static void list_shares(struct learning *g, union cell *x, unsigned depth,
			const uint32_t *n, uint64_t all, uint8_t *byte)
{
	struct level *here = &g->level[depth], *below = depth ? here - 1 : NULL;
	uint32_t sum = list_order(g, x, depth, n, all, byte), at = 0;

	if (!depth)
		here->often[byte[0]] = (uint16_t)(here->often[byte[0]] + SCALE - sum);
	x->head.left = SCALE;
	for (unsigned i = 0; i < x->head.count; at += here->often[byte[i++]]) {
		struct entry *e = &x[1 + i].entry;

		e->byte = byte[i];
		here->begins[byte[i]] = e->begins = (uint16_t)at;
		if (!below)
			continue;
		e->there = below->begins[byte[i]];
		e->takes = below->often[byte[i]];
		x->head.left = (uint16_t)(x->head.left - e->takes);
	}
	x[1 + x->head.count].entry.begins = (uint16_t)at;
}

/* The list of the keys [from, to), which have @depth bytes before in common. */
static uint32_t learn_list(struct learning *g, size_t from, size_t to, unsigned depth,
			   uint32_t below)
{
	uint32_t n[BYTES] = { 0 }, me = g->list_count++;
	union cell *x = &g->l->cells[g->cell_count];
	uint8_t byte[BYTES];

	x->head.below = g->at[below];
	for (unsigned b = 0; !depth && b < BYTES; b++)
		byte[x->head.count++] = (uint8_t)b;
	for (size_t i = from; i < to; i++) {
		uint8_t b = (uint8_t)g->keys[i];

		if (!n[b]++ && depth)
			byte[x->head.count++] = b;
	}
	g->at[me] = g->cell_count;
	g->cell_count += x->head.count + 2u;
	list_shares(g, x, depth, n, to - from, byte);
	g->depth[me] = (uint16_t)depth;
	g->before[me] = from < to ? g->keys[from] >> 8 : 0;
	return me;
}

/* All lists, each right behind the one below it or behind those of its sisters. */
static void learn_lists(struct learning *g, size_t from, size_t to, unsigned depth,
			uint32_t below)
{
	uint32_t me = learn_list(g, from, to, depth, below);
	unsigned shift = 24 - 8 * depth;

	if (depth == 1)
		g->one[g->before[me] >> 16] = me;
	else if (depth == 2)
		g->two[g->before[me] >> 8] = me;
	for (size_t i = from, end; depth < DEPTH && i < to; i = end) {
		for (end = i + 1;
		     end < to && g->keys[end] >> shift == g->keys[i] >> shift;)
			end++;
		g->kids[me]++;
		learn_lists(g, i, end, depth + 1, me);
	}
}

/* The list of as many of the three bytes as have one; of @known of them only. */
static uint32_t deepest(const struct learning *g, uint32_t before, unsigned known)
{
	uint32_t two = known > 1 ? g->two[before >> 8] : 0, low = two + 1, high;

	if (!two)
		return known ? g->one[before >> 16] : 0;
	high = low + (known > 2 ? g->kids[two] : 0);
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (g->before[mid] < before)
			low = mid + 1;
		else
			high = mid;
	}
	return low <= two + g->kids[two] && known > 2 && g->before[low] == before ? low
										  : two;
}

static void learn(struct learning *g)
{
	struct letters *l = g->l;

	sort_keys(g);
	learn_lists(g, 0, g->text.n, 0, 0);
	for (uint32_t i = 0; i < g->list_count; i++) {
		union cell *x = &l->cells[g->at[i]];

		for (unsigned k = 1; k <= x->head.count; k++) {
			struct entry *e = &x[k].entry;
			uint32_t before = (uint32_t)e->byte << 16 | g->before[i] >> 8;

			e->next = g->at[deepest(g, before, g->depth[i] + 1u)];
		}
	}
	l->start = g->at[deepest(g, FIRST << 16 | FIRST << 8 | FIRST, DEPTH)];
}

static bool learning_room(struct learning *g, size_t n)
{
	size_t lists = DEPTH * n + 1;

	g->keys = malloc((n + 1) * sizeof(*g->keys));
	g->spare = malloc((n + 1) * sizeof(*g->spare));
	g->at = calloc(lists, sizeof(*g->at));
	g->before = calloc(lists, sizeof(*g->before));
	g->depth = calloc(lists, sizeof(*g->depth));
	g->kids = calloc(lists, sizeof(*g->kids));
	g->two = calloc(BYTES * BYTES, sizeof(*g->two));
	return g->keys && g->spare && g->at && g->before && g->depth && g->kids && g->two;
}

struct letters *letters_new(struct sv text)
{
	struct learning *g = calloc(1, sizeof(*g));
	struct letters *l = calloc(1, sizeof(*l));
	size_t n = text.n < TEXT_MAX ? text.n : TEXT_MAX;

	if (l) /* of each depth no more lists than bytes, a head and an end for each */
		l->cells = calloc(3 * DEPTH * n + BYTES + 2, sizeof(*l->cells));
	if (g && l && l->cells && learning_room(g, n)) {
		g->l = l;
		g->text = (struct sv){ text.p, n };
		learn(g);
	} else {
		memory_was_short();
		letters_free(l);
		l = NULL;
	}
	if (g) {
		free(g->keys);
		free(g->spare);
		free(g->at);
		free(g->before);
		free(g->depth);
		free(g->kids);
		free(g->two);
	}
	free(g);
	return l;
}

void letters_free(struct letters *l)
{
	if (!l)
		return;
	free(l->cells);
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

static void put_share(struct writer *w, uint32_t begins, uint32_t often, uint32_t of)
{
	uint32_t r = of == SCALE ? w->range >> SCALE_BITS : w->range / of;

	w->low += (uint64_t)r * begins;
	w->range = r * often;
	for (; w->range < TOP; w->range <<= 8)
		push(w);
}

/* Which cell of the list @x has @byte; the one of something else: none. Mostly the first. */
static inline uint32_t entry_of(const union cell *x, uint8_t byte)
{
	uint32_t i = 1;

	while (i <= x->head.count && x[i].entry.byte != byte)
		i++;
	return i;
}

/* @byte, which the list @x does not have; returns the list that is next. */
static uint32_t put_other(struct writer *w, const union cell *cells, const union cell *x,
			  uint8_t byte)
{
	const union cell *above; /* whose bytes it is not */
	uint32_t i, begins, gone = 0;

	for (;;) {
		above = x;
		x = &cells[x->head.below];
		i = entry_of(x, byte);
		begins = x[i].entry.begins;
		if (i <= x->head.count)
			break;
		put_share(w, begins + above->head.left - SCALE, SCALE - begins,
			  above->head.left);
	}
	for (uint32_t k = 1; k <= above->head.count; k++)
		gone += above[k].entry.there < begins ? above[k].entry.takes : 0U;
	put_share(w, begins - gone, x[i + 1].entry.begins - begins, above->head.left);
	return x[i].entry.next;
}

/* @byte after what has the list @at; returns the list that is next. */
static inline uint32_t put_byte(struct writer *w, const union cell *cells, uint32_t at,
				uint8_t byte)
{
	const union cell *x = &cells[at];
	uint32_t i = entry_of(x, byte), begins = x[i].entry.begins;

	if (i > x->head.count) {
		put_share(w, begins, SCALE - begins, SCALE);
		return put_other(w, cells, x, byte);
	}
	put_share(w, begins, x[i + 1].entry.begins - begins, SCALE);
	return x[i].entry.next;
}

size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room)
{
	struct writer w = {
		.range = UINT32_MAX, .p = out, .start = out, .end = out + room
	};
	uint32_t at = l->start;

	for (size_t i = 0; i < text.n && !w.full; i++)
		at = put_byte(&w, l->cells, at, (uint8_t)text.p[i]);
	finish(&w);
	return w.full ? 0 : (size_t)(w.p - out);
}

/* ---- reading ----------------------------------------------------------------------- */

struct reader {
	const uint8_t *p, *end;
	uint32_t range, code;
};

/* Which cell of @x has the place @v, in the share of all that @above has not. */
static uint32_t entry_at(const union cell *x, const union cell *above, uint32_t v,
			 uint32_t *begins)
{
	uint64_t gone[BYTES / 64] = { 0 };
	uint32_t i = 1;

	if (!above) {
		while (i <= x->head.count && x[i + 1].entry.begins <= v)
			i++;
		*begins = x[i].entry.begins;
		return i;
	}
	for (uint32_t k = 1; k <= above->head.count; k++)
		gone[above[k].entry.byte >> 6] |= 1ull << (above[k].entry.byte & 63);
	for (*begins = 0; i <= x->head.count; i++) {
		uint8_t b = x[i].entry.byte;
		uint32_t often = (uint32_t)x[i + 1].entry.begins - x[i].entry.begins;

		if (gone[b >> 6] >> (b & 63) & 1)
			continue;
		if (v < *begins + often)
			break;
		*begins += often;
	}
	return i;
}

/* The byte after what has the list *at, which becomes the next. */
static uint8_t get_byte(struct reader *r, const union cell *cells, uint32_t *at)
{
	const union cell *above = NULL, *x = &cells[*at];

	for (;; above = x, x = &cells[x->head.below]) {
		uint32_t of = above ? above->head.left : SCALE, begins, each, v, i, end;

		if (!of || (above && x == above))
			return 0; /* nothing is left: damaged */
		each = of == SCALE ? r->range >> SCALE_BITS : r->range / of;
		v = r->code / each;
		i = entry_at(x, above, v < of ? v : of - 1, &begins);
		end = i <= x->head.count ? x[i + 1].entry.begins : SCALE;
		r->code -= each * begins;
		r->range = each * (end - x[i].entry.begins);
		for (; r->range < TOP; r->range <<= 8)
			r->code = r->code << 8 | (r->p < r->end ? *r->p++ : 0U);
		if (i > x->head.count)
			continue;
		*at = x[i].entry.next;
		return x[i].entry.byte;
	}
}

void letters_unpack(const struct letters *l, struct sv packed, char *out, size_t n)
{
	struct reader r = { .p = (const uint8_t *)packed.p, .range = UINT32_MAX };
	uint32_t at = l->start;

	r.end = r.p + packed.n;
	for (unsigned i = 0; i < 4; i++)
		r.code = r.code << 8 | (r.p < r.end ? *r.p++ : 0U);
	for (size_t i = 0; i < n; i++)
		out[i] = (char)get_byte(&r, l->cells, &at);
}
