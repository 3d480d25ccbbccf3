/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_lookups.c: do the sorted runs lead to the documents, and are customers tied as
 * the documents say?
 */
#include <stdlib.h>
#include <string.h>

#include "store/check.h"
#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/keys.h"

/* ---- runs -------------------------------------------------------------------------- */

static bool looked_up(struct checking *c, const struct run_entry *e, struct doc *d)
{
	struct err why = ERR_NONE;

	if (!e->value || e->value >= c->state.next_id) {
		check_tell(c, "a lookup leads to record %u, which is not there",
			   e->value);
		return false;
	}
	return !docs_read(c->txn, e->value, d,
			  &why); /* damage is told where documents are walked */
}

static void take_identity(void *self, const struct run_entry *e)
{
	struct checking *c = self;
	struct doc d;

	if (!looked_up(c, e, &d))
		return;
	if (c->found[e->value] & FOUND_IDENTITY)
		check_tell(c, "record %u has two identities", e->value);
	c->found[e->value] |= FOUND_IDENTITY;
}

static void take_interaction(void *self, const struct run_entry *e)
{
	struct checking *c = self;
	uint8_t digest[RUN_DIGEST];
	struct doc d;

	if (!looked_up(c, e, &d))
		return;
	run_digest_u64(doc_field(&d, DOC_INTERACTION), digest);
	if (!memcmp(digest, e->digest,
		    RUN_DIGEST)) /* else it was revised, and this is an old way */
		c->found[e->value] |= FOUND_INTERACTION;
}

static void take_customer(void *self, const struct run_entry *e)
{
	struct checking *c = self;
	uint8_t digest[RUN_DIGEST];
	struct doc d;

	if (!looked_up(c, e, &d))
		return;
	run_digest_number((uint32_t)doc_field(&d, DOC_CUSTOMER), digest);
	if (!memcmp(digest, e->digest, RUN_DIGEST))
		c->found[e->value] |= FOUND_CUSTOMER;
}

static void take_alias(void *self, const struct run_entry *e)
{
	struct checking *c = self;

	if (!e->value || e->value >= c->state.next_customer)
		check_tell(c, "an address leads to customer %u, who is not there",
			   e->value);
}

int check_lookups(struct checking *c)
{
	runs_walk(c->txn, RUN_IDENTITY, take_identity, check_damaged, c);
	runs_walk(c->txn, RUN_INTERACTION, take_interaction, check_damaged, c);
	runs_walk(c->txn, RUN_CUSTOMER, take_customer, check_damaged, c);
	c->aliases = runs_walk(c->txn, RUN_ALIAS, take_alias, check_damaged, c);
	return txn_failed(c->txn, c->err);
}

/* ---- customers --------------------------------------------------------------------- */

static uint32_t root_of(struct checking *c, uint32_t n)
{
	while (c->parent[n] != n) {
		c->parent[n] = c->parent[c->parent[n]];
		n = c->parent[n];
	}
	return n;
}

static void check_tie(struct checking *c, uint32_t a, uint32_t b)
{
	if (!a || !b || a >= c->state.next_customer || b >= c->state.next_customer)
		return;
	a = root_of(c, a);
	b = root_of(c, b);
	if (a < b)
		c->parent[b] = a;
	else
		c->parent[a] = b;
}

/* What a row of KIND_CUSTOMER names hangs together, and each of it leads to the row. */
void check_ties(struct checking *c, const struct doc *d)
{
	uint32_t named[TIE_MAX];
	struct key k;
	struct sv v;

	for (unsigned i = 0; i < TIE_MAX; i++) {
		bool again = false;

		named[i] = (uint32_t)doc_field(d, tie_fields[i]);
		check_tie(c, named[0], named[i]);
		for (unsigned j = 0; j < i; j++)
			again |= named[j] == named[i];
		if (!named[i] || again)
			continue;
		c->links++;
		key_link(&k, named[i], d->id);
		if (!txn_get(c->txn, DB_LINK, key_sv(&k), &v))
			check_tell(
				c,
				"customer %u does not lead to record %u, which names it",
				named[i], d->id);
	}
}

/* Does the row open, and does its address lead back to it? */
static void check_row(struct checking *c, uint32_t number)
{
	struct opinia_store *store = c->snap->store;
	struct run_entry q = { .value = 0 };
	uint8_t key[KEY_BYTES];
	struct sv alias;
	enum customer_found found =
		customer_read(c->txn, store, number, key, &c->arena, &alias);

	sodium_memzero(key, sizeof(key));
	if (c->txn->err.code) {
		check_tell(c, "%s", c->txn->err.text);
		c->txn->err = ERR_NONE;
		return;
	}
	if (found == CUSTOMER_NONE)
		check_tell(c, "customer %u is not there", number);
	if (found != CUSTOMER_FOUND)
		return;
	alias_digest(store, alias, q.digest);
	runs_find(c->txn, RUN_ALIAS, &q, 1);
	if (q.value < number)
		check_tell(c, "customer %u is not found by the address", number);
}

int check_customers(struct checking *c)
{
	uint64_t redirects = 0, gone = 0;

	for (uint32_t n = 1; n < c->state.next_customer; n++) {
		uint32_t want = root_of(c, n), has = customers_canonical(c->txn, n);

		redirects += want != n;
		gone += customer_gone(c->txn, n);
		if (txn_failed(c->txn, c->err))
			return (int)c->txn->err.code;
		if (want != has && !c->damaged)
			check_tell(c, "customer %u leads to %u and should lead to %u", n,
				   has, want);
		if (c->snap->store->has_key)
			check_row(c, n);
		arena_reset(&c->arena);
		c->out->customers++;
	}
	if (gone != c->state.gone)
		check_tell(c, "there are %llu erased customers, the counter says %u",
			   (unsigned long long)gone, c->state.gone);
	if (c->aliases != c->state.next_customer - 1 - gone)
		check_tell(c, "there are %llu addresses for %llu customers",
			   (unsigned long long)c->aliases,
			   (unsigned long long)(c->state.next_customer - 1 - gone));
	if (c->links != txn_count(c->txn, DB_LINK) && !c->damaged)
		check_tell(
			c,
			"there are %llu links of customers to records and should be %llu",
			(unsigned long long)txn_count(c->txn, DB_LINK),
			(unsigned long long)c->links);
	if (redirects != txn_count(c->txn, DB_REDIRECT) && !c->damaged)
		check_tell(c, "there are %llu redirects of customers and should be %llu",
			   (unsigned long long)txn_count(c->txn, DB_REDIRECT),
			   (unsigned long long)redirects);
	if (txn_count(c->txn, DB_CUSTOMER) != c->state.next_customer - 1)
		check_tell(c, "there are %llu customers, the counter says %u",
			   (unsigned long long)txn_count(c->txn, DB_CUSTOMER),
			   c->state.next_customer - 1);
	return txn_failed(c->txn, c->err);
}
