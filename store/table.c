/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c: open addressing, at most half full; see table.h.
 */
#include "store/table.h"

enum { FIRST = 64 };

void table_init(struct table *t, struct arena *arena)
{
	*t = (struct table){ .arena = arena };
}

static size_t table_start(const struct table *t, uint64_t hash)
{
	return (size_t)((hash ^ hash >> 32) * 0x9e3779b97f4a7c15U >> 20) & (t->size - 1);
}

static bool table_grow(struct table *t)
{
	struct table next = { t->arena, NULL, t->size ? 2 * t->size : FIRST, t->used };

	next.slots = arena_zero(t->arena, next.size, sizeof(*next.slots));
	if (!next.slots)
		return false;
	for (size_t i = 0; i < t->size; i++) {
		size_t at;

		if (!t->slots[i].value)
			continue;
		at = table_start(&next, t->slots[i].hash);
		while (next.slots[at].value)
			at = (at + 1) & (next.size - 1);
		next.slots[at] = t->slots[i];
	}
	*t = next;
	return true;
}

struct table_slot *table_at(struct table *t, uint64_t hash,
			    bool (*same)(const void *self, uint32_t value),
			    const void *self)
{
	size_t at;

	if (2 * t->used >= t->size && !table_grow(t))
		return NULL;
	for (at = table_start(t, hash); t->slots[at].value; at = (at + 1) & (t->size - 1))
		if (t->slots[at].hash == hash &&
		    (!same || same(self, t->slots[at].value)))
			break;
	return &t->slots[at];
}

void table_fill(struct table *t, struct table_slot *slot, uint64_t hash, uint32_t value)
{
	if (!slot->value)
		t->used++;
	*slot = (struct table_slot){ hash, value };
}
