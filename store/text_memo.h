/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_memo.h: what words were hashed to, because most come again: one look instead of stem and
 * two keyed hashes.
 *
 * A memo is one thread's while it is taken; between batches it waits with the store, and is wiped
 * with it: it has words of customers in plain.
 */
#ifndef OPINIA_STORE_TEXT_MEMO_H
#define OPINIA_STORE_TEXT_MEMO_H

#include "store/text.h"

struct text_memo;
struct text_memos; /* those of a store: for one key */

struct text_memos *text_memos_new(void); /* NULL: out of memory */
void text_memos_free(struct text_memos *all);
/* One that nobody has, else, if @make, a new one; NULL: it goes without. */
struct text_memo *text_memos_take(struct text_memos *all, bool make);
void text_memos_give(struct text_memos *all, struct text_memo *m); /* NULL is fine */

/* Where words come from. */
struct text_origin {
	const uint8_t *key; /* TEXT_KEY_BYTES, always the same */
	struct sv code;	    /* of the language, always the same for @language */
	uint8_t language;   /* as in struct verdict */
	const struct word_source *source; /* is asked for stems that are not there */
};

/* As text_terms(). @m may be NULL. */
int text_memo_terms(struct text_memo *m, const struct text_origin *origin,
		    const struct word *words, size_t count, struct arena *arena,
		    struct text_term **out, struct err *err);

#endif
