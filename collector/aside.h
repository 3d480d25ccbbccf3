/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aside.h: where a source that is no file puts what is no record, whole, with its place and
 * the reason: DIR/rejected/SOURCE.rejected (0600), a remark line
 * "# 2026-11-21T10:00:00Z place: reason", the bytes, an empty line. It is appended to and on the
 * disk before the cursor moves, so what is broken is never lost by a stop. What stands near its
 * end already is counted, and not put there again: an overlap brings it with every look. A file
 * over ASIDE_MAX is moved to SOURCE.rejected.1 first.
 */
#ifndef OPINIA_COLLECTOR_ASIDE_H
#define OPINIA_COLLECTOR_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/opinia_collector.h"
#include "core/err.h"
#include "core/sv.h"

enum { ASIDE_SAID = 8, ASIDE_MAX = 256 << 20 };

struct aside {
	const char *dir, *source; /* of the caller's, for as long as this */
	char *path;		  /* NULL: not needed so far */
	int fd;			  /* -1: not needed so far */
	bool unsynced;
	uint64_t count;
	struct import_reject said[ASIDE_SAID]; /* the first ones, for the summary */
	size_t said_count;
};

/* @dir NULL: nothing is written (a test of the source), but counted and said. */
void aside_init(struct aside *a, const char *dir, const char *source);
int aside_put(struct aside *a, const char *place, const char *why, struct sv raw,
	      struct err *err);
int aside_sync(struct aside *a, struct err *err); /* before the batch is given out */
void aside_release(struct aside *a);

#endif
