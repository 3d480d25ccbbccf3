/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.h: the 32 secret bytes beside the store, and the purposes they are split into.
 *
 * The file is two lines of text (a header that says what it is, 64 hex digits), mode
 * 0600. No key is used for two purposes: each subkey is BLAKE2b's derivation with a
 * number of its own.
 */
#ifndef OPINIA_STORE_KEYFILE_H
#define OPINIA_STORE_KEYFILE_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

enum { STORE_ID_BYTES = 16, KEY_BYTES = 32 };

struct subkeys {
	uint8_t wrap[KEY_BYTES];	/* wraps data keys and customer rows      */
	uint8_t pseudonym[KEY_BYTES];	/* digest of a normalised address         */
	uint8_t content[KEY_BYTES];	/* content hash                           */
	uint8_t identity[KEY_BYTES];	/* digest of (source, external id)        */
	uint8_t interaction[KEY_BYTES]; /* digest of an interaction id            */
	uint8_t word[16];		/* of text_terms()                        */
	uint8_t check[KEY_BYTES];	/* what meta compares: does the key fit?  */
};

/*
 * Which file: @given, else $CREDENTIALS_DIRECTORY/opinia.key if it is there, else
 * DIR.key.
 */
char *keyfile_path(const char *given, const char *dir, struct arena *arena);
/*
 * A new one with random bytes. ERR_CONFIG: there is a file already (it is left as it is).
 */
int keyfile_make(const char *path, struct err *err);
/* ERR_MISSING: no such file. ERR_CONFIG: others may read it, or it is no key file. */
int keyfile_load(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		 struct subkeys *out, struct err *err);
void subkeys_wipe(struct subkeys *k);

#endif
