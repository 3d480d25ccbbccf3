/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keytree.h: 2^32 wrapping keys for customers and as many for records, out of two seeds,
 * each of which can be destroyed alone.
 *
 * A node of the tree has four children, each a keyed function of it, and the nodes of
 * depth 16 are the keys. To destroy one key is to keep, instead of the nodes above it, the
 * nodes beside the way to it: no key that is left changes, and nobody can go back up. So an
 * erased person's data key stays sealed for good, in the free pages of the data file and in
 * every backup, while all others open as before.
 *
 * Any thread; a tree locks itself.
 */
#ifndef OPINIA_STORE_KEYTREE_H
#define OPINIA_STORE_KEYTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES = 32, TREE_DEPTH = 16, TREE_NODES_MAX = 1 << 20 };

/* On disk: never renumber. */
enum tree_space { TREE_CUSTOMERS, TREE_RECORDS, TREE_SPACES };

struct tree_node {
	uint8_t space, depth; /* depth 0: all of a space; TREE_DEPTH: one key */
	uint32_t first;	      /* the first number under it                    */
	uint8_t seed[KEY_BYTES];
};

struct keytree;

/* NULL: out of memory. Wiped and freed by keytree_free() (NULL is fine). */
struct keytree *keytree_new(void);
void keytree_free(struct keytree *t);

/* Add a node behind all others: spaces and numbers ascend and do not overlap. False: they do not, or
 * memory is out. */
bool keytree_add(struct keytree *t, const struct tree_node *node);
const struct tree_node *keytree_nodes(const struct keytree *t, size_t *count);

/* False: this key was destroyed. */
bool keytree_key(struct keytree *t, enum tree_space space, uint32_t number,
		 uint8_t out[KEY_BYTES]);
bool keytree_has(struct keytree *t, enum tree_space space, uint32_t number);
/* False: out of memory, or the tree has TREE_NODES_MAX nodes; it is as it was then. Destroyed
 * already is fine. */
bool keytree_destroy(struct keytree *t, enum tree_space space, uint32_t number);

#endif
