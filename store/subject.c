/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c: one person: which addresses, which records. */
#include <stdlib.h>

#include "store/customer_rows.h"
#include "store/inside.h"
#include "store/meta.h"

/* As it looks; else as a source said that it is: a short number, an id of nothing but digits. */
int opinia_subject_find(struct opinia_snapshot *snap, struct sv address, uint32_t *number,
			struct err *err)
{
	static const enum alias_kind kinds[] = { ALIAS_ANY, ALIAS_PHONE, ALIAS_CRM };
	uint32_t other = 0;
	struct err lent = ERR_NONE;

	*number = 0;
	if (!snap->store->has_key)
		return err_set(err, ERR_CONFIG, "an address is found with the key only");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint32_t n = customers_find(snap, kinds[i], sv_trim(address),
					    err ? err : &lent);

		n = customers_canonical(&snap->txn, n);
		if (!*number)
			*number = n;
		else if (n && n != *number)
			other = n;
	}
	if (txn_failed(&snap->txn, err))
		return (int)snap->txn.err.code;
	if (other)
		return err_set(err, ERR_USAGE,
			       "this is a number of c%u and an id of c%u: say which",
			       *number, other);
	return *number ? 0 : err_set(err, ERR_MISSING, "nobody here has this address");
}

static int read_addresses(struct opinia_snapshot *snap, const uint32_t *numbers,
			  size_t count, struct arena *arena, struct opinia_subject *out,
			  struct err *err)
{
	struct sv *all = arena_take(arena, (count + 1) * sizeof(*all));

	if (!all)
		return err_set(err, ERR_SYSTEM, "out of memory");
	out->addresses = all;
	for (size_t i = 0; i < count; i++) {
		uint8_t key[KEY_BYTES];

		if (customer_read(&snap->txn, snap->store, numbers[i], key, arena,
				  &all[out->address_count]) == CUSTOMER_FOUND)
			out->address_count++;
		sodium_memzero(key, sizeof(key));
	}
	return txn_failed(&snap->txn, err);
}

/* A record that named one address of theirs before and names another now is still theirs. */
static size_t without(uint32_t *past, size_t count, const uint32_t *ids, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0, k = 0; i < count; i++) {
		while (k < n && ids[k] < past[i])
			k++;
		if (k == n || ids[k] != past[i])
			past[kept++] = past[i];
	}
	return kept;
}

int opinia_subject_read(struct opinia_snapshot *snap, uint32_t number,
			struct arena *arena, struct opinia_subject *out, struct err *err)
{
	struct state state;
	uint32_t *group, *ids = NULL, *past = NULL;
	size_t n;
	int rc;

	*out = (struct opinia_subject){ .number = number };
	if (!snap->store->has_key)
		return err_set(err, ERR_CONFIG, "what is held on somebody needs the key");
	state_read(&snap->txn, &state);
	if (!number || number >= state.next_customer || customer_gone(&snap->txn, number))
		return err_set(err, ERR_MISSING,
			       "there is no customer c%u, or they are erased already",
			       number);
	rc = customers_group(&snap->txn, number, arena, &group, &n, err);
	if (rc)
		return rc;
	out->number = group[0];
	rc = read_addresses(snap, group, n, arena, out, err);
	if (!rc)
		rc = customers_records(snap, group, n, false, arena, &ids, &out->id_count,
				       err);
	if (!rc)
		rc = customers_records(snap, group, n, true, arena, &past,
				       &out->past_count, err);
	if (!rc)
		out->past_count = without(past, out->past_count, ids, out->id_count);
	out->ids = rc ? NULL : ids;
	out->past = rc ? NULL : past;
	return rc;
}
