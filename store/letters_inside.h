/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters_inside.h: what was learned of a text, between letters_learn.c, which makes it,
 * letters_write.c and letters.c, which reads with it.
 */
#ifndef OPINIA_STORE_LETTERS_INSIDE_H
#define OPINIA_STORE_LETTERS_INSIDE_H

#include "store/letters.h"

enum { BYTES = 256, SCALE_BITS = 14, SCALE = 1 << SCALE_BITS, FIRST = ' ', DEPTH = 3 };
/* Cells behind the last one that may be read, though they say nothing: see get_byte(). */
enum { GUESSED = 4 };

/*
 * A list is a cell with its head, a cell for each byte that comes after what it is of, the most
 * frequent first, and one where something else begins: what is asked together lies together.
 */
struct head {
	uint32_t below; /* the list of the same bytes but the one farthest    */
	uint16_t count : 12;
	uint16_t depth : 4; /* bytes that it is of */
	uint16_t left;	    /* of SCALE in the list below, without what this one has */
};

struct entry {
	uint32_t next;	 /* the list of what is before then          */
	uint16_t begins; /* its share in SCALE, up to the next one's */
	uint8_t byte;
};

union cell {
	struct head head;
	struct entry entry;
};

/* An entry by the bytes of its list and its own; the last is the lowest. size 0: there is none. */
struct gram {
	uint32_t bytes;
	uint16_t begins, size;
};

struct grams {
	struct gram *at;
	uint32_t *next; /* of each: its entry's */
	uint32_t odd;	/* by which a gram is multiplied */
	unsigned shift; /* 32 less the bits of how many  */
};

struct letters {
	union cell *cells; /* cells[0]: the list of all bytes */
	uint32_t start;
	/* for who writes */
	uint32_t *gone;	      /* of each cell: see gone_of() */
	struct grams often;   /* of lists of DEPTH bytes: two places for each ... */
	struct grams rest;    /* ... and those who did not find one there     */
	struct grams shorter; /* of lists of less bytes                       */
};

/* Where an entry's share begins in the list below, and its size there. Four are looked at at once. */
enum { GONE_EACH = 4, GONE_NONE = UINT16_MAX };

static inline uint32_t gone_of(uint32_t begins, uint32_t size)
{
	return begins | size << 16;
}

/* The lists as they were learned: of each its cell, the bytes before, how often these were there. */
struct learned {
	uint32_t *cell, *before, *times;
	uint32_t count;
};

bool letters_learn_grams(struct letters *l, const struct learned *lists);
void letters_free_grams(struct letters *l);

#endif
