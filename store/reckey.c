/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckey.c: see reckey.h; the bytes are in docs/formats/store.md.
 */
#include "store/reckey.h"

#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/keys.h"

enum { AT_COUNT = 4, AT_SHIFT = 8, AT_NONCE = 12, NONCE = 16, AT_IDS = AT_NONCE + NONCE };
enum { BLOCK = 0, SINGLE = 1, BLOCK_MAX = 453, EACH = 4 + KEY_BYTES, SHIFT_TRIES = 64 };

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

/* A data key in or out of its wrapping: the same both ways. False: the tree's key is gone. */
static bool wrap(struct keytree *tree, uint32_t number, const uint8_t nonce[NONCE],
		 const uint8_t in[KEY_BYTES], uint8_t out[KEY_BYTES])
{
	uint8_t key[KEY_BYTES], pad[KEY_BYTES];

	if (!keytree_key(tree, TREE_RECORDS, number, key))
		return false;
	crypto_core_hchacha20(pad, nonce, key, NULL);
	for (unsigned i = 0; i < KEY_BYTES; i++)
		out[i] = in[i] ^ pad[i];
	sodium_memzero(key, sizeof(key));
	sodium_memzero(pad, sizeof(pad));
	return true;
}

/*
 * A restored store gives ids away again, some of which had their tree's key destroyed before. Such
 * records take keys from elsewhere.
 */
static uint32_t shift_for(struct keytree *tree, const struct reckey *all, size_t count)
{
	uint32_t shift = 0;

	for (unsigned tries = 0; tries < SHIFT_TRIES; tries++) {
		size_t i = 0;

		while (i < count && keytree_has(tree, TREE_RECORDS, all[i].id + shift))
			i++;
		if (i == count)
			break;
		shift = randombytes_random();
	}
	return shift;
}

static void reckey_sum(struct sv key, uint8_t *v, size_t bytes)
{
	le_set(v, sum32(v + 4, bytes - 4, reckey_seed(key)), 4);
}

static void reckey_put(struct txn *t, const struct opinia_store *store, uint8_t space,
		       const struct reckey *all, size_t count)
{
	size_t bytes = AT_IDS + EACH * count;
	struct keytree *tree = store->set.tree;
	uint32_t shift = shift_for(tree, all, count);
	bool good = true;
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
	le_set(v + AT_SHIFT, shift, 4);
	randombytes_buf(v + AT_NONCE, NONCE);
	for (size_t i = 0; i < count; i++) {
		le_set(v + AT_IDS + 4 * i, all[i].id, 4);
		good &= wrap(tree, all[i].id + shift, v + AT_NONCE, all[i].key,
			     keys + KEY_BYTES * i);
	}
	reckey_sum(key_sv(&k), v, bytes);
	if (!good)
		txn_fail(t, ERR_SYSTEM, "no key is left to wrap the keys of records");
}

void reckey_write(struct txn *t, const struct opinia_store *store,
		  const struct reckey *all, size_t count)
{
	/* as many as fill four pages; few enough to be summed up to read one */
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
	const uint8_t *from;
	size_t count, i;

	if (!reckey_sound(key, v, &count)) {
		txn_fail(t, ERR_INPUT, "the keys of records near %u are damaged", id);
		return false;
	}
	i = reckey_index(v.p + AT_IDS, count, id);
	if (i == count)
		return false;
	from = (const uint8_t *)v.p + AT_IDS + 4 * count + KEY_BYTES * i;
	return !sodium_is_zero(from, KEY_BYTES) &&
	       wrap(store->set.tree, id + (uint32_t)le_get(v.p + AT_SHIFT, 4),
		    (const uint8_t *)v.p + AT_NONCE, from, out);
}

/* The value that @id's key is in, at @c. */
static bool reckey_seek(struct txn_cursor *c, uint32_t id)
{
	struct key k;

	reckey_key(&k, SINGLE, id);
	if (txn_seek_exact(c, key_sv(&k)))
		return true;
	reckey_key(&k, BLOCK, id);
	return (txn_seek_exact(c, key_sv(&k)) ||
		(txn_seek(c, key_sv(&k)) ? txn_prev(c) : txn_last(c))) &&
	       c->key.n == 5 && c->key.p[0] == BLOCK;
}

bool reckey_read(struct txn *t, const struct opinia_store *store, uint32_t id,
		 uint8_t out[KEY_BYTES])
{
	struct txn_cursor c;
	bool found;

	txn_cursor_open(&c, t, DB_RECKEY);
	found = reckey_seek(&c, id) && reckey_take(t, store, c.key, c.value, id, out);
	txn_cursor_close(&c);
	return found;
}

/* ---- destroying and changing ------------------------------------------------------- */

/* A copy of the value at @c as its new value, to be changed in place; reckey_sum() ends it. */
static uint8_t *reckey_again(struct txn_cursor *c, struct key *k)
{
	struct sv v = c->value;
	uint8_t *copy = malloc(v.n), *to;

	key_start(k);
	key_bytes(k, c->key);
	if (!copy) {
		txn_fail(c->txn, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	memcpy(copy, v.p, v.n);
	to = txn_reserve(c->txn, DB_RECKEY, key_sv(k), v.n, false);
	if (to)
		memcpy(to, copy, v.n);
	free(copy);
	return to;
}

bool reckey_erase(struct txn *t, uint32_t id, uint32_t *number)
{
	struct txn_cursor c;
	struct key k;
	size_t count, i, n;
	uint8_t *v;
	bool found;

	txn_cursor_open(&c, t, DB_RECKEY);
	found = reckey_seek(&c, id) && reckey_sound(c.key, c.value, &count);
	i = found ? reckey_index(c.value.p + AT_IDS, count, id) : 0;
	found = found && i < count;
	if (found) {
		*number = id + (uint32_t)le_get(c.value.p + AT_SHIFT, 4);
		n = c.value.n;
		v = reckey_again(&c, &k);
		if (v) {
			memset(v + AT_IDS + 4 * count + KEY_BYTES * i, 0, KEY_BYTES);
			reckey_sum(key_sv(&k), v, n);
		}
	}
	txn_cursor_close(&c);
	return found;
}

/* What cannot be opened any more is erased for good. */
static void rewrap_value(uint8_t *v, size_t count, struct keytree *from,
			 struct keytree *to)
{
	uint32_t shift = (uint32_t)le_get(v + AT_SHIFT, 4);
	uint8_t nonce[NONCE], key[KEY_BYTES];

	memcpy(nonce, v + AT_NONCE, NONCE);
	randombytes_buf(v + AT_NONCE, NONCE);
	for (size_t i = 0; i < count; i++) {
		uint8_t *at = v + AT_IDS + 4 * count + KEY_BYTES * i;
		uint32_t number = (uint32_t)le_get(v + AT_IDS + 4 * i, 4) + shift;

		if (sodium_is_zero(at, KEY_BYTES))
			continue;
		if (!wrap(from, number, nonce, at, key) ||
		    !wrap(to, number, v + AT_NONCE, key, at))
			memset(at, 0, KEY_BYTES);
	}
	sodium_memzero(key, sizeof(key));
}

void reckey_rewrap(struct txn *t, struct keytree *from, struct keytree *to)
{
	struct txn_cursor c;
	struct key k;
	size_t count;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		size_t n = c.value.n;
		uint8_t *v = NULL;

		if (reckey_sound(c.key, c.value, &count))
			v = reckey_again(&c, &k);
		else
			txn_fail(t, ERR_INPUT, "the keys of records are damaged");
		if (!v)
			break;
		rewrap_value(v, count, from, to);
		reckey_sum(key_sv(&k), v, n);
		if (!txn_seek_exact(&c, key_sv(&k)))
			break;
	}
	txn_cursor_close(&c);
}

static void lost_of(struct sv v, size_t count, struct keytree *tree,
		    void (*lost)(void *self, uint32_t id), void *self)
{
	uint32_t shift = (uint32_t)le_get(v.p + AT_SHIFT, 4);
	const uint8_t *keys = (const uint8_t *)v.p + AT_IDS + 4 * count;

	for (size_t i = 0; i < count; i++) {
		uint32_t id = (uint32_t)le_get(v.p + AT_IDS + 4 * i, 4);

		if (!sodium_is_zero(keys + KEY_BYTES * i, KEY_BYTES) &&
		    !keytree_has(tree, TREE_RECORDS, id + shift))
			lost(self, id);
	}
}

void reckey_lost(struct txn *t, struct keytree *tree,
		 void (*lost)(void *self, uint32_t id), void *self)
{
	struct txn_cursor c;
	size_t count;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		if (reckey_sound(c.key, c.value, &count))
			lost_of(c.value, count, tree, lost, self);
		else
			txn_fail(t, ERR_INPUT, "the keys of records are damaged");
	}
	txn_cursor_close(&c);
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
