/* SPDX-License-Identifier: Apache-2.0 */
/* erase_door.c: the ways to ask for an erasure, and the transaction around it; see erasing.h. */
#include <stdlib.h>
#include <string.h>

#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/erasing.h"
#include "store/open_key.h"

enum { OLD_AT_ONCE = 65536 };

/* ---- one transaction ---------------------------------------------------------------- */

static void start(struct erasing *e)
{
	arena_reset(&e->arena);
	e->ids = e->past = e->attrs = e->keys = e->numbers = (struct numbers){ 0 };
	e->digests = NULL;
	e->digest_count = e->digest_room = 0;
	bits_delta_clear(&e->bits);
	rollup_delta_clear(e->roll);
	*e->out = (struct opinia_erasure){ .key_lent = e->store->key_lent };
	if (!e->listed)
		memset(&e->mark, 0, sizeof(e->mark));
}

/* The find of this erasure, then all of it; nothing is written where it is only tried. */
static int take(struct erasing *e, bool dry, struct err *err)
{
	struct erased_mark listed = e->mark;
	int rc = store_key_current(e->store, e->txn, err);

	state_read(e->txn, &e->state);
	erased_mark_read(e->txn, &e->mark);
	if (!rc)
		rc = txn_failed(e->txn, err);
	if (!rc)
		rc = e->find(e, err);
	if (e->listed)
		e->mark = listed;
	if (!rc)
		rc = erase_take(e, dry, err);
	return rc;
}

static int try_it(struct erasing *e, bool dry, bool *full, struct err *err)
{
	int rc;

	*full = false;
	start(e);
	e->snap = (struct opinia_snapshot){ .store = e->store };
	e->txn = &e->snap.txn;
	rc = txn_write(e->txn, e->store->env, err);
	if (rc)
		return rc;
	rc = take(e, dry, err);
	if (rc || dry)
		txn_abort(e->txn);
	else
		rc = txn_commit(e->txn, err);
	*full = rc && e->txn->full;
	return rc;
}

int erasing_run(struct erasing *e, bool dry, struct err *err)
{
	bool full;
	int rc;

	if (!e->store->has_key || e->store->read_only)
		return err_set(
			err, ERR_CONFIG,
			"erasing needs the key, and a store that is open to write");
	arena_init(&e->arena, 0);
	bits_delta_init(&e->bits);
	e->roll = rollup_delta_new();
	if (!e->roll)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else
		do
			rc = try_it(e, dry, &full, err);
		while (rc && full && !(rc = env_grow(e->store->env, err)));
	rollup_delta_free(e->roll);
	bits_delta_release(&e->bits);
	arena_release(&e->arena);
	return rc;
}

/* ---- the door ---------------------------------------------------------------------- */

static int run_and_destroy(struct erasing *e, bool dry, struct err *err)
{
	int rc = erasing_run(e, dry, err);

	return rc || dry ? rc : erase_destroy(e->store, &e->out->key_pending, err);
}

static int find_customer(struct erasing *e, struct err *err)
{
	uint32_t *group;
	size_t n;
	int rc;

	if (!e->asked || e->asked >= e->state.next_customer ||
	    customer_gone(e->txn, e->asked))
		return err_set(err, ERR_MISSING,
			       "there is no customer c%u, or they are erased already",
			       e->asked);
	rc = customers_group(e->txn, e->asked, &e->arena, &group, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		numbers_add(e, &e->numbers, group[i]);
	e->out->persons = 1;
	return rc ? rc : erase_find(e, err);
}

/* What @number stands for is for @find to say. */
static int erase_asked(struct opinia_store *store, uint32_t number,
		       int (*find)(struct erasing *e, struct err *err), bool dry,
		       const struct opinia_audit *why, struct opinia_erasure *out,
		       struct err *err)
{
	struct erasing e = { .store = store,
			     .reason = ERASE_ASKED,
			     .entry = why,
			     .out = out,
			     .find = find,
			     .asked = number };

	return run_and_destroy(&e, dry, err);
}

int opinia_erase_customer(struct opinia_store *store, uint32_t number, bool dry,
			  const struct opinia_audit *why, struct opinia_erasure *out,
			  struct err *err)
{
	return erase_asked(store, number, find_customer, dry, why, out, err);
}

static int find_record(struct erasing *e, struct err *err)
{
	struct doc d;
	int rc = docs_read(e->txn, e->asked, &d, err);

	if (rc)
		return rc;
	if (d.flags & DOC_ERASED)
		return err_set(err, ERR_MISSING, "record %u is erased already", e->asked);
	for (unsigned i = 0; i < TIE_MAX; i++)
		if (doc_field(&d, tie_fields[i]))
			return err_set(
				err, ERR_USAGE, "record %u is of a customer; erase c%u",
				e->asked,
				customers_canonical(
					e->txn, (uint32_t)doc_field(&d, tie_fields[i])));
	numbers_add(e, &e->ids, e->asked);
	return 0;
}

int opinia_erase_record(struct opinia_store *store, uint32_t id, bool dry,
			const struct opinia_audit *why, struct opinia_erasure *out,
			struct err *err)
{
	return erase_asked(store, id, find_record, dry, why, out, err);
}

/* A row that says who somebody is goes with the last thing that they said or did. */
static int find_old(struct erasing *e, struct err *err)
{
	struct numbers rows = { NULL, 0, 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < e->old_count; i++) {
		struct doc d;

		rc = docs_read(e->txn, e->old[i], &d, err);
		if (!rc && !(d.flags & DOC_ERASED))
			numbers_add(e, doc_kind(&d) == KIND_CUSTOMER ? &rows : &e->ids,
				    e->old[i]);
	}
	numbers_sort(&e->ids);
	if (!rc)
		rc = erase_find_rows(e, &rows, err);
	if (!rc)
		rc = erase_find_empty(e, err);
	e->out->persons = e->numbers.count;
	return rc;
}

int opinia_erase_old(struct opinia_store *store, const uint32_t *ids, size_t count,
		     const struct opinia_audit *why, struct opinia_erasure *out,
		     struct err *err)
{
	struct opinia_erasure one = { .persons = 0 };
	int rc = 0;

	*out = (struct opinia_erasure){ .key_lent = store->key_lent };
	for (size_t at = 0; !rc && at < count; at += OLD_AT_ONCE) {
		struct erasing e = { .store = store,
				     .reason = ERASE_AGE,
				     .entry = at ? NULL : why,
				     .out = &one,
				     .find = find_old,
				     .old = ids + at,
				     .old_count = count - at < OLD_AT_ONCE
							  ? count - at
							  : OLD_AT_ONCE };

		rc = erasing_run(&e, false, err);
		if (rc)
			break;
		out->persons += one.persons;
		out->addresses += one.addresses;
		out->records += one.records;
		out->revisions += one.revisions;
		out->names += one.names;
	}
	return rc;
}
