/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h: the files of a folder, the oldest first, and moving one of them to the folder
 * `done` in it. Hidden files, those that programs are still writing, and our own files of
 * rejected rows are not seen.
 */
#ifndef OPINIA_COLLECTOR_FOLDER_H
#define OPINIA_COLLECTOR_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

enum { FOLDER_MAX = 100000 };

struct folder_file {
	struct sv name;
	uint64_t size;
	int64_t changed; /* ms */
};

struct folder {
	const char *path, *pattern; /* pattern NULL: all */
	char *own;		    /* what @path points to */
	struct arena arena;	    /* of the names; the caller resets it before a list */
	struct folder_file *at;
	size_t count;
};

/* "/srv/exports" or "/srv/exports/nps-*.csv"; @path is borrowed. False: out of memory. */
bool folder_init(struct folder *f, const char *path);
void folder_release(struct folder *f);

/* ERR_CONFIG: there is no such folder, or it may not be read. */
int folder_list(struct folder *f, struct err *err);
const char *folder_path(struct folder *f, struct sv name); /* NULL: out of memory */

/* To done/NAME, or done/NAME.1 …: nothing is overwritten. */
bool folder_move(struct folder *f, struct sv name);

#endif
