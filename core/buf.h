/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h: bytes that grow up to a ceiling. The first failure sticks: ten puts read as ten
 * puts, and buf_ok() is asked once at the end.
 */
#ifndef OPINIA_CORE_BUF_H
#define OPINIA_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sv.h"

struct buf {
	char *p; /* always NUL-terminated once something was put */
	size_t n, cap, max;
	bool failed, borrowed;
};

void buf_init(struct buf *b, size_t max_bytes); /* max 0: no ceiling */
/* In memory of the caller's, which is its ceiling: it fails when that is full, never for memory. */
void buf_borrow(struct buf *b, char *room, size_t n);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory, forgets a failure */
bool buf_ok(const struct buf *b);
struct sv buf_sv(const struct buf *b);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_sv_put(struct buf *b, struct sv s);
void buf_str(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Room for @n more bytes at the end, or NULL; what is written there counts after buf_took(). */
char *buf_room(struct buf *b, size_t n);
void buf_took(struct buf *b, size_t n);

#endif
