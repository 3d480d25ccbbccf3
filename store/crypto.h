/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h: sealing and digests, over libsodium; the formats are in
 * docs/formats/store.md.
 *
 * Sealing is cut in two so that its dear half may run on any thread before the record's
 * number is known: seal_text() first, seal_bind() when it is. Nothing here allocates;
 * any thread. docs/decisions/0017 says why the nonce is made of the text.
 */
#ifndef OPINIA_STORE_CRYPTO_H
#define OPINIA_STORE_CRYPTO_H

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"
#include "store/keyfile.h"

enum {
	SEAL_RANDOM = 8, /* bytes of a nonce that a customer's row stores   */
	SEAL_TAG = 16,	 /* of a customer's row                             */
	SEAL_NONCE = 12, /* what a record's text is sealed and known by     */
	SEAL_EXTRA = SEAL_NONCE,
	SEAL_HEAD = 64, /* room that is needed before the text              */
};

/* What a sealed part is bound to besides its key. */
struct seal_place {
	uint32_t id, revision;
};

/* A sealed text whose record has no number yet. */
struct seal {
	uint8_t nonce[SEAL_NONCE];
	uint8_t bind[KEY_BYTES]; /* what seal_bind() needs of the key */
};

/*
 * Encrypt in place: @buf has SEAL_HEAD bytes of room, then @n bytes of text; afterwards
 * the text is ciphertext. @content is the record's hash.
 */
void seal_text(const uint8_t key[KEY_BYTES], uint64_t content, uint8_t *buf, size_t n,
	       struct seal *out);
/* The same text under another key: undo with @was, redo with @now; @s is renewed. */
void seal_again(const uint8_t was[KEY_BYTES], const uint8_t now[KEY_BYTES],
		uint64_t content, uint8_t *buf, size_t n, struct seal *s);
/* Fill in the SEAL_NONCE bytes before the text, for a record at @place. */
void seal_bind(const struct seal *s, const struct seal_place *place, uint8_t *buf);
/*
 * @sealed: the SEAL_NONCE bytes and the ciphertext. @out has room for SEAL_HEAD and
 * sealed.n - SEAL_EXTRA bytes; the text begins behind SEAL_HEAD. False: not ours.
 */
bool seal_open(const uint8_t key[KEY_BYTES], const struct seal_place *place,
	       uint64_t content, struct sv sealed, uint8_t *out);

/* Keyed BLAKE2b-128 of @bytes, cut to @n (at most 16). */
void digest_bytes(const uint8_t key[KEY_BYTES], struct sv bytes, uint8_t *out, size_t n);
uint64_t digest_u64(const uint8_t key[KEY_BYTES], struct sv bytes);

#endif
