/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_land.c: landing is once and exact.
 */
#include <criterion/criterion.h>

#include "store/customers.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/names.h"
#include "tests/store/kit.h"
#include "tests/store/rolls.h"

/* Of scores, those of csat 1 to 5. */
static void add(struct counts *to, const struct counts *from)
{
	to->records += from->records;
	to->commented += from->commented;
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		to->sentiment[i] += from->sentiment[i];
	cr_assert(from->scales[SCORE_CSAT] <= 1);
	for (int v = 0; v < SCORE_POINTS_MAX; v++)
		to->score[SCORE_CSAT][0].at[v] += from->score[SCORE_CSAT][0].at[v];
}

/* Channel by channel: what each holds adds up. */
static struct counts sum_of(struct kit *k, const char *topic)
{
	struct opinia_snapshot *snap;
	static const int32_t edges[] = { INT32_MIN, INT32_MAX };
	struct counts c = { 0 };
	uint32_t number = 0;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	if (topic)
		number = names_find(&snap->txn, NAME_TOPIC, sv_of(topic));
	for (unsigned ch = 0; ch < CHANNEL_COUNT; ch++) {
		struct counts of;

		cr_expect_eq(rolls(&snap->txn, number, roll_target(ch), edges, 1, &of,
				   &k->err),
			     0);
		add(&c, &of);
	}
	opinia_snapshot_close(snap);
	return c;
}

Test(land, what_was_landed_comes_back_field_by_field)
{
	struct kit *k = kit_new();
	struct evidence e[2] = { { .span = { 3, 8 },
				   .weight = -1200,
				   .base = -1000,
				   .rules = RULE_NEGATION,
				   .topic = TOPIC_NONE },
				 { .span = { 9, 14 },
				   .weight = 5,
				   .base = 7,
				   .topic = TOPIC_CHECKOUT,
				   .clause = 2 } };
	struct pii p = { PII_PHONE, { 1, 4 } };
	struct opinia_snapshot *snap;
	struct opinia_stored s;
	struct record *r;

	r = kit_feedback(k, "7", " Ana@Example.COM ", 0, 4, "Nu merge plata, ăîșț łż", 0,
			 0);
	r->agent = SV("Ana P.");
	r->interaction = SV("T-100");
	r->origin = SV("file.csv:17");
	r->language = SV("ro");
	r->attrs[0] = (struct attr){ SV("plan"), SV("pro=plus") };
	r->attr_count = 1;
	r->scores[0].question = SV("q1");
	k->verdicts[0].evidence = e;
	k->verdicts[0].evidence_count = 2;
	k->verdicts[0].pii = &p;
	k->verdicts[0].pii_count = 1;
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	cr_assert_eq(opinia_fetch(snap, 1, &k->batch.arena, &s, &k->err), 0, "%s",
		     k->err.text);
	cr_expect(s.readable && !s.erased && s.revision == 0 && s.customer == 1);
	cr_expect(sv_eq(s.record.customer, SV(" Ana@Example.COM ")));
	cr_expect(sv_eq(s.record.comment, SV("Nu merge plata, ăîșț łż")));
	cr_expect(sv_eq(s.record.external_id, SV("7")) &&
		  sv_eq(s.record.origin, SV("file.csv:17")));
	cr_expect(sv_eq(s.record.agent, SV("Ana P.")) &&
		  sv_eq(s.record.language, SV("ro")));
	cr_expect(sv_eq(s.record.attrs[0].key, SV("plan")) &&
		  sv_eq(s.record.attrs[0].value, SV("pro=plus")));
	cr_expect(s.record.scores[0].value == 4 &&
		  sv_eq(s.record.scores[0].question, SV("q1")));
	cr_expect_eq(s.record.answered_at, KIT_DAY0);
	cr_expect_eq(s.record.occurred_at, TIME_NONE);
	cr_expect(s.verdict.analyzed && s.verdict.language == 1 &&
		  s.verdict.score == -300);
	cr_expect(s.verdict.topic_count == 1 && s.verdict.topics[0].score == -500);
	cr_expect(s.verdict.evidence[0].span.start == 3 &&
		  s.verdict.evidence[0].base == -1000 &&
		  s.verdict.evidence[0].topic == TOPIC_NONE);
	cr_expect(s.verdict.evidence[1].topic == TOPIC_CHECKOUT &&
		  s.verdict.evidence[1].clause == 2);
	cr_expect(s.verdict.pii_count == 1 && s.verdict.pii[0].span.end == 4);
	cr_expect(sv_eq(s.lexicon, SV("sha256:toy")));
	opinia_snapshot_close(snap);
	kit_free(k);
}

Test(land, landing_twice_is_once)
{
	struct kit *k = kit_new();
	struct opinia_landing r;

	for (int round = 0; round < 3; round++) {
		kit_rows(k, "a", 0, 50);
		if (round == 2)
			cr_assert_eq(kit_reopen(k), 0);
		cr_assert_eq(kit_land(k, &r), 0, "%s", k->err.text);
		cr_expect_eq(r.added, round ? 0 : 50);
		cr_expect_eq(r.unchanged, round ? 50 : 0);
	}
	cr_expect_eq(kit_totals(k).records[KIND_FEEDBACK], 50);
	cr_expect_eq(kit_totals(k).customers, 7);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(land, a_revision_corrects_every_counter)
{
	struct kit *k = kit_new();
	struct opinia_landing r;
	struct counts all, topic;

	kit_feedback(k, "1", "a@b.ro", 3, 1, "livrarea a intarziat", SENTIMENT_NEG,
		     TOPIC_DELIVERY);
	kit_feedback(k, "2", NULL, 3, 5, "totul bine", SENTIMENT_POS, -1);
	cr_assert_eq(kit_land(k, &r), 0);
	kit_feedback(k, "1", "a@b.ro", 70, 4, "plata merge acum", SENTIMENT_POS,
		     TOPIC_CHECKOUT)
		->channel = CHANNEL_PHONE;
	kit_feedback(k, "2", "new@b.ro", 3, 5, NULL, SENTIMENT_NEU, -1);
	cr_assert_eq(kit_land(k, &r), 0, "%s", k->err.text);
	cr_expect(r.revised == 2 && !r.added);
	all = sum_of(k, NULL);
	cr_expect(all.records == 2 && all.commented == 1);
	cr_expect(all.sentiment[SENTIMENT_NEG] == 0 && all.sentiment[SENTIMENT_POS] == 1);
	cr_expect(all.score[SCORE_CSAT][0].at[3] == 1 &&
		  all.score[SCORE_CSAT][0].at[0] == 0);
	cr_expect_eq(sum_of(k, "delivery.time").records, 0);
	topic = sum_of(k, "order.checkout");
	cr_expect(topic.records == 1 && topic.sentiment[SENTIMENT_POS] == 1);
	cr_expect_eq(kit_totals(k).revisions, 2);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(land, the_same_key_twice_in_a_batch_is_a_revision)
{
	struct kit *k = kit_new();
	struct opinia_landing r;

	kit_feedback(k, "1", "a@b.ro", 3, 1, "prima forma", SENTIMENT_NEG, TOPIC_WAIT);
	kit_feedback(k, "1", "c@b.ro", 4, 2, "a doua forma a textului", SENTIMENT_POS,
		     TOPIC_WAIT);
	kit_feedback(k, "1", "c@b.ro", 4, 2, "a doua forma a textului", SENTIMENT_POS,
		     TOPIC_WAIT);
	kit_feedback(k, "9", NULL, 3, 1, "fara client", SENTIMENT_NEG, TOPIC_WAIT);
	kit_feedback(k, "9", NULL, 3, 2, "tot fara client", SENTIMENT_NEG, TOPIC_WAIT);
	cr_assert_eq(kit_land(k, &r), 0, "%s", k->err.text);
	cr_expect(r.added == 2 && r.revised == 2 && r.unchanged == 1);
	cr_expect_eq(kit_check(k), 0);
	cr_expect_eq(sum_of(k, NULL).records, 2);
	kit_free(k);
}

Test(land, one_record_of_every_kind_lands_and_checks)
{
	struct kit *k = kit_new();
	struct record *r;

	kit_feedback(k, "1", "a@b.ro", 0, 5, NULL, 0, -1);
	r = batch_add(&k->batch, KIND_INTERACTION);
	r->source = SV("files"), r->external_id = SV("1"), r->occurred_at = KIT_DAY0;
	r->interaction = SV("1"), r->escalated = TRI_YES, r->reason = SV("livrare");
	r->first_response_at = KIT_DAY0 + 1, r->resolved_at = KIT_DAY0 + 2;
	kit_plain(k);
	r = batch_add(&k->batch, KIND_INVITATION);
	r->source = SV("files"), r->external_id = SV("1"), r->asked_at = KIT_DAY0;
	r->delivery = DELIVERY_BOUNCED, r->customer = SV("0722 123 456");
	kit_plain(k);
	r = batch_add(&k->batch, KIND_ACTIVITY);
	r->source = SV("files"), r->external_id = SV("1"), r->occurred_at = KIT_DAY0;
	r->customer = SV("+40722123456"), r->activity = SV("purchase"),
	r->value_cents = -1250;
	kit_plain(k);
	kit_person(k, "1", "a@b.ro", "0040 722 123 456", "CRM-9");
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		cr_expect_eq(kit_totals(k).records[kind], 1, "kind %d", kind);
	cr_expect_eq(kit_totals(k).customers, 1, "all three addresses are one person");
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(land, rows_without_any_id_are_told_apart_by_their_occurrence)
{
	struct kit *k = kit_new();
	struct opinia_landing r;

	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t i = 1; i <= 3; i++)
			kit_feedback(k, NULL, NULL, 0, 3, NULL, 0, -1)->occurrence = i;
		for (unsigned i = 0; i < 3; i++)
			k->batch.records[i].answered_at = TIME_NONE;
		cr_assert_eq(kit_land(k, &r), 0, "%s", k->err.text);
		cr_expect_eq(r.added, round ? 0 : 3);
		cr_expect_eq(r.keyless, round ? 0 : 3);
	}
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(land, the_cursor_moves_with_its_batch_and_only_with_it)
{
	struct kit *k = kit_new();
	struct arena a;
	struct sv cursor;

	arena_init(&a, 0);
	cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &a, &cursor, &k->err), 0);
	cr_expect_eq(cursor.n, 0);
	kit_rows(k, "a", 0, 3);
	k->batch.source = SV("shop");
	k->batch.cursor = SV("UID 17");
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &a, &cursor, &k->err), 0);
	cr_expect(sv_eq(cursor, SV("UID 17")));
	kit_feedback(k, "bad", NULL, 0, 9, NULL, 0, -1); /* off its scale */
	k->batch.source = SV("shop");
	k->batch.cursor = SV("UID 18");
	cr_expect_eq(kit_land(k, NULL), ERR_INPUT);
	cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &a, &cursor, &k->err), 0);
	cr_expect(sv_eq(cursor, SV("UID 17")));
	arena_release(&a);
	kit_free(k);
}

/* @count rows of the same number of sources, as a batch whose cursor says @at. */
static struct opinia_prepared *prepared_of(struct kit *k, int first, int count,
					   const char *at)
{
	struct opinia_prepared *p = NULL;
	char name[32];

	for (int i = first; i < first + count; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		kit_feedback(k, name, NULL, i % 5, 1 + i % 5, "nu merge plata", i % 4, 0)
			->source = kit_sv(k, name);
	}
	k->batch.source = SV("shop");
	k->batch.cursor = sv_of(at);
	cr_assert_eq(opinia_store_prepare(k->store, &k->batch, k->verdicts,
					  SV("sha256:toy"), &p, &k->err),
		     0);
	batch_reset(&k->batch);
	return p;
}

/* Sources are numbers of 16 bits: let only @free more of them be given. */
static void use_up_sources(struct kit *k, uint32_t free)
{
	struct txn t = { .full = false };
	char name[32];

	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	for (uint32_t i = names_count(&t, NAME_SOURCE); i + free < UINT16_MAX; i++) {
		snprintf(name, sizeof(name), "used up %u", i);
		names_intern(&t, NAME_SOURCE, sv_of(name));
	}
	cr_assert_eq(txn_commit(&t, &k->err), 0);
}

Test(land, of_several_batches_that_land_as_one_those_before_a_bad_one_stay)
{
	static const struct {
		uint32_t free; /* sources */
		uint64_t added;
		const char *cursor;
		int rc;
	} rows[] = {
		{ 60, 30, "3", 0 },	    { 30, 30, "3", 0 },
		{ 29, 20, "2", ERR_INPUT }, { 15, 10, "1", ERR_INPUT },
		{ 10, 10, "1", ERR_INPUT }, { 9, 0, "", ERR_INPUT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit *k = kit_new();
		struct opinia_prepared *p[3];
		struct opinia_landing r;
		struct sv cursor;

		use_up_sources(k, rows[i].free);
		p[0] = prepared_of(k, 0, 10, "1");
		p[1] = prepared_of(k, 10, 10, "2");
		p[2] = prepared_of(k, 20, 10, "3");
		cr_expect_eq(opinia_store_land_all(k->store, p, 3, &r, &k->err),
			     rows[i].rc, "%zu", i);
		cr_expect_eq(r.added, rows[i].added, "%zu: %lu", i, r.added);
		cr_expect_eq(kit_totals(k).records[0], rows[i].added, "%zu", i);
		cr_assert_eq(opinia_store_cursor(k->store, SV("shop"), &k->batch.arena,
						 &cursor, &k->err),
			     0);
		cr_expect(sv_eq(cursor, sv_of(rows[i].cursor)), "%zu: " SV_FMT, i,
			  SV_ARG(cursor));
		cr_expect_eq(kit_check(k), 0, "%zu", i);
		for (size_t b = 0; b < 3; b++)
			opinia_prepared_free(p[b]);
		kit_free(k);
	}
}

/* ---- against a naive model --------------------------------------------------------- */

enum { MODEL_IDS = 60, MODEL_ROUNDS = 120 };

struct model_row {
	bool there, commented;
	int day, csat, mood, topic, channel;
};

static void model_compare(struct kit *k, const struct model_row *rows, uint64_t seed)
{
	static const char *const topics[] = { "order.checkout", "delivery.time",
					      "service.wait_time" };

	for (int t = -1; t < 3; t++) {
		struct counts want = { 0 }, have = sum_of(k, t < 0 ? NULL : topics[t]);
		uint64_t csat[5] = { 0 };

		if (t >= 0 && !have.records)
			have = (struct counts){
				0
			}; /* a name that was never interned is topic 0 */
		for (int i = 0; i < MODEL_IDS; i++) {
			const struct model_row *r = &rows[i];

			if (!r->there || (t >= 0 && (!r->commented || r->topic != t)))
				continue;
			want.records++;
			want.commented += r->commented;
			want.sentiment[r->mood] += r->commented;
			csat[r->csat - 1]++;
		}
		cr_expect_eq(have.records, want.records, "seed %lu topic %d", seed, t);
		cr_expect_eq(have.commented, want.commented, "seed %lu topic %d", seed,
			     t);
		for (int m = 0; m < SENTIMENT_COUNT; m++)
			cr_expect_eq(have.sentiment[m], want.sentiment[m], "seed %lu",
				     seed);
		for (int s = 0; s < 5; s++)
			cr_expect_eq(have.score[SCORE_CSAT][0].at[s], csat[s], "seed %lu",
				     seed);
	}
}

Test(land, random_landings_and_revisions_agree_with_a_naive_model)
{
	struct model_row rows[MODEL_IDS] = { { 0 } };
	struct kit *k = kit_new();
	struct kit_random rnd = { (uint64_t)getpid() * 7919 };
	uint64_t seed = rnd.state;

	kit_rows(k, "seed", 0, 3); /* so that every topic has a name */
	cr_assert_eq(kit_land(k, NULL), 0);
	for (int i = 0; i < 3; i++) /* …and takes part in no sum */
		rows[MODEL_IDS - 1 - i] =
			(struct model_row){ true, true, i, 1 + i, i, i, 0 };
	for (int round = 0; round < MODEL_ROUNDS; round++) {
		int n = 1 + (int)kit_below(&rnd, 12);

		for (int j = 0; j < n; j++) {
			int i = (int)kit_below(&rnd, MODEL_IDS - 3);
			char id[16], text[60];
			struct model_row r = { true,
					       kit_below(&rnd, 3) > 0,
					       (int)kit_below(&rnd, 300),
					       1 + (int)kit_below(&rnd, 5),
					       (int)kit_below(&rnd, 4),
					       (int)kit_below(&rnd, 3),
					       (int)kit_below(&rnd, 3) };

			snprintf(id, sizeof(id), "m%d", i);
			snprintf(text, sizeof(text), "cuvinte %u si %u",
				 kit_below(&rnd, 50), kit_below(&rnd, 50));
			kit_feedback(k, id, kit_below(&rnd, 2) ? "x@y.pl" : NULL, r.day,
				     r.csat, r.commented ? text : NULL, r.mood, r.topic)
				->channel = (enum channel)r.channel;
			rows[i] = r;
		}
		cr_assert_eq(kit_land(k, NULL), 0, "seed %lu: %s", seed, k->err.text);
	}
	model_compare(k, rows, seed);
	cr_expect_eq(kit_check(k), 0, "seed %lu", seed);
	kit_free(k);
}

/* Some become a name and a line, some stay as they are: all come back. */
static const char *const origins[] = { "a.csv:2",
				       "a.csv:3",
				       "a.csv:9999999",
				       "b.csv:1",
				       "b.csv:01",
				       "b.csv:2",
				       "b.csv:0",
				       "b.csv:",
				       "UID 7",
				       ":5",
				       "https://x.ro:80",
				       "c.csv:12",
				       "c.csv:9999999999",
				       "c.csv:13",
				       "c.csv:14",
				       "" };

Test(land, origins_and_customers_come_back_as_they_were_given)
{
	static const char *const customers[] = { "ana@x.ro",   "Ana@X.ro", "+40722123456",
						 "0722123456", "K-17",	   " K-17",
						 "c:K-17" };
	enum { ORIGINS = sizeof(origins) / sizeof(origins[0]), CUSTOMERS = 7 };
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;
	struct opinia_stored s;
	char id[16];

	for (unsigned i = 0; i < 200; i++) { /* so many that they fill a block */
		snprintf(id, sizeof(id), "%u", i);
		kit_feedback(k, id, customers[i % CUSTOMERS], 0, 4, "nu merge plata", 0,
			     0)
			->origin = sv_of(origins[i % ORIGINS]);
	}
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (unsigned i = 0; i < 200; i++) {
		cr_assert_eq(opinia_fetch(snap, i + 1, &k->batch.arena, &s, &k->err), 0);
		cr_expect(sv_eq(s.record.origin, sv_of(origins[i % ORIGINS])),
			  SV_FMT " is not %s", SV_ARG(s.record.origin),
			  origins[i % ORIGINS]);
		cr_expect(sv_eq(s.record.customer, sv_of(customers[i % CUSTOMERS])),
			  SV_FMT, SV_ARG(s.record.customer));
	}
	opinia_snapshot_close(snap);
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(land, a_row_of_an_erased_record_is_refused)
{
	struct kit *k = kit_new();
	struct opinia_landing r;
	struct txn t;
	struct sv v;
	uint8_t bytes[600];

	kit_feedback(k, "1", NULL, 0, 5, NULL, 0, -1);
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_assert_eq(txn_write(&t, k->store->env, &k->err), 0);
	cr_assert(txn_get(&t, DB_DOC, (struct sv){ "\0\0\0\1", 4 }, &v));
	memcpy(bytes, v.p, v.n);
	bytes[6] |= 16; /* DOC_ERASED, with a sum that fits */
	le_set(bytes, sum32(bytes + 4, v.n - 4, 1ULL << 32), 4);
	txn_put(&t, DB_DOC, (struct sv){ "\0\0\0\1", 4 },
		(struct sv){ (char *)bytes, v.n });
	cr_assert_eq(txn_commit(&t, &k->err), 0);
	kit_feedback(k, "1", NULL, 0, 1, NULL, 0, -1);
	cr_assert_eq(kit_land(k, &r), 0, "%s", k->err.text);
	cr_expect(r.refused == 1 && !r.added && !r.revised);
	kit_free(k);
}
