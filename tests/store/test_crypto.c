/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_crypto.c: the two halves of a seal are libsodium's one whole.
 */
#include <criterion/criterion.h>

#include "store/crypto.h"
#include "store/keys.h"
#include "tests/store/kit.h"

enum { LONGEST = 300 };

struct sealed {
	uint8_t key[KEY_BYTES], id[STORE_ID_BYTES], random[SEAL_RANDOM];
	uint8_t buf[SEAL_HEAD + LONGEST + SEAL_TAG], out[LONGEST];
	struct seal_place place;
	uint64_t content;
};

static struct sv seal_some(struct sealed *s, size_t n)
{
	uint8_t *start = s->buf + SEAL_HEAD - SEAL_RANDOM;

	randombytes_buf(s->key, sizeof(s->key));
	randombytes_buf(s->id, sizeof(s->id));
	randombytes_buf(s->random, sizeof(s->random));
	s->place = (struct seal_place){ s->id, 17, 2 };
	s->content = 0x1122334455667788U;
	memset(s->buf + SEAL_HEAD, 'x', n);
	seal_stream(s->key, s->random, s->content, s->buf, n);
	memcpy(start, s->random, SEAL_RANDOM);
	seal_tag(&s->place, s->buf, n, s->buf + SEAL_HEAD + n);
	return (struct sv){ (char *)start, n + SEAL_EXTRA };
}

Test(crypto, two_halves_make_what_libsodium_makes_in_one)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 63, 64, 65, 128, 299 };
	struct sealed s;

	cr_assert(sodium_init() >= 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t n = lengths[i];
		struct sv sealed = seal_some(&s, n);
		uint8_t nonce[24], aad[STORE_ID_BYTES + 8], text[LONGEST],
			want[LONGEST + 16];

		memcpy(nonce, s.random, 8);
		le_set(nonce + 8, s.content, 8);
		memcpy(nonce + 16, "opinia:d", 8);
		memcpy(aad, s.id, STORE_ID_BYTES);
		be_set(aad + STORE_ID_BYTES, 17, 4);
		be_set(aad + STORE_ID_BYTES + 4, 2, 4);
		memset(text, 'x', n);
		crypto_aead_xchacha20poly1305_ietf_encrypt(
			want, NULL, text, n, aad, sizeof(aad), NULL, nonce, s.key);
		cr_expect_eq(memcmp(want, sealed.p + SEAL_RANDOM, n + 16), 0, "%zu bytes",
			     n);
		cr_expect(seal_open(s.key, &s.place, s.content, sealed, s.out));
		cr_expect_eq(memcmp(s.out, text, n), 0);
	}
}

static void sealing_again_changes_the_key_and_nothing_else(void)
{
	uint8_t now[KEY_BYTES];
	struct sealed s;
	struct sv sealed;

	cr_assert(sodium_init() >= 0);
	sealed = seal_some(&s, 100);
	randombytes_buf(now, sizeof(now));
	seal_again(s.key, now, s.random, s.content, s.buf, 100);
	memcpy(s.buf + SEAL_HEAD - SEAL_RANDOM, s.random, SEAL_RANDOM);
	seal_tag(&s.place, s.buf, 100, s.buf + SEAL_HEAD + 100);
	cr_expect(!seal_open(s.key, &s.place, s.content, sealed, s.out));
	cr_expect(seal_open(now, &s.place, s.content, sealed, s.out) && s.out[99] == 'x');
}

Test(crypto, a_seal_opens_only_in_its_place_and_untouched)
{
	struct seal_place other;
	struct sealed s;
	struct sv sealed;

	cr_assert(sodium_init() >= 0);
	sealed = seal_some(&s, 40);
	other = s.place;
	other.id++;
	cr_expect(!seal_open(s.key, &other, s.content, sealed, s.out), "another record");
	other = s.place;
	other.revision++;
	cr_expect(!seal_open(s.key, &other, s.content, sealed, s.out),
		  "another revision");
	cr_expect(!seal_open(s.key, &s.place, s.content + 1, sealed, s.out),
		  "another content");
	cr_expect(!seal_open(s.key, &s.place, s.content, sv_sub(sealed, 0, 20), s.out),
		  "cut");
	for (size_t i = 0; i < sealed.n; i++) {
		s.buf[SEAL_HEAD - SEAL_RANDOM + i] ^= 1;
		cr_expect(!seal_open(s.key, &s.place, s.content, sealed, s.out),
			  "byte %zu", i);
		s.buf[SEAL_HEAD - SEAL_RANDOM + i] ^= 1;
	}
	cr_expect(seal_open(s.key, &s.place, s.content, sealed, s.out));
	sealing_again_changes_the_key_and_nothing_else();
}
