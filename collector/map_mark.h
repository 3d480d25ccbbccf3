/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_mark.h: the cursor of a map's source as text: `{"high":MS}` between runs; within one also
 * its window, where it is, and the newest time that it saw. Text of ours that cannot be read
 * (an older program's) means: begin anew, which is harmless.
 */
#ifndef OPINIA_COLLECTOR_MAP_MARK_H
#define OPINIA_COLLECTOR_MAP_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/sv.h"

struct map_mark {
	bool running;
	int64_t high;	      /* newest time of all complete runs; TIME_NONE */
	int64_t since, until; /* of this run; TIME_NONE */
	int64_t newest;	      /* seen in this run; TIME_NONE */
	int64_t page, offset; /* as the style of the pages has it */
	int64_t item;	      /* items of this page that were given out already */
	struct sv next;	      /* empty: the first page */
};

/* Views into @a. False: memory is out. */
bool map_mark_read(struct map_mark *m, struct sv text, struct arena *a);
bool map_mark_write(const struct map_mark *m, struct arena *a, struct sv *out);

#endif
