/* SPDX-License-Identifier: Apache-2.0 */
/* test_audit.c: entries come back as they were put, and one changed byte anywhere is found. */
#include <criterion/criterion.h>

#include "store/audit.h"
#include "store/keys.h"
#include "tests/store/kit.h"

static int seen;

static int take(void *self, const struct opinia_audit *a, struct err *err)
{
	const struct opinia_audit *want = self;

	(void)err;
	seen++;
	cr_expect(a->number == (uint64_t)seen && a->uid == want->uid && a->at > 0);
	cr_expect(sv_eq(a->who, want->who) && sv_eq(a->why, want->why));
	return 0;
}

static int verify(struct kit *k, uint64_t *count)
{
	struct opinia_snapshot *snap;
	int rc;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0, "%s",
		     k->err.text);
	rc = opinia_audit_read(snap, NULL, NULL, count, &k->err);
	opinia_snapshot_close(snap);
	return rc;
}

enum { ENTRIES = 12 };

static struct kit *filled(void)
{
	struct kit *k = kit_new();
	struct opinia_audit a = { .uid = 1000,
				  .who = SV_INIT("ana"),
				  .action = SV_INIT("reveal") };
	char what[20];

	for (int i = 0; i < ENTRIES; i++) {
		snprintf(what, sizeof(what), "digest%d", i / 2);
		a.what = sv_of(what);
		cr_assert_eq(opinia_store_audit(k->store, &a, &k->err), 0, "%s",
			     k->err.text);
	}
	return k;
}

Test(audit, entries_are_numbered_and_read_in_order)
{
	struct kit *k = filled();
	struct opinia_audit want = { .uid = 1000, .who = SV_INIT("ana") }, a = want;
	struct opinia_snapshot *snap;
	uint64_t n;

	a.action = SV("config");
	a.what = SV("d1");
	cr_assert_eq(opinia_store_audit_change(k->store, &a, &k->err), 0);
	cr_assert_eq(opinia_store_audit_change(k->store, &a, &k->err), 0);
	a.what = SV("d2");
	cr_assert_eq(opinia_store_audit_change(k->store, &a, &k->err), 0);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	seen = 0;
	cr_expect_eq(opinia_audit_read(snap, take, &want, &n, &k->err), 0, "%s",
		     k->err.text);
	cr_expect(n == ENTRIES + 2 && seen == ENTRIES + 2, "%d", seen);
	opinia_snapshot_close(snap);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

/* Change entry @number: flip byte @at of it, or (@at < 0) take it out. */
static void forge(struct kit *k, uint64_t number, int at)
{
	char bytes[4096];
	struct key key;
	struct txn t;
	struct sv v;

	key_start(&key);
	key_u(&key, number, 8);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_assert(txn_get(&t, DB_AUDIT, key_sv(&key), &v) && v.n <= sizeof(bytes));
	memcpy(bytes, v.p, v.n);
	if (at >= 0)
		bytes[at % (int)v.n] ^= 4;
	if (at < 0)
		txn_delete(&t, DB_AUDIT, key_sv(&key));
	else
		txn_put(&t, DB_AUDIT, key_sv(&key), (struct sv){ bytes, v.n });
	cr_assert_eq(txn_commit(&t, &k->err), 0);
}

Test(audit, one_byte_changed_or_an_entry_taken_out_is_found)
{
	struct kit *k = filled();
	uint64_t n;

	cr_expect_eq(verify(k, &n), 0);
	for (int at = 0; at < 80; at++) {
		forge(k, 1 + (uint64_t)(at * 5) % ENTRIES, at);
		cr_expect_eq(verify(k, &n), ERR_NOTHING, "byte %d", at);
		forge(k, 1 + (uint64_t)(at * 5) % ENTRIES, at); /* and back */
		cr_assert_eq(verify(k, &n), 0, "byte %d", at);
	}
	forge(k, ENTRIES, -1);
	cr_expect_eq(verify(k, &n), ERR_NOTHING, "the last one is missed");
	cr_expect(strstr(k->err.text, "should end at 12"), "%s", k->err.text);
	cr_expect_eq(n, ENTRIES - 1);
	cr_expect_eq(kit_check(k), 1, "the check says so too");
	forge(k, 3, -1);
	cr_expect_eq(verify(k, &n), ERR_NOTHING);
	cr_expect_eq(n, 2);
	kit_free(k);
}
