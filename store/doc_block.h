/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc_block.h: many documents in one value, a column for each of their fields.
 *
 * Neighbours share their batch, source and lexicon and lie near in time, so that most
 * columns are a few bits a document. One document is read without unpacking the others.
 */
#ifndef OPINIA_STORE_DOC_BLOCK_H
#define OPINIA_STORE_DOC_BLOCK_H

#include "store/column.h"
#include "store/doc.h"

enum {
	BLOCK_ROWS = 1024,
	BLOCK_ITEMS = 4 * BLOCK_ROWS, /* scores, topics or attributes of a block */
	BLOCK_COLUMNS = 6 + DOC_FIELDS + 1 + 4,
	BLOCK_HEAD = 22,
	BLOCK_VERSION = 2, /* where a single document has DOC_VERSION */
};

/* A document as doc_encode() has made it: @fixed bytes, then @sealed bytes. */
struct doc_row {
	const uint8_t *p;
	uint32_t fixed, sealed;
};

struct block_packer;
struct block_packer *block_packer_new(void); /* NULL: out of memory */
void block_packer_free(struct block_packer *b);
/* The bytes written to @out; 0: @room is too small, or the documents too many or varied. */
size_t block_pack(struct block_packer *b, uint32_t first, const struct doc_row *rows,
		  size_t count, uint8_t *out, size_t room);

/* A block where it lies, and how far a reader has come in it. */
struct doc_block {
	uint32_t first, count;
	uint32_t masks;		    /* of all documents together             */
	uint32_t total[DOC_FIELDS]; /* documents that have the field          */
	uint32_t item_total[3];
	/* of the document at hand: what is before it */
	uint32_t at, rank[DOC_FIELDS], items[3];
	uint32_t counted[3]; /* documents whose items are counted above */
	size_t sealed_at;
	uint32_t sealed_sum;
	const uint8_t *sealed, *end;
	struct column column[BLOCK_COLUMNS];
	uint32_t mask[COLUMN_ENTRIES]; /* the list of masks */
};

/*
 * ERR_INPUT: damaged. Nothing outside @bytes is ever read. The sealed parts are not
 * looked at: who opens one is told by its digest (crypto.h), who keeps one asks
 * block_sealed_sound().
 */
int block_view(struct sv bytes, uint32_t first, struct doc_block *out, struct err *err);
/* Are the sealed parts the bytes that were written? */
bool block_sealed_sound(const struct doc_block *b);
/* Cheapest when ids ascend. @id is one of the block's. ERR_INPUT: damaged. */
int block_read(struct doc_block *b, uint32_t id, struct doc *out, struct err *err);
/* How many documents the value of @bytes holds, block or not; 0: damaged. */
uint32_t block_count(struct sv bytes);

#endif
