/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_check.c: the check says nothing of a sound store and finds what was flipped or
 * forged.
 */
#include <criterion/criterion.h>
#include <sys/wait.h>

#include "store/inside.h"
#include "store/keys.h"
#include "store/meta.h"
#include "tests/store/kit.h"

static struct kit *filled(void)
{
	struct kit *k = kit_new();
	char id[16], who[32];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 40; i++) {
			snprintf(id, sizeof(id), "%d", i + round * 20);
			snprintf(who, sizeof(who), "c%d@x.ro", i % 9);
			kit_feedback(k, id, i % 3 ? who : NULL, i * 3, 1 + i % 5,
				     "nu merge plata cu cardul", i % 4, i % 3)
				->interaction = kit_sv(k, id);
		}
		kit_person(k, "p", "c1@x.ro", "0722123456", NULL);
		k->batch.source = SV("shop");
		k->batch.cursor = SV("UID 1");
		cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	}
	cr_assert_eq(kit_check(k), 0);
	return k;
}

/*
 * Flip one bit of the value at the place that @cursor stands on, in a transaction of
 * ours.
 */
static bool flip_value(struct kit *k, enum db db, size_t which, size_t bit)
{
	struct txn_cursor c;
	struct txn t;
	char *bytes = NULL, key[KEY_MAX];
	struct sv at, v;
	bool more;

	if (txn_write(&t, k->store->env, &k->err))
		return false;
	txn_cursor_open(&c, &t, db);
	more = txn_first(&c);
	for (; more && which; more = txn_next(&c))
		which--;
	if (more) {
		bytes = malloc(c.value.n);
		memcpy(bytes, c.value.p, c.value.n);
		memcpy(key, c.key.p, c.key.n);
		bit %= 8 * c.value.n;
		bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
		at = (struct sv){ key, c.key.n };
		v = (struct sv){ bytes, c.value.n };
	}
	txn_cursor_close(&c);
	if (!more) {
		txn_abort(&t);
		return false;
	}
	txn_put(&t, db, at, v);
	free(bytes);
	return !txn_commit(&t, &k->err);
}

static const char *const names[DB_COUNT] = { "meta",	 "doc",	     "hist", "names",
					     "bits",	 "text",     "roll", "runs",
					     "customer", "redirect", "link", "reckey",
					     "cursor",	 "audit",    "gone" };

Test(check, a_flipped_bit_in_any_value_is_found, .timeout = 120)
{
	/*
	 * meta apart: its format, id, zone and key check are looked at when a store is
	 * opened
	 */
	static const enum db dbs[] = { DB_DOC,	    DB_HIST,   DB_NAMES, DB_BITS,
				       DB_TEXT,	    DB_ROLL,   DB_RUNS,	 DB_CUSTOMER,
				       DB_REDIRECT, DB_RECKEY, DB_CURSOR };
	struct kit *k = filled();
	struct kit_random rnd = { 11 };

	for (size_t d = 0; d < sizeof(dbs) / sizeof(dbs[0]); d++) {
		for (int round = 0; round < 12; round++) {
			size_t which = kit_below(&rnd, 6), bit = kit_below(&rnd, 1 << 20);
			struct opinia_check check;
			int rc;

			if (!flip_value(k, dbs[d], which, bit))
				continue;
			rc = opinia_store_check(k->store, kit_hush, NULL, &check,
						&k->err);
			cr_expect_eq(rc, ERR_NOTHING, "%s: value %zu, bit %zu: %d %s",
				     names[dbs[d]], which, bit, rc, k->err.text);
			cr_expect(check.wrong > 0);
			flip_value(k, dbs[d], which, bit);
		}
	}
	cr_expect_eq(kit_check(k), 0, "all is as it was");
	kit_free(k);
}

static void a_document_moved_to_another_place_is_found(void)
{
	struct kit *k = filled();
	struct opinia_check check;
	struct sv one;
	char bytes[600];
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_assert(txn_get(&t, DB_DOC, (struct sv){ "\0\0\0\5", 4 }, &one) &&
		  one.n < sizeof(bytes));
	memcpy(bytes, one.p, one.n);
	one.p = bytes;
	/* with a sum that fits the new place: the seal still tells */
	le_set(bytes, sum32(bytes + 4, one.n - 4, 6ULL << 32), 4);
	txn_put(&t, DB_DOC, (struct sv){ "\0\0\0\6", 4 }, one);
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	cr_expect_eq(opinia_store_check(k->store, kit_hush, NULL, &check, &k->err),
		     ERR_NOTHING);
	kit_free(k);
}

Test(check, a_forged_counter_is_found_although_its_sum_fits)
{
	struct kit *k = filled();
	struct opinia_check check;
	struct state s;
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	state_read(&t, &s);
	s.kinds[KIND_FEEDBACK]++;
	state_write(&t, &s);
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	cr_expect_eq(opinia_store_check(k->store, kit_hush, NULL, &check, &k->err),
		     ERR_NOTHING);
	cr_expect_eq(check.wrong, 1);
	kit_free(k);
	a_document_moved_to_another_place_is_found();
}

/*
 * Opening and checking a copy, in a child: damage in LMDB's own pages may end it by a
 * signal.
 */
static int check_in_child(struct kit *k)
{
	struct opinia_check check;
	int status;
	pid_t pid = fork();

	if (!pid) {
		fclose(stderr);
		if (kit_open(k))
			_exit(1);
		_exit(opinia_store_check(k->store, kit_hush, NULL, &check, &k->err) ? 1
										    : 0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

Test(check, flips_all_over_the_file_are_found_or_lie_where_nothing_is, .timeout = 120)
{
	enum { FLIPS = 150 };
	struct kit *k = filled();
	struct kit_random rnd = { 3 };
	char path[128], *all;
	int found = 0, crashed = 0;
	size_t n;
	FILE *f;

	opinia_store_close(k->store);
	k->store = NULL;
	snprintf(path, sizeof(path), "%s/data.mdb", k->dir);
	f = fopen(path, "r+b");
	all = malloc(8 << 20);
	n = fread(all, 1, 8 << 20, f);
	for (int i = 0; i < FLIPS; i++) {
		long at = (long)kit_below(&rnd, (uint32_t)n);
		int rc;

		fseek(f, at, SEEK_SET);
		fputc(all[at] ^ (1 << kit_below(&rnd, 8)), f);
		fflush(f);
		rc = check_in_child(k);
		found += rc == 1;
		crashed += rc == 2;
		fseek(f, at, SEEK_SET);
		fputc(all[at], f);
		fflush(f);
	}
	fclose(f);
	fprintf(stderr, "%d flips: %d told, %d ended by a signal, %d in unused bytes\n",
		FLIPS, found, crashed, FLIPS - found - crashed);
	cr_expect(found > 0);
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0);
	free(all);
	kit_free(k);
}
