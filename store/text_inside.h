/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_inside.h: what the files of text.h share: keys of DB_TEXT, the runs of a
 * segment, and the way from a place back to its record. Nobody else includes this but
 * the search (text_find.c) and what makes a run (text_make.c).
 */
#ifndef OPINIA_STORE_TEXT_INSIDE_H
#define OPINIA_STORE_TEXT_INSIDE_H

#include "store/bits.h"
#include "store/text.h"
#include "store/text_run.h"
#include "store/txn.h"

enum {
	TEXT_PART_BODY,
	TEXT_PART_DEAD,
	TEXT_KEY_LEN = 7,
	TEXT_RUN_FIRST = 1, /* 0: rows of counts, text_span.h */
	TEXT_RUNS_MAX = 64,
	TEXT_FAN = 8
};

struct text_key {
	char p[TEXT_KEY_LEN];
};

struct sv text_key(uint16_t segment, uint32_t run, uint8_t part, struct text_key *k);
int text_damaged(struct err *err, uint16_t segment, uint32_t run); /* ERR_INPUT */

/* One run of a segment as it lies; the views are valid until the transaction writes. */
struct text_found {
	uint32_t number;
	struct text_run run;
	struct sv dead; /* bitmap of low halves; empty: none */
};

/* The run at the cursor and its dead; the cursor moves behind it. False: none left in @segment
 * (*rc 0), or *rc is the failure. */
bool text_next_run(struct txn_cursor *c, uint16_t segment, struct text_found *out,
		   int *rc, struct err *err);
bool text_seek_runs(struct txn_cursor *c, uint16_t segment);

/* Slot of a place, for many places in any order. */
struct text_slots {
	uint32_t *starts; /* slots + 1 of them */
	uint32_t *hint;	  /* [place >> 5]: the slot there or an earlier one */
	uint32_t slots;
};

/* 0, ERR_INPUT (damaged) or ERR_SYSTEM (memory); the caller finds the words. */
int text_slots_of_run(const struct text_run *r, struct text_slots *out);
/* The same of @n records that begin at @starts (n + 1 of them, borrowed). */
bool text_slots_of(uint32_t *starts, uint32_t n, struct text_slots *out);
void text_slots_release(struct text_slots *s);

static inline uint32_t text_slot(const struct text_slots *s, uint32_t place)
{
	uint32_t i = s->hint[place >> 5];

	while (s->starts[i + 1] <= place)
		i++;
	return i;
}

/* Merge @numbers of @segment's runs into the first of them, without what is dead. */
int text_merge(struct txn *t, uint16_t segment, const uint32_t *numbers, size_t count,
	       struct err *err);

#endif
