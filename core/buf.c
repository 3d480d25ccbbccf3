/* SPDX-License-Identifier: Apache-2.0 */
/* buf.c: see buf.h. */
#include "core/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/short.h"

void buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){ .max = max_bytes };
}

void buf_borrow(struct buf *b, char *room, size_t n)
{
	*b = (struct buf){ .p = room, .cap = n, .max = n - 1, .borrowed = true };
	room[0] = 0;
}

void buf_release(struct buf *b)
{
	if (!b->borrowed)
		free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = 0;
}

bool buf_ok(const struct buf *b)
{
	return !b->failed;
}

struct sv buf_sv(const struct buf *b)
{
	return (struct sv){ b->p, b->n };
}

char *buf_room(struct buf *b, size_t n)
{
	size_t want = b->n + n + 1, cap = b->cap ? b->cap : 64;
	char *p;

	if (b->failed || n > SIZE_MAX / 4 || (b->max && b->n + n > b->max)) {
		b->failed = true;
		return NULL;
	}
	if (want <= b->cap)
		return b->p + b->n;
	while (cap < want)
		cap *= 2;
	p = realloc(b->p, cap);
	if (!p) {
		memory_was_short();
		b->failed = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return b->p + b->n;
}

void buf_took(struct buf *b, size_t n)
{
	b->n += n;
	b->p[b->n] = 0;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	char *to = buf_room(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, p, n);
	buf_took(b, n);
}

void buf_sv_put(struct buf *b, struct sv s)
{
	buf_put(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *z)
{
	buf_put(b, z, strlen(z));
}

void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	to = n < 0 ? NULL : buf_room(b, (size_t)n);
	if (!to) {
		b->failed = true;
		return;
	}
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_took(b, (size_t)n);
}
