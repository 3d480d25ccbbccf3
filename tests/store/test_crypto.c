/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_crypto.c: a seal is what the format page says and opens nowhere else.
 */
#include <criterion/criterion.h>

#include "store/crypto.h"
#include "store/keys.h"
#include "tests/store/kit.h"

enum { LONGEST = 300 };

struct sealed {
	uint8_t key[KEY_BYTES];
	uint8_t buf[SEAL_HEAD + LONGEST], out[SEAL_HEAD + LONGEST];
	struct seal seal;
	struct seal_place place;
	uint64_t content;
};

static struct sv view_of(struct sealed *s, size_t n)
{
	return (struct sv){ (char *)s->buf + SEAL_HEAD - SEAL_NONCE, n + SEAL_EXTRA };
}

static struct sv seal_some(struct sealed *s, size_t n)
{
	randombytes_buf(s->key, sizeof(s->key));
	s->place = (struct seal_place){ 17, 2 };
	s->content = 0x1122334455U;
	memset(s->buf + SEAL_HEAD, 'x', n);
	seal_text(s->key, s->content, s->buf, n, &s->seal);
	seal_bind(&s->seal, &s->place, s->buf);
	return view_of(s, n);
}

/* The format page, word for word, by libsodium's own functions. */
static void seal_by_the_page(const struct sealed *s, size_t n, uint8_t *want)
{
	uint8_t stream[32], digest_key[32], text[8 + LONGEST], digest[16], mask[32];
	uint8_t nonce[24] = { 0 };
	static const uint8_t at[16] = { 0,   0,	  0,   17,  0,	 0,   0,   2,
					'o', 'p', 'i', 'n', 'i', 'a', ':', 'p' };

	crypto_core_hchacha20(stream, (const uint8_t *)"opinia:stream   ", s->key, NULL);
	crypto_core_hchacha20(digest_key, (const uint8_t *)"opinia:digest   ", s->key,
			      NULL);
	le_set(text, s->content, 8);
	memset(text + 8, 'x', n);
	crypto_generichash(digest, 16, text, 8 + n, digest_key, 32);
	crypto_core_hchacha20(mask, at, stream, NULL);
	memcpy(nonce, digest, 12);
	for (unsigned i = 0; i < 12; i++)
		want[i] = digest[i] ^ mask[i];
	crypto_stream_xchacha20_xor(want + 12, text + 8, n, nonce, stream);
}

Test(crypto, a_seal_is_what_the_format_page_says_and_opens)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 63, 64, 65, 128, 299 };
	struct sealed s;

	cr_assert(sodium_init() >= 0);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t n = lengths[i];
		struct sv sealed = seal_some(&s, n);
		uint8_t want[SEAL_NONCE + LONGEST];

		seal_by_the_page(&s, n, want);
		cr_expect(sealed.n == n + 12 && !memcmp(want, sealed.p, n + 12),
			  "%zu bytes", n);
		cr_expect(seal_open(s.key, &s.place, s.content, sealed, s.out));
		for (size_t k = 0; k < n; k++)
			cr_expect_eq(s.out[SEAL_HEAD + k], 'x');
	}
}

/* A retag seals the same record and revision with other words: nothing may be alike. */
static void another_text_at_the_same_place_has_another_nonce(void)
{
	uint8_t first[SEAL_NONCE + 64];
	unsigned same = 0;
	struct sealed s;
	struct sv sealed;

	sealed = seal_some(&s, 64);
	memcpy(first, sealed.p, sizeof(first));
	memset(s.buf + SEAL_HEAD, 'x', 64);
	s.buf[SEAL_HEAD + 63] = 'y';
	seal_text(s.key, s.content, s.buf, 64, &s.seal);
	seal_bind(&s.seal, &s.place, s.buf);
	sealed = view_of(&s, 64);
	cr_expect_neq(memcmp(first, sealed.p, SEAL_NONCE), 0);
	for (size_t i = SEAL_NONCE; i < sealed.n; i++)
		same += first[i] == (uint8_t)sealed.p[i];
	cr_expect_lt(same, 8U, "%u bytes of the stream are the same", same);
}

static void sealing_again_changes_the_key_and_nothing_else(void)
{
	uint8_t now[KEY_BYTES];
	struct sealed s;
	struct sv sealed;

	cr_assert(sodium_init() >= 0);
	sealed = seal_some(&s, 100);
	randombytes_buf(now, sizeof(now));
	seal_again(s.key, now, s.content, s.buf, 100, &s.seal);
	seal_bind(&s.seal, &s.place, s.buf);
	cr_expect(!seal_open(s.key, &s.place, s.content, sealed, s.out));
	cr_expect(seal_open(now, &s.place, s.content, sealed, s.out) &&
		  s.out[SEAL_HEAD + 99] == 'x');
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
	cr_expect(!seal_open(s.key, &s.place, s.content, sv_sub(sealed, 0, 11), s.out),
		  "cut");
	cr_expect(!seal_open(s.key, &s.place, s.content, sv_sub(sealed, 0, 30), s.out),
		  "cut in the text");
	for (size_t i = 0; i < sealed.n; i++) {
		s.buf[SEAL_HEAD - SEAL_NONCE + i] ^= 1;
		cr_expect(!seal_open(s.key, &s.place, s.content, sealed, s.out),
			  "byte %zu", i);
		s.buf[SEAL_HEAD - SEAL_NONCE + i] ^= 1;
	}
	cr_expect(seal_open(s.key, &s.place, s.content, sealed, s.out));
	sealing_again_changes_the_key_and_nothing_else();
	another_text_at_the_same_place_has_another_nonce();
}
