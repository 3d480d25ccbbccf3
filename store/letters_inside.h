/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters_inside.h: what was learned of a text, between letters_learn.c, which makes it, and
 * letters.c, which writes and reads with it.
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
	uint16_t count;
	uint16_t left; /* of SCALE in the list below, without what this one has */
};

struct entry {
	uint32_t next;	 /* the list of what is before then             */
	uint16_t begins; /* its share in SCALE, up to the next one's    */
	uint8_t byte;
};

/* Where the share of an entry's byte begins below, and its size: seldom asked, so apart. */
struct under {
	uint16_t there, takes;
};

union cell {
	struct head head;
	struct entry entry;
};

struct letters {
	union cell *cells;   /* cells[0]: the list of all bytes */
	struct under *under; /* of each cell                    */
	uint32_t start;
};

#endif
