/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto.c: XChaCha20 under a nonce that is a keyed digest of the text, which also tells
 * whether the text is ours; and digests. See crypto.h.
 */
#include "store/crypto.h"

#include <string.h>

#include "store/keys.h"

/* What a key is made of another one for: HChaCha20 takes 16 bytes. */
static const uint8_t for_stream[] = "opinia:stream   ", for_digest[] = "opinia:digest   ";

struct seal_keys {
	uint8_t stream[KEY_BYTES], digest[KEY_BYTES];
};

static void seal_keys_of(const uint8_t key[KEY_BYTES], struct seal_keys *out)
{
	crypto_core_hchacha20(out->stream, for_stream, key, NULL);
	crypto_core_hchacha20(out->digest, for_digest, key, NULL);
}

static void seal_stream(const struct seal_keys *k, const uint8_t nonce[SEAL_NONCE],
			uint8_t *text, size_t n)
{
	uint8_t whole[crypto_stream_xchacha20_NONCEBYTES] = { 0 };

	memcpy(whole, nonce, SEAL_NONCE);
	crypto_stream_xchacha20_xor(text, text, n, whole, k->stream);
}

/*
 * The digest of the text and of what it belongs to, but for its number. The bytes right
 * before the text are used to have all in one piece.
 */
static void seal_digest(const struct seal_keys *k, uint64_t content, uint8_t *buf,
			size_t n, uint8_t nonce[SEAL_NONCE])
{
	uint8_t *start = buf + SEAL_HEAD - 8;

	le_set(start, content, 8);
	digest_bytes(k->digest, (struct sv){ (char *)start, 8 + n }, nonce, SEAL_NONCE);
}

/*
 * What hides the nonce, so that it is found again at its place only. The stream begins
 * with HChaCha20 of 16 bytes whose last four are 0; these are others.
 */
static void seal_mask(const uint8_t stream[KEY_BYTES], const struct seal_place *place,
		      uint8_t mask[SEAL_NONCE])
{
	uint8_t at[16], whole[KEY_BYTES];

	be_set(at, place->id, 4);
	be_set(at + 4, place->revision, 4);
	memcpy(at + 8, "opinia:p", 8);
	crypto_core_hchacha20(whole, at, stream, NULL);
	memcpy(mask, whole, SEAL_NONCE);
}

void seal_text(const uint8_t key[KEY_BYTES], uint64_t content, uint8_t *buf, size_t n,
	       struct seal *out)
{
	struct seal_keys k;

	seal_keys_of(key, &k);
	seal_digest(&k, content, buf, n, out->nonce);
	seal_stream(&k, out->nonce, buf + SEAL_HEAD, n);
	memcpy(out->bind, k.stream, KEY_BYTES);
	sodium_memzero(&k, sizeof(k));
}

void seal_again(const uint8_t was[KEY_BYTES], const uint8_t now[KEY_BYTES],
		uint64_t content, uint8_t *buf, size_t n, struct seal *s)
{
	struct seal_keys k;

	seal_keys_of(was, &k);
	seal_stream(&k, s->nonce, buf + SEAL_HEAD, n);
	sodium_memzero(&k, sizeof(k));
	seal_text(now, content, buf, n, s);
}

void seal_bind(const struct seal *s, const struct seal_place *place, uint8_t *buf)
{
	uint8_t mask[SEAL_NONCE], *to = buf + SEAL_HEAD - SEAL_NONCE;

	seal_mask(s->bind, place, mask);
	for (unsigned i = 0; i < SEAL_NONCE; i++)
		to[i] = s->nonce[i] ^ mask[i];
}

bool seal_open(const uint8_t key[KEY_BYTES], const struct seal_place *place,
	       uint64_t content, struct sv sealed, uint8_t *out)
{
	uint8_t nonce[SEAL_NONCE], again[SEAL_NONCE];
	struct seal_keys k;
	size_t n;
	bool ours;

	if (sealed.n < SEAL_EXTRA)
		return false;
	n = sealed.n - SEAL_EXTRA;
	seal_keys_of(key, &k);
	seal_mask(k.stream, place, nonce);
	for (unsigned i = 0; i < SEAL_NONCE; i++)
		nonce[i] ^= (uint8_t)sealed.p[i];
	memcpy(out + SEAL_HEAD, sealed.p + SEAL_NONCE, n);
	seal_stream(&k, nonce, out + SEAL_HEAD, n);
	seal_digest(&k, content, out, n, again);
	ours = !sodium_memcmp(nonce, again, SEAL_NONCE);
	if (!ours)
		sodium_memzero(out, SEAL_HEAD + n);
	sodium_memzero(&k, sizeof(k));
	return ours;
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
