/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.h: a name that was made, renamed or taken away is on the disk once its folder is synced: before
 * that a power cut may undo it, though the file itself was synced.
 */
#ifndef OPINIA_CORE_SYNC_H
#define OPINIA_CORE_SYNC_H

#include "core/err.h"

/* ERR_SYSTEM, with errno as it was. */
int sync_folder(const char *path, struct err *err);
/* The folder that @path is in. */
int sync_parent(const char *path, struct err *err);

#endif
