/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_durable.c: a full map, a full disk, a killed process, a neighbour: all or nothing, and
 * once.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/kit.h"

Test(durable, a_map_that_may_not_grow_leaves_everything_as_it_was)
{
	struct kit *k = kit_new();
	struct opinia_totals before, after;
	int rc = 0, landed = 0;

	k->opt.map_start = k->opt.map_max = 1 << 20;
	cr_assert_eq(kit_reopen(k), 0);
	while (!rc && landed < 200) {
		before = kit_totals(k);
		kit_rows(k, "x", landed * 100, 100);
		rc = kit_land(k, NULL);
		landed += !rc;
	}
	cr_expect_eq(rc, ERR_SYSTEM);
	cr_expect(strstr(k->err.text, "largest size"), "%s", k->err.text);
	after = kit_totals(k);
	cr_expect_eq(before.records[0], after.records[0]);
	cr_expect_eq(after.records[0], (uint64_t)landed * 100);
	k->opt.map_max = KIT_MAP;
	cr_assert_eq(kit_reopen(k), 0);
	kit_rows(k, "x", landed * 100, 100);
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(durable, the_map_grows_by_itself_and_the_batch_is_done_again)
{
	struct kit *k = kit_new();

	k->opt.map_start = 1 << 20;
	cr_assert_eq(kit_reopen(k), 0);
	for (int i = 0; i < 40; i++) {
		kit_rows(k, "x", i * 200, 200);
		cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	}
	cr_expect_eq(kit_totals(k).records[0], 8000);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(durable, a_file_that_may_not_get_longer_is_an_error_and_nothing_more)
{
	struct kit *k = kit_new();
	struct rlimit old, small;
	int rc;

	kit_rows(k, "x", 0, 50);
	cr_assert_eq(kit_land(k, NULL), 0);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = kit_totals(k).bytes;
	setrlimit(RLIMIT_FSIZE, &small);
	for (int i = 1, n = 0; n < 20; n++, i++) {
		kit_rows(k, "y", i * 100, 100);
		rc = kit_land(k, NULL);
		if (rc)
			break;
	}
	setrlimit(RLIMIT_FSIZE, &old);
	cr_expect_eq(rc, ERR_SYSTEM);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_expect_eq(kit_check(k), 0);
	kit_rows(k, "z", 0, 100);
	cr_expect_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	kit_free(k);
}

/* In a child: land batches without end until killed; @told hears of the first. */
static void land_for_ever(const struct kit *k, const char *prefix, int told)
{
	struct kit mine = { .store = NULL };

	memcpy(mine.dir, k->dir, sizeof(mine.dir));
	kit_options(&mine);
	batch_init(&mine.batch);
	if (kit_open(&mine))
		_exit(3);
	for (int i = 0;; i++) {
		kit_rows(&mine, prefix, i * 40, 40);
		if (kit_land(&mine, NULL) || (!i && write(told, "", 1) != 1))
			_exit(4);
	}
}

Test(durable, a_killed_landing_is_whole_or_absent_and_comes_again_once, .timeout = 120)
{
	enum { ROUNDS = 20 };
	struct kit *k = kit_new();
	struct kit_random rnd = { 42 };
	uint64_t before = 0;

	opinia_store_close(k->store);
	k->store = NULL;
	for (int round = 0; round < ROUNDS; round++) {
		int ends[2];
		pid_t pid;
		char c;

		cr_assert_eq(pipe(ends), 0);
		pid = fork();
		if (!pid)
			land_for_ever(k, "k", ends[1]);
		close(ends[1]);
		/* every other time however slow the machine is, else also while it opens */
		if (round % 2)
			cr_expect_eq(read(ends[0], &c, 1), 1, "round %d", round);
		usleep(15000 + kit_below(&rnd, 30000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(ends[0]);
		cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
		cr_expect_eq(kit_totals(k).records[0] % 40, 0, "half a batch is there");
		cr_expect(kit_totals(k).records[0] >= before, "what was there is gone");
		before = kit_totals(k).records[0];
		cr_expect_eq(kit_check(k), 0, "round %d", round);
		opinia_store_close(k->store);
		k->store = NULL;
	}
	cr_expect(before > 0);
	kit_free(k);
}

Test(durable, two_processes_land_at_once_and_share_their_customers, .timeout = 60)
{
	struct kit *k = kit_new();
	pid_t pid[2];

	opinia_store_close(k->store);
	k->store = NULL;
	for (int p = 0; p < 2; p++) {
		pid[p] = fork();
		if (pid[p])
			continue;
		if (kit_open(k))
			_exit(3);
		for (int i = 0; i < 30; i++) {
			kit_rows(k, p ? "p" : "q", i * 20, 20);
			kit_rows(k, "both", i * 20, 20);
			if (kit_land(k, NULL))
				_exit(4);
		}
		opinia_store_close(k->store);
		_exit(0);
	}
	for (int p = 0; p < 2; p++) {
		int status;

		waitpid(pid[p], &status, 0);
		cr_expect(WIFEXITED(status) && !WEXITSTATUS(status));
	}
	cr_assert_eq(kit_open(k), 0);
	cr_expect_eq(kit_totals(k).records[0], 3 * 600);
	cr_expect_eq(kit_totals(k).customers, 7);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}
