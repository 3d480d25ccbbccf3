/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckey.c: see reckey.h; the bytes are in docs/formats/store.md.
 */
#include "store/reckey.h"

#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/keys.h"

enum { AT_COUNT = 4, AT_SHIFT = 8, AT_NONCE = 12, AT_IDS = AT_NONCE + RECKEY_NONCE };
enum { BLOCK = 0, SINGLE = 1, BLOCK_MAX = 453, EACH = 4 + KEY_BYTES, SHIFT_TRIES = 64 };
enum { BITS_MAX = 8 * 1024 }; /* ids from the first to the last of a value */

#define MADE 0x80000000u /* in the count: keys are made of the tree's, not kept */

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

/* What the tree's key @number and @nonce make. False: the tree's key is gone. */
static bool make(struct keytree *tree, uint32_t number, const uint8_t nonce[RECKEY_NONCE],
		 uint8_t out[KEY_BYTES])
{
	uint8_t key[KEY_BYTES];

	if (!keytree_key(tree, TREE_RECORDS, number, key))
		return false;
	crypto_core_hchacha20(out, nonce, key, NULL);
	sodium_memzero(key, sizeof(key));
	return true;
}

/* A kept key in or out of its wrapping: the same both ways. */
static bool wrap(struct keytree *tree, uint32_t number, const uint8_t nonce[RECKEY_NONCE],
		 const uint8_t in[KEY_BYTES], uint8_t out[KEY_BYTES])
{
	uint8_t pad[KEY_BYTES];

	if (!make(tree, number, nonce, pad))
		return false;
	for (unsigned i = 0; i < KEY_BYTES; i++)
		out[i] = in[i] ^ pad[i];
	sodium_memzero(pad, sizeof(pad));
	return true;
}

static void reckey_sum(struct sv key, uint8_t *v, size_t bytes)
{
	le_set(v, sum32(v + 4, bytes - 4, reckey_seed(key)), 4);
}

/* ---- making ------------------------------------------------------------------------ */

/* Where the tree's key was destroyed before, one from elsewhere is taken. */
bool reckey_make(const struct opinia_store *store, const struct reckey *before,
		 struct reckey *k)
{
	struct keytree *tree = store->set.tree;

	if (before && before->nth + 1u < BLOCK_MAX && k->id - before->first < BITS_MAX) {
		k->first = before->first;
		k->nth = before->nth + 1;
		k->shift = before->shift;
		memcpy(k->nonce, before->nonce, RECKEY_NONCE);
		if (make(tree, k->id + k->shift, k->nonce, k->key))
			return true;
	}
	k->first = k->id;
	k->nth = 0;
	k->shift = store->key_shift;
	randombytes_buf(k->nonce, RECKEY_NONCE);
	for (unsigned tries = 0; tries < SHIFT_TRIES; tries++) {
		if (make(tree, k->id + k->shift, k->nonce, k->key))
			return true;
		k->shift = randombytes_random();
	}
	return false;
}

/* Those of @all that are one value. */
static size_t reckey_put(struct txn *t, uint8_t space, const struct reckey *all,
			 size_t count)
{
	size_t n = 1, bytes;
	struct key k;
	uint8_t *v;

	while (n < count && all[n].first == all->first)
		n++;
	bytes = AT_IDS + (all[n - 1].id - all->first) / 8 + 1;
	reckey_key(&k, space, all->first);
	v = txn_reserve(t, DB_RECKEY, key_sv(&k), bytes, false);
	if (!v)
		return n;
	memset(v, 0, bytes);
	le_set(v + AT_COUNT, n | MADE, 4);
	le_set(v + AT_SHIFT, all->shift, 4);
	memcpy(v + AT_NONCE, all->nonce, RECKEY_NONCE);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = all[i].id - all->first;

		v[AT_IDS + at / 8] = (uint8_t)(v[AT_IDS + at / 8] | 1u << at % 8);
	}
	reckey_sum(key_sv(&k), v, bytes);
	return n;
}

void reckey_write(struct txn *t, const struct reckey *all, size_t count)
{
	for (size_t i = 0; i < count;)
		i += reckey_put(t, BLOCK, all + i, count - i);
}

void reckey_write_one(struct txn *t, const struct reckey *r)
{
	reckey_put(t, SINGLE, r, 1);
}

/* ---- reading ----------------------------------------------------------------------- */

/* A value where it lies. A place is a bit, or one of the kept keys. */
struct held {
	const uint8_t *p;
	uint32_t first, shift, places;
	size_t count; /* as it says */
	bool made;
};

static bool held_view(struct sv key, struct sv v, struct held *h)
{
	uint32_t count;

	if (key.n != 5 || v.n < AT_IDS ||
	    le_get(v.p, 4) != sum32(v.p + 4, v.n - 4, reckey_seed(key)))
		return false;
	count = (uint32_t)le_get(v.p + AT_COUNT, 4);
	h->p = (const uint8_t *)v.p;
	h->first = (uint32_t)be_get(key.p + 1, 4);
	h->shift = (uint32_t)le_get(v.p + AT_SHIFT, 4);
	h->made = count & MADE;
	h->count = count & ~MADE;
	h->places = h->made ? (uint32_t)(8 * (v.n - AT_IDS)) : count;
	return h->made ? v.n - AT_IDS <= BITS_MAX / 8 && h->count <= h->places
		       : v.n == AT_IDS + EACH * h->count;
}

static const uint8_t *held_kept(const struct held *h, uint32_t place)
{
	return h->p + AT_IDS + 4 * h->count + (size_t)KEY_BYTES * place;
}

/* The id at a place; 0: there is none, or it was erased. */
static uint32_t held_id(const struct held *h, uint32_t place)
{
	if (h->made)
		return h->p[AT_IDS + place / 8] >> place % 8 & 1 ? h->first + place : 0;
	return sodium_is_zero(held_kept(h, place), KEY_BYTES)
		       ? 0
		       : (uint32_t)le_get(h->p + AT_IDS + (size_t)4 * place, 4);
}

/* Where @id is; h->places: nowhere. */
static uint32_t held_place(const struct held *h, uint32_t id)
{
	uint32_t low = 0, high = h->places;

	if (h->made)
		low = id - h->first;
	else
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (le_get(h->p + AT_IDS + (size_t)4 * mid, 4) < id)
				low = mid + 1;
			else
				high = mid;
		}
	return low < h->places && held_id(h, low) == id ? low : h->places;
}

/* The key at a place that has one. False: its tree's key is gone. */
static bool held_key(const struct held *h, struct keytree *tree, uint32_t place,
		     uint8_t out[KEY_BYTES])
{
	uint32_t number = held_id(h, place) + h->shift;

	return h->made ? make(tree, number, h->p + AT_NONCE, out)
		       : wrap(tree, number, h->p + AT_NONCE, held_kept(h, place), out);
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

/* The place of @id's key, at @c. False: it has none, or (with the transaction failed) it is damaged. */
static bool reckey_find(struct txn_cursor *c, uint32_t id, struct held *h,
			uint32_t *place)
{
	if (!reckey_seek(c, id))
		return false;
	if (!held_view(c->key, c->value, h)) {
		txn_fail(c->txn, ERR_INPUT, "the keys of records near %u are damaged",
			 id);
		return false;
	}
	*place = held_place(h, id);
	return *place < h->places;
}

bool reckey_read(struct txn *t, const struct opinia_store *store, uint32_t id,
		 uint8_t out[KEY_BYTES])
{
	struct txn_cursor c;
	uint32_t place;
	struct held h;
	bool found;

	txn_cursor_open(&c, t, DB_RECKEY);
	found = reckey_find(&c, id, &h, &place) &&
		held_key(&h, store->set.tree, place, out);
	txn_cursor_close(&c);
	return found;
}

/* ---- destroying and changing ------------------------------------------------------- */

/* The value at @c, copied, and @bytes of room for what comes in its place. */
static uint8_t *reckey_again(struct txn_cursor *c, struct key *k, struct held *h,
			     uint8_t **copy, size_t bytes)
{
	key_start(k);
	key_bytes(k, c->key);
	*copy = malloc(c->value.n);
	if (!*copy) {
		txn_fail(c->txn, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	memcpy(*copy, c->value.p, c->value.n);
	h->p = *copy;
	return txn_reserve(c->txn, DB_RECKEY, key_sv(k), bytes, false);
}

static void erase_at(struct txn_cursor *c, struct held *h, uint32_t place)
{
	size_t bytes = c->value.n;
	uint8_t *copy, *to;
	struct key k;

	to = reckey_again(c, &k, h, &copy, bytes);
	if (to) {
		memcpy(to, copy, bytes);
		if (h->made) {
			to[AT_IDS + place / 8] =
				(uint8_t)(to[AT_IDS + place / 8] & ~(1u << place % 8));
			le_set(to + AT_COUNT, (h->count - 1) | MADE, 4);
		} else
			memset(to + (held_kept(h, place) - h->p), 0, KEY_BYTES);
		reckey_sum(key_sv(&k), to, bytes);
	}
	free(copy);
}

/* @erase: destroy it, and say in *number which key of the tree wrapped it. */
static bool reckey_at(struct txn *t, uint32_t id, bool erase, uint32_t *number)
{
	struct txn_cursor c;
	uint32_t place;
	struct held h;
	bool found;

	txn_cursor_open(&c, t, DB_RECKEY);
	found = reckey_find(&c, id, &h, &place);
	if (found && erase) {
		*number = id + h.shift;
		erase_at(&c, &h, place);
	}
	txn_cursor_close(&c);
	return found;
}

bool reckey_erase(struct txn *t, uint32_t id, uint32_t *number)
{
	return reckey_at(t, id, true, number);
}

bool reckey_has(struct txn *t, uint32_t id)
{
	return reckey_at(t, id, false, NULL);
}

/*
 * Keys that were made of the old tree's are kept from now on, wrapped by the new tree's. What
 * cannot be opened any more is erased for good.
 */
static void rewrap_value(const struct held *h, struct keytree *from, struct keytree *to,
			 uint8_t *v, size_t count)
{
	uint8_t key[KEY_BYTES];
	size_t n = 0;

	le_set(v + AT_COUNT, count, 4);
	le_set(v + AT_SHIFT, h->shift, 4);
	randombytes_buf(v + AT_NONCE, RECKEY_NONCE);
	for (uint32_t i = 0; i < h->places; i++) {
		uint32_t id = held_id(h, i);
		uint8_t *at = v + AT_IDS + 4 * count + KEY_BYTES * n;

		if (!id)
			continue;
		le_set(v + AT_IDS + 4 * n++, id, 4);
		if (!held_key(h, from, i, key) ||
		    !wrap(to, id + h->shift, v + AT_NONCE, key, at))
			memset(at, 0, KEY_BYTES);
	}
	sodium_memzero(key, sizeof(key));
}

static size_t held_left(const struct held *h)
{
	size_t n = 0;

	for (uint32_t i = 0; i < h->places; i++)
		n += held_id(h, i) != 0;
	return n;
}

void reckey_rewrap(struct txn *t, struct keytree *from, struct keytree *to)
{
	struct txn_cursor c;
	struct held h;
	struct key k;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		uint8_t *v, *copy;
		size_t left, bytes;

		if (!held_view(c.key, c.value, &h)) {
			txn_fail(t, ERR_INPUT, "the keys of records are damaged");
			break;
		}
		left = held_left(&h);
		bytes = AT_IDS + EACH * left;
		v = reckey_again(&c, &k, &h, &copy, bytes);
		if (v) {
			rewrap_value(&h, from, to, v, left);
			reckey_sum(key_sv(&k), v, bytes);
		}
		free(copy);
		if (!v || !txn_seek_exact(&c, key_sv(&k)))
			break;
	}
	txn_cursor_close(&c);
}

void reckey_lost(struct txn *t, struct keytree *tree,
		 void (*lost)(void *self, uint32_t id), void *self)
{
	struct txn_cursor c;
	struct held h;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		if (!held_view(c.key, c.value, &h)) {
			txn_fail(t, ERR_INPUT, "the keys of records are damaged");
			continue;
		}
		for (uint32_t i = 0; i < h.places; i++) {
			uint32_t id = held_id(&h, i);

			if (id && !keytree_has(tree, TREE_RECORDS, id + h.shift))
				lost(self, id);
		}
	}
	txn_cursor_close(&c);
}

uint64_t reckey_verify(struct txn *t, void (*damaged)(void *self, const char *what),
		       void *self)
{
	struct txn_cursor c;
	uint64_t n = 0;
	struct held h;

	txn_cursor_open(&c, t, DB_RECKEY);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		if (!held_view(c.key, c.value, &h))
			damaged(self, "keys of records have a wrong checksum");
		else
			n += held_left(&h);
	}
	txn_cursor_close(&c);
	return n;
}
