/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_memo.h: what words of a batch were hashed to, because most come again in it.
 */
#ifndef OPINIA_STORE_TEXT_MEMO_H
#define OPINIA_STORE_TEXT_MEMO_H

#include "store/text.h"

struct text_memo;

struct text_memo *text_memo_new(void); /* NULL: out of memory, it goes without */
void text_memo_free(struct text_memo *m);
/* As text_terms(), always with the same @key. @m may be NULL. */
int text_memo_terms(struct text_memo *m, const uint8_t key[TEXT_KEY_BYTES],
		    struct sv code, const struct word *words, size_t count,
		    struct arena *arena, struct text_term **out, struct err *err);

#endif
