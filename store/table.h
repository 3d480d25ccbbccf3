/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h: from a 64-bit hash to a number, for the length of one batch; lives in an
 * arena.
 *
 * Two entries may have the same hash: the caller says which one it means.
 */
#ifndef OPINIA_STORE_TABLE_H
#define OPINIA_STORE_TABLE_H

#include "core/arena.h"

struct table {
	struct arena *arena;
	struct table_slot {
		uint64_t hash;
		uint32_t value; /* 0: empty */
	} * slots;
	size_t size, used;
};

void table_init(struct table *t, struct arena *arena);
/*
 * The slot of @hash for which @same says yes (NULL: any); else an empty one, to be filled
 * by table_fill(). NULL: out of memory. Valid until the next call.
 */
struct table_slot *table_at(struct table *t, uint64_t hash,
			    bool (*same)(const void *self, uint32_t value),
			    const void *self);
void table_fill(struct table *t, struct table_slot *slot, uint64_t hash, uint32_t value);

#endif
