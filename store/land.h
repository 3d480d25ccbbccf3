/* SPDX-License-Identifier: Apache-2.0 */
/*
 * land.h: batches put into one open transaction; group.c begins and ends it.
 *
 * landing_start(), landing_look_up(), landing_batch() for each of what was looked up,
 * landing_finish(), then commit. After a failure the transaction must be aborted; the
 * landing may be started again.
 */
#ifndef OPINIA_STORE_LAND_H
#define OPINIA_STORE_LAND_H

#include "store/bits.h"
#include "store/landing.h"
#include "store/meta.h"
#include "store/reckey.h"
#include "store/rollup.h"
#include "store/table.h"

struct list {
	void *p;
	size_t count, room; /* entries */
};

struct text_item;

struct landing {
	struct opinia_store *store;
	struct txn *txn;
	struct state state;
	int64_t now;
	struct arena arena; /* of one try */
	struct bits_delta bits;
	struct rollup_delta *roll;
	struct list runs[RUN_SPACES]; /* struct run_entry: what is new in each space */
	struct list own;	      /* struct reckey, ids ascending */
	bool some_gone;		      /* identities of the erased must be asked for */
	struct list texts;	      /* struct text_item */
	struct table known;	      /* names of this try -> place in interned + 1 */
	struct list
		interned; /* struct name_number: batches that land together repeat them */
	uint16_t *topics; /* taxonomy index -> number; 0: not asked yet */
	struct table seen; /* identities of this try -> place in runs[RUN_IDENTITY] + 1 */
	struct table met;  /* addresses of this try -> place in runs[RUN_ALIAS] + 1 */
	struct list met_keys; /* their data keys, KEY_BYTES each */
	/* of the batch at hand */
	struct opinia_prepared *p;
	struct person *who;	       /* p->persons with their numbers and keys of now */
	uint32_t *names;	       /* p->names as numbers */
	bool *name_gone, *person_gone; /* only rows that are refused say it; NULL: none */
};

int landing_init(struct landing *l, struct opinia_store *store, struct err *err);
void landing_release(struct landing *l);

int landing_start(struct landing *l, struct txn *t, struct err *err);
/* Which of the rows of all that will be landed are there already: asked once, in order. */
int landing_look_up(struct landing *l, struct opinia_prepared *const *all, size_t count,
		    struct err *err);
int landing_batch(struct landing *l, struct opinia_prepared *p,
		  struct opinia_landing *result, struct err *err);
int landing_finish(struct landing *l, struct err *err);

/* ---- between land.c and land_names.c ----------------------------------------------- */

void *landing_list(struct landing *l, struct list *list,
		   size_t each); /* one more; NULL: failed */
void landing_run(struct landing *l, enum run_space space,
		 const uint8_t digest[RUN_DIGEST], uint32_t value);
struct landing_ask {
	const struct list *list;
	const uint8_t *digest;
};
bool landing_same(const void *ask, uint32_t value); /* for table_at() */
/* Rows of who was erased since the batch was prepared; *some: there may be any. */
int land_barred(struct landing *l, bool *some, struct err *err);
/* Which rows are refused, and what nobody else says. */
int land_refused(struct landing *l, struct err *err);
/* Set l->names, l->topics and l->who for l->p. */
int land_names(struct landing *l, struct err *err);
int land_persons(struct landing *l, struct err *err);

/* ---- between land.c and land_again.c ------------------------------------------------ */

/* Write the record as @id; @old (NULL: new) is what was there. */
int landing_document(struct landing *l, struct prep_row *r, uint32_t id,
		     const struct doc *old, uint32_t revision, struct err *err);
/* The batch at hand, whose rows name documents. */
int landing_again(struct landing *l, struct opinia_landing *result, struct err *err);

#endif
