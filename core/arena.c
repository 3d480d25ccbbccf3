/* SPDX-License-Identifier: Apache-2.0 */
/* arena.c: a chain of growing blocks; see arena.h. */
#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/short.h"

enum { ALIGN = 16, FIRST_BLOCK = 16 << 10, LARGEST_STEP = 4 << 20 };

struct arena_block {
	struct arena_block *next;
	size_t size, fill;
	_Alignas(16) unsigned char bytes[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
	*a = (struct arena){ .max = max_bytes };
}

void arena_release(struct arena *a)
{
	while (a->head) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;

	if (!keep)
		return;
	a->head = keep->next;
	arena_release(a);
	keep->next = NULL;
	keep->fill = 0;
	a->head = keep;
}

static struct arena_block *add_block(struct arena *a, size_t bytes)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_BLOCK;
	struct arena_block *b;

	if (size > LARGEST_STEP)
		size = LARGEST_STEP;
	if (size < bytes)
		size = bytes;
	b = malloc(sizeof(*b) + size);
	if (!b) {
		memory_was_short();
		return NULL;
	}
	b->next = a->head;
	b->size = size;
	b->fill = 0;
	a->head = b;
	return b;
}

void *arena_take(struct arena *a, size_t bytes)
{
	struct arena_block *b = a->head;
	void *p;

	if (bytes > SIZE_MAX / 2 - ALIGN)
		return NULL;
	bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->max && bytes > a->max - (a->used < a->max ? a->used : a->max))
		return NULL;
	if (!b || b->size - b->fill < bytes)
		b = add_block(a, bytes);
	if (!b)
		return NULL;
	p = b->bytes + b->fill;
	b->fill += bytes;
	a->used += bytes;
	return p;
}

void *arena_zero(struct arena *a, size_t count, size_t size)
{
	void *p;

	if (size && count > SIZE_MAX / 2 / size)
		return NULL;
	p = arena_take(a, count * size);
	if (p)
		memset(p, 0, count * size);
	return p;
}

void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t bytes)
{
	struct arena_block *b = a->head;
	size_t was = (old_bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	void *p;

	if (old && bytes <= was)
		return old;
	if (old && b && (unsigned char *)old + was == b->bytes + b->fill &&
	    bytes < SIZE_MAX / 2 && bytes + ALIGN - was <= b->size - b->fill)
		return arena_take(a, bytes - was) ? old : NULL;
	p = arena_take(a, bytes);
	if (p && old)
		memcpy(p, old, old_bytes);
	return p;
}

bool arena_copy(struct arena *a, struct sv s, struct sv *out)
{
	char *p = arena_take(a, s.n + 1);

	*out = (struct sv){ NULL, 0 };
	if (!p)
		return false;
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = 0;
	*out = (struct sv){ p, s.n };
	return true;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char brief[256]; /* most are, and are written once */
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(brief, sizeof(brief), fmt, ap);
	va_end(ap);
	p = n < 0 ? NULL : arena_take(a, (size_t)n + 1);
	if (!p)
		return NULL;
	if ((size_t)n < sizeof(brief))
		return memcpy(p, brief, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->head ? a->head->fill : 0, a->used };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	while (a->head && a->head != mark.block) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	if (a->head)
		a->head->fill = mark.fill;
	a->used = mark.used;
}
