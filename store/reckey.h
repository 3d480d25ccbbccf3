/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckey.h: data keys of records that name no customer, so that each can be erased alone.
 *
 * A landing's keys are one value: a row of its own for each would cost more than the key.
 */
#ifndef OPINIA_STORE_RECKEY_H
#define OPINIA_STORE_RECKEY_H

#include "store/crypto.h"
#include "store/txn.h"

struct opinia_store;

struct reckey {
	uint32_t id;
	uint8_t key[KEY_BYTES];
};

/* Write the keys of @count new records, ids ascending. Failures stick to @t. */
void reckey_write(struct txn *t, const struct opinia_store *store,
		  const struct reckey *all, size_t count);
/* The key of a record that lost its customer later. */
void reckey_write_one(struct txn *t, const struct opinia_store *store,
		      const struct reckey *r);
/* False: there is none, or it was erased, or (with @t failed) it is damaged. */
bool reckey_read(struct txn *t, const struct opinia_store *store, uint32_t id,
		 uint8_t key[KEY_BYTES]);
/*
 * Destroy the key of @id here; *number is then the number of the key in the tree that wrapped
 * it. False: it has none, or no more.
 */
bool reckey_erase(struct txn *t, uint32_t id, uint32_t *number);
/* The records whose key is here but was destroyed in the tree, to @lost. */
void reckey_lost(struct txn *t, struct keytree *tree,
		 void (*lost)(void *self, uint32_t id), void *self);
/* Wrap all of them anew, with the keys of @to instead of @from's. */
void reckey_rewrap(struct txn *t, struct keytree *from, struct keytree *to);
/* Check all sums; tells and counts damage. Returns the keys looked at. */
uint64_t reckey_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		       void *self);

#endif
