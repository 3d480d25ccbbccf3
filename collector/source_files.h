/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_files.h: what a watched folder remembers of its files, as JSON in the cursor. A file
 * whose name and fingerprint are known is read no more; one that grew is read on. Files that
 * are no longer there are forgotten; of more than FILES_KNOWN the oldest are summed up in one
 * time: whatever is older than it has been read.
 */
#ifndef OPINIA_COLLECTOR_SOURCE_FILES_H
#define OPINIA_COLLECTOR_SOURCE_FILES_H

#include "collector/fingerprint.h"
#include "core/arena.h"

enum { FILES_KNOWN = 2000 };

struct known_file {
	struct sv name;
	struct fingerprint print;
	uint64_t given;	   /* records */
	bool done, failed; /* failed: it was not understood */
	bool there;	   /* seen by this look */
};

struct known_files {
	struct known_file at[FILES_KNOWN];
	size_t count;
	int64_t before; /* ms: files that changed earlier have been read */
};

/* Names are in @arena. What is no cursor of ours is an empty one: reading anew harms nothing. */
void known_files_read(struct known_files *k, struct sv cursor, struct arena *arena);
/* In @arena; the empty view: out of memory. */
struct sv known_files_write(const struct known_files *k, struct arena *arena);

struct known_file *known_files_find(struct known_files *k, struct sv name);
/* Another one; if there is no room, the oldest that is done becomes part of @before. */
struct known_file *known_files_add(struct known_files *k, struct sv name);
void known_files_drop_absent(struct known_files *k);

#endif
