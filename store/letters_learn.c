/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters_learn.c: the lists of letters.c, made of the text that both sides have.
 */
#include <stdlib.h>
#include <string.h>

#include "core/short.h"
#include "store/letters_inside.h"

enum { PART_BITS = 20, TEXT_MAX = 1 << 24 };

/* What a list says of each byte that it has, on the way down to the one at hand. */
struct level {
	uint32_t share[BYTES]; /* in 2^PART_BITS */
	uint16_t begins[BYTES], often[BYTES];
};

/* Lists as they are learned. */
struct learning {
	struct letters *l;
	struct sv text;
	struct learned lists;
	uint32_t cell_count;
	uint32_t *keys, *spare; /* the three bytes before, the nearest first; a byte  */
	uint16_t *kids;		/* of each list: lists of one byte more               */
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
	uint32_t *gone = g->l->gone + (x - g->l->cells);

	if (!depth)
		here->often[byte[0]] = (uint16_t)(here->often[byte[0]] + SCALE - sum);
	x->head.left = SCALE;
	for (unsigned i = 0; i < x->head.count; at += here->often[byte[i++]]) {
		struct entry *e = &x[1 + i].entry;

		e->byte = byte[i];
		here->begins[byte[i]] = e->begins = (uint16_t)at;
		if (!below)
			continue;
		gone[1 + i] = gone_of(below->begins[byte[i]], below->often[byte[i]]);
		x->head.left = (uint16_t)(x->head.left - below->often[byte[i]]);
	}
	x[1 + x->head.count].entry.begins = (uint16_t)at;
	for (unsigned i = 1; i <= GONE_EACH - 1; i++)
		gone[x->head.count + i] = GONE_NONE;
}

/* The list of the keys [from, to), which have @depth bytes before in common. */
static uint32_t learn_list(struct learning *g, size_t from, size_t to, unsigned depth,
			   uint32_t below)
{
	uint32_t n[BYTES] = { 0 }, me = g->lists.count++;
	union cell *x = &g->l->cells[g->cell_count];
	uint8_t byte[BYTES];

	x->head.below = g->lists.cell[below];
	for (unsigned b = 0; !depth && b < BYTES; b++)
		byte[x->head.count++] = (uint8_t)b;
	for (size_t i = from; i < to; i++) {
		uint8_t b = (uint8_t)g->keys[i];

		if (!n[b]++ && depth)
			byte[x->head.count++] = b;
	}
	g->lists.cell[me] = g->cell_count;
	g->cell_count += x->head.count + GONE_EACH - 1u;
	list_shares(g, x, depth, n, to - from, byte);
	x->head.depth = depth & DEPTH;
	g->lists.times[me] = (uint32_t)(to - from);
	g->lists.before[me] = from < to ? g->keys[from] >> 8 : 0;
	return me;
}

/* All lists, each right behind the one below it or behind those of its sisters. */
static void learn_lists(struct learning *g, size_t from, size_t to, unsigned depth,
			uint32_t below)
{
	uint32_t me = learn_list(g, from, to, depth, below);
	unsigned shift = 24 - 8 * depth;

	if (depth == 1)
		g->one[g->lists.before[me] >> 16] = me;
	else if (depth == 2)
		g->two[g->lists.before[me] >> 8] = me;
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

		if (g->lists.before[mid] < before)
			low = mid + 1;
		else
			high = mid;
	}
	return low <= two + g->kids[two] && known > 2 && g->lists.before[low] == before
		       ? low
		       : two;
}

static bool learn(struct learning *g)
{
	struct letters *l = g->l;

	sort_keys(g);
	learn_lists(g, 0, g->text.n, 0, 0);
	for (uint32_t i = 0; i < g->lists.count; i++) {
		union cell *x = &l->cells[g->lists.cell[i]];

		for (unsigned k = 1; k <= x->head.count; k++) {
			struct entry *e = &x[k].entry;
			uint32_t before =
				(uint32_t)e->byte << 16 | g->lists.before[i] >> 8;

			e->next = g->lists.cell[deepest(g, before, x->head.depth + 1u)];
		}
	}
	l->start = g->lists.cell[deepest(g, FIRST << 16 | FIRST << 8 | FIRST, DEPTH)];
	return letters_learn_grams(l, &g->lists);
}

static bool learning_room(struct learning *g, size_t n)
{
	size_t lists = DEPTH * n + 1;

	g->keys = malloc((n + 1) * sizeof(*g->keys));
	g->spare = malloc((n + 1) * sizeof(*g->spare));
	g->lists.cell = calloc(lists, sizeof(*g->lists.cell));
	g->lists.before = calloc(lists, sizeof(*g->lists.before));
	g->lists.times = calloc(lists, sizeof(*g->lists.times));
	g->kids = calloc(lists, sizeof(*g->kids));
	g->two = calloc(BYTES * BYTES, sizeof(*g->two));
	return g->keys && g->spare && g->lists.cell && g->lists.before &&
	       g->lists.times && g->kids && g->two;
}

static void learning_free(struct learning *g)
{
	if (!g)
		return;
	free(g->keys);
	free(g->spare);
	free(g->lists.cell);
	free(g->lists.before);
	free(g->lists.times);
	free(g->kids);
	free(g->two);
	free(g);
}

/* Of each depth no more lists and entries than bytes; a list's cells are those of its entries and more. */
static bool letters_room(struct letters *l, size_t n)
{
	size_t cells = (1 + GONE_EACH) * DEPTH * n + BYTES + 2 * GONE_EACH + GUESSED;

	l->cells = calloc(cells, sizeof(*l->cells));
	l->gone = calloc(cells, sizeof(*l->gone));
	return l->cells && l->gone;
}

struct letters *letters_new(struct sv text)
{
	struct learning *g = calloc(1, sizeof(*g));
	struct letters *l = calloc(1, sizeof(*l));
	size_t n = text.n < TEXT_MAX ? text.n : TEXT_MAX;

	if (g) {
		g->l = l;
		g->text = (struct sv){ text.p, n };
	}
	if (!g || !l || !learning_room(g, n) || !letters_room(l, n) || !learn(g)) {
		memory_was_short();
		letters_free(l);
		l = NULL;
	}
	learning_free(g);
	return l;
}

void letters_free(struct letters *l)
{
	if (!l)
		return;
	free(l->cells);
	letters_free_grams(l);
	free(l);
}
