/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erasing.h: what the files of an erasure share: erase_find.c says who and what goes, erase.c takes
 * it out in one transaction, erase_after.c does what follows the commit and what a crash, or an
 * older copy of the store, has left undone.
 */
#ifndef OPINIA_STORE_ERASING_H
#define OPINIA_STORE_ERASING_H

#include "store/bits.h"
#include "store/erased.h"
#include "store/meta.h"
#include "store/rollup.h"

struct numbers {
	uint32_t *p;
	size_t count, room;
};

enum erase_why { ERASE_ASKED, ERASE_AGE, ERASE_FOLLOW };

struct erasing {
	struct opinia_store *store;
	enum erase_why reason;
	const struct opinia_audit *entry;
	struct opinia_erasure *out;
	int (*find)(struct erasing *e, struct err *err); /* fills ids and numbers */
	uint32_t asked;					 /* for find */
	const uint32_t *old;				 /* likewise */
	size_t old_count;
	struct opinia_snapshot snap; /* its transaction is the one that writes */
	struct txn *txn;
	struct arena arena;
	struct state state;
	struct numbers ids, numbers; /* records and customers that go, ascending */
	struct numbers past; /* records that once were theirs: their history goes */
	struct numbers attrs;
	struct numbers keys; /* of the tree: space, number, space, number … */
	uint8_t *is_gone;    /* a bit for each id */
	struct erased_digest *digests;
	size_t digest_count, digest_room;
	struct erased_mark mark;
	bool listed; /* the list has it already: the transaction is done again */
	struct bits_delta bits;
	struct rollup_delta *roll;
	bool failed; /* out of memory */
};

void numbers_add(struct erasing *e, struct numbers *n, uint32_t number);
void numbers_sort(struct numbers *n); /* ascending, each once */
bool numbers_has(const struct numbers *n, uint32_t number);
void erasing_digest(struct erasing *e, char kind, const uint8_t *digest);

static inline bool id_gone(const struct erasing *e, uint32_t id)
{
	return e->is_gone[id >> 3] >> (id & 7) & 1;
}

/* All records of e->numbers to e->ids and e->past. */
int erase_find(struct erasing *e, struct err *err);
/* Those of @rows, of KIND_CUSTOMER, whose person has no other record than e->ids and such rows, to
 * e->ids. */
int erase_find_rows(struct erasing *e, const struct numbers *rows, struct err *err);
/* The same of what e->ids leaves nothing of. */
int erase_find_empty(struct erasing *e, struct err *err);
/* Take it out; the transaction is open and is left so. @dry: it will be aborted, so nothing outside it
 * is touched. */
int erase_take(struct erasing *e, bool dry, struct err *err);

/* ---- erase_after.c ------------------------------------------------------------------ */

/* Keys of the tree that are to be destroyed, noted in the transaction of the erasure. */
void erase_note_keys(struct erasing *e);
/* Destroy what is noted. A key file that cannot be written is no failure: it stays noted. */
int erase_destroy(struct opinia_store *s, bool *pending, struct err *err);
/* After opening: *behind says that this must be done with a store that is open to write. */
int erase_catch_up(struct opinia_store *s, bool *behind, struct err *err);

/* A copy from before: whoever is no more in the key file is erased in it too, list or not. */
int erase_follow_key(struct opinia_store *s, struct opinia_erasure *out, struct err *err);

/* ---- erase_door.c -------------------------------------------------------------------- */

int erasing_run(struct erasing *e, bool dry, struct err *err);

#endif
