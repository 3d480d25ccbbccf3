/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk.h: small files that must be there whole or not at all after a crash: the key file,
 * the list of the erased, a data file that takes another's place.
 */
#ifndef OPINIA_STORE_DISK_H
#define OPINIA_STORE_DISK_H

#include "core/buf.h"
#include "core/err.h"
#include "core/sync.h"

bool disk_write(int fd, const void *p, size_t n); /* all of it; errno tells why not */
/* At most @max bytes. ERR_MISSING: no such file; ERR_CONFIG: longer than @max. */
int disk_read(const char *path, size_t max, struct buf *out, struct err *err);
/*
 * Put @text at @path (0600, owner as before): written beside it, synced, renamed. The bytes
 * that were there are overwritten afterwards, as far as the file system lets one.
 */
int disk_replace(const char *path, struct sv text, struct err *err);
/* Rename a file that is synced, and sync the folder. */
int disk_rename(const char *from, const char *to, struct err *err);

#endif
