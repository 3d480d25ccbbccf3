/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckey.c: see reckey.h; the bytes are in docs/formats/store.md.
 */
#include "store/reckey.h"

#include <string.h>

#include "store/inside.h"
#include "store/keys.h"

enum { AT_COUNT = 4, AT_NONCE = 8, NONCE = 24, AT_IDS = AT_NONCE + NONCE };
enum { BLOCK = 0, SINGLE = 1, BLOCK_MAX = 256, EACH = 4 + KEY_BYTES };

static void reckey_key(struct key *k, uint8_t space, uint32_t id)
{
	key_start(k);
	key_u(k, space, 1);
	key_u(k, id, 4);
}

static uint64_t reckey_seed(struct sv key)
{
	return be_get(key.p, 5);
}

static void reckey_put(struct txn *t, const struct opinia_store *store, uint8_t space,
		       const struct reckey *all, size_t count)
{
	size_t bytes = AT_IDS + EACH * count;
	struct key k;
	uint8_t *v, *keys;

	if (!count)
		return;
	reckey_key(&k, space, all[0].id);
	v = txn_reserve(t, DB_RECKEY, key_sv(&k), bytes, false);
	if (!v)
		return;
	keys = v + AT_IDS + 4 * count;
	le_set(v + AT_COUNT, count, 4);
	randombytes_buf(v + AT_NONCE, NONCE);
	for (size_t i = 0; i < count; i++) {
		le_set(v + AT_IDS + 4 * i, all[i].id, 4);
		memcpy(keys + KEY_BYTES * i, all[i].key, KEY_BYTES);
	}
	crypto_stream_xchacha20_xor(keys, keys, KEY_BYTES * count, v + AT_NONCE,
				    store->keys.wrap);
	le_set(v, sum32(v + 4, bytes - 4, reckey_seed(key_sv(&k))), 4);
}

void reckey_write(struct txn *t, const struct opinia_store *store,
		  const struct reckey *all, size_t count)
{
	/* few enough that reading one key does not mean summing up many */
	for (size_t i = 0; i < count; i += BLOCK_MAX)
		reckey_put(t, store, BLOCK, all + i,
			   count - i < BLOCK_MAX ? count - i : BLOCK_MAX);
}

void reckey_write_one(struct txn *t, const struct opinia_store *store,
		      const struct reckey *r)
{
	reckey_put(t, store, SINGLE, r, 1);
}

/* ---- reading ----------------------------------------------------------------------- */

static bool reckey_sound(struct sv key, struct sv v, size_t *count)
{
	if (key.n != 5 || v.n < AT_IDS)
		return false;
	*count = (size_t)le_get(v.p + AT_COUNT, 4);
	return v.n == AT_IDS + EACH * *count &&
	       le_get(v.p, 4) == sum32(v.p + 4, v.n - 4, reckey_seed(key));
}

/* Where @id is among the ids of the value; count: nowhere. */
static size_t reckey_index(const char *ids, size_t count, uint32_t id)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (le_get(ids + 4 * mid, 4) < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < count && le_get(ids + 4 * low, 4) == id ? low : count;
}

static bool reckey_take(struct txn *t, const struct opinia_store *store, struct sv key,
			struct sv v, uint32_t id, uint8_t out[KEY_BYTES])
{
	uint8_t block[KEY_BYTES * 2 + 64] = { 0 };
	const char *from;
	size_t count, i, skip;

	if (!reckey_sound(key, v, &count)) {
		txn_fail(t, ERR_INPUT, "the keys of records near %u are damaged", id);
		return false;
	}
	i = reckey_index(v.p + AT_IDS, count, id);
	if (i == count)
		return false;
	from = v.p + AT_IDS + 4 * count + KEY_BYTES * i;
	if (sodium_is_zero((const uint8_t *)from, KEY_BYTES))
		return false;
	skip = KEY_BYTES * i % 64; /* XChaCha20 has blocks of 64 bytes */
	memcpy(block + skip, from, KEY_BYTES);
	crypto_stream_xchacha20_xor_ic(block, block, skip + KEY_BYTES,
				       (const uint8_t *)v.p + AT_NONCE,
				       KEY_BYTES * i / 64, store->keys.wrap);
	memcpy(out, block + skip, KEY_BYTES);
	sodium_memzero(block, sizeof(block));
	return true;
}

bool reckey_read(struct txn *t, const struct opinia_store *store, uint32_t id,
		 uint8_t out[KEY_BYTES])
{
	struct txn_cursor c;
	struct key k;
	struct sv v;
	bool found = false;

	reckey_key(&k, SINGLE, id);
	if (txn_get(t, DB_RECKEY, key_sv(&k), &v))
		return reckey_take(t, store, key_sv(&k), v, id, out);
	reckey_key(&k, BLOCK, id);
	txn_cursor_open(&c, t, DB_RECKEY);
	if (txn_seek_exact(&c, key_sv(&k)) ||
	    (txn_seek(&c, key_sv(&k)) ? txn_prev(&c) : txn_last(&c)))
		found = c.key.n == 5 && c.key.p[0] == BLOCK &&
			reckey_take(t, store, c.key, c.value, id, out);
	txn_cursor_close(&c);
	return found;
}

uint64_t reckey_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		       void *self)
{
	struct txn_cursor c;
	uint64_t n = 0;
	size_t count;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		if (!reckey_sound(c.key, c.value, &count))
			damaged(self, "keys of records have a wrong checksum");
		else
			n += count;
	}
	txn_cursor_close(&c);
	return n;
}
