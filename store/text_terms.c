/* SPDX-License-Identifier: Apache-2.0 */
/* text_terms.c: words made numbers that only this store can make; see text.h. */
#include <string.h>

#include <sodium.h>

#include "store/keys.h"
#include "store/text.h"

_Static_assert(TEXT_KEY_BYTES == crypto_shorthash_KEYBYTES, "one key for both");

enum { WORD_BYTES_MAX = 240 };

/*
 * Keyed hash of (what, text); a very long word is known by its beginning and its
 * length.
 */
static uint64_t hash(const uint8_t *key, char what, struct sv code, struct sv text)
{
	uint8_t in[2 + 16 + WORD_BYTES_MAX], out[crypto_shorthash_BYTES];
	size_t n = 0, code_bytes = code.n < 16 ? code.n : 16;
	size_t bytes = text.n < WORD_BYTES_MAX ? text.n : WORD_BYTES_MAX;

	in[n++] = (uint8_t)what;
	if (code_bytes)
		memcpy(in + n, code.p, code_bytes);
	n += code_bytes;
	in[n++] = (uint8_t)(text.n > WORD_BYTES_MAX ? 1 + text.n % 255 : 0);
	if (bytes)
		memcpy(in + n, text.p, bytes);
	crypto_shorthash(out, in, n + bytes, key);
	return le_get(out, sizeof(out));
}

void text_term_of(const uint8_t key[TEXT_KEY_BYTES], struct sv code, const struct word *w,
		  struct text_term *out)
{
	out->group = hash(key, 'g', code, w->stem) >> 16;
	out->form = (uint32_t)(hash(key, 'f', SV(""), w->folded) & 0xffffff);
}

int text_terms(const uint8_t key[TEXT_KEY_BYTES], struct sv code,
	       const struct word *words, size_t count, struct arena *arena,
	       struct text_term **out, struct err *err)
{
	struct text_term *t = arena_take(arena, count * sizeof(*t) + 1);

	*out = t;
	if (!t)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		text_term_of(key, code, &words[i], &t[i]);
		t[i].place = words[i].place;
	}
	return 0;
}
