/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase_after.c: what follows the commit of an erasure, or is found undone when the store is opened:
 * keys of the tree that are still in the key file, lines of the list that this copy of the store has
 * not followed, keys that a copy from before still counts on.
 */
#include <stdlib.h>
#include <string.h>

#include "store/customer_rows.h"
#include "store/erasing.h"
#include "store/gone.h"
#include "store/keys.h"
#include "store/open_key.h"
#include "store/reckey.h"

enum { SUM = 4, EACH = 5 };

void erase_note_keys(struct erasing *e)
{
	struct sv was = meta_get(e->txn, "destroy");
	size_t old = was.n > SUM ? was.n - SUM : 0, n = e->keys.count / 2;
	char *v = arena_take(&e->arena, SUM + old + EACH * n);

	if (!n)
		return;
	if (!v) {
		txn_fail(e->txn, ERR_SYSTEM, "out of memory");
		return;
	}
	if (old)
		memcpy(v + SUM, was.p + SUM, old);
	for (size_t i = 0; i < n; i++) {
		v[SUM + old + EACH * i] = (char)e->keys.p[2 * i];
		le_set(v + SUM + old + EACH * i + 1, e->keys.p[2 * i + 1], 4);
	}
	le_set(v, sum32(v + SUM, old + EACH * n, 'K'), SUM);
	meta_put(e->txn, "destroy", (struct sv){ v, SUM + old + EACH * n });
}

/* What is noted, out of the tree at hand. *some: there was something. */
static int destroy_noted(struct opinia_store *s, bool *some, struct err *err)
{
	struct txn t;
	struct sv v;
	int rc = txn_read(&t, s->env, err);

	*some = false;
	if (rc)
		return rc;
	v = meta_get(&t, "destroy");
	if (v.n && (v.n < SUM || le_get(v.p, SUM) != sum32(v.p + SUM, v.n - SUM, 'K')))
		rc = err_set(err, ERR_INPUT,
			     "what is to be destroyed of the key is damaged");
	for (size_t at = SUM; !rc && at + EACH <= v.n; at += EACH) {
		*some = true;
		if (!keytree_destroy(s->set.tree, (enum tree_space)v.p[at],
				     (uint32_t)le_get(v.p + at + 1, 4)))
			rc = err_set(err, ERR_SYSTEM,
				     "the key file has too many holes; `opinia key "
				     "rotate` makes it small again");
	}
	txn_abort(&t);
	return rc;
}

static int drop_note(struct opinia_store *s, struct err *err)
{
	struct txn t;
	int rc;

	do {
		rc = txn_write(&t, s->env, err);
		if (rc)
			return rc;
		meta_drop(&t, "destroy");
		rc = txn_commit(&t, err);
	} while (rc && t.full && !env_grow(s->env, err));
	return rc;
}

int erase_destroy(struct opinia_store *s, bool *pending, struct err *err)
{
	struct err why = ERR_NONE;
	bool some;
	int rc;

	*pending = false;
	if (s->key_lent) /* others may live by it */
		return drop_note(s, err);
	rc = destroy_noted(s, &some, err);
	if (rc || !some)
		return rc;
	if (keyfile_put(s->key_path, s->id, &s->set, &why)) {
		*pending = true;
		return 0;
	}
	return drop_note(s, err);
}

/* ---- a list that is ahead ---------------------------------------------------------- */

/* A line: whom it leads to in this copy of the store, and what must not come again. */
static int take_line(void *self, const struct erased_digest *d, size_t n, struct err *err)
{
	struct erasing *e = self;

	for (size_t i = 0; i < n; i++) {
		struct run_entry q = { .value = 0 };
		bool person = d[i].kind == 'p';

		memcpy(q.digest, d[i].digest, RUN_DIGEST);
		runs_find(e->txn, person ? RUN_ALIAS : RUN_IDENTITY, &q, 1);
		if (q.value)
			numbers_add(e, person ? &e->numbers : &e->ids, q.value);
		if (!person)
			gone_put(e->txn, d[i].digest);
	}
	if (e->failed)
		return err_set(err, ERR_SYSTEM, "out of memory");
	return txn_failed(e->txn, err);
}

static int follow(struct erasing *e, struct err *err)
{
	int rc;

	erased_mark_read(e->txn, &e->mark);
	rc = txn_failed(e->txn, err);
	if (!rc)
		rc = erased_follow(e->store, &e->mark, take_line, e, err);
	numbers_sort(&e->numbers);
	return rc ? rc : erase_find(e, err);
}

/* Where the list is and where the store has followed to. */
static int look(struct opinia_store *s, bool *behind, struct err *err)
{
	struct erased_mark mark;
	struct txn t;
	int rc = txn_read(&t, s->env, err);

	if (rc)
		return rc;
	erased_mark_read(&t, &mark);
	*behind = erased_behind(s, &mark);
	rc = txn_failed(&t, err);
	txn_abort(&t);
	return rc;
}

int erase_catch_up(struct opinia_store *s, bool *behind, struct err *err)
{
	struct opinia_erasure out;
	struct erasing e = {
		.store = s, .reason = ERASE_FOLLOW, .out = &out, .find = follow
	};
	bool pending;
	int rc;

	*behind = false;
	if (!s->has_key)
		return 0;
	rc = look(s, behind, err);
	if (rc || s->read_only)
		return rc;
	if (*behind)
		rc = erasing_run(&e, false, err);
	if (*behind && !rc)
		rc = erased_trim(s, &e.mark, err);
	*behind = false;
	return rc ? rc : erase_destroy(s, &pending, err);
}

/* ---- a key file that is ahead -------------------------------------------------------- */

static void take_lost(void *self, uint32_t id)
{
	struct erasing *e = self;

	if (id < e->state.next_id)
		numbers_add(e, &e->ids, id);
}

static int find_lost(struct erasing *e, struct err *err)
{
	struct keytree *tree = e->store->set.tree;

	for (uint32_t n = 1, key; n < e->state.next_customer; n++)
		if (!customer_gone(e->txn, n) && customer_tree_number(e->txn, n, &key) &&
		    !keytree_has(tree, TREE_CUSTOMERS, key))
			numbers_add(e, &e->numbers, n);
	reckey_lost(e->txn, tree, take_lost, e);
	e->out->persons = e->numbers.count;
	if (txn_failed(e->txn, err))
		return (int)e->txn->err.code;
	return erase_find(e, err);
}

int erase_follow_key(struct opinia_store *s, struct opinia_erasure *out, struct err *err)
{
	struct erasing e = {
		.store = s, .reason = ERASE_FOLLOW, .out = out, .find = find_lost
	};

	int rc;

	*out = (struct opinia_erasure){ .persons = 0 };
	if (!s->has_key)
		return 0;
	rc = erasing_run(&e, false, err);
	return rc ? rc : erase_destroy(s, &out->key_pending, err);
}
