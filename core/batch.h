/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.h: a batch lives in one arena, lands in one transaction and moves one cursor.
 */
#ifndef OPINIA_CORE_BATCH_H
#define OPINIA_CORE_BATCH_H

#include "core/arena.h"
#include "core/record.h"

enum { BATCH_RECORDS = 2048, BATCH_BYTES_MAX = 256 << 20 };

struct batch {
	struct arena arena; /* owns every view of every record */
	struct record *records;
	size_t count, room;
	struct sv source; /* whose cursor moves; empty: none */
	struct sv cursor; /* what to remember after this batch */
	/*
	 * A note that lands with the batch: the id of a delivery and what was answered. If the
	 * store has a note of this key already, nothing of the batch lands.
	 */
	struct sv note_key, note_value; /* key empty: none; 200 bytes at most */
};

void batch_init(struct batch *b);
void batch_release(struct batch *b);
void batch_reset(struct batch *b); /* everything of the last round, gone */

/* The next record, initialised as @kind, or NULL when memory or the ceiling is reached. */
struct record *batch_add(struct batch *b, enum record_kind kind);
void batch_drop_last(struct batch *b);

#endif
