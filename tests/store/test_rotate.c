/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rotate.c: the key is changed, the words stay; wherever the machine stops meanwhile, the store
 * and the key file fit.
 */
#include <criterion/criterion.h>

#include "store/crypto.h"
#include "tests/store/crash.h"
#include "tests/store/kit.h"

static struct kit *filled(void)
{
	struct kit *k = kit_new();

	kit_rows(k, "r", 0, 40);
	for (int i = 0; i < 300; i++) {
		char id[16];

		snprintf(id, sizeof(id), "own%d", i);
		kit_feedback(k, id, NULL, i % 60, 1 + i % 5, "fara client, cu cuvinte",
			     i % 4, 0);
	}
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	return k;
}

/* Every record of @k can be read, and the check agrees. */
static void all_there(struct kit *k, uint32_t count, const char *when)
{
	struct opinia_snapshot *snap;
	struct opinia_stored s;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0, "%s: %s", when,
		     k->err.text);
	for (uint32_t id = 1; id <= count; id++) {
		arena_reset(&k->batch.arena);
		cr_assert_eq(opinia_fetch(snap, id, &k->batch.arena, &s, &k->err), 0,
			     "%s: %s", when, k->err.text);
		cr_expect(s.readable && s.record.comment.n, "%s: record %u", when, id);
	}
	opinia_snapshot_close(snap);
	cr_expect_eq(kit_check(k), 0, "%s", when);
}

static char *read_key(const struct kit *k)
{
	static char text[1 << 16];
	FILE *f = fopen(opinia_store_key_path(k->store), "r");

	memset(text, 0, sizeof(text));
	cr_assert(f && fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	return strdup(text);
}

Test(rotate, everything_opens_with_the_new_key_and_nothing_with_the_old)
{
	struct kit *k = filled();
	char *old = read_key(k), *now;
	const struct opinia_audit why = { .uid = 7,
					  .who = SV_INIT("ana"),
					  .action = SV_INIT("key-rotate"),
					  .why = SV_INIT("a laptop was lost") };
	uint64_t entries;
	struct opinia_snapshot *snap;
	FILE *f;

	cr_assert_eq(opinia_store_rotate(k->store, NULL, false, &why, &k->err), 0, "%s",
		     k->err.text);
	now = read_key(k);
	cr_expect(strcmp(old, now) && !strstr(now, "next"));
	all_there(k, 340, "in the same process");
	kit_rows(k, "later", 0, 20);
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	all_there(k, 360, "opened again");
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_expect_eq(opinia_audit_read(snap, NULL, NULL, &entries, &k->err), 0, "%s",
		     k->err.text);
	cr_expect_eq(entries, 1);
	opinia_snapshot_close(snap);
	kit_rows(k, "r", 0, 40);
	struct opinia_landing again;
	cr_expect_eq(kit_land(k, &again), 0);
	cr_expect_eq(again.unchanged, 40, "identities are the same");

	f = fopen(opinia_store_key_path(k->store), "w");
	fputs(old, f);
	fclose(f);
	cr_expect_eq(kit_reopen(k), ERR_CONFIG);
	cr_expect(strstr(k->err.text, "not the key"), "%s", k->err.text);
	free(old);
	free(now);
	kit_free(k);
}

/* In a child: open, change the key. */
static int change(void *self)
{
	const struct kit *of = self;
	struct kit mine = { .store = NULL };
	int rc;

	memcpy(mine.dir, of->dir, sizeof(mine.dir));
	kit_options(&mine);
	if (kit_open(&mine))
		return 1;
	rc = opinia_store_rotate(mine.store, NULL, false, NULL, &mine.err);
	opinia_store_close(mine.store);
	return rc;
}

Test(rotate, a_stop_at_any_step_leaves_a_pair_that_fits, .timeout = 120)
{
	struct kit *k = filled();
	char when[40], key[128], *text;
	int n, ended = -1;

	snprintf(key, sizeof(key), "%s.key", k->dir);
	for (n = 1; n < 60 && ended; n++) {
		opinia_store_close(k->store);
		k->store = NULL;
		ended = crash_run(n, change, k);
		cr_assert(ended >= 0, "it fails at %d", n);
		snprintf(when, sizeof(when), "stopped at %d", n);
		k->opt.read_only = n % 2;
		cr_assert_eq(kit_open(k), 0, "%s: %s", when, k->err.text);
		all_there(k, 340, when);
		k->opt.read_only = false;
		cr_assert_eq(kit_reopen(k), 0, "%s: %s", when, k->err.text);
		text = read_key(k);
		cr_expect(!strstr(text, "next"), "%s: it was not settled", when);
		free(text);
	}
	cr_expect(n > 8 && !ended, "%d steps", n);
	kit_free(k);
}

Test(rotate, who_has_the_store_open_with_the_old_key_is_told)
{
	struct kit *k = filled();
	struct opinia_snapshot *snap;
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		struct kit mine = { .store = NULL };

		memcpy(mine.dir, k->dir, sizeof(mine.dir));
		_exit(change(&mine));
	}
	waitpid(pid, &status, 0);
	cr_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	cr_expect_eq(opinia_snapshot_open(k->store, &snap, &k->err), ERR_AGAIN);
	cr_expect(strstr(k->err.text, "start it again"), "%s", k->err.text);
	kit_rows(k, "x", 0, 1);
	cr_expect_eq(kit_land(k, NULL), ERR_AGAIN);
	cr_assert_eq(kit_reopen(k), 0);
	all_there(k, 340, "opened again");
	kit_free(k);
}

Test(rotate, a_key_file_that_may_serve_others_is_never_changed)
{
	struct kit *k = filled();
	struct kit *two = calloc(1, sizeof(*two));
	char key[128], own[128], *was, *now;

	snprintf(key, sizeof(key), "%s.key", k->dir);
	memcpy(two->root, k->root, sizeof(two->root));
	snprintf(two->dir, sizeof(two->dir), "%s/second", k->root);
	snprintf(own, sizeof(own), "%s/own.key", k->root);
	kit_options(two);
	batch_init(&two->batch);
	two->opt.key_file = key;
	cr_assert_eq(opinia_store_init(&two->opt, "UTC", &two->err), 0);
	cr_assert_eq(kit_open(two), 0);
	kit_rows(two, "r", 0, 30);
	cr_assert_eq(kit_land(two, NULL), 0);
	was = read_key(k);
	cr_expect_eq(opinia_store_rotate(two->store, NULL, false, NULL, &two->err),
		     ERR_CONFIG);
	cr_expect(strstr(two->err.text, "--to FILE"), "%s", two->err.text);
	cr_expect_eq(opinia_store_rotate(two->store, key, false, NULL, &two->err),
		     ERR_CONFIG, "never over one that is there");
	cr_assert_eq(opinia_store_rotate(two->store, own, false, NULL, &two->err), 0,
		     "%s", two->err.text);
	now = read_key(k);
	cr_expect_str_eq(was, now);
	all_there(two, 30, "with its own key");
	cr_expect_eq(kit_reopen(two), ERR_CONFIG, "the lent one opens it no more");
	two->opt.key_file = own;
	cr_assert_eq(kit_open(two), 0, "%s", two->err.text);
	all_there(two, 30, "with its own key, opened again");
	cr_assert_eq(opinia_store_rotate(two->store, NULL, false, NULL, &two->err), 0,
		     "and it is its own: %s", two->err.text);
	opinia_store_close(two->store);
	batch_release(&two->batch);
	free(two);
	cr_assert_eq(kit_reopen(k), 0);
	all_there(k, 340, "the other store");
	free(was);
	free(now);
	kit_free(k);
}
