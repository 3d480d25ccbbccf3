/* SPDX-License-Identifier: Apache-2.0 */
/*
 * customers.c: ties and redirects, see customers.h.
 *
 * A tie is a pair (number, id of a KIND_CUSTOMER row) in DB_LINK; who hangs together is
 * found by walking number → rows → numbers. When a row changes, everybody that hung
 * together before or does now is walked again, so tying and untying are the same few
 * lines.
 */
#include "store/customers.h"

#include <stdlib.h>

#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/meta.h"
#include "store/runs.h"
#include "store/table.h"

enum { REDIRECT_BYTES = 8 };

const enum doc_field tie_fields[TIE_MAX] = { DOC_CUSTOMER, DOC_EMAIL, DOC_PHONE,
					     DOC_CRM };

static uint32_t redirect_value(struct txn *t, struct sv key, struct sv value)
{
	if (value.n == REDIRECT_BYTES &&
	    le_get(value.p + 4, 4) == sum32(value.p, 4, be_get(key.p, 4)))
		return (uint32_t)le_get(value.p, 4);
	txn_fail(t, ERR_INPUT, "the redirect of customer %u is damaged",
		 (uint32_t)be_get(key.p, 4));
	return 0;
}

uint32_t customers_canonical(struct txn *t, uint32_t number)
{
	struct key k;
	struct sv v;
	uint32_t to;

	key_u32(&k, number);
	if (!number || !txn_get(t, DB_REDIRECT, key_sv(&k), &v))
		return number;
	to = redirect_value(t, key_sv(&k), v);
	return to ? to : number;
}

static void redirect_set(struct txn *t, uint32_t number, uint32_t to)
{
	uint8_t value[REDIRECT_BYTES];
	struct key k;

	if (customers_canonical(t, number) == to)
		return;
	key_u32(&k, number);
	if (number == to) {
		txn_delete(t, DB_REDIRECT, key_sv(&k));
		return;
	}
	le_set(value, to, 4);
	le_set(value + 4, sum32(value, 4, number), 4);
	txn_put(t, DB_REDIRECT, key_sv(&k), (struct sv){ (char *)value, sizeof(value) });
}

uint64_t customers_count(struct txn *t)
{
	struct state s;

	state_read(t, &s);
	return s.next_customer - 1 - s.gone - txn_count(t, DB_REDIRECT);
}

/* ---- who hangs together ------------------------------------------------------------ */

struct crowd {
	struct arena *arena;
	struct table seen;
	uint32_t *numbers;
	size_t count, room;
	bool failed;
};

static void crowd_add(struct crowd *c, uint32_t number)
{
	struct table_slot *slot = number ? table_at(&c->seen, number, NULL, NULL) : NULL;

	if (!number || (slot && slot->value))
		return;
	if (slot && c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 16;
		uint32_t *more = arena_grow(c->arena, c->numbers, c->room * sizeof(*more),
					    room * sizeof(*more));

		if (more) {
			c->numbers = more;
			c->room = room;
		}
	}
	if (!slot || c->count == c->room) {
		c->failed = true;
		return;
	}
	table_fill(&c->seen, slot, number, 1);
	c->numbers[c->count++] = number;
}

static int crowd_row(struct txn *t, struct crowd *c, uint32_t id, struct err *err)
{
	struct doc d;
	int rc = docs_read(t, id, &d, err);

	for (unsigned i = 0; !rc && i < TIE_MAX; i++)
		crowd_add(c, (uint32_t)doc_field(&d, tie_fields[i]));
	return rc;
}

static int number_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

int customers_closure(struct txn *t, const uint32_t *numbers, size_t count,
		      struct arena *arena, uint32_t **out, size_t *out_count,
		      struct err *err)
{
	struct crowd c = { .arena = arena };
	struct txn_cursor cursor;
	struct key k;
	int rc = 0;

	table_init(&c.seen, arena);
	for (size_t i = 0; i < count; i++)
		crowd_add(&c, numbers[i]);
	txn_cursor_open(&cursor, t, DB_LINK);
	for (size_t i = 0; i < c.count && !rc && !c.failed; i++) {
		key_link(&k, c.numbers[i], 0);
		for (bool more = txn_seek(&cursor, key_sv(&k)); more && !rc;
		     more = txn_next(&cursor)) {
			if (be_get(cursor.key.p, 4) != c.numbers[i])
				break;
			rc = crowd_row(t, &c, (uint32_t)be_get(cursor.key.p + 4, 4), err);
		}
	}
	txn_cursor_close(&cursor);
	if (!rc && c.failed)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = txn_failed(t, err);
	if (c.count)
		qsort(c.numbers, c.count, sizeof(*c.numbers), number_order);
	*out = c.numbers;
	*out_count = c.count;
	return rc;
}

/* Give every number of @all the canonical number of who it hangs together with now. */
static int redirect_again(struct txn *t, const uint32_t *all, size_t count,
			  struct arena *arena, struct err *err)
{
	struct table done;
	int rc = 0;

	table_init(&done, arena);
	for (size_t i = 0; i < count && !rc; i++) {
		struct table_slot *slot = table_at(&done, all[i], NULL, NULL);
		uint32_t *group;
		size_t n;

		if (!slot)
			return err_set(err, ERR_SYSTEM, "out of memory");
		if (slot->value)
			continue;
		rc = customers_closure(t, &all[i], 1, arena, &group, &n, err);
		for (size_t g = 0; !rc && g < n; g++) {
			slot = table_at(&done, group[g], NULL, NULL);
			if (slot)
				table_fill(&done, slot, group[g], 1);
			redirect_set(t, group[g], group[0]);
		}
	}
	return rc ? rc : txn_failed(t, err);
}

int customers_tie(struct txn *t, uint32_t id, const uint32_t was[TIE_MAX],
		  const uint32_t now[TIE_MAX], struct arena *arena, struct err *err)
{
	uint32_t start[2 * TIE_MAX], *all;
	size_t n = 0, count;
	struct key k;
	int rc;

	for (unsigned i = 0; i < TIE_MAX; i++) {
		key_link(&k, was[i], id);
		if (was[i])
			txn_delete(t, DB_LINK, key_sv(&k));
		start[n++] = was[i];
		start[n++] = now[i];
	}
	for (unsigned i = 0; i < TIE_MAX; i++) {
		key_link(&k, now[i], id);
		if (now[i])
			txn_put(t, DB_LINK, key_sv(&k), SV("\1"));
	}
	/*
	 * whoever hung on an old number still does, or hung there through this row alone
	 */
	rc = customers_closure(t, start, n, arena, &all, &count, err);
	return rc ? rc : redirect_again(t, all, count, arena, err);
}

int customers_group(struct txn *t, uint32_t number, struct arena *arena, uint32_t **out,
		    size_t *count, struct err *err)
{
	return customers_closure(t, &number, 1, arena, out, count, err);
}

/* ---- of a snapshot ----------------------------------------------------------------- */

struct customers_map {
	size_t count;
	struct {
		uint32_t number, to;
	} all[]; /* ascending */
};

const struct customers_map *customers_map(struct opinia_snapshot *snap, struct err *err)
{
	struct customers_map *m = snap->customers;
	struct txn_cursor c;
	size_t room;

	if (m)
		return m;
	room = (size_t)txn_count(&snap->txn, DB_REDIRECT);
	m = calloc(1, sizeof(*m) + room * sizeof(m->all[0]));
	if (!m) {
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	txn_cursor_open(&c, &snap->txn, DB_REDIRECT);
	for (bool more = txn_first(&c); more && m->count < room; more = txn_next(&c)) {
		m->all[m->count].number = (uint32_t)be_get(c.key.p, 4);
		m->all[m->count++].to = redirect_value(&snap->txn, c.key, c.value);
	}
	txn_cursor_close(&c);
	if (txn_failed(&snap->txn, err)) {
		free(m);
		return NULL;
	}
	snap->customers = m;
	return m;
}

uint32_t customers_map_get(const struct customers_map *m, uint32_t number)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->all[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->count && m->all[low].number == number ? m->all[low].to : number;
}

uint32_t customers_find(struct opinia_snapshot *snap, enum alias_kind kind,
			struct sv as_given, struct err *err)
{
	struct run_entry q = { .value = 0 };
	char text[ALIAS_TEXT_MAX];
	struct sv alias = alias_normal(kind, as_given, text);

	if (!alias.n || !snap->store->has_key)
		return 0;
	alias_digest(snap->store, alias, q.digest);
	runs_find(&snap->txn, RUN_ALIAS, &q, 1);
	return txn_failed(&snap->txn, err) ? 0 : q.value;
}

static bool names_number(const struct doc *d, uint32_t number)
{
	for (unsigned i = 0; i < TIE_MAX; i++)
		if (doc_field(d, tie_fields[i]) == number)
			return true;
	return false;
}

int customers_records(struct opinia_snapshot *snap, const uint32_t *numbers, size_t count,
		      bool past, struct arena *arena, uint32_t **ids, size_t *id_count,
		      struct err *err)
{
	size_t n = 0;
	int rc = 0;

	*ids = NULL;
	for (size_t i = 0; i < count && !rc; i++) {
		uint8_t digest[RUN_DIGEST];
		uint32_t *some, *more;
		size_t found;
		struct doc d;

		run_digest_number(numbers[i], digest);
		rc = runs_all(&snap->txn, RUN_CUSTOMER, digest, arena, &some, &found,
			      err);
		more = rc ? NULL : arena_take(arena, (n + found + 1) * sizeof(*more));
		if (!more)
			return rc ? rc : err_set(err, ERR_SYSTEM, "out of memory");
		for (size_t k = 0; k < n; k++)
			more[k] = (*ids)[k];
		*ids = more;
		for (size_t k = 0; k < found && !rc; k++) {
			rc = docs_read(&snap->txn, some[k], &d, err);
			if (!rc && names_number(&d, numbers[i]) != past)
				more[n++] = some[k];
		}
	}
	if (n)
		qsort(*ids, n, sizeof(**ids), number_order);
	*id_count = 0;
	for (size_t i = 0; i < n; i++) /* a row may name two of them */
		if (!i || (*ids)[i] != (*ids)[i - 1])
			(*ids)[(*id_count)++] = (*ids)[i];
	return rc;
}
