/* SPDX-License-Identifier: Apache-2.0 */
/*
 * occurrence.h: which of several identical rows is this? A row without any id is kept apart
 * from its twins only by that number, so the same file read again must count the same.
 *
 * 12 bytes a slot, two slots at most for each different row of that sort; rows with an id
 * cost nothing. The table is keyed by chance, the numbers do not depend on it.
 */
#ifndef OPINIA_COLLECTOR_OCCURRENCE_H
#define OPINIA_COLLECTOR_OCCURRENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/record.h"

struct occurrences {
	uint64_t *hash; /* 0: free */
	uint32_t *count;
	size_t slots, used; /* slots: a power of two */
	uint64_t secret[2];
};

void occurrences_init(struct occurrences *o);
void occurrences_release(struct occurrences *o);

/* Has the record no key of its own: no id, and not both a time and a customer or interaction? */
bool occurrence_needed(const struct record *r);

/* 1 for the first one that says the same (origin apart), 2 … False: memory is out. */
bool occurrence_of(struct occurrences *o, const struct record *r, uint32_t *n);

#endif
