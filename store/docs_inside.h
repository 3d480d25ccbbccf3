/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs_inside.h: what the files of documents share: docs.c reads, docs_part.c unpacks what
 * is to be changed, docs_write.c changes and packs it.
 */
#ifndef OPINIA_STORE_DOCS_INSIDE_H
#define OPINIA_STORE_DOCS_INSIDE_H

#include "store/doc_block.h"
#include "store/docs.h"

/* Documents next to each other, unpacked. */
struct docs_part {
	struct arena arena;
	struct doc_row *rows;
	uint32_t first; /* 0: nothing is open                               */
	uint32_t count;
	uint32_t stored; /* tail: of them, so many have values of their own  */
	size_t sealed;	 /* bytes of all sealed parts                        */
	bool joined;	 /* tail: those before it are in it                  */
	bool changed;
};

enum { DOCS_SEEN = 64 };

struct docs_held {
	struct docs_part tail, block;
	struct block_packer *packer;
	uint8_t *out[2];     /* room for a block each                       */
	unsigned row_cost;   /* of the block before: bytes but for the seals */
	struct doc_block at; /* of a transaction that writes: for a moment       */
	/* Of readers: the blocks that were looked at last, the one at hand, the next to go. */
	struct doc_block *seen; /* DOCS_SEEN; first 0: none */
	unsigned last, next;
	struct txn_cursor cursor;
};

/* NULL: out of memory, and the transaction has failed. */
struct docs_held *docs_held(struct txn *t);
int docs_damaged(uint32_t first, struct err *err); /* ERR_INPUT: their words */
/* The value that @id is in: @c stands on it. Its first id, or 0. */
uint32_t docs_find(struct txn *t, struct txn_cursor *c, uint32_t id);

static inline bool docs_part_has(const struct docs_part *p, uint32_t id)
{
	return p->first && id - p->first < p->count;
}

/* ---- docs_part.c ------------------------------------------------------------------- */

void docs_part_empty(struct docs_part *p, uint32_t first);
/* Room for one more row or, with @i below the count, for that row anew. */
uint8_t *docs_part_room(struct txn *t, struct docs_part *p, uint32_t i, size_t fixed,
			size_t sealed);
/* Unpack the block of @value, whose first id is @first, into h->block. */
void docs_part_open(struct txn *t, struct docs_held *h, struct sv value, uint32_t first);
/* The documents before the tail that are values of their own come into it. */
void docs_tail_join(struct txn *t, struct docs_held *h);

#endif
