/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.c: XChaCha20-Poly1305 in two halves, and digests; see crypto.h.
 *
 * IETF XChaCha20-Poly1305 takes block 0 of the stream as the key of Poly1305 and encrypts
 * from block 1 on. libsodium's plain XChaCha20 makes the same stream (its 64-bit counter
 * has the zeros that the IETF nonce begins with), so one call over 64 zeros and the text
 * gives both.
 */
#include "store/crypto.h"

#include <string.h>

#include "store/keys.h"

static void seal_nonce(uint8_t nonce[24], const uint8_t random[SEAL_RANDOM],
		       uint64_t content)
{
	memcpy(nonce, random, SEAL_RANDOM);
	le_set(nonce + 8, content, 8);
	memcpy(nonce + 16, "opinia:d", 8);
}

static void seal_bind(uint8_t aad[STORE_ID_BYTES + 8], const struct seal_place *place)
{
	memcpy(aad, place->store_id, STORE_ID_BYTES);
	be_set(aad + STORE_ID_BYTES, place->id, 4);
	be_set(aad + STORE_ID_BYTES + 4, place->revision, 4);
}

void seal_stream(const uint8_t key[KEY_BYTES], const uint8_t random[SEAL_RANDOM],
		 uint64_t content, uint8_t *buf, size_t n)
{
	uint8_t nonce[24];

	seal_nonce(nonce, random, content);
	memset(buf, 0, SEAL_HEAD);
	crypto_stream_xchacha20_xor(buf, buf, SEAL_HEAD + n, nonce, key);
}

void seal_again(const uint8_t was[KEY_BYTES], const uint8_t now[KEY_BYTES],
		const uint8_t random[SEAL_RANDOM], uint64_t content, uint8_t *buf,
		size_t n)
{
	seal_stream(was, random, content, buf, n);
	seal_stream(now, random, content, buf, n);
}

void seal_tag(const struct seal_place *place, const uint8_t *buf, size_t n,
	      uint8_t tag[SEAL_TAG])
{
	static const uint8_t zeros[16];
	crypto_onetimeauth_state st;
	uint8_t aad[STORE_ID_BYTES + 8], sizes[16];

	seal_bind(aad, place);
	le_set(sizes, sizeof(aad), 8);
	le_set(sizes + 8, n, 8);
	crypto_onetimeauth_init(&st, buf);
	crypto_onetimeauth_update(&st, aad, sizeof(aad));
	crypto_onetimeauth_update(&st, zeros, (16 - sizeof(aad) % 16) % 16);
	crypto_onetimeauth_update(&st, buf + SEAL_HEAD, n);
	crypto_onetimeauth_update(&st, zeros, (16 - n % 16) % 16);
	crypto_onetimeauth_update(&st, sizes, sizeof(sizes));
	crypto_onetimeauth_final(&st, tag);
}

bool seal_open(const uint8_t key[KEY_BYTES], const struct seal_place *place,
	       uint64_t content, struct sv sealed, uint8_t *out)
{
	const uint8_t *p = (const uint8_t *)sealed.p;
	uint8_t nonce[24], aad[STORE_ID_BYTES + 8];

	if (sealed.n < SEAL_EXTRA)
		return false;
	seal_nonce(nonce, p, content);
	seal_bind(aad, place);
	return !crypto_aead_xchacha20poly1305_ietf_decrypt(
		out, NULL, NULL, p + SEAL_RANDOM, sealed.n - SEAL_RANDOM, aad,
		sizeof(aad), nonce, key);
}

void digest_bytes(const uint8_t key[KEY_BYTES], struct sv bytes, uint8_t *out, size_t n)
{
	uint8_t whole[16];

	crypto_generichash(whole, sizeof(whole), (const uint8_t *)bytes.p, bytes.n, key,
			   KEY_BYTES);
	memcpy(out, whole, n);
}

uint64_t digest_u64(const uint8_t key[KEY_BYTES], struct sv bytes)
{
	uint8_t out[8];

	digest_bytes(key, bytes, out, sizeof(out));
	return le_get(out, 8);
}
