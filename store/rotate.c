/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rotate.c: a new master key, without touching a document.
 *
 * Documents are sealed under data keys, and only these are wrapped anew, with the store's own
 * secrets. The key file has both masters from before the commit until after it, so whenever the
 * machine stops, the next to open the store finds the one that fits (open_key.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/audit.h"
#include "store/customer_rows.h"
#include "store/disk.h"
#include "store/erased.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/open_key.h"
#include "store/reckey.h"

enum { LIST_MAX = 1 << 30 };

static int rewrap_customers(struct opinia_store *s, struct txn *t, struct keytree *to,
			    struct err *err)
{
	struct state state;
	struct arena arena;

	state_read(t, &state);
	arena_init(&arena, 0);
	for (uint32_t n = 1; n < state.next_customer && !t->err.code; n++) {
		uint8_t key[KEY_BYTES];
		struct sv alias;

		arena_reset(&arena);
		if (customer_read(t, s, n, key, &arena, &alias) == CUSTOMER_FOUND)
			customer_wrap(t, s, to, n, key, alias);
		else
			customer_blank(t, n);
		sodium_memzero(key, sizeof(key));
	}
	arena_release(&arena);
	return txn_failed(t, err);
}

static int rewrap_all(struct opinia_store *s, struct txn *t, const struct keyset *to,
		      const struct opinia_audit *why, struct err *err)
{
	int rc = store_key_current(s, t, err);

	if (!rc)
		rc = rewrap_customers(s, t, to->tree, err);
	if (rc)
		return rc;
	reckey_rewrap(t, s->set.tree, to->tree);
	secrets_put(t, s->id, to, s->generation + 1, &s->keys);
	meta_drop(t, "lent");
	audit_put(t, s, why);
	return txn_failed(t, err);
}

static int commit_change(struct opinia_store *s, const struct keyset *to,
			 const struct opinia_audit *why, struct err *err)
{
	struct txn t;
	int rc;

	for (;;) {
		rc = txn_write(&t, s->env, err);
		if (rc)
			return rc;
		rc = rewrap_all(s, &t, to, why, err);
		if (rc)
			txn_abort(&t);
		else
			rc = txn_commit(&t, err);
		if (!t.full)
			return rc;
		rc = env_grow(s->env, err);
		if (rc)
			return rc;
	}
}

static int copy_old(const struct opinia_store *s, struct err *err)
{
	char *path;
	struct buf b;
	int rc;

	if (asprintf(&path, "%s.old", s->key_path) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_init(&b, 0);
	rc = disk_read(s->key_path, KEYFILE_MAX, &b, err);
	if (!rc)
		rc = disk_replace(path, buf_sv(&b), err);
	if (b.p)
		sodium_memzero(b.p, b.cap);
	buf_release(&b);
	free(path);
	return rc;
}

/* From now on the store lives by @to. */
static void take_keys(struct opinia_store *s, struct keyset *to)
{
	struct keyset was = s->set;

	s->set = *to;
	*to = was;
	s->generation++;
	s->key_lent = false;
}

/* In the old one's place: both are in the file until the store has followed. */
static int change_here(struct opinia_store *s, struct keyset *to,
		       const uint8_t master[KEY_BYTES], const struct opinia_audit *why,
		       struct err *err)
{
	int rc = keyfile_begin(s->key_path, master, err);

	if (!rc)
		rc = commit_change(s, to, why, err);
	if (rc) {
		/* where this fails too, the next to open sees to it */
		keyfile_end(s->key_path, true, NULL);
		return rc;
	}
	take_keys(s, to);
	return keyfile_end(s->key_path, false, err);
}

/* The list of the erased is looked for beside the key that is named: it goes along. */
static int copy_list(const struct opinia_store *s, const char *key, struct err *err)
{
	const struct opinia_store_options opt = { .dir = s->dir, .key_file = key };
	struct arena arena;
	struct buf b;
	char *path;
	int rc = 0;

	arena_init(&arena, 0);
	buf_init(&b, 0);
	path = erased_path(&opt, &arena);
	if (!path)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else if (access(path, F_OK) && !access(s->erased_path, F_OK))
		rc = disk_read(s->erased_path, LIST_MAX, &b, err);
	if (!rc && b.n)
		rc = disk_replace(path, buf_sv(&b), err);
	buf_release(&b);
	arena_release(&arena);
	return rc;
}

/* In a file of its own, which is there before the store needs it. */
static int change_there(struct opinia_store *s, const char *path, struct keyset *to,
			const uint8_t master[KEY_BYTES], const struct opinia_audit *why,
			struct err *err)
{
	char *mine = strdup(path);
	int rc = mine ? keyfile_make_of(path, master, err)
		      : err_set(err, ERR_SYSTEM, "out of memory");

	if (!rc)
		rc = copy_list(s, path, err);
	if (!rc)
		rc = sync_parent(path, err);
	if (!rc)
		rc = commit_change(s, to, why, err);
	if (rc) {
		free(mine);
		return rc; /* the file may stay: nothing needs it */
	}
	take_keys(s, to);
	free(s->key_path);
	s->key_path = mine;
	return 0;
}

int opinia_store_rotate(struct opinia_store *s, const char *to_file, bool keep_old,
			const struct opinia_audit *why, struct err *err)
{
	uint8_t master[KEY_BYTES];
	struct keyset to;
	int rc;

	if (!s->has_key || s->read_only)
		return err_set(err, ERR_CONFIG, "the key can be changed with the key");
	if (s->key_lent && !to_file)
		return err_set(
			err, ERR_CONFIG,
			"the key file %s may serve other stores; --to FILE gives this "
			"one a key of its own",
			s->key_path);
	randombytes_buf(master, sizeof(master));
	rc = keyset_derive(&to, master, s->id, err);
	if (!rc && keep_old && !to_file)
		rc = copy_old(s, err);
	if (!rc)
		rc = to_file ? change_there(s, to_file, &to, master, why, err)
			     : change_here(s, &to, master, why, err);
	sodium_memzero(master, sizeof(master));
	keyset_release(&to);
	return rc;
}
