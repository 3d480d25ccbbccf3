/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_land.c: eight threads land at once, with snapshots beside them; a plain main(),
 * because ThreadSanitizer and Criterion's processes do not go together. Exit status 0:
 * all is well.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "tests/store/kit.h"

enum { THREADS = 8, ROUNDS = 12, ROWS = 30 };

static struct kit *shared;
static _Atomic int failures, added, unchanged, done;

static void expect(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "thread_land: %s\n", what);
	atomic_fetch_add(&failures, 1);
}

static void *land_some(void *self)
{
	int me = *(const int *)self;
	struct kit *k = calloc(1, sizeof(*k));

	k->store = shared->store;
	batch_init(&k->batch);
	for (int round = 0; round < ROUNDS; round++) {
		struct opinia_landing r;
		char id[32], who[32];
		bool bad = me == 0 &&
			   round == 5; /* one batch that fails for its own reason */

		for (int i = 0; i < ROWS; i++) {
			/* a third of the rows comes from two threads */
			snprintf(id, sizeof(id), "%d-%d-%d", i % 3 ? me : me / 2, round,
				 i);
			snprintf(who, sizeof(who), "c%d@x.ro", (round * ROWS + i) % 50);
			kit_feedback(k, id, who, i, bad ? 9 : 1 + i % 5, "nu merge plata",
				     i % 4, i % 3);
		}
		if (kit_land(k, &r) != (bad ? ERR_INPUT : 0))
			expect(false, k->err.text);
		atomic_fetch_add(&added, (int)r.added);
		atomic_fetch_add(&unchanged, (int)r.unchanged);
	}
	batch_release(&k->batch);
	free(k);
	return NULL;
}

static void *look(void *self)
{
	uint64_t before = 0;

	(void)self;
	while (!atomic_load(&done)) {
		struct opinia_snapshot *snap;
		struct opinia_totals t;
		struct opinia_stored s;
		struct err err = ERR_NONE;
		struct arena a;

		arena_init(&a, 0);
		expect(!opinia_snapshot_open(shared->store, &snap, &err), err.text);
		expect(!opinia_snapshot_totals(snap, &a, &t, &err), err.text);
		expect(t.records[0] >= before, "records went away");
		before = t.records[0];
		if (before)
			expect(!opinia_fetch(snap, (uint32_t)before, &a, &s, &err) &&
				       s.readable,
			       err.text);
		opinia_snapshot_close(snap);
		arena_release(&a);
	}
	return NULL;
}

int main(void)
{
	pthread_t landing[THREADS], looking;
	int number[THREADS];
	uint64_t records;

	shared = kit_new();
	if (!shared)
		return 1;
	pthread_create(&looking, NULL, look, NULL);
	for (int i = 0; i < THREADS; i++) {
		number[i] = i;
		pthread_create(&landing[i], NULL, land_some, &number[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(landing[i], NULL);
	atomic_store(&done, 1);
	pthread_join(looking, NULL);
	records = kit_totals(shared).records[0];
	expect((int)records == added, "what was said to be added is not what is there");
	expect(added + unchanged == THREADS * ROUNDS * ROWS - ROWS, "a row is missing");
	expect(kit_totals(shared).customers == 50, "a customer was made twice");
	expect(kit_check(shared) == 0, "the check found something");
	printf("%d records, %d again, %d failures\n", added, unchanged, failures);
	kit_free(shared);
	return failures != 0;
}
