/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h: how the store gets at the words of a text without knowing the analyzer. The
 * composition root (cli) lends a word source; tests lend a toy one. What folds a comment for
 * the index folds the words of a query too, so both always agree.
 */
#ifndef OPINIA_CORE_WORDS_H
#define OPINIA_CORE_WORDS_H

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"
#include "core/verdict.h"

struct word {
	struct sv folded; /* lower case, no diacritics                       */
	struct sv
		stem; /* folded without its inflection, for search only; p NULL: ask for it */
	struct span span; /* bytes of the text as given                      */
	uint32_t place;	  /* 0.. : position among the words of the text      */
};

struct word_source {
	void *self;
	/* Words of @text in order, into @arena. @language as in struct verdict (0: und). Any thread. */
	int (*words)(void *self, struct sv text, uint8_t language, struct arena *arena,
		     struct word **out, size_t *count, struct err *err);
	/*
	 * The stem that words() would have given, of a word that came without; it lives until the
	 * thread asks again, or in @folded. NULL: no word ever comes without.
	 */
	int (*stem)(void *self, struct sv folded, uint8_t language, struct sv *out,
		    struct err *err);
};

#endif
