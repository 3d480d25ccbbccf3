/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h: what the files of the check share: check.c walks the documents,
 * check_lookups.c the sorted runs and customers, check_rest.c everything that only has
 * checksums.
 *
 * A disagreement is told as a sentence and counted, and the check goes on; only the
 * world's failures (disk, memory) end it.
 */
#ifndef OPINIA_STORE_CHECK_H
#define OPINIA_STORE_CHECK_H

#include "store/doc.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/rollup.h"
#include "store/runs.h"

struct checking {
	struct opinia_snapshot *snap;
	struct txn *txn; /* the snapshot's */
	void (*tell)(void *self, const char *what);
	void *self;
	struct opinia_check *out;
	struct err *err;
	struct state state;
	struct arena arena;	   /* of one segment                     */
	struct arena lasting;	   /* of the whole check               */
	struct rollup_delta *roll; /* expected                     */
	uint64_t kinds[KIND_COUNT];
	uint64_t own_keys; /* documents sealed under their own key */
	uint32_t *parent; /* customers, as KIND_CUSTOMER rows tie them: number → parent */
	uint8_t *found;	  /* by id: which lookups lead to it (enum found) */
	uint64_t aliases; /* addresses that lead to a customer  */
	uint64_t links;	  /* what rows of KIND_CUSTOMER name    */
	size_t damaged;	  /* documents that cannot be read            */
};

enum found { FOUND_IDENTITY = 1, FOUND_INTERACTION = 2, FOUND_CUSTOMER = 4 };

void check_tell(struct checking *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* As check_tell() for the verify functions, which count by themselves. */
void check_told(void *self, const char *what);
/* As check_tell() with a ready text. */
void check_damaged(void *self, const char *what);

/* Before the documents: who is found by whom. After them: what should have been found. */
int check_lookups(struct checking *c);
int check_customers(struct checking *c);
void check_ties(struct checking *c, const struct doc *d); /* of KIND_CUSTOMER */
int check_rest(struct checking *c);

/* rollup.c: is what the store holds exactly what @c->roll holds? */
int rollup_verify(struct txn *t, struct rollup_delta *expected,
		  void (*tell)(void *self, const char *what), void *self,
		  uint64_t *looked, uint64_t *wrong, struct err *err);

#endif
