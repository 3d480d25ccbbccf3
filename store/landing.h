/* SPDX-License-Identifier: Apache-2.0 */
/*
 * landing.h: what prepare.c hands to land.c: a batch without a single view of the
 * caller's.
 *
 * Names are numbers of the batch's own list until the landing interns them, topics are
 * indexes into the taxonomy, customers are persons of the batch's own list.
 */
#ifndef OPINIA_STORE_LANDING_H
#define OPINIA_STORE_LANDING_H

#include "store/customer_rows.h"
#include "store/doc.h"
#include "store/erased.h"
#include "store/names.h"
#include "store/runs.h"
#include "store/text.h"

#define NO_PERSON UINT32_MAX

struct prep_name {
	enum name_dim dim;
	struct sv text;
};

/* The document fields that are names, in the order of prep_row.name. */
enum { LANGUAGE_NAME = 6, ORIGIN_NAME = 7, NAMED_FIELDS = 8 };
struct named_field {
	enum doc_field field;
	enum name_dim dim;
	uint32_t max; /* largest number that its width holds */
};
extern const struct named_field named_fields[NAMED_FIELDS];

struct prep_row {
	struct doc_fields fields; /* topics and attrs hold batch numbers */
	uint8_t identity[RUN_DIGEST];
	uint32_t name[NAMED_FIELDS]; /* 1.. into prepared.names; 0: none      */
	uint32_t person[TIE_MAX];    /* into prepared.persons, as tie_fields  */
	uint32_t owner;		     /* person whose key seals it; NO_PERSON: its own */
	uint8_t key[KEY_BYTES];	     /* that sealed it                         */
	uint8_t *seal;		     /* SEAL_HEAD, text; NULL: nothing to seal */
	size_t seal_bytes;	     /* of the text                            */
	struct seal sealed;	     /* its nonce                               */
	bool encrypted;		     /* a record's own key is made when it lands */
	uint64_t content;
	struct text_term *terms;
	uint32_t term_count;
	bool keyless;
	bool barred; /* set while landing: whose it is was erased since it was prepared */
	bool gone;   /* set while landing: it was erased, and leaves nothing behind */
	uint32_t found; /* set while landing: its id from before this transaction, or 0 */
};

/* A document that is read again: which, and as what it was fetched. */
struct prep_again {
	uint32_t id, revision;
};

struct opinia_prepared {
	struct arena arena;
	struct opinia_store *store;
	struct prep_row *rows;
	struct prep_name *names;
	struct person *persons;
	struct person *
		who; /* the same with numbers and keys as landed, until the next landing */
	uint64_t erasures;	   /* state.erasures of when the persons were looked up */
	struct erased_mark erased; /* of the same moment */
	size_t count, name_count, person_count;
	struct sv source, cursor, note_key, note_value;
	uint32_t lexicon;	  /* into names; 0: none */
	struct prep_again *again; /* a row each; NULL: rows are found by identity */
};

/* The nonce stands right before the text: both are one view. */
static inline struct sv prep_sealed(const struct prep_row *r)
{
	return r->seal ? (struct sv){ (char *)r->seal + SEAL_HEAD - SEAL_NONCE,
				      r->seal_bytes + SEAL_EXTRA }
		       : (struct sv){ 0 };
}

/* ---- between prepare.c and prepare_keys.c ------------------------------------------- */

int prepared_persons(struct opinia_store *store, struct opinia_prepared *p,
		     struct err *err);
void prepared_seal(struct opinia_prepared *p);

#endif
