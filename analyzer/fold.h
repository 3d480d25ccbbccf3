/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold.h: what a code point becomes before anything is looked up: lower case, without
 * diacritics, in one compatible form. The entries are made from utf8proc when the lexicon is
 * compiled (foldgen.c) and lie in the table; tests compare all code points.
 *
 * Letters and digits become letters and digits; everything else becomes nothing, an ASCII
 * stand-in of the same meaning, or one of two bytes that no UTF-8 text contains.
 */
#ifndef OPINIA_ANALYZER_FOLD_H
#define OPINIA_ANALYZER_FOLD_H

#include <stdint.h>

#include "analyzer/table.h"

#define FOLD_SYMBOL ((char)0xFE) /* a mark without meaning to us         */
#define FOLD_EMOJI ((char)0xFF)	 /* stands for the next emoji of the text */

enum {
	FOLD_BLOCK = 128, /* code points */
	FOLD_TOP = 0x110000 / FOLD_BLOCK,
	FOLD_BYTES_MAX = 12, /* longer folds stay as they are: U+FDFA */
};

/* An entry: kind in bits 0-1, FOLD_DIACRITIC, length in bits 3-7, bytes or pool offset above. */
enum fold_kind {
	FOLD_SAME,    /* itself: a letter that has no other form      */
	FOLD_BYTES,   /* up to three bytes in the entry, 0: nothing   */
	FOLD_POOL,    /* more bytes, in the pool                      */
	FOLD_PICTURE, /* an emoji                                   */
};
enum { FOLD_DIACRITIC = 4 }; /* it had one: the writer types them */

static inline uint32_t fold_of(const struct table *t, uint32_t cp)
{
	return t->fold[(uint32_t)t->fold_top[cp / FOLD_BLOCK] * FOLD_BLOCK +
		       cp % FOLD_BLOCK];
}

static inline unsigned fold_kind(uint32_t e)
{
	return e & 3;
}

static inline unsigned fold_length(uint32_t e)
{
	return e >> 3 & 31;
}

#endif
