/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rejects.h: FILE.rejected. Every row that is no record stands there whole, in UTF-8, behind
 * a remark with its line and the reason, under the header of its file: correct the rows and
 * import that file; remarks are skipped (docs/formats/import.md).
 *
 * It is written beside its place and moved there when it is complete and on the disk; a run
 * without rejected rows takes an old one of ours away. 0600: it holds what customers wrote.
 */
#ifndef OPINIA_COLLECTOR_REJECTS_H
#define OPINIA_COLLECTOR_REJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/opinia_collector.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"

enum { REJECTS_SAID = 8 }; /* how many are kept for the summary */

struct rejects {
	char *path, *temp;
	struct sv header; /* borrowed; empty: none */
	bool bom, dry_run, settled;
	int fd; /* -1: not needed so far */
	struct buf out;
	struct import_reject said[REJECTS_SAID];
	size_t said_count;
	uint64_t count;
};

/* @path: of the file that is read; @place: where rejected rows go, NULL: @path.rejected. */
int rejects_init(struct rejects *r, const char *path, const char *place, bool dry_run,
		 struct err *err);

/* A row of line @line, without line end; pieces of a huge one follow by rejects_piece(). */
int rejects_put(struct rejects *r, uint64_t line, const char *why, struct sv row,
		struct err *err);
int rejects_piece(struct rejects *r, struct sv piece, struct err *err);

int rejects_settle(struct rejects *r, bool at_end,
		   struct err *err); /* once; later calls do nothing */
void rejects_release(struct rejects *r);

#endif
