/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.h: the secrets beside the store.
 *
 * A new key file is two lines of text: a header that says what it is, and 64 hex digits, the
 * master that everything else is derived from, for as many stores as share it. When somebody
 * is erased, their key must not be derivable any more; the file then says what the master was
 * good for, to one store, without what was destroyed (keytree.h). A copy of the file from
 * before still opens all that is there: it is only that it also opens the erased in old backups.
 *
 * While the key is being changed, a line `next` holds the new master beside the old one, so
 * that a crash at any moment leaves the one that fits.
 */
#ifndef OPINIA_STORE_KEYFILE_H
#define OPINIA_STORE_KEYFILE_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "store/keytree.h"

enum { STORE_ID_BYTES = 16, KEYFILE_MAX = 96 << 20 };

/* What a key file is good for, to one store. */
struct keyset {
	uint8_t secret[KEY_BYTES]; /* opens the store's own secrets (struct subkeys) */
	struct keytree *tree;	   /* wraps data keys                                */
};

/* The store's own secrets, sealed in meta; they outlive the key file's. */
struct subkeys {
	uint8_t pseudonym[KEY_BYTES];	/* digest of a normalised address         */
	uint8_t content[KEY_BYTES];	/* content hash                           */
	uint8_t identity[KEY_BYTES];	/* digest of (source, external id)        */
	uint8_t interaction[KEY_BYTES]; /* digest of an interaction id            */
	uint8_t audit[KEY_BYTES];	/* chain of the audit trail               */
	uint8_t erased[KEY_BYTES];	/* chain of the list of the erased        */
	uint8_t word[16];		/* of text_terms()                        */
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
/* The same with a master that is known. */
int keyfile_make_of(const char *path, const uint8_t master[KEY_BYTES], struct err *err);
/*
 * ERR_MISSING: no such file. ERR_CONFIG: others may read it, it is no key file, or it is
 * another store's. *has_next: a change of the key was begun; @next is then the key it goes to.
 * Both are to be released by keyset_release(), whatever is returned.
 */
int keyfile_load(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		 struct keyset *out, struct keyset *next, bool *has_next,
		 struct err *err);
void keyset_release(struct keyset *k);
/* Of a master, as keyfile_load() would. */
int keyset_derive(struct keyset *k, const uint8_t master[KEY_BYTES],
		  const uint8_t store_id[STORE_ID_BYTES], struct err *err);

/* Replace the file by what @k holds: for this store alone. */
int keyfile_put(const char *path, const uint8_t store_id[STORE_ID_BYTES],
		const struct keyset *k, struct err *err);
/* Begin a change: the file with @master as its `next`. */
int keyfile_begin(const char *path, const uint8_t master[KEY_BYTES], struct err *err);
/* End it: what was next is the key, or (@keep_old) is dropped. */
int keyfile_end(const char *path, bool keep_old, struct err *err);
/* A key for one purpose out of another. */
void keyfile_derive(uint8_t *out, size_t n, const char *purpose, const uint8_t *from,
		    const uint8_t *store_id);

#endif
