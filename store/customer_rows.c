/* SPDX-License-Identifier: Apache-2.0 */
/*
 * customer_rows.c: a customer's row (data key and address, sealed) and the keys at hand.
 */
#include "store/customer_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/keys.h"

enum { AT_FLAGS = 4, AT_SHIFT = 5, ROW_BLANK = AT_SHIFT + SEAL_RANDOM };
enum { ROW_ERASED = 1, ROW_SHIFTED = 2 /* 4 bytes behind the flags */ };
enum { CACHE_MAX = 1 << 18, CACHE_FIRST = 256 };

/* ---- rows -------------------------------------------------------------------------- */

static void row_nonce(uint8_t nonce[24], const uint8_t *random, uint32_t number)
{
	memcpy(nonce, random, SEAL_RANDOM);
	be_set(nonce + 8, number, 4);
	memcpy(nonce + 12, "opinia:cust!", 12);
}

/* Where a row's nonce is; the sealed part follows it. */
static size_t row_nonce_at(uint8_t flags)
{
	return AT_SHIFT + (flags & ROW_SHIFTED ? 4 : 0);
}

static uint32_t row_shift(const uint8_t *row)
{
	return row[AT_FLAGS] & ROW_SHIFTED ? (uint32_t)le_get(row + AT_SHIFT, 4) : 0;
}

bool customer_wrap(struct txn *t, const struct opinia_store *store, struct keytree *tree,
		   uint32_t number, const uint8_t key[KEY_BYTES], struct sv alias)
{
	uint8_t plain[KEY_BYTES + ALIAS_TEXT_MAX], nonce[24], wrap[KEY_BYTES];
	uint8_t flags = store->key_shift ? ROW_SHIFTED : 0;
	size_t at = row_nonce_at(flags), n = KEY_BYTES + alias.n;
	size_t bytes = at + SEAL_RANDOM + n + SEAL_TAG;
	struct key k;
	uint8_t *row;

	if (!keytree_key(tree, TREE_CUSTOMERS, number + store->key_shift, wrap))
		return false;
	key_u32(&k, number);
	row = txn_reserve(t, DB_CUSTOMER, key_sv(&k), bytes, false);
	if (!row)
		return true; /* the transaction knows */
	memcpy(plain, key, KEY_BYTES);
	if (alias.n)
		memcpy(plain + KEY_BYTES, alias.p, alias.n);
	row[AT_FLAGS] = flags;
	if (flags)
		le_set(row + AT_SHIFT, store->key_shift, 4);
	randombytes_buf(row + at, SEAL_RANDOM);
	row_nonce(nonce, row + at, number);
	crypto_aead_xchacha20poly1305_ietf_encrypt(row + at + SEAL_RANDOM, NULL, plain, n,
						   store->id, STORE_ID_BYTES, NULL, nonce,
						   wrap);
	le_set(row, sum32(row + 4, bytes - 4, number), 4);
	sodium_memzero(plain, n);
	sodium_memzero(wrap, sizeof(wrap));
	return true;
}

bool customer_write(struct txn *t, const struct opinia_store *store, uint32_t number,
		    const uint8_t key[KEY_BYTES], struct sv alias)
{
	return customer_wrap(t, store, store->set.tree, number, key, alias);
}

void customer_blank(struct txn *t, uint32_t number)
{
	uint8_t row[ROW_BLANK] = { [AT_FLAGS] = ROW_ERASED };
	struct key k;

	key_u32(&k, number);
	le_set(row, sum32(row + 4, sizeof(row) - 4, number), 4);
	txn_put(t, DB_CUSTOMER, key_sv(&k), (struct sv){ (char *)row, sizeof(row) });
}

bool customer_gone(struct txn *t, uint32_t number)
{
	struct key k;
	struct sv v;

	key_u32(&k, number);
	return txn_get(t, DB_CUSTOMER, key_sv(&k), &v) && v.n > AT_FLAGS &&
	       v.p[AT_FLAGS] & ROW_ERASED;
}

/* A row as it was written? Its sealed part begins at *at. */
static bool row_sound(struct sv v, uint32_t number, size_t *at)
{
	const uint8_t *row = (const uint8_t *)v.p;

	if (v.n < ROW_BLANK || le_get(row, 4) != sum32(row + 4, v.n - 4, number))
		return false;
	*at = row_nonce_at(row[AT_FLAGS]) + SEAL_RANDOM;
	return row[AT_FLAGS] & ROW_ERASED ||
	       (v.n >= *at + KEY_BYTES + SEAL_TAG &&
		v.n <= *at + KEY_BYTES + ALIAS_TEXT_MAX + SEAL_TAG);
}

bool customer_tree_number(struct txn *t, uint32_t number, uint32_t *in_tree)
{
	struct key k;
	struct sv v;
	size_t at;

	*in_tree = number;
	key_u32(&k, number);
	if (!txn_get(t, DB_CUSTOMER, key_sv(&k), &v))
		return true;
	if (!row_sound(v, number, &at))
		return false;
	*in_tree += row_shift((const uint8_t *)v.p);
	return true;
}

enum customer_found customer_read(struct txn *t, const struct opinia_store *store,
				  uint32_t number, uint8_t key[KEY_BYTES],
				  struct arena *arena, struct sv *alias)
{
	uint8_t plain[KEY_BYTES + ALIAS_TEXT_MAX], nonce[24], wrap[KEY_BYTES];
	unsigned long long n;
	const uint8_t *row;
	struct key k;
	struct sv v;
	size_t at;
	int rc;

	key_u32(&k, number);
	if (!txn_get(t, DB_CUSTOMER, key_sv(&k), &v))
		return CUSTOMER_NONE;
	row = (const uint8_t *)v.p;
	if (!row_sound(v, number, &at)) {
		txn_fail(t, ERR_INPUT, "the row of customer %u is damaged", number);
		return CUSTOMER_NONE;
	}
	if (row[AT_FLAGS] & ROW_ERASED ||
	    !keytree_key(store->set.tree, TREE_CUSTOMERS, number + row_shift(row), wrap))
		return CUSTOMER_ERASED;
	row_nonce(nonce, row + at - SEAL_RANDOM, number);
	rc = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &n, NULL, row + at,
							v.n - at, store->id,
							STORE_ID_BYTES, nonce, wrap);
	sodium_memzero(wrap, sizeof(wrap));
	if (rc) {
		txn_fail(t, ERR_INPUT, "the key of customer %u does not open", number);
		return CUSTOMER_NONE;
	}
	memcpy(key, plain, KEY_BYTES);
	if (alias &&
	    !arena_copy(arena, (struct sv){ (char *)plain + KEY_BYTES, n - KEY_BYTES },
			alias))
		txn_fail(t, ERR_SYSTEM, "out of memory");
	sodium_memzero(plain, sizeof(plain));
	return CUSTOMER_FOUND;
}

void alias_digest(const struct opinia_store *store, struct sv alias,
		  uint8_t out[ALIAS_DIGEST])
{
	digest_bytes(store->keys.pseudonym, alias, out, ALIAS_DIGEST);
}

/* ---- keys at hand ------------------------------------------------------------------ */

struct cached {
	uint8_t digest[ALIAS_DIGEST];
	uint32_t number;
	uint8_t key[KEY_BYTES];
	bool used;
};

struct customer_cache {
	pthread_mutex_t lock;
	struct cached *all;
	size_t size, used; /* size: a power of two, at most half full */
	uint64_t erasures; /* of the store, as of which all of it is true */
};

struct customer_cache *customer_cache_new(void)
{
	struct customer_cache *c = calloc(1, sizeof(*c));

	if (c)
		pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void cache_drop(struct customer_cache *c)
{
	if (c->all)
		sodium_memzero(c->all, c->size * sizeof(*c->all));
	free(c->all);
	c->all = NULL;
	c->size = c->used = 0;
}

void customer_cache_free(struct customer_cache *c)
{
	if (!c)
		return;
	cache_drop(c);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* With the lock held: what was true after so many erasures. False: more is known by now. */
static bool cache_as_of(struct customer_cache *c, uint64_t erasures)
{
	if (erasures > c->erasures) {
		cache_drop(c);
		c->erasures = erasures;
	}
	return erasures == c->erasures;
}

static struct cached *cache_slot(struct cached *all, size_t size, const uint8_t *digest)
{
	size_t at = (size_t)le_get(digest, 8) & (size - 1);

	while (all[at].used && memcmp(all[at].digest, digest, ALIAS_DIGEST))
		at = (at + 1) & (size - 1);
	return &all[at];
}

/* Room for one more; a cache that is too large is emptied: it is only there for speed. */
static bool cache_room(struct customer_cache *c)
{
	struct cached *all;
	size_t size;

	if (c->used >= CACHE_MAX)
		cache_drop(c);
	if (2 * c->used < c->size)
		return true;
	size = c->size ? 2 * c->size : CACHE_FIRST;
	all = calloc(size, sizeof(*all));
	if (!all)
		return false;
	for (size_t i = 0; i < c->size; i++)
		if (c->all[i].used)
			*cache_slot(all, size, c->all[i].digest) = c->all[i];
	if (c->all)
		sodium_memzero(c->all, c->size * sizeof(*c->all));
	free(c->all);
	c->all = all;
	c->size = size;
	return true;
}

void customer_cache_get(struct customer_cache *c, uint64_t erasures, struct person *p,
			size_t count, bool *known)
{
	bool any;

	pthread_mutex_lock(&c->lock);
	any = cache_as_of(c, erasures) && c->size;
	for (size_t i = 0; i < count; i++) {
		struct cached *s = any ? cache_slot(c->all, c->size, p[i].digest) : NULL;

		known[i] = s && s->used;
		if (!known[i])
			continue;
		p[i].number = s->number;
		memcpy(p[i].key, s->key, KEY_BYTES);
	}
	pthread_mutex_unlock(&c->lock);
}

void customer_cache_put(struct customer_cache *c, uint64_t erasures, struct person *p,
			size_t count)
{
	bool true_now;

	pthread_mutex_lock(&c->lock);
	true_now = cache_as_of(c, erasures);
	for (size_t i = 0; true_now && i < count && cache_room(c); i++) {
		struct cached *s = cache_slot(c->all, c->size, p[i].digest);

		if (s->used && !p[i].number) {
			p[i].number = s->number;
			memcpy(p[i].key, s->key, KEY_BYTES);
			continue;
		}
		if (!s->used)
			c->used++;
		memcpy(s->digest, p[i].digest, ALIAS_DIGEST);
		memcpy(s->key, p[i].key, KEY_BYTES);
		s->number = p[i].number;
		s->used = true;
	}
	pthread_mutex_unlock(&c->lock);
}
