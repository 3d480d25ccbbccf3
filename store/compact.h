/* SPDX-License-Identifier: Apache-2.0 */
/* compact.h: folders with a copy of the data file, for compact.c, backup.c and restore.c. */
#ifndef OPINIA_STORE_COMPACT_H
#define OPINIA_STORE_COMPACT_H

#include "core/err.h"

struct opinia_store;

/* A compacted copy in @dir has nothing to be swept: let it say so. */
int compact_swept(const struct opinia_store *s, const char *dir, struct err *err);
/* Take a folder with a copy away, also one that a crash has left; fine when there is none. */
void compact_remove(const char *dir);

#endif
