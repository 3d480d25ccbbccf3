/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.h: what the store says of itself: format, id, zone, and the counters of one
 * landing to the next. Failures stick to the transaction.
 */
#ifndef OPINIA_STORE_META_H
#define OPINIA_STORE_META_H

#include "core/record.h"
#include "store/txn.h"

struct state {
	uint32_t next_id, next_customer; /* the next to be given away, from 1 */
	uint64_t kinds[KIND_COUNT];	 /* documents of each kind             */
	uint64_t revisions;		 /* documents in hist                  */
	uint64_t erasures;		 /* grows with each: keys at hand may be void  */
	uint32_t gone;	  /* customer numbers that are nobody's any more            */
	uint32_t lexicon; /* NAME_LEXICON of the last landing; 0: none        */
};

void state_read(struct txn *t, struct state *out);
void state_write(struct txn *t, const struct state *s);

/*
 * What is added to a number that is new to find its key in a tree. A store that was made of a backup draws
 * one: what both gave the same number to lives by two keys, and one of them can be destroyed. 0: no such store.
 */
uint32_t shift_read(struct txn *t);
/*
 * One for a store that is @s and had @before: new keys lie behind all that it has, and to destroy one of them
 * takes nothing of its own along.
 */
uint32_t shift_draw(const struct state *s, uint32_t before);
void shift_write(struct txn *t, uint32_t shift);

/* A plain value by name; the empty view when there is none. */
struct sv meta_get(struct txn *t, const char *name);
void meta_put(struct txn *t, const char *name, struct sv value);
void meta_drop(struct txn *t, const char *name);

#endif
