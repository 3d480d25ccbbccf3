/* SPDX-License-Identifier: Apache-2.0 */
/*
 * customer_rows.h: the rows behind customers.h: data keys, ties, and the keys at hand.
 *
 * For prepare.c, land.c and fetch.c. Failures stick to the transaction.
 */
#ifndef OPINIA_STORE_CUSTOMER_ROWS_H
#define OPINIA_STORE_CUSTOMER_ROWS_H

#include "core/arena.h"
#include "store/crypto.h"
#include "store/customers.h"
#include "store/doc.h"
#include "store/txn.h"

struct opinia_store;

/* ---- rows -------------------------------------------------------------------------- */

enum customer_found { CUSTOMER_FOUND, CUSTOMER_NONE, CUSTOMER_ERASED };

/* False (and nothing is written): the key that would wrap it was destroyed. */
bool customer_write(struct txn *t, const struct opinia_store *store, uint32_t number,
		    const uint8_t key[KEY_BYTES], struct sv alias);
/* The same under other keys than the store's of now. */
bool customer_wrap(struct txn *t, const struct opinia_store *store, struct keytree *tree,
		   uint32_t number, const uint8_t key[KEY_BYTES], struct sv alias);
/* The number in the tree of the key that its row is wrapped by. False: the row is damaged. */
bool customer_tree_number(struct txn *t, uint32_t number, uint32_t *in_tree);
/* The row of somebody who was erased, or of a number that is not used. */
void customer_blank(struct txn *t, uint32_t number);
bool customer_gone(struct txn *t, uint32_t number); /* is it such a row? */
/*
 * @alias (may be NULL) goes to @arena. Damage makes the transaction fail and says NONE.
 */
enum customer_found customer_read(struct txn *t, const struct opinia_store *store,
				  uint32_t number, uint8_t key[KEY_BYTES],
				  struct arena *arena, struct sv *alias);
void alias_digest(const struct opinia_store *store, struct sv alias,
		  uint8_t out[ALIAS_DIGEST]);

/*
 * The row @id of KIND_CUSTOMER tied the numbers @was and now ties @now (0: none there).
 * The new document must be written already. Redirects follow exactly.
 */
enum { TIE_MAX = 4 };
extern const enum doc_field tie_fields[TIE_MAX]; /* where a document says them */
int customers_tie(struct txn *t, uint32_t id, const uint32_t was[TIE_MAX],
		  const uint32_t now[TIE_MAX], struct arena *arena, struct err *err);
/* Everybody who hangs together with the @count numbers, with them, ascending. */
int customers_closure(struct txn *t, const uint32_t *numbers, size_t count,
		      struct arena *arena, uint32_t **out, size_t *out_count,
		      struct err *err);

/* ---- keys at hand ------------------------------------------------------------------ */

/*
 * What a batch needs of a customer. @number 0: not landed yet, but all agree on its key.
 */
struct person {
	uint8_t digest[ALIAS_DIGEST];
	uint8_t key[KEY_BYTES];
	uint32_t number;
	struct sv alias; /* its normal spelling */
};

struct customer_cache;
struct customer_cache *customer_cache_new(void);
void customer_cache_free(struct customer_cache *c);
/*
 * Fill number and key of those that are known; the others are left as they are. Locks
 * once. @erasures: of the store when it was looked at last; an erasure forgets all, and what was
 * looked up before it is not remembered after it.
 */
void customer_cache_get(struct customer_cache *c, uint64_t erasures, struct person *p,
			size_t count, bool *known);
/* Remember them. A key that another thread has made first wins, and is filled in. */
void customer_cache_put(struct customer_cache *c, uint64_t erasures, struct person *p,
			size_t count);

#endif
