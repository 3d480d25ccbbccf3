/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_again.c: documents read again with another lexicon: verdicts change, counts follow, nothing
 * else does.
 */
#include <criterion/criterion.h>

#include "store/inside.h"
#include "store/names.h"
#include "tests/store/again.h"

enum { ROWS = 200 };

static uint64_t count_of(struct kit *k, const char *text)
{
	struct opinia_filter_env env = { .now_ms = KIT_DAY0 + 400LL * MS_DAY,
					 .zone = opinia_store_zone(k->store) };
	struct opinia_snapshot *snap;
	struct filter *f;
	struct arena a;
	uint64_t n = 0;

	arena_init(&a, 0);
	cr_assert_eq(opinia_filter_parse(sv_of(text), &env, &a, &f, &k->err), 0, "%s",
		     k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_count(snap, f, &n, &k->err), 0, "%s", k->err.text);
	opinia_snapshot_close(snap);
	arena_release(&a);
	return n;
}

static void revise_one(struct kit *k)
{
	kit_feedback(k, "a0", "c0@example.com", 0, 1, "altceva", 0, -1);
	cr_assert_eq(kit_land(k, NULL), 0);
}

/* All documents fetched and landed again with mood @mood and topic @topic. */
static struct opinia_landing again(struct kit *k, int mood, uint16_t topic,
				   const char *lexicon, bool revise_between)
{
	static struct verdict v[ROWS];
	static struct topic_verdict t[ROWS];

	for (uint32_t i = 0; i < ROWS; i++) {
		t[i] = (struct topic_verdict){ topic, (uint8_t)mood, 400 };
		v[i] = (struct verdict){ .analyzed = true,
					 .language = 2,
					 .sentiment = (uint8_t)mood,
					 .score = 500,
					 .conf = 900,
					 .topics = &t[i],
					 .topic_count = 1 };
	}
	return kit_read_again(k, ROWS, v, lexicon, revise_between ? revise_one : NULL);
}

Test(again, verdicts_are_replaced_and_all_counts_follow)
{
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;
	struct opinia_stored before, after;
	struct opinia_landing r;
	struct arena a;

	arena_init(&a, 0);
	kit_rows(k, "a", 0, ROWS);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_fetch(snap, 7, &a, &before, &k->err), 0);
	r = again(k, SENTIMENT_POS, TOPIC_WAIT, "lex-2", false);
	cr_expect_eq(r.revised, ROWS);
	cr_expect_eq(r.added + r.unchanged, 0);
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_fetch(snap, 7, &a, &after, &k->err), 0, "%s", k->err.text);
	cr_expect_eq(after.revision, before.revision, "no revision");
	cr_expect_eq(after.landed_at, before.landed_at);
	cr_expect_eq(after.content, before.content);
	cr_expect(after.readable && sv_eq(after.record.comment, before.record.comment));
	cr_expect(sv_eq(after.record.customer, before.record.customer));
	cr_expect(sv_eq(after.record.external_id, before.record.external_id));
	cr_expect_eq(after.verdict.sentiment, SENTIMENT_POS);
	cr_expect(sv_eq(after.lexicon, SV("lex-2")));
	opinia_snapshot_close(snap);
	cr_expect_eq(count_of(k, "sentiment:pos"), ROWS);
	cr_expect_eq(count_of(k, "sentiment:neg"), 0);
	cr_expect_eq(count_of(k, "topic:service.wait_time"), ROWS);
	cr_expect_eq(count_of(k, "lang:pl"), ROWS);
	cr_expect_eq(kit_check(k), 0);
	arena_release(&a);
	kit_free(k);
}

static void expect_older(struct kit *k, const char *filter, uint64_t older, uint64_t all)
{
	struct opinia_filter_env env = { .zone = opinia_store_zone(k->store) };
	struct opinia_snapshot *snap;
	struct filter *f;
	struct arena a;
	uint64_t o = 7, n = 7;

	arena_init(&a, 0);
	cr_assert_eq(opinia_filter_parse(sv_of(filter), &env, &a, &f, &k->err), 0);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_stale(snap, f, &o, &n, &k->err), 0, "%s", k->err.text);
	cr_expect(o == older && n == all, "%s: %d of %d", filter, (int)o, (int)n);
	opinia_snapshot_close(snap);
	cr_assert_eq(opinia_store_settle(k->store, &k->err), 0, "%s", k->err.text);
	arena_release(&a);
}

Test(again, how_many_an_older_lexicon_read_is_known)
{
	struct kit *k = kit_new();
	struct opinia_erasure out;
	static const struct opinia_audit entry = { .action = SV_INIT("erase") };

	kit_rows(k, "a", 0, ROWS);
	cr_assert_eq(kit_land(k, NULL), 0);
	expect_older(k, "", 0, 0);
	again(k, SENTIMENT_POS, TOPIC_WAIT, "lex-2", true);
	expect_older(k, "", 1, ROWS);
	expect_older(k, "id:2..50", 0, 49);
	again(k, SENTIMENT_POS, TOPIC_WAIT, "lex-2", false);
	expect_older(k, "", 0, ROWS);
	expect_older(k, "", 0, 0); /* it was written down */
	kit_rows(k, "b", 0, 3);	   /* somebody who still has the lexicon of before */
	cr_assert_eq(kit_land(k, NULL), 0);
	expect_older(k, "", ROWS, ROWS + 3);
	again(k, SENTIMENT_POS, TOPIC_WAIT, "lex-2", false);
	expect_older(k, "", 3, ROWS + 3);
	cr_assert_eq(opinia_erase_customer(k->store, 1, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	cr_expect_gt(out.records, 0);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(again, what_changed_in_between_keeps_its_own_verdict_and_ids_stay_known)
{
	struct kit *k = kit_new();
	struct opinia_landing r;

	kit_rows(k, "a", 0, ROWS);
	cr_assert_eq(kit_land(k, NULL), 0);
	r = again(k, SENTIMENT_POS, TOPIC_WAIT, "lex-2", true);
	cr_expect_eq(r.revised, ROWS - 1);
	cr_expect_eq(r.unchanged, 1);
	cr_expect_eq(count_of(k, "sentiment:pos"), ROWS - 1);
	kit_rows(k, "a", 1, ROWS - 1);
	cr_assert_eq(kit_land(k, &r), 0);
	cr_expect_eq(r.unchanged, ROWS - 1, "the same rows again are still the same");
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

static void erase_first(struct kit *k)
{
	static const struct opinia_audit entry = { .action = SV_INIT("erase") };
	struct opinia_erasure out;

	cr_assert_eq(opinia_erase_customer(k->store, 1, false, &entry, &out, &k->err), 0,
		     "%s", k->err.text);
	cr_assert_eq(out.names, 1);
}

Test(again, who_is_erased_while_their_words_are_read_again_does_not_come_back)
{
	struct verdict v[2] = { { .analyzed = true }, { .analyzed = true } };
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;
	struct opinia_landing r;
	struct record *of;
	uint32_t who;

	of = kit_feedback(k, "a1", "ana@example.ro", 0, 1, "a venit rece", 0, -1);
	of->attrs[0] = (struct attr){ SV_INIT("masa"), SV_INIT("Ana, la geam") };
	of->attr_count = 1;
	cr_assert_eq(kit_land(k, NULL), 0);
	kit_feedback(k, "a2", "ion@example.ro", 0, 1, "a venit cald", 0, -1);
	cr_assert_eq(kit_land(k, NULL), 0);
	r = kit_read_again(k, 2, v, "lex-2", erase_first);
	cr_expect(r.revised == 1 && r.unchanged == 1);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_expect_eq(opinia_subject_find(snap, SV("ion@example.ro"), &who, &k->err), 0);
	cr_expect_eq(who, 2);
	cr_expect_eq(opinia_subject_find(snap, SV("ana@example.ro"), &who, &k->err),
		     ERR_MISSING, "their address is back");
	cr_expect_eq(names_find(&snap->txn, NAME_ATTR, SV("masa=Ana, la geam")), 0,
		     "and what was noted of them");
	opinia_snapshot_close(snap);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}
