/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed_file.h: the bytes of a backup: a head that says what it is and whose, then another file in
 * pieces of 64 KiB, each sealed and in its place (libsodium's secretstream), the last one marked.
 * Nothing is held in memory but a piece.
 */
#ifndef OPINIA_STORE_SEALED_FILE_H
#define OPINIA_STORE_SEALED_FILE_H

#include <stdio.h>

#include "store/keyfile.h"

enum { SEALED_SALT = 16, SEALED_HEAD = 84, SEALED_HASH = 32 };

struct sealed_head {
	uint8_t store_id[STORE_ID_BYTES];
	bool passphrase; /* else with the store's key */
	uint32_t ops, mem_kib;
	uint8_t salt[SEALED_SALT];
	uint8_t stream[24];
};

/* A head for a new file, but for its stream. */
void sealed_head_make(struct sealed_head *h, const uint8_t store_id[STORE_ID_BYTES],
		      bool passphrase);
/* ERR_INPUT: no backup. */
int sealed_head_read(FILE *in, const char *path, struct sealed_head *h, struct err *err);

/* The key of a head: out of what the key file says, or out of the first line of @passphrase_file. */
void sealed_key_of(const struct sealed_head *h, const uint8_t secret[KEY_BYTES],
		   uint8_t key[KEY_BYTES]);
int sealed_key_passphrase(const struct sealed_head *h, const char *passphrase_file,
			  uint8_t key[KEY_BYTES], struct err *err);

/* Write the head and all of @from to @to; *hash is of what was sealed. */
int sealed_write(FILE *from, FILE *to, struct sealed_head *h,
		 const uint8_t key[KEY_BYTES], uint8_t hash[SEALED_HASH], uint64_t *bytes,
		 struct err *err);
/* Behind the head: open all of it into @to (NULL: only look). ERR_CONFIG: already the first piece does
 * not open, so the key is another; ERR_INPUT: damaged, or cut off. */
int sealed_read(FILE *from, FILE *to, const struct sealed_head *h,
		const uint8_t key[KEY_BYTES], uint8_t hash[SEALED_HASH], uint64_t *bytes,
		struct err *err);

#endif
