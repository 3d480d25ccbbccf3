/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs.h: from a digest to numbers, for digests that arrive in no order at all.
 *
 * As keys of a B-tree each would touch a page of its own (40 times the cost of
 * appending). So a landing writes its digests as one sorted run with a filter; eight runs
 * of a level are merged into one of the next. Failures stick to the transaction; nothing
 * is kept between calls.
 */
#ifndef OPINIA_STORE_RUNS_H
#define OPINIA_STORE_RUNS_H

#include "core/arena.h"
#include "store/txn.h"

/* On disk: never renumber. */
enum run_space {
	RUN_IDENTITY = 1,    /* a record's key -> its id; one each          */
	RUN_ALIAS = 2,	     /* an address -> its number; the highest counts */
	RUN_INTERACTION = 3, /* -> ids, maybe of records that no longer name it */
	RUN_CUSTOMER = 4,    /* number -> ids, likewise                     */
	RUN_SPACES = 5
};

enum { RUN_DIGEST = 10, RUN_FAN = 8, RUN_PART_MAX = 65536, RUN_PART_BITS_MAX = 20 };

struct run_entry {
	uint8_t digest[RUN_DIGEST]; /* zeros behind what the space uses */
	uint32_t value;
};

void runs_sort(struct run_entry *e, size_t count); /* by digest, then value */
/* Add a run of @entries (which get sorted), and merge what is due. */
void runs_add(struct txn *t, enum run_space space, struct run_entry *entries,
	      size_t count);
/* Set the value of each of the sorted @queries: the highest found, or 0. */
void runs_find(struct txn *t, enum run_space space, struct run_entry *queries,
	       size_t count);
/* All values of one digest, ascending, each once. */
int runs_all(struct txn *t, enum run_space space, const uint8_t digest[RUN_DIGEST],
	     struct arena *arena, uint32_t **values, size_t *count, struct err *err);

/* Digests of spaces 3 and 4: a 64-bit digest of an interaction, a customer's number. */
void run_digest_u64(uint64_t v, uint8_t out[RUN_DIGEST]);
void run_digest_number(uint32_t number, uint8_t out[RUN_DIGEST]);

/*
 * Take out of a space, for good, every entry that @gone says yes to; it is asked once for each.
 */
typedef bool runs_gone(void *self, const struct run_entry *e);
void runs_purge(struct txn *t, enum run_space space, runs_gone *gone, void *self);

/*
 * Walk all entries of a space, checking every sum and the order; @take gets each. Damage
 * is told and counted, and the walk goes on. Returns the number of entries.
 */
uint64_t runs_walk(struct txn *t, enum run_space space,
		   void (*take)(void *self, const struct run_entry *e),
		   void (*damaged)(void *self, const char *what), void *self);

#endif
