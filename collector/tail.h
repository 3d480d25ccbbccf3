/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tail.h: lines of a log that grows and is rotated. Remembers {device and inode, byte offset,
 * hash of the first line}; a file that was renamed is read to its end before its successor is
 * begun; a copied-and-truncated one is noticed by its first line or size; a last line without
 * its newline waits for the rest. Memory: one window, whatever the size.
 */
#ifndef OPINIA_COLLECTOR_TAIL_H
#define OPINIA_COLLECTOR_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"

enum { TAIL_LINE_MAX = 64 << 10, TAIL_WINDOW = 1 << 20 };

struct tail;

/*
 * @path: the live file; rotated ones are looked for beside it (NAME.1, NAME-20261121, NAME.0 …,
 * by inode; a compressed one cannot be read and is told by tail_lost()). @cursor: of
 * tail_cursor(), or empty: from the beginning of the oldest rotated file that is readable.
 * ERR_MISSING: there is no such file (yet).
 */
int tail_open(struct tail **out, const char *path, struct sv cursor, struct err *err);

/* The next whole line without its end; *got false: none now. A longer line comes in one piece,
 * cut at TAIL_LINE_MAX, with *cut. The view is valid until the next call. */
int tail_line(struct tail *t, struct sv *line, bool *got, bool *cut, struct err *err);

/* "queue_log:1234": the file's name and line number (of this file). */
void tail_place(const struct tail *t, char *out, size_t size);
bool tail_lost(const struct tail *t); /* what was left to read was rotated away */
uint64_t tail_bytes(const struct tail *t, uint64_t *size);

/* Where it stands after the last line given out. */
int tail_cursor(const struct tail *t, struct arena *arena, struct sv *out,
		struct err *err);
void tail_close(struct tail *t); /* NULL is fine */

#endif
