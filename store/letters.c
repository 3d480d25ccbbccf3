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

/* What comes after some bytes, the most frequent first; then something else. */
struct list {
	uint32_t first; /* of its entries                                     */
	uint32_t below; /* the list of the same bytes but the one farthest    */
	uint16_t count;
	uint16_t left; /* of SCALE in the list below, without what this one has */
};

/*
 * The arrays have count + 1 places for each list: its entries, and one where something else
 * begins.
 */
struct letters {
	struct list *lists; /* lists[0]: of all */
	uint8_t *byte;
	uint16_t *begins;	 /* its share in SCALE, up to the next one's */
	uint16_t *there, *takes; /* where its share begins below, and ends   */
	uint32_t *next;		 /* the list of what is before then          */
	uint32_t list_count, entry_count, start;
};

/* ---- learning ---------------------------------------------------------------------- */

/* What a list says of each byte that it has, on the way down to the one at hand. */
struct level {
	uint32_t share[BYTES]; /* in 2^PART_BITS */
	uint16_t begins[BYTES], often[BYTES];
};

struct learning {
	struct letters *l;
	struct sv text;
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

/* What is in the list comes as often as in the one below, but for what was counted. */
static void list_shares(struct learning *g, struct list *x, unsigned depth,
			const uint32_t *n, uint64_t all)
{
	struct letters *l = g->l;
	struct level *here = &g->level[depth], *below = depth ? here - 1 : NULL;
	uint8_t *byte = l->byte + x->first;
	uint32_t different = 0, rest = SCALE - 1u - x->count + !depth, at = 0;

	for (unsigned i = 0; i < x->count; i++)
		different += n[byte[i]] > 0;
	for (unsigned i = 0; i < x->count; i++) {
		uint8_t b = byte[i];
		uint64_t even = below ? below->share[b] : (1u << PART_BITS) / BYTES;

		here->share[b] = all ? (uint32_t)((((uint64_t)n[b] << PART_BITS) +
						   different * even) /
						  (all + different))
				     : (uint32_t)even;
		here->often[b] =
			(uint16_t)(1 + ((uint64_t)here->share[b] * rest >> PART_BITS));
		at += here->often[b];
	}
	order_bytes(byte, x->count, here->often);
	if (!depth)
		here->often[byte[0]] = (uint16_t)(here->often[byte[0]] + SCALE - at);
	at = 0;
	x->left = SCALE;
	for (unsigned i = 0; i < x->count; at += here->often[byte[i++]]) {
		here->begins[byte[i]] = l->begins[x->first + i] = (uint16_t)at;
		if (!below)
			continue;
		l->there[x->first + i] = below->begins[byte[i]];
		l->takes[x->first + i] = below->often[byte[i]];
		x->left = (uint16_t)(x->left - below->often[byte[i]]);
	}
	l->begins[x->first + x->count] = (uint16_t)at;
}

/* The list of the keys [from, to), which have @depth bytes before in common. */
static uint32_t learn_list(struct learning *g, size_t from, size_t to, unsigned depth,
			   uint32_t below)
{
	struct letters *l = g->l;
	uint32_t n[BYTES] = { 0 }, me = l->list_count++;
	struct list *x = &l->lists[me];

	*x = (struct list){ .first = l->entry_count, .below = below };
	for (unsigned b = 0; !depth && b < BYTES; b++)
		l->byte[x->first + x->count++] = (uint8_t)b;
	for (size_t i = from; i < to; i++) {
		uint8_t b = (uint8_t)g->keys[i];

		if (!n[b]++ && depth)
			l->byte[x->first + x->count++] = b;
	}
	l->entry_count += x->count + 1u;
	list_shares(g, x, depth, n, to - from);
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
	for (uint32_t i = 0; i < l->list_count; i++)
		for (uint32_t e = l->lists[i].first, k = 0; k < l->lists[i].count; k++)
			l->next[e + k] = deepest(
				g, (uint32_t)l->byte[e + k] << 16 | g->before[i] >> 8,
				g->depth[i] + 1u);
	l->start = deepest(g, FIRST << 16 | FIRST << 8 | FIRST, DEPTH);
}

static bool letters_room(struct letters *l, size_t most)
{
	l->lists = calloc(most, sizeof(*l->lists));
	l->byte = calloc(most, sizeof(*l->byte));
	l->begins = calloc(most, sizeof(*l->begins));
	l->there = calloc(most, sizeof(*l->there));
	l->takes = calloc(most, sizeof(*l->takes));
	l->next = calloc(most, sizeof(*l->next));
	return l->lists && l->byte && l->begins && l->there && l->takes && l->next;
}

struct letters *letters_new(struct sv text)
{
	struct learning *g = calloc(1, sizeof(*g));
	struct letters *l = calloc(1, sizeof(*l));
	size_t n = text.n < TEXT_MAX ? text.n : TEXT_MAX;
	size_t most = 2 * DEPTH * n + BYTES + 2; /* lists, and entries of all of them */

	if (g && l && letters_room(l, most)) {
		g->l = l;
		g->text = (struct sv){ text.p, n };
		g->keys = malloc((n + 1) * sizeof(*g->keys));
		g->spare = malloc((n + 1) * sizeof(*g->spare));
		g->before = calloc(most, sizeof(*g->before));
		g->depth = calloc(most, sizeof(*g->depth));
		g->kids = calloc(most, sizeof(*g->kids));
		g->two = calloc(BYTES * BYTES, sizeof(*g->two));
	}
	if (g && g->keys && g->spare && g->before && g->depth && g->kids && g->two)
		learn(g);
	else {
		memory_was_short();
		letters_free(l);
		l = NULL;
	}
	if (g) {
		free(g->keys);
		free(g->spare);
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
	free(l->lists);
	free(l->byte);
	free(l->begins);
	free(l->there);
	free(l->takes);
	free(l->next);
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

/* Where @byte is among the entries of @x; x->count: nowhere. Mostly it is one of the first. */
static inline uint32_t entry_of(const struct letters *l, const struct list *x,
				uint8_t byte)
{
	const uint8_t *bytes = l->byte + x->first, *hit;
	uint32_t i = 0;

	for (; i < 8 && i < x->count; i++)
		if (bytes[i] == byte)
			return i;
	hit = i < x->count ? memchr(bytes + i, byte, x->count - i) : NULL;
	return hit ? (uint32_t)(hit - bytes) : x->count;
}

/* @byte after what has the list @at; returns the list that is next. */
static uint32_t put_byte(struct writer *w, const struct letters *l, uint32_t at,
			 uint8_t byte)
{
	const struct list *x = &l->lists[at], *above; /* whose bytes it is not */
	uint32_t i = entry_of(l, x, byte), begins = l->begins[x->first + i], gone;

	if (i < x->count) {
		put_share(w, begins, l->begins[x->first + i + 1] - begins, SCALE);
		return l->next[x->first + i];
	}
	put_share(w, begins, SCALE - begins, SCALE);
	for (;;) {
		above = x;
		x = &l->lists[x->below];
		i = entry_of(l, x, byte);
		begins = l->begins[x->first + i];
		if (i < x->count)
			break;
		put_share(w, begins + above->left - SCALE, SCALE - begins, above->left);
	}
	gone = 0;
	for (uint32_t k = above->first; k < above->first + above->count; k++)
		gone += l->there[k] < begins ? l->takes[k] : 0U;
	put_share(w, begins - gone, l->begins[x->first + i + 1] - begins, above->left);
	return l->next[x->first + i];
}

size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room)
{
	struct writer w = {
		.range = UINT32_MAX, .p = out, .start = out, .end = out + room
	};
	uint32_t at = l->start;

	for (size_t i = 0; i < text.n && !w.full; i++)
		at = put_byte(&w, l, at, (uint8_t)text.p[i]);
	finish(&w);
	return w.full ? 0 : (size_t)(w.p - out);
}

/* ---- reading ----------------------------------------------------------------------- */

struct reader {
	const uint8_t *p, *end;
	uint32_t range, code;
};

/* Which entry of @x has the place @v, in the share of all that @above has not; x->count: none. */
static uint32_t entry_at(const struct letters *l, const struct list *x,
			 const struct list *above, uint32_t v, uint32_t *begins)
{
	const uint16_t *at = l->begins + x->first;
	uint64_t gone[BYTES / 64] = { 0 };
	uint32_t i = 0;

	if (!above) {
		while (i < x->count && at[i + 1] <= v)
			i++;
		*begins = at[i];
		return i;
	}
	for (uint32_t k = above->first; k < above->first + above->count; k++)
		gone[l->byte[k] >> 6] |= 1ull << (l->byte[k] & 63);
	for (*begins = 0; i < x->count; i++) {
		uint8_t b = l->byte[x->first + i];
		uint32_t often = (uint32_t)at[i + 1] - at[i];

		if (gone[b >> 6] >> (b & 63) & 1)
			continue;
		if (v < *begins + often)
			break;
		*begins += often;
	}
	return i;
}

/* The byte after what has the list *at, which becomes the next. */
static uint8_t get_byte(struct reader *r, const struct letters *l, uint32_t *at)
{
	const struct list *above = NULL, *x = &l->lists[*at];

	for (;; above = x, x = &l->lists[x->below]) {
		uint32_t of = above ? above->left : SCALE, begins, each, v, i;

		if (!of || (above && x == above))
			return 0; /* nothing is left: damaged */
		each = of == SCALE ? r->range >> SCALE_BITS : r->range / of;
		v = r->code / each;
		i = entry_at(l, x, above, v < of ? v : of - 1, &begins);
		r->code -= each * begins;
		r->range = each * ((i < x->count ? l->begins[x->first + i + 1] : SCALE) -
				   (uint32_t)l->begins[x->first + i]);
		for (; r->range < TOP; r->range <<= 8)
			r->code = r->code << 8 | (r->p < r->end ? *r->p++ : 0U);
		if (i == x->count)
			continue;
		*at = l->next[x->first + i];
		return l->byte[x->first + i];
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
		out[i] = (char)get_byte(&r, l, &at);
}
