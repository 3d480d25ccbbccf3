/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckey.h: data keys of records that name no customer, so that each can be erased alone.
 *
 * Such a key is made of the tree's key of the record's number and of a nonce that a landing's
 * records share, so a record costs a bit. When the store's key is changed, keys that were made
 * are kept from then on, wrapped by the new tree's.
 */
#ifndef OPINIA_STORE_RECKEY_H
#define OPINIA_STORE_RECKEY_H

#include "store/crypto.h"
#include "store/txn.h"

struct opinia_store;

enum { RECKEY_NONCE = 16 };

struct reckey {
	uint32_t id;
	uint8_t key[KEY_BYTES];
	/* what it was made of, and the value that it is in */
	uint32_t first, shift;
	uint16_t nth;
	uint8_t nonce[RECKEY_NONCE];
};

/*
 * Make the key of @k->id, which has none. @before: the one made before in the same landing,
 * of a smaller id; NULL: the first, or one alone. False: the tree has no key left for it.
 */
bool reckey_make(const struct opinia_store *store, const struct reckey *before,
		 struct reckey *k);
/* Write the keys of @count new records, ids ascending, each made after the one before it. */
void reckey_write(struct txn *t, const struct reckey *all, size_t count);
/* The key of a record that lost its customer later. Failures stick to @t. */
void reckey_write_one(struct txn *t, const struct reckey *r);
/* False: there is none, or it was erased, or (with @t failed) it is damaged. */
bool reckey_read(struct txn *t, const struct opinia_store *store, uint32_t id,
		 uint8_t key[KEY_BYTES]);
/*
 * Destroy the key of @id here; *number is then the number of the key in the tree that wrapped
 * it. False: it has none, or no more, or (with @t failed) it is damaged.
 */
bool reckey_erase(struct txn *t, uint32_t id, uint32_t *number);
bool reckey_has(struct txn *t, uint32_t id); /* likewise, and nothing is done */
/* The records whose key is here but was destroyed in the tree, to @lost. */
void reckey_lost(struct txn *t, struct keytree *tree,
		 void (*lost)(void *self, uint32_t id), void *self);
/* Wrap all of them anew, with the keys of @to instead of @from's. */
void reckey_rewrap(struct txn *t, struct keytree *from, struct keytree *to);
/* Check all sums; tells and counts damage. Returns the keys looked at. */
uint64_t reckey_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		       void *self);

#endif
