/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keytree.c: see keytree.h. A child is HChaCha20 of its parent, with its place as input.
 *
 * Numbers are mostly asked for in order, so the way to the last one of each space is kept and
 * the next begins where the two part.
 */
#include "store/keytree.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct keytree {
	pthread_mutex_t lock;
	struct tree_node *nodes; /* by space and first number */
	size_t count, room;
	/* the way to the last key of each space: seeds[d] is its node of depth d, from @from on */
	struct way {
		bool set;
		uint8_t from;
		uint32_t number;
		uint8_t seeds[TREE_DEPTH + 1][KEY_BYTES];
	} way[TREE_SPACES];
};

static unsigned shift_of(unsigned depth)
{
	return 2 * (TREE_DEPTH - depth);
}

/* The last number under a node. */
static uint32_t last_of(const struct tree_node *n)
{
	return n->first | (uint32_t)(((uint64_t)1 << shift_of(n->depth)) - 1);
}

static void child(const uint8_t parent[KEY_BYTES], unsigned depth, unsigned which,
		  uint8_t out[KEY_BYTES])
{
	uint8_t in[crypto_core_hchacha20_INPUTBYTES] = "opinia:tree";

	in[14] = (uint8_t)depth;
	in[15] = (uint8_t)which;
	crypto_core_hchacha20(out, in, parent, NULL);
}

/* Which child of a node of depth @depth - 1 leads to @number. */
static unsigned turn(uint32_t number, unsigned depth)
{
	return number >> shift_of(depth) & 3;
}

static void way_forget(struct keytree *t)
{
	sodium_memzero(t->way, sizeof(t->way));
}

struct keytree *keytree_new(void)
{
	struct keytree *t = calloc(1, sizeof(*t));

	if (t)
		pthread_mutex_init(&t->lock, NULL);
	return t;
}

void keytree_free(struct keytree *t)
{
	if (!t)
		return;
	if (t->nodes)
		sodium_memzero(t->nodes, t->room * sizeof(*t->nodes));
	free(t->nodes);
	way_forget(t);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* Room for @more nodes; what was there is wiped where it moves from. */
static bool room_for(struct keytree *t, size_t more)
{
	size_t room = t->room ? t->room : 16;
	struct tree_node *nodes;

	if (t->count + more > TREE_NODES_MAX)
		return false;
	while (room < t->count + more)
		room *= 2;
	if (room == t->room)
		return true;
	nodes = calloc(room, sizeof(*nodes));
	if (!nodes)
		return false;
	if (t->count) {
		memcpy(nodes, t->nodes, t->count * sizeof(*nodes));
		sodium_memzero(t->nodes, t->room * sizeof(*nodes));
	}
	free(t->nodes);
	t->nodes = nodes;
	t->room = room;
	return true;
}

bool keytree_add(struct keytree *t, const struct tree_node *n)
{
	const struct tree_node *before = t->count ? &t->nodes[t->count - 1] : NULL;

	if (n->space >= TREE_SPACES || n->depth > TREE_DEPTH)
		return false;
	if (n->first & (uint32_t)(((uint64_t)1 << shift_of(n->depth)) - 1))
		return false;
	if (before && (before->space > n->space ||
		       (before->space == n->space && last_of(before) >= n->first)))
		return false;
	if (!room_for(t, 1))
		return false;
	t->nodes[t->count++] = *n;
	return true;
}

const struct tree_node *keytree_nodes(const struct keytree *t, size_t *count)
{
	*count = t->count;
	return t->nodes;
}

/* The node that @number is under; -1: none, its key is gone. */
static ptrdiff_t node_of(const struct keytree *t, enum tree_space space, uint32_t number)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct tree_node *n = &t->nodes[mid];

		if (n->space < space || (n->space == space && n->first <= number))
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || t->nodes[low - 1].space != space ||
	    last_of(&t->nodes[low - 1]) < number)
		return -1;
	return (ptrdiff_t)low - 1;
}

/* With the lock held. */
static void walk_to(struct way *w, const struct tree_node *n, uint32_t number)
{
	unsigned from = n->depth, same = TREE_DEPTH;

	if (w->set && w->from == n->depth) {
		if (w->number != number)
			same = (unsigned)__builtin_clz(w->number ^ number) / 2;
		from = same > from ? same : from;
	}
	if (from == n->depth)
		memcpy(w->seeds[from], n->seed, KEY_BYTES);
	for (unsigned d = from + 1; d <= TREE_DEPTH; d++)
		child(w->seeds[d - 1], d, turn(number, d), w->seeds[d]);
	w->set = true;
	w->from = n->depth;
	w->number = number;
}

bool keytree_key(struct keytree *t, enum tree_space space, uint32_t number,
		 uint8_t out[KEY_BYTES])
{
	ptrdiff_t i;

	pthread_mutex_lock(&t->lock);
	i = node_of(t, space, number);
	if (i >= 0) {
		const struct tree_node *n = &t->nodes[i];
		struct way *w = &t->way[space];

		w->set = w->set && w->number >= n->first && w->number <= last_of(n);
		walk_to(w, n, number);
		memcpy(out, w->seeds[TREE_DEPTH], KEY_BYTES);
	}
	pthread_mutex_unlock(&t->lock);
	return i >= 0;
}

bool keytree_has(struct keytree *t, enum tree_space space, uint32_t number)
{
	bool has;

	pthread_mutex_lock(&t->lock);
	has = node_of(t, space, number) >= 0;
	pthread_mutex_unlock(&t->lock);
	return has;
}

/* The nodes beside the way from @n to @number, ascending. Returns how many. */
static size_t beside(const struct tree_node *n, uint32_t number,
		     struct tree_node out[3 * TREE_DEPTH])
{
	uint8_t seeds[TREE_DEPTH + 1][KEY_BYTES];
	size_t count = 0;

	memcpy(seeds[n->depth], n->seed, KEY_BYTES);
	for (unsigned d = n->depth + 1U; d <= TREE_DEPTH; d++)
		child(seeds[d - 1], d, turn(number, d), seeds[d]);
	/* what is before the way from the top down, then what is behind it from the bottom up */
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < (unsigned)(TREE_DEPTH - n->depth); i++) {
			unsigned d = pass ? TREE_DEPTH - i : n->depth + 1 + i;
			unsigned at = turn(number, d);
			uint32_t first =
				number &
				~(uint32_t)(((uint64_t)1 << shift_of(d - 1)) - 1);

			for (unsigned w = pass ? at + 1 : 0; w < (pass ? 4 : at); w++) {
				struct tree_node *x = &out[count++];

				x->space = n->space;
				x->depth = (uint8_t)d;
				x->first = first | w << shift_of(d);
				child(seeds[d - 1], d, w, x->seed);
			}
		}
	sodium_memzero(seeds, sizeof(seeds));
	return count;
}

bool keytree_destroy(struct keytree *t, enum tree_space space, uint32_t number)
{
	struct tree_node keep[3 * TREE_DEPTH];
	bool done = true;
	ptrdiff_t i;
	size_t n;

	pthread_mutex_lock(&t->lock);
	i = node_of(t, space, number);
	if (i >= 0) {
		n = beside(&t->nodes[i], number, keep);
		done = room_for(t, n);
		if (done) {
			memmove(t->nodes + i + n, t->nodes + i + 1,
				(t->count - (size_t)i - 1) * sizeof(*t->nodes));
			memcpy(t->nodes + i, keep, n * sizeof(*keep));
			t->count += n - 1;
			sodium_memzero(t->nodes + t->count,
				       (t->room - t->count) * sizeof(*t->nodes));
		}
		sodium_memzero(keep, sizeof(keep));
		way_forget(t);
	}
	pthread_mutex_unlock(&t->lock);
	return done;
}
