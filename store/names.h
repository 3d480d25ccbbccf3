/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h: each name is written once and is a number from 1 on everywhere else.
 *
 * Numbers of a dimension are dense and never used again. Names are not encrypted: the
 * numbers stay readable without the key. Damage makes the transaction fail (ERR_INPUT).
 */
#ifndef OPINIA_STORE_NAMES_H
#define OPINIA_STORE_NAMES_H

#include "store/txn.h"

/* On disk: never renumber, only add. */
enum name_dim {
	NAME_SOURCE = 1,
	NAME_AGENT = 2,
	NAME_TEAM = 3,
	NAME_QUEUE = 4,
	NAME_TOPIC = 5,	   /* taxonomy id: "order.checkout"               */
	NAME_LANGUAGE = 6, /* code: "ro"                                  */
	NAME_ACTIVITY = 7,
	NAME_REASON = 8,
	NAME_ATTR = 9,	    /* "key=value"; key has no `=`                 */
	NAME_LEXICON = 10,  /* hash, as the caller of prepare gave it      */
	NAME_ATTR_KEY = 11, /* every key that NAME_ATTR has              */
	NAME_ORIGIN = 12,   /* files that records came from               */
	NAME_DIM_END = 13
};

/*
 * The number of @text, made when new. 0: @text is empty, or the transaction has failed.
 */
uint32_t names_intern(struct txn *t, enum name_dim dim, struct sv text);
/* 0: no such name. */
uint32_t names_find(struct txn *t, enum name_dim dim, struct sv text);
/* Empty: no such number. Valid until the transaction's end (or its next write). */
struct sv names_text(struct txn *t, enum name_dim dim, uint32_t number);
/* The same with a cursor of DB_NAMES that is lent: quick for numbers in order. */
struct sv names_text_at(struct txn_cursor *c, enum name_dim dim, uint32_t number);
/* The number stays taken, and its text is nobody's any more. */
void names_forget(struct txn *t, enum name_dim dim, uint32_t number);
uint32_t names_count(struct txn *t, enum name_dim dim); /* numbers 1..count are in use */
/* Names that begin with @prefix, in order of bytes, until @take returns false. */
void names_each(struct txn *t, enum name_dim dim, struct sv prefix,
		bool (*take)(void *self, uint32_t number, struct sv text), void *self);

#endif
