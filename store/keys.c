/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c: the bytes of keys, see keys.h.
 */
#include "store/keys.h"

#include <sodium.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "store/sum_wide.h"

enum { SUM_LONG = XXH3_MIDSIZE_MAX + 1 };
enum { TEXT_WHOLE = 400, TEXT_HEAD = 384, TEXT_DIGEST = 16 };

void be_set(void *p, uint64_t v, unsigned bytes)
{
	uint8_t *to = p;

	for (unsigned i = bytes; i-- > 0; v >>= 8)
		to[i] = (uint8_t)v;
}

uint32_t sum32_plain(const void *p, size_t n, uint64_t seed)
{
	return (uint32_t)XXH3_64bits_withSeed(p, n, seed);
}

uint32_t sum32(const void *p, size_t n, uint64_t seed)
{
	if (n >= SUM_LONG && wide_here())
		return sum32_wide(p, n, seed);
	return sum32_plain(p, n, seed);
}

void key_start(struct key *k)
{
	k->n = 0;
}

void key_u(struct key *k, uint64_t value, unsigned bytes)
{
	if (k->n + bytes > KEY_MAX)
		return;
	be_set(k->p + k->n, value, bytes);
	k->n = (uint16_t)(k->n + bytes);
}

void key_bytes(struct key *k, struct sv bytes)
{
	size_t n =
		bytes.n < (size_t)(KEY_MAX - k->n) ? bytes.n : (size_t)(KEY_MAX - k->n);

	if (n)
		memcpy(k->p + k->n, bytes.p, n);
	k->n = (uint16_t)(k->n + n);
}

void key_text(struct key *k, struct sv text)
{
	uint8_t digest[TEXT_DIGEST];

	if (text.n <= TEXT_WHOLE) {
		key_bytes(k, text);
		return;
	}
	crypto_generichash(digest, sizeof(digest), (const uint8_t *)text.p, text.n, NULL,
			   0);
	key_bytes(k, sv_sub(text, 0, TEXT_HEAD));
	key_u(k, 0, 1);
	key_bytes(k, (struct sv){ (const char *)digest, sizeof(digest) });
}

void key_u32(struct key *k, uint32_t value)
{
	key_start(k);
	key_u(k, value, 4);
}

void key_hist(struct key *k, uint32_t id, uint32_t revision)
{
	key_u32(k, id);
	key_u(k, revision, 4);
}

void key_name(struct key *k, uint8_t dim, uint32_t id)
{
	key_start(k);
	key_u(k, 'n', 1);
	key_u(k, dim, 1);
	key_u(k, id, 4);
}

void key_name_text(struct key *k, uint8_t dim, struct sv text)
{
	key_start(k);
	key_u(k, 't', 1);
	key_u(k, dim, 1);
	key_text(k, text);
}

void key_roll(struct key *k, int32_t block, uint32_t topic)
{
	key_u32(k, (uint32_t)block ^ 0x80000000U);
	key_u(k, topic, 4);
}

void key_run(struct key *k, uint8_t space, uint8_t level, uint32_t seq, uint32_t part)
{
	key_start(k);
	key_u(k, space, 1);
	key_u(k, level, 1);
	key_u(k, seq, 4);
	key_u(k, part, 4);
}

void key_link(struct key *k, uint32_t number, uint32_t id)
{
	key_u32(k, number);
	key_u(k, id, 4);
}
