/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_upgrade.c: an older store through the door; what a person sees of it, kills, full disks and old backups
 * are in tests/e2e/28_upgrade.sh.
 */
#include <criterion/criterion.h>

#include "store/inside.h"
#include "tests/store/kit.h"
#include "tests/store/older.h"

enum { ROWS = 3000, REVISED = 70 };

static uint64_t told;

static void step(void *self, uint64_t done, uint64_t size, uint64_t rows)
{
	(void)self, (void)rows;
	cr_expect(done && size);
	told++;
}

static const struct opinia_upgrade_ear ear = { kit_tell, step, NULL };

/* Rows of seven customers and of nobody, some revised, in format 0; closed. */
static struct kit *older_store(void)
{
	struct kit *k = kit_new();

	for (int at = 0; at < ROWS; at += 100) {
		kit_rows(k, "U", at, 100);
		cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	}
	for (int i = 0; i < REVISED; i++)
		kit_feedback(k, "U5", i % 2 ? NULL : "x@example.com", i, 1 + i % 5,
			     "m-am răzgândit", 1, 1);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(older_make(k->store->env, "0", &k->err), 0, "%s", k->err.text);
	opinia_store_close(k->store);
	k->store = NULL;
	return k;
}

static uint64_t bytes_of(struct kit *k, const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", k->dir, name);
	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

/* The map begins so small that it must grow several times, and stops where it may not. */
static const struct {
	size_t start, most;
	int code;
} maps[] = {
	{ KIT_MAP, KIT_MAP, 0 },
	{ 96 << 10, KIT_MAP, 0 },
	{ 96 << 10, 192 << 10, ERR_SYSTEM },
};

static void an_upgrade(size_t i)
{
	struct kit *k = older_store();
	const struct opinia_audit why = { .who = SV("ana"), .action = SV("upgrade") };
	struct opinia_upgrade done;
	int rc;

	told = 0;
	k->opt.map_start = maps[i].start;
	k->opt.map_max = maps[i].most;
	cr_expect_eq(opinia_store_upgrade(&k->opt, true, &ear, &why, &done, &k->err), 0);
	cr_expect(done.from == 0 && done.to == 1 && done.what && !told);
	rc = opinia_store_upgrade(&k->opt, false, &ear, &why, &done, &k->err);
	cr_expect_eq(rc, maps[i].code, "row %zu: %s", i, k->err.text);
	cr_expect_eq(bytes_of(k, "upgrade.new/data.mdb"), 0, "row %zu", i);
	kit_options(k);
	if (rc) {
		cr_expect(strstr(k->err.text, "map"), "%s", k->err.text);
		cr_expect_eq(kit_open(k), ERR_CONFIG);
	} else {
		cr_expect_eq(done.rows, ROWS);
		cr_expect(told, "nobody was told");
		cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
		cr_expect_eq(kit_check(k), 0);
		cr_expect_eq(kit_totals(k).revisions, REVISED);
	}
	kit_free(k);
}

Test(upgrade, an_older_store_comes_into_the_present_format_whatever_its_map)
{
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		an_upgrade(i);
}

static void who_has_it_open_keeps_it(struct kit *k)
{
	struct env_options opt = { .dir = k->dir,
				   .map_start = KIT_MAP,
				   .map_max = KIT_MAP };
	struct opinia_upgrade done;
	struct env *env;

	cr_assert_eq(env_open(&env, &opt, &k->err), 0);
	cr_expect_eq(opinia_store_upgrade(&k->opt, false, &ear, NULL, &done, &k->err),
		     ERR_AGAIN);
	cr_expect(strstr(k->err.text, "open in another program"), "%s", k->err.text);
	env_close(env);
}

Test(upgrade, what_cannot_be_done_is_said_and_leaves_the_store)
{
	struct kit *k = older_store();
	struct opinia_upgrade done;
	char key[200], away[220];

	who_has_it_open_keeps_it(k);
	snprintf(key, sizeof(key), "%s.key", k->dir);
	snprintf(away, sizeof(away), "%s.away", key);
	rename(key, away);
	cr_expect_eq(opinia_store_upgrade(&k->opt, false, &ear, NULL, &done, &k->err),
		     ERR_CONFIG);
	rename(away, key);
	cr_expect_eq(kit_open(k), ERR_CONFIG);
	cr_expect_eq(opinia_store_upgrade(&k->opt, false, &ear, NULL, &done, NULL), 0);
	cr_expect_eq(opinia_store_upgrade(&k->opt, false, &ear, NULL, &done, NULL), 0);
	cr_expect(!done.what && done.from == done.to, "there was nothing to do");
	k->opt.dir = k->root;
	cr_expect_eq(opinia_store_upgrade(&k->opt, false, &ear, NULL, &done, &k->err),
		     ERR_MISSING);
	k->opt.dir = k->dir;
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	kit_free(k);
}
