/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c: see batch.h. */
#include "core/batch.h"

enum { FIRST_RECORDS = 4 }; /* of a kilobyte each; most calls of a service bring one */

void batch_init(struct batch *b)
{
	*b = (struct batch){ .count = 0 };
	arena_init(&b->arena, BATCH_BYTES_MAX);
}

void batch_release(struct batch *b)
{
	arena_release(&b->arena);
	*b = (struct batch){ .count = 0 };
}

void batch_reset(struct batch *b)
{
	arena_reset(&b->arena);
	b->records = NULL;
	b->count = b->room = 0;
	b->source = b->cursor = (struct sv){ NULL, 0 };
	b->note_key = b->note_value = (struct sv){ NULL, 0 };
}

struct record *batch_add(struct batch *b, enum record_kind kind)
{
	if (b->count == b->room) {
		size_t room = b->room ? b->room * 2 : FIRST_RECORDS;
		struct record *more =
			arena_grow(&b->arena, b->records, b->room * sizeof(*more),
				   room * sizeof(*more));

		if (!more)
			return NULL;
		b->records = more;
		b->room = room;
	}
	record_init(&b->records[b->count], kind);
	return &b->records[b->count++];
}

void batch_drop_last(struct batch *b)
{
	if (b->count)
		b->count--;
}
