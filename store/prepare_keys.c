/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare_keys.c: the last steps of making a batch ready: whose key seals which row, and the half of
 * sealing that may run on any thread.
 */
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/landing.h"
#include "store/meta.h"

/* ---- customers and keys ------------------------------------------------------------ */

/* Those that are not at hand: from a snapshot, or a new key that all threads agree on. */
static int look_up(struct opinia_store *store, struct opinia_prepared *p,
		   const bool *known, struct txn *t, struct err *err)
{
	struct run_entry *q = arena_take(&p->arena, (p->person_count + 1) * sizeof(*q));
	uint32_t *who = arena_take(&p->arena, (p->person_count + 1) * sizeof(*who));
	size_t n = 0;

	if (!q || !who)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < p->person_count; i++) {
		if (known[i])
			continue;
		randombytes_buf(p->persons[i].key, KEY_BYTES);
		memcpy(q[n].digest, p->persons[i].digest, RUN_DIGEST);
		q[n++].value = (uint32_t)i;
	}
	if (!n)
		return 0;
	runs_sort(q, n);
	for (size_t i = 0; i < n; i++)
		who[i] = q[i].value;
	runs_find(t, RUN_ALIAS, q, n);
	for (size_t i = 0; i < n; i++) {
		struct person *x = &p->persons[who[i]];

		if (q[i].value && customer_read(t, store, q[i].value, x->key, NULL,
						NULL) == CUSTOMER_FOUND)
			x->number = q[i].value;
	}
	return txn_failed(t, err);
}

int prepared_persons(struct opinia_store *store, struct opinia_prepared *p,
		     struct err *err)
{
	bool *known = arena_zero(&p->arena, p->person_count + 1, sizeof(*known));
	struct state state;
	struct txn t;
	int rc;

	if (!known)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!p->person_count)
		return 0;
	rc = txn_read(&t, store->env, err);
	if (rc)
		return rc;
	state_read(&t, &state);
	p->erasures = state.erasures;
	erased_mark_read(&t, &p->erased);
	customer_cache_get(store->customers, p->erasures, p->persons, p->person_count,
			   known);
	rc = look_up(store, p, known, &t, err);
	txn_abort(&t);
	if (!rc)
		customer_cache_put(store->customers, p->erasures, p->persons,
				   p->person_count);
	return rc;
}

/* The dear half of the seals whose key is known: a record's own is made when it lands. */
void prepared_seal(struct opinia_prepared *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct prep_row *r = &p->rows[i];

		if (!r->seal || r->owner == NO_PERSON)
			continue;
		memcpy(r->key, p->persons[r->owner].key, KEY_BYTES);
		seal_text(r->key, r->content, r->seal, r->seal_bytes, &r->sealed);
		r->encrypted = true;
	}
}
