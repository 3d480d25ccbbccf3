/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_readers.c: somebody who reads and never leaves. LMDB keeps every page that a reader may need, so
 * the file cannot but grow; it is said whose fault it is, and a killed reader costs nothing.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/store/kit.h"

enum { LANDINGS = 1000, ROWS = 8 };

/* The same rows, changed each time: what they were is given back, if nobody reads it. */
static uint64_t land_many(struct kit *k, int landings)
{
	static int turn;
	uint64_t before = kit_totals(k).bytes;

	for (int i = 0; i < landings; i++, turn++) {
		for (int row = 0; row < ROWS; row++) {
			char id[16], words[64];

			snprintf(id, sizeof(id), "r%d", row);
			snprintf(words, sizeof(words), "nu merge plata %d", turn);
			kit_feedback(k, id, "c1@example.com", row, 1 + turn % 5, words,
				     turn % 4, turn % 3);
		}
		cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	}
	batch_reset(&k->batch);
	return kit_totals(k).bytes - before;
}

static uint64_t behind_of(struct kit *k, pid_t pid)
{
	struct opinia_reader *list;
	uint64_t behind = 0;
	size_t n;

	cr_assert_eq(opinia_store_readers(k->store, &k->batch.arena, &list, &n, &k->err),
		     0, "%s", k->err.text);
	for (size_t i = 0; i < n; i++)
		if (list[i].pid == pid && list[i].behind > behind)
			behind = list[i].behind;
	return behind;
}

static pid_t hold(struct kit *k)
{
	struct opinia_snapshot *snap;
	int ready[2];
	char c = 0;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		k->opt.read_only = true;
		if (kit_open(k) || opinia_snapshot_open(k->store, &snap, &k->err) ||
		    write(ready[1], "x", 1) != 1)
			_exit(3);
		for (;;)
			pause();
	}
	cr_assert_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

Test(readers, one_that_stays_is_named_and_one_that_was_killed_costs_nothing,
     .timeout = 300)
{
	struct kit *k = kit_new_in(access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	uint64_t alone, held, after;
	pid_t pid;

	land_many(k, LANDINGS / 4); /* until runs and free pages have found their size */
	opinia_store_close(k->store);
	k->store = NULL;
	pid = hold(k); /* before we open it: LMDB does not like to be forked */
	cr_assert_eq(kit_open(k), 0, "%s", k->err.text);
	held = land_many(k, LANDINGS);
	cr_expect_geq(behind_of(k, pid), LANDINGS);
	cr_expect_eq(behind_of(k, getpid()), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_expect_eq(behind_of(k, pid), 0, "its slot is given back");
	land_many(k, 10);
	alone = land_many(k, LANDINGS / 4);
	after = land_many(k, LANDINGS / 4);
	fprintf(stderr,
		"readers: %d landings beside a reader: %llu bytes, %llu a landing; "
		"after it was killed %d landings: %llu bytes\n",
		LANDINGS, (unsigned long long)held, (unsigned long long)held / LANDINGS,
		LANDINGS / 2, (unsigned long long)(alone + after));
	cr_expect_eq(after, 0, "room is used again");
	cr_expect_gt(held, 0);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}
