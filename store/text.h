/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h: which record holds which words, and where in it; without any word in plain.
 *
 * A word is known by two numbers made with a secret key: its group (language and search
 * stem, 48 bits) and its form (folded form, 24 bits). Each landing adds a run to its
 * segment (65,536 ids); runs of one size are merged when there are eight, and all of a
 * segment when it is full. DB_TEXT, key (7 bytes, big-endian): segment u16 | run u32 |
 * part u8 (0: body, 1: dead ids). text_run.h has the body's bytes. A record is alive in
 * at most one run.
 *
 * Errors: ERR_SYSTEM (disk, memory), ERR_INPUT (a blob is damaged).
 */
#ifndef OPINIA_STORE_TEXT_H
#define OPINIA_STORE_TEXT_H

#include "core/arena.h"
#include "core/words.h"

struct txn;

enum { TEXT_KEY_BYTES = 16 }; /* crypto_shorthash_KEYBYTES */

struct text_term {
	uint64_t group; /* 48 bits: language and search stem */
	uint32_t form;	/* 24 bits: folded form within its group */
	uint32_t place; /* as in struct word */
};

/* The words of one record, in order of place. */
struct text_doc {
	uint32_t id;
	bool had_words; /* an earlier version of it may be indexed: it will be superseded */
	uint32_t
		count; /* 0: the record has no words (any more)                          */
	const struct text_term *terms;
};

/* What @w is hashed to in a text in language @code; but for its place. */
void text_term_of(const uint8_t key[TEXT_KEY_BYTES], struct sv code, const struct word *w,
		  struct text_term *out);
/*
 * Hash @words of a text in language @code ("ro"; the same code again whenever it is
 * read again).
 */
int text_terms(const uint8_t key[TEXT_KEY_BYTES], struct sv code,
	       const struct word *words, size_t count, struct arena *arena,
	       struct text_term **out, struct err *err);

/*
 * Index @docs: ascending ids, each once. What they had before is gone from every
 * answer.
 */
int text_land(struct txn *t, const struct text_doc *docs, size_t count, struct err *err);

/*
 * After an erasure: rewrite the runs of @segment so that superseded words are
 * physically gone.
 */
int text_purge(struct txn *t, uint16_t segment, struct err *err);

/*
 * Is what @segment's runs hold exactly @docs (all of that segment that have words,
 * ascending)? Tells each difference; adds words looked at to *looked, differences to
 * *wrong.
 */
int text_verify(struct txn *t, uint16_t segment, const struct text_doc *docs,
		size_t count, void (*tell)(void *self, const char *what), void *self,
		uint64_t *looked, uint64_t *wrong, struct err *err);

/* ---- counts over many segments: text_spans.h ----------------------------------------- */

/*
 * Make up to @limit rows of counts that are missing, of segments that are full; *made of them.
 * There is none where runs are damaged: that is told by those who ask these.
 */
int text_spans_make(struct txn *t, unsigned limit, unsigned *made, struct err *err);

/* Does each row say what the runs say? Tells each that does not and adds them to *wrong. */
int text_spans_verify(struct txn *t, void (*tell)(void *self, const char *what),
		      void *self, uint64_t *wrong, struct err *err);

#endif
