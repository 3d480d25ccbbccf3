/* SPDX-License-Identifier: Apache-2.0 */
/*
 * language.h: what the letters of a word say of its language; shared by the compiler, which
 * adds words up beforehand, and the analyzer, which does it for the others.
 */
#ifndef OPINIA_ANALYZER_LANGUAGE_H
#define OPINIA_ANALYZER_LANGUAGE_H

#include "analyzer/table.h"

enum {
	LID_GRAM_MAX = 4,
	LID_WORD_MAX = 40,
	LID_CLASSES_MAX =
		24, /* the languages, `und` first, then groups of other languages */
};

/* Calls @each for all 1- to 4-grams of " word " (" word" if @open_end), HASH_PAD behind each. */
void lid_grams(const char *p, uint32_t n, bool open_end,
	       void (*each)(void *ctx, const char *gram, unsigned n), void *ctx);

uint64_t lid_hash(const char *gram, unsigned n);
uint32_t lid_print(uint64_t hash); /* never 0 */

/* Adds what @p says to sum[LID_CLASSES_MAX], in 1/64 bit; 0 is the best, less is worse. */
void lid_word(const struct table *t, const char *p, uint32_t n, int32_t *sum);

#endif
