/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs.h: where documents are kept, by id, and what they were before; nothing else in the
 * room touches the databases `doc` and `hist`.
 *
 * To walk all of them is to read ids 1 to state.next_id - 1 in order: that is the quick
 * way. What is written may be held back until the transaction commits, and
 * docs_read() of the same transaction sees it. Failures of writing stick to the
 * transaction.
 */
#ifndef OPINIA_STORE_DOCS_H
#define OPINIA_STORE_DOCS_H

#include "store/doc.h"
#include "store/txn.h"

/*
 * ERR_MISSING: no such id; ERR_INPUT: damaged. @out->sealed is valid until the next write
 * of the same transaction, all else of @out is its own.
 */
int docs_read(struct txn *t, uint32_t id, struct doc *out, struct err *err);
/* As it was at an earlier revision. */
int docs_past(struct txn *t, uint32_t id, uint32_t revision, struct doc *out,
	      struct err *err);
typedef void docs_tell(void *self, const char *what);
/*
 * All of them, counted one value after the other, to the first hole. @tell (NULL: not
 * wanted) hears of blocks whose sealed parts are not what was written.
 */
uint64_t docs_count(struct txn *t, docs_tell *tell, void *self);

/*
 * @id must be the one behind the last. Its bytes as they are now go to @out (NULL: not
 * wanted), whose sealed part is @sealed itself.
 */
void docs_append(struct txn *t, uint32_t id, const struct doc_fields *f, struct sv sealed,
		 struct doc *out);
/* The same, of an id that is there. Ascending ids cost least. */
void docs_replace(struct txn *t, uint32_t id, const struct doc_fields *f,
		  struct sv sealed, struct doc *out);

/* Write what is held back; and forget it. txn_commit() and txn_abort() do. */
void docs_finish(struct txn *t);
void docs_drop(struct txn *t);

/* ---- history ----------------------------------------------------------------------- */

/* Keep @d as the revision that it is. @d->sealed must be a copy: see docs_copy(). */
void docs_keep(struct txn *t, const struct doc *d);
/* No earlier revision of @id is left; how many there were. */
size_t docs_forget(struct txn *t, uint32_t id);
/* Every earlier revision, by id and revision. */
struct docs_walk {
	struct txn_cursor cursor;
	uint32_t id, revision; /* of the one at hand */
};
void docs_walk_start(struct docs_walk *w, struct txn *t);
/* The first with that id or a higher one. */
bool docs_walk_seek(struct docs_walk *w, uint32_t id);
bool docs_walk_next(struct docs_walk *w);
int docs_walk_doc(struct docs_walk *w, struct doc *out, struct err *err);
void docs_walk_end(struct docs_walk *w);

/* @copy is @d with a sealed part of its own, in @arena. */
int docs_copy(const struct doc *d, struct arena *arena, struct doc *copy,
	      struct err *err);

#endif
