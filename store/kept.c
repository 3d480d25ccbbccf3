/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c: see kept.h. A cursor's key is the source's name; the others begin with a byte that no
 * name begins with.
 */
#include "store/kept.h"

#include <string.h>

#include "store/crypto.h"
#include "store/inside.h"

enum { KEY_NOTE = 1, KEY_STATE = 2 };

void kept_cursor_key(struct key *k, struct sv source)
{
	key_start(k);
	key_text(k, source);
}

void kept_state_key(struct key *k, struct sv source)
{
	key_start(k);
	key_u(k, KEY_STATE, 1);
	key_text(k, source);
}

void kept_note_key(struct key *k, const struct subkeys *keys, struct sv note)
{
	uint8_t digest[NOTE_DIGEST];

	digest_bytes(keys->identity, note, digest, sizeof(digest));
	key_start(k);
	key_u(k, KEY_NOTE, 1);
	key_bytes(k, (struct sv){ (char *)digest, sizeof(digest) });
}

void kept_put(struct txn *t, const struct key *k, struct sv value)
{
	uint8_t *v;

	if (value.n > KEPT_VALUE_MAX) {
		txn_fail(t, ERR_INPUT, "%zu bytes to remember, and %d are the ceiling",
			 value.n, KEPT_VALUE_MAX);
		return;
	}
	v = txn_reserve(t, DB_CURSOR, key_sv(k), 4 + value.n, false);
	if (!v)
		return;
	if (value.n)
		memcpy(v + 4, value.p, value.n);
	le_set(v, sum32(v + 4, value.n, sum32(k->p, k->n, 0)), 4);
}

bool kept_has(struct txn *t, const struct key *k)
{
	struct sv v;

	return txn_get(t, DB_CURSOR, key_sv(k), &v);
}

int kept_get(struct txn *t, const struct key *k, struct arena *arena, struct sv *out,
	     struct err *err)
{
	struct sv v;

	*out = (struct sv){ 0 };
	if (!txn_get(t, DB_CURSOR, key_sv(k), &v))
		return txn_failed(t, err);
	if (v.n < 4 || le_get(v.p, 4) != sum32(v.p + 4, v.n - 4, sum32(k->p, k->n, 0)))
		return err_set(err, ERR_INPUT,
			       "what the store remembers of a source is damaged");
	if (!arena_copy(arena, sv_sub(v, 4, v.n - 4), out))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return 0;
}

/* ---- the door ---------------------------------------------------------------------------- */

static int read_one(struct opinia_store *store, const struct key *k, struct arena *arena,
		    struct sv *out, struct err *err)
{
	struct txn t;
	int rc = txn_read(&t, store->env, err);

	*out = (struct sv){ 0 };
	if (rc)
		return rc;
	rc = kept_get(&t, k, arena, out, err);
	txn_abort(&t);
	return rc;
}

int opinia_store_cursor(struct opinia_store *store, struct sv source, struct arena *arena,
			struct sv *out, struct err *err)
{
	struct key k;
	int rc;

	*out = (struct sv){ 0 };
	if (!source.n)
		return 0;
	kept_cursor_key(&k, source);
	rc = read_one(store, &k, arena, out, err);
	if (rc == ERR_INPUT)
		err_at(err, SV_FMT, SV_ARG(source));
	return rc;
}

int opinia_store_note(struct opinia_store *store, struct sv note, struct arena *arena,
		      struct sv *out, struct err *err)
{
	struct key k;

	kept_note_key(&k, &store->keys, note);
	return read_one(store, &k, arena, out, err);
}

int opinia_store_state(struct opinia_store *store, struct sv source, struct arena *arena,
		       struct sv *out, struct err *err)
{
	struct key k;

	kept_state_key(&k, source);
	return read_one(store, &k, arena, out, err);
}

static int write_one(struct opinia_store *store, const struct key *k, struct sv value,
		     bool *full, struct err *err)
{
	struct txn t;
	int rc = txn_write(&t, store->env, err);

	*full = false;
	if (rc)
		return rc;
	kept_put(&t, k, value);
	rc = txn_commit(&t, err);
	*full = rc && t.full;
	return rc;
}

static int write_patiently(struct opinia_store *store, const struct key *k,
			   struct sv value, struct err *err)
{
	bool full;
	int rc;

	do
		rc = write_one(store, k, value, &full, err);
	while (rc && full && !env_grow(store->env, err));
	return rc;
}

int opinia_store_cursor_forget(struct opinia_store *store, struct sv source,
			       struct err *err)
{
	struct key k;

	kept_cursor_key(&k, source);
	return write_patiently(store, &k, (struct sv){ NULL, 0 }, err);
}

int opinia_store_state_put(struct opinia_store *store, struct sv source, struct sv state,
			   struct err *err)
{
	struct key k;

	kept_state_key(&k, source);
	return write_patiently(store, &k, state, err);
}
