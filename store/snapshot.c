/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c: a look at the store as it was at one moment, and its totals.
 */
#include <stdlib.h>

#include "store/customers.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/names.h"
#include "store/open_key.h"
#include "store/packer.h"
#include "store/rollup.h"

int opinia_snapshot_open(struct opinia_store *store, struct opinia_snapshot **out,
			 struct err *err)
{
	struct opinia_snapshot *snap = calloc(1, sizeof(*snap));
	int rc;

	*out = NULL;
	if (!snap)
		return err_set(err, ERR_SYSTEM, "out of memory");
	snap->store = store;
	rc = txn_read(&snap->txn, store->env, err);
	if (!rc)
		rc = store_key_current(store, &snap->txn, err);
	if (rc) {
		txn_abort(&snap->txn);
		free(snap);
		return rc;
	}
	*out = snap;
	return 0;
}

void opinia_snapshot_close(struct opinia_snapshot *snap)
{
	if (!snap)
		return;
	if (snap->query_free)
		snap->query_free(snap->query);
	packing_free(snap->packing);
	free(snap->customers);
	txn_abort(&snap->txn);
	free(snap);
}

enum { READERS_MAX = 512 };

struct readers {
	struct opinia_reader *list;
	size_t count;
};

static void take_reader(void *self, int pid, uint64_t at, uint64_t behind)
{
	struct readers *r = self;

	if (r->count < READERS_MAX)
		r->list[r->count++] = (struct opinia_reader){ pid, at, behind };
}

int opinia_store_readers(struct opinia_store *store, struct arena *arena,
			 struct opinia_reader **out, size_t *count, struct err *err)
{
	struct readers r = { .list = arena_zero(arena, READERS_MAX, sizeof(*r.list)) };
	int rc;

	*count = 0;
	if (!r.list)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = env_readers(store->env, take_reader, &r, err);
	*out = r.list;
	*count = rc ? 0 : r.count;
	return rc;
}

int opinia_snapshot_totals(struct opinia_snapshot *snap, struct arena *arena,
			   struct opinia_totals *out, struct err *err)
{
	struct state state;
	int rc;

	*out = (struct opinia_totals){ .zone = zone_name(snap->store->zone),
				       .bytes = env_bytes(snap->store->env) };
	state_read(&snap->txn, &state);
	for (int i = 0; i < KIND_COUNT; i++)
		out->records[i] = state.kinds[i];
	out->revisions = state.revisions;
	out->customers = customers_count(&snap->txn);
	rc = rollup_span(&snap->txn, &out->first_day, &out->last_day, err);
	if (rc)
		return rc;
	if (!arena_copy(arena, names_text(&snap->txn, NAME_LEXICON, state.lexicon),
			&out->lexicon))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return txn_failed(&snap->txn, err);
}
