/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h: room for a list that is also looked for by hash, where each look counts (bits.c, text.c): beside
 * the things lie twice as many slots, each a place in the list + 1, or 0. Its owner says how a thing is hashed
 * and told from another. Where that may cost a call there is table.h.
 */
#ifndef OPINIA_STORE_SLOTS_H
#define OPINIA_STORE_SLOTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The list @all, of *room things of @each bytes, moved to twice the room (@first, if it had none), and slots
 * that are all 0: the owner fills them again. NULL: out of memory, and nothing has changed. Both are freed
 * with free().
 */
void *slots_grow(void *all, size_t each, uint32_t **slots, size_t *room, size_t first);

#endif
