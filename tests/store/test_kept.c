/* SPDX-License-Identifier: Apache-2.0 */
/* test_kept.c: what sources need remembered: a delivery lands once, a state is kept. */
#include <criterion/criterion.h>

#include "kit.h"

static void deliver(struct kit *k, const char *id, const char *note, const char *value,
		    struct opinia_landing *r)
{
	kit_feedback(k, id, "ana@example.ro", 0, 2, "merge greu", 0, -1);
	k->batch.note_key = sv_of(note);
	k->batch.note_value = sv_of(value);
	cr_assert_eq(kit_land(k, r), 0, "%s", k->err.text);
}

Test(kept, a_delivery_lands_once_and_its_note_is_found_again)
{
	struct kit *k = kit_new();
	struct opinia_landing r;
	struct arena a;
	struct sv note;

	arena_init(&a, 0);
	cr_assert_eq(opinia_store_note(k->store, SV("shop\x1fmsg_1"), &a, &note, &k->err),
		     0);
	cr_expect_eq(note.n, 0);
	deliver(k, "r1", "shop\x1fmsg_1", "first", &r);
	cr_expect(!r.seen && r.added == 1);
	deliver(k, "r2", "shop\x1fmsg_1", "second", &r);
	cr_expect(r.seen && r.added == 0, "nothing of a known delivery lands");
	deliver(k, "r2", "shop\x1fmsg_2", "second", &r);
	cr_expect(!r.seen && r.added == 1);
	cr_assert_eq(kit_reopen(k), 0, "%s", k->err.text);
	cr_assert_eq(opinia_store_note(k->store, SV("shop\x1fmsg_1"), &a, &note, &k->err),
		     0);
	cr_expect(sv_eq(note, SV("first")));
	cr_expect_eq(kit_check(k), 0);
	arena_release(&a);
	kit_free(k);
}

Test(kept, states_are_kept_apart_from_cursors)
{
	struct kit *k = kit_new();
	struct arena a;
	struct sv got;

	arena_init(&a, 0);
	k->batch.source = SV("shop");
	k->batch.cursor = SV("UID 1");
	cr_assert_eq(kit_land(k, NULL), 0, "a batch without records moves the cursor");
	cr_assert_eq(
		opinia_store_state_put(k->store, SV("shop"), SV("{\"run\":1}"), &k->err),
		0);
	cr_assert_eq(
		opinia_store_state_put(k->store, SV("shop"), SV("{\"run\":2}"), &k->err),
		0);
	cr_assert_eq(opinia_store_state(k->store, SV("shop"), &a, &got, &k->err), 0);
	cr_expect(sv_eq(got, SV("{\"run\":2}")));
	cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &a, &got, &k->err), 0);
	cr_expect(sv_eq(got, SV("UID 1")));
	cr_assert_eq(opinia_store_cursor_forget(k->store, SV("shop"), &k->err), 0);
	cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &a, &got, &k->err), 0);
	cr_expect_eq(got.n, 0, "it begins anew");
	cr_assert_eq(opinia_store_state(k->store, SV("other"), &a, &got, &k->err), 0);
	cr_expect_eq(got.n, 0);
	cr_expect_eq(kit_check(k), 0);
	arena_release(&a);
	kit_free(k);
}
