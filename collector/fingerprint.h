/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fingerprint.h: is this the file that was read before, did it only grow at its end, or is it
 * another one? By size, time, and hashes of its first 64 KiB and of the 4 KiB before a size.
 */
#ifndef OPINIA_COLLECTOR_FINGERPRINT_H
#define OPINIA_COLLECTOR_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

struct fingerprint {
	uint64_t size;
	int64_t changed; /* ms */
	uint64_t head, tail;
	bool ended; /* the last byte is a line end */
};

/* ERR_MISSING: no such file, or no regular one. */
int fingerprint_of(const char *path, struct fingerprint *out, struct err *err);

bool fingerprint_same(const struct fingerprint *a, const struct fingerprint *b);

/* Is the file now what it was, whole lines, and more behind it? */
bool fingerprint_grew(const char *path, const struct fingerprint *was);

uint64_t hash_bytes(struct sv s);

#endif
