/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h: memory that dies together lives together, under a ceiling.
 *
 * Blocks come from malloc; everything taken is valid until arena_reset() or
 * arena_release(). One arena belongs to one thread at a time.
 */
#ifndef OPINIA_CORE_ARENA_H
#define OPINIA_CORE_ARENA_H

#include <stddef.h>

#include "core/sv.h"

struct arena_block;

struct arena {
	struct arena_block *head; /* newest first */
	size_t max;		  /* bytes in all; 0: no ceiling */
	size_t used;
};

struct arena_mark {
	struct arena_block *block;
	size_t fill, used;
};

void arena_init(struct arena *a, size_t max_bytes); /* cannot fail */
void arena_release(struct arena *a); /* frees what it holds; @a may be used again */
void arena_reset(struct arena *a);   /* empties it, keeps its largest block       */

/* @bytes aligned to 16, not zeroed. NULL: the ceiling is reached or memory is out. */
void *arena_take(struct arena *a, size_t bytes) __attribute__((warn_unused_result));
void *arena_zero(struct arena *a, size_t count, size_t size)
	__attribute__((warn_unused_result));

/* The same @old grown to @bytes, in place where it is the newest taking. */
void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t bytes)
	__attribute__((warn_unused_result));

/* A copy of @s, NUL behind it (not counted). On failure *out is the empty view, and false. */
bool arena_copy(struct arena *a, struct sv s, struct sv *out)
	__attribute__((warn_unused_result));
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a,
		  struct arena_mark mark); /* gives back all taken since */

#endif
