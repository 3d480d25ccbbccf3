/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_runs.c: what was put into sorted runs is found, nothing else is, and damage is
 * noticed.
 */
#include <criterion/criterion.h>
#include <sodium.h>

#include "store/inside.h"
#include "store/keys.h"
#include "store/run_part.h"
#include "tests/store/kit.h"

static struct run_entry entry_of(uint32_t i)
{
	struct run_entry e = { .value = i };
	uint8_t digest[16];

	crypto_generichash(digest, sizeof(digest), (const uint8_t *)&i, sizeof(i), NULL,
			   0);
	memcpy(e.digest, digest, RUN_DIGEST);
	return e;
}

Test(runs, everything_is_found_through_all_merges_and_strangers_are_not)
{
	static const size_t sizes[] = {
		1, 1, 1, 7, 300, 2048, 1, 1, 1, 1, 1, 1, 5000, 64
	};
	static struct run_entry e[5000], q[64];
	struct kit *k = kit_new();
	uint32_t next = 1;
	struct txn t;

	for (int round = 0; round < 40; round++) {
		size_t n = sizes[(size_t)round % (sizeof(sizes) / sizeof(sizes[0]))];

		for (size_t i = 0; i < n; i++)
			e[i] = entry_of(next + (uint32_t)i);
		cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
		runs_add(&t, RUN_IDENTITY, e, n);
		cr_assert_eq(txn_commit(&t, &k->err), 0, "%s", k->err.text);
		next += (uint32_t)n;
	}
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	for (uint32_t from = 1; from < next; from += 61) {
		for (uint32_t i = 0; i < 64; i++)
			q[i] = entry_of(i < 61 ? from + i : i + 1000000);
		runs_sort(q, 64);
		runs_find(&t, RUN_IDENTITY, q, 64);
		for (uint32_t i = 0; i < 64; i++) {
			struct run_entry want = entry_of(q[i].value);

			if (q[i].value)
				cr_expect_eq(run_compare(&want, &q[i]), 0);
		}
	}
	for (uint32_t i = 1; i < next + 100; i++) {
		q[0] = entry_of(i);
		runs_find(&t, RUN_IDENTITY, q, 1);
		cr_assert_eq(q[0].value, i < next ? i : 0, "entry %u", i);
	}
	cr_expect(txn_count(&t, DB_RUNS) < 40, "runs are merged");
	txn_abort(&t);
	kit_free(k);
}

static bool most_go(void *self, const struct run_entry *e)
{
	(void)self;
	return e->value % 100;
}

Test(runs, what_an_erasure_left_of_a_large_run_stays_when_it_is_merged)
{
	enum {
		MOST = 70000,
		LEAST = 32768
	}; /* of one level, and cut in 4 parts and in 1 */
	static struct run_entry e[MOST];
	struct kit *k = kit_new();
	uint32_t next = 1, before;
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	for (unsigned run = 0; run < RUN_FAN; run++) {
		size_t n = run ? LEAST : MOST;

		if (run == RUN_FAN - 1) /* the one that has them merged */
			runs_purge(&t, RUN_IDENTITY, most_go, NULL);
		for (size_t i = 0; i < n; i++)
			e[i] = entry_of(next + (uint32_t)i);
		before = next;
		runs_add(&t, RUN_IDENTITY, e, n);
		next += (uint32_t)n;
	}
	for (uint32_t i = 1; i < next; i += i < before ? 1 : 100) {
		e[0] = entry_of(i);
		runs_find(&t, RUN_IDENTITY, e, 1);
		cr_assert_eq(e[0].value, i >= before || i % 100 == 0 ? i : 0, "entry %u",
			     i);
	}
	cr_assert_eq(t.err.code, 0, "%s", t.err.text);
	txn_abort(&t);
	kit_free(k);
}

Test(runs, one_digest_may_have_many_values)
{
	struct kit *k = kit_new();
	struct run_entry e[100];
	uint8_t digest[RUN_DIGEST];
	uint32_t *values;
	struct arena a;
	size_t count;
	struct txn t;

	arena_init(&a, 0);
	run_digest_u64(77, digest);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	for (uint32_t round = 0; round < 30; round++) {
		for (uint32_t i = 0; i < 100; i++) {
			run_digest_u64(i % 2 ? 77 : i * 0x9e3779b97f4a7c15U, e[i].digest);
			e[i].value = round * 100 + i;
		}
		runs_add(&t, RUN_INTERACTION, e, 100);
	}
	cr_assert_eq(runs_all(&t, RUN_INTERACTION, digest, &a, &values, &count, &k->err),
		     0);
	cr_assert_eq(count, 30 * 50);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(values[i], 2 * i + 1);
	txn_abort(&t);
	arena_release(&a);
	kit_free(k);
}

Test(runs, sorting_holds_for_even_uneven_and_equal_digests)
{
	static struct run_entry e[4000];
	struct kit_random rnd = { 5 };

	for (int kind = 0; kind < 4; kind++) {
		for (uint32_t i = 0; i < 4000; i++) {
			e[i] = entry_of(kind == 3 ? 1 : i);
			e[i].value = kit_below(&rnd, 100);
			if (kind == 1)
				memset(e[i].digest, 7, 6); /* all in one bucket */
			if (kind == 2)
				memset(e[i].digest, 0, RUN_DIGEST);
		}
		runs_sort(e, 4000);
		for (size_t i = 1; i < 4000; i++) {
			int c = run_compare(&e[i - 1], &e[i]);

			cr_assert(c < 0 || (!c && e[i - 1].value <= e[i].value),
				  "kind %d", kind);
		}
	}
}

Test(runs, a_flipped_bit_of_a_part_is_noticed_or_changes_no_answer)
{
	enum { N = 200 };
	struct run_entry e[N];
	struct run_part part;
	size_t bytes;
	uint8_t *p;

	for (uint32_t i = 0; i < N; i++)
		e[i] = entry_of(i + 1);
	runs_sort(e, N);
	bytes = part_bytes(RUN_IDENTITY, e, N);
	p = malloc(bytes);
	part_write(RUN_IDENTITY, e, N, 0, 99, p);
	cr_assert(part_view((struct sv){ (char *)p, bytes }, RUN_IDENTITY, 99, &part));
	cr_expect(!part_view((struct sv){ (char *)p, bytes }, RUN_IDENTITY, 98, &part));
	cr_expect(
		!part_view((struct sv){ (char *)p, bytes - 1 }, RUN_IDENTITY, 99, &part));
	for (size_t bit = 0; bit < 8 * bytes; bit += 3) {
		bool seen;

		p[bit / 8] = (uint8_t)(p[bit / 8] ^ 1U << bit % 8);
		seen = !part_view((struct sv){ (char *)p, bytes }, RUN_IDENTITY, 99,
				  &part) ||
		       !part_sound(&part, 0, N);
		for (size_t i = 0; !seen && i < N; i++)
			seen = part_maybe(&part, &e[i]) < 0;
		/*
		 * a block that no digest of ours falls into may be damaged without being
		 * asked
		 */
		cr_expect(seen || bit / 8 < PART_HEAD + PART_BLOCK * (size_t)part.blocks,
			  "bit %zu", bit);
		p[bit / 8] = (uint8_t)(p[bit / 8] ^ 1U << bit % 8);
	}
	free(p);
}
