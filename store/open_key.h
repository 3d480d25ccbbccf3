/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_key.h: the key file and the store brought together: the store's own secrets lie in
 * meta, sealed under what the key file says, so that the key can be changed without
 * touching a document.
 */
#ifndef OPINIA_STORE_OPEN_KEY_H
#define OPINIA_STORE_OPEN_KEY_H

#include "store/inside.h"

/* New secrets for a new store. */
void secrets_make(struct subkeys *out);
void secrets_put(struct txn *t, const uint8_t store_id[STORE_ID_BYTES],
		 const struct keyset *set, uint32_t generation,
		 const struct subkeys *secrets);
/* False: the key file is not this store's, or the value is damaged. */
bool secrets_get(struct txn *t, const uint8_t store_id[STORE_ID_BYTES],
		 const struct keyset *set, uint32_t *generation, struct subkeys *out);

/*
 * Set @s->key_path, and the keys if they are there. A change of the key that a crash broke off
 * is brought to its end, or taken back. ERR_CONFIG: no key, not this store's, not private.
 */
int store_key_open(struct opinia_store *s, struct txn *t,
		   const struct opinia_store_options *opt, struct err *err);
/* ERR_AGAIN: somebody has changed the key since @s was opened. */
int store_key_current(const struct opinia_store *s, struct txn *t, struct err *err);

#endif
