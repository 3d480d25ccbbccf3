/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_txn.c: the first failure of a transaction sticks, and keys sort like numbers.
 */
#include <criterion/criterion.h>

#include "core/buf.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/names.h"
#include "tests/store/kit.h"

Test(txn, the_first_failure_sticks_and_nothing_is_committed)
{
	struct kit *k = kit_new();
	struct txn t;
	struct sv v;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	txn_put(&t, DB_CURSOR, SV("a"), SV("1"));
	txn_put(&t, DB_CURSOR, SV(""), SV("an empty key is refused"));
	txn_put(&t, DB_CURSOR, SV("b"), SV("2"));
	cr_expect(!txn_get(&t, DB_CURSOR, SV("a"), &v), "nothing is read any more");
	cr_expect_eq(txn_commit(&t, &k->err), ERR_SYSTEM);
	cr_expect(strstr(k->err.text, "writing"), "%s", k->err.text);
	cr_assert_eq(txn_read(&t, k->store->env, &k->err), 0);
	cr_expect(!txn_get(&t, DB_CURSOR, SV("a"), &v) && !t.err.code);
	txn_abort(&t);
	txn_abort(&t);
	kit_free(k);
}

Test(txn, a_cursor_walks_both_ways_and_starts_between_keys)
{
	struct kit *k = kit_new();
	struct txn_cursor c;
	struct txn t;

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	txn_put(&t, DB_CURSOR, SV("b"), SV("2"));
	txn_put(&t, DB_CURSOR, SV("d"), SV("4"));
	txn_cursor_open(&c, &t, DB_CURSOR);
	cr_expect(txn_seek(&c, SV("c")) && sv_eq(c.key, SV("d")));
	cr_expect(!txn_seek_exact(&c, SV("c")) && !t.err.code);
	cr_expect(txn_first(&c) && sv_eq(c.value, SV("2")));
	cr_expect(txn_next(&c) && sv_eq(c.value, SV("4")) && !txn_next(&c));
	cr_expect(txn_last(&c) && txn_prev(&c) && sv_eq(c.key, SV("b")) && !txn_prev(&c));
	txn_cursor_close(&c);
	cr_expect_eq(txn_count(&t, DB_CURSOR), 2);
	cr_expect(txn_delete(&t, DB_CURSOR, SV("b")) &&
		  !txn_delete(&t, DB_CURSOR, SV("b")));
	txn_abort(&t);
	kit_free(k);
}

Test(txn, a_held_snapshot_keeps_the_map_from_growing_and_says_so, .timeout = 30)
{
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_expect_eq(env_grow(k->store->env, &k->err), ERR_AGAIN);
	cr_expect(strstr(k->err.text, "snapshot"), "%s", k->err.text);
	opinia_snapshot_close(snap);
	cr_expect_eq(env_grow(k->store->env, &k->err), 0, "%s", k->err.text);
	cr_expect_eq(env_map_size(k->store->env), 2 * (size_t)KIT_MAP);
	kit_free(k);
}

Test(keys, keys_sort_like_the_numbers_in_them)
{
	static const int32_t blocks[] = { INT32_MIN, -64, -1, 0, 1, 300, INT32_MAX };
	struct key a, b;
	char text[1000];

	for (size_t i = 1; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		key_roll(&a, blocks[i - 1], 5);
		key_roll(&b, blocks[i], 5);
		cr_expect(sv_cmp(key_sv(&a), key_sv(&b)) < 0, "block %d", blocks[i]);
	}
	for (unsigned bytes = 1; bytes <= 8; bytes++) {
		uint8_t p[8];

		be_set(p, 0x8182838485868788U, bytes);
		cr_expect_eq(be_get(p, bytes),
			     0x8182838485868788U & (~0ULL >> (64 - 8 * bytes)));
		le_set(p, 0x8182838485868788U, bytes);
		cr_expect_eq(le_get(p, bytes),
			     0x8182838485868788U & (~0ULL >> (64 - 8 * bytes)));
	}
	memset(text, 'x', sizeof(text));
	key_start(&a);
	key_text(&a, (struct sv){ text, 999 });
	key_start(&b);
	key_text(&b, (struct sv){ text, 1000 });
	cr_expect(a.n < KEY_MAX && !sv_eq(key_sv(&a), key_sv(&b)),
		  "long texts stay apart");
}

static bool note(void *self, uint32_t number, struct sv text)
{
	struct buf *b = self;

	buf_printf(b, "%u:" SV_FMT " ", number, SV_ARG(text));
	return true;
}

Test(names, a_name_is_a_number_and_back_and_long_ones_too)
{
	struct kit *k = kit_new();
	char text[1000];
	struct buf seen;
	struct txn t;

	buf_init(&seen, 0);
	memset(text, 'x', sizeof(text));
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_expect_eq(names_intern(&t, NAME_AGENT, SV("Ana")), 1);
	cr_expect_eq(names_intern(&t, NAME_ATTR, SV("plan=pro")), 1);
	cr_expect_eq(names_intern(&t, NAME_ATTR, SV("plan=basic")), 2);
	cr_expect_eq(names_intern(&t, NAME_AGENT, SV("Ana")), 1);
	cr_expect_eq(names_intern(&t, NAME_AGENT, (struct sv){ text, 1000 }), 2);
	cr_expect_eq(names_intern(&t, NAME_AGENT, (struct sv){ text, 999 }), 3);
	cr_expect_eq(names_find(&t, NAME_AGENT, (struct sv){ text, 1000 }), 2);
	cr_expect_eq(names_find(&t, NAME_TEAM, SV("Ana")), 0);
	cr_expect_eq(names_text(&t, NAME_AGENT, 3).n, 999);
	cr_expect_eq(names_count(&t, NAME_AGENT), 3);
	cr_expect_eq(names_count(&t, NAME_QUEUE), 0);
	names_each(&t, NAME_ATTR, SV("plan="), note, &seen);
	cr_expect_str_eq(seen.p, "2:plan=basic 1:plan=pro ");
	cr_expect_eq(t.err.code, 0);
	txn_abort(&t);
	buf_release(&seen);
	kit_free(k);
}
