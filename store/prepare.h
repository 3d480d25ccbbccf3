/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.h: what is at hand while a batch is made ready, and its lists of names and customers.
 */
#ifndef OPINIA_STORE_PREPARE_H
#define OPINIA_STORE_PREPARE_H

#include "core/buf.h"
#include "store/customers.h"
#include "store/landing.h"
#include "store/packer.h"
#include "store/table.h"

struct text_memo;

/* A row whose text is to be packed; how much of w->bits and packing_text() is its. */
struct prep_waiting {
	struct prep_row *row;
	size_t bits, text;
};

enum {
	PREP_WAITING = 4096,
	PREP_TEXT = 512 << 10 /* bytes: a batch's, as it is usually */
};

struct prepping {
	struct opinia_store *store;
	struct opinia_prepared *p;
	struct packing *packing;
	struct text_memo *memo; /* NULL: not worth it, or no memory */
	struct arena scratch;	/* words of one comment */
	struct buf bits, plain, hashed;
	struct prep_waiting *waiting; /* PREP_WAITING, or as many as there are rows */
	unsigned waiting_count;
	struct sv file, file_name; /* of the record before */
	struct table names, persons;
	size_t name_room, person_room;
	int no_content; /* index into the taxonomy, or -1 */
	bool failed;	/* out of memory */
};

/*
 * Its number in the batch's list, put there if need be. 0: @text is empty, or memory is out
 * (w->failed).
 */
uint32_t prep_name(struct prepping *w, enum name_dim dim, struct sv text);
/* The same of a customer's address as it was given; NO_PERSON: none. */
uint32_t prep_person(struct prepping *w, enum alias_kind kind, struct sv as_given);

/* What of @r is to be sealed: row->seal and seal_bytes, which may wait for prep_texts(). */
void prep_text(struct prepping *w, struct prep_row *row, const struct record *r,
	       const struct verdict *v);
void prep_texts(struct prepping *w);

#endif
