/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.h: sealing and digests, over libsodium; the formats are in
 * docs/formats/store.md.
 *
 * Sealing is cut in two so that its dear half may run on any thread before the record's
 * number is known: seal_stream() first, seal_tag() when it is. Nothing here allocates;
 * any thread.
 */
#ifndef OPINIA_STORE_CRYPTO_H
#define OPINIA_STORE_CRYPTO_H

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"
#include "store/keyfile.h"

enum {
	SEAL_RANDOM = 8, /* bytes of a nonce that are stored             */
	SEAL_TAG = 16,
	SEAL_EXTRA = SEAL_RANDOM + SEAL_TAG,
	SEAL_HEAD = 64, /* room that seal_stream() needs before the text */
};

/* What a sealed part is bound to besides its key. */
struct seal_place {
	const uint8_t *store_id; /* STORE_ID_BYTES */
	uint32_t id, revision;
};

/*
 * Encrypt in place: @buf has SEAL_HEAD bytes of room, then @n bytes of text. Afterwards
 * the first 32 bytes are the one-time key of the tag, and the text is ciphertext.
 */
void seal_stream(const uint8_t key[KEY_BYTES], const uint8_t random[SEAL_RANDOM],
		 uint64_t content, uint8_t *buf, size_t n);
/*
 * The same bytes under another key: undo with @was, redo with @now; the head is renewed.
 */
void seal_again(const uint8_t was[KEY_BYTES], const uint8_t now[KEY_BYTES],
		const uint8_t random[SEAL_RANDOM], uint64_t content, uint8_t *buf,
		size_t n);
void seal_tag(const struct seal_place *place, const uint8_t *buf, size_t n,
	      uint8_t tag[SEAL_TAG]);
/*
 * @sealed: random, ciphertext, tag. @out has sealed.n - SEAL_EXTRA bytes. False: not
 * ours.
 */
bool seal_open(const uint8_t key[KEY_BYTES], const struct seal_place *place,
	       uint64_t content, struct sv sealed, uint8_t *out);

/* Keyed BLAKE2b-128 of @bytes, cut to @n (at most 16). */
void digest_bytes(const uint8_t key[KEY_BYTES], struct sv bytes, uint8_t *out, size_t n);
uint64_t digest_u64(const uint8_t key[KEY_BYTES], struct sv bytes);

#endif
