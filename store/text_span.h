/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_span.h: how many records hold each word, counted over many segments at once, so that a
 * count of a word does not ask each of them.
 *
 * A row counts for 4, 16 or 256 neighbouring segments (its level: 1 to 3). It is there or it is
 * not; who asks adds up what is not there. In DB_TEXT, key as a run's: first segment u16 | 0 u32 |
 * level u8. What it says follows from the runs alone, byte for byte. Little-endian:
 *
 *	at 0   u32 sum of bytes 4..15     12  u16 first segment
 *	   4   u32 bytes in all           14  u8 level
 *	   8   u32 groups                 15  u8 directory bits
 *
 *	directory  2^bits + 1 u32: where the bucket of the groups whose key begins with these bits
 *	           lies, from the directory's end on; at last where the last one ends
 *	bucket     u32 sum of what follows (seed: its number), varint groups, of each the lower 48 -
 *	           bits of its key in as few bytes as these take, ascending; then of each: varint 2 *
 *	           records, + 1 if it has several forms; its form's tag (3 bytes), or varint forms, of
 *	           each tag and varint records
 *
 * A form is in as many records as its group if it is the only one.
 */
#ifndef OPINIA_STORE_TEXT_SPAN_H
#define OPINIA_STORE_TEXT_SPAN_H

#include "core/buf.h"

enum { TEXT_SPAN_LEVELS = 3, TEXT_SPAN_HEAD = 16 };

/* How many segments a row of @level, 1 to TEXT_SPAN_LEVELS, counts for. */
static inline uint32_t text_span_size(unsigned level)
{
	static const uint16_t sizes[TEXT_SPAN_LEVELS] = { 4, 16, 256 };

	return sizes[level - 1];
}

/* ---- reading one --------------------------------------------------------------------- */

struct text_span {
	struct sv body;
	uint32_t groups, directory_bits;
};

/* False: not such a row, or its header is damaged. Buckets are summed when they are used. */
bool text_span_open(struct sv body, uint16_t first, unsigned level,
		    struct text_span *out);
/* How many records have @group, in this @form (NULL: in any); false: damaged. */
bool text_span_records(const struct text_span *s, uint64_t group, const uint32_t *form,
		       uint32_t *out);

/* The forms of a word and how many records have each; the last one used grows with it. */
struct text_form_count {
	uint32_t tag, records;
};

struct text_forms {
	struct text_form_count *p;
	size_t n, room;
};

bool text_forms_add(struct text_forms *f, uint32_t tag,
		    uint32_t records); /* false: memory */

struct text_bucket {
	const uint8_t *keys, *entry, *end;
	uint32_t groups;
};

/* All groups in order; zeroed but for @span to start with. */
struct text_span_walk {
	const struct text_span *span;
	struct text_bucket bucket; /* keys and entry: of what comes next */
	uint32_t next;		   /* bucket */
	bool failed;		   /* damaged, or out of memory */
};

/* The next one, its forms behind those in @forms; false at the end, or failed. */
bool text_span_next(struct text_span_walk *w, uint64_t *key, uint32_t *records,
		    struct text_forms *forms);

/* ---- making one ---------------------------------------------------------------------- */

struct text_span_maker {
	uint64_t *keys;
	uint32_t *at; /* of each group in @entries */
	size_t n, room;
	struct buf entries;
	bool failed;
};

void text_span_maker_init(struct text_span_maker *m);
void text_span_maker_release(struct text_span_maker *m);
/* A group of one form or more, in order of tags. Groups ascend. */
void text_span_put(struct text_span_maker *m, uint64_t key, uint32_t records,
		   const struct text_form_count *forms, size_t n);
bool text_span_finish(struct text_span_maker *m, uint16_t first, unsigned level,
		      struct buf *out); /* false: memory */

#endif
