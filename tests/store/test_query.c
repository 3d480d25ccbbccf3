/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_query.c: filters by the thousand, each answered by the index and by a walk over
 * all records; and pages that neither repeat nor lose a record.
 */
#include "tests/store/fleet.h"

static void compare_many(size_t records, unsigned filters)
{
	struct opinia_snapshot *snap;
	struct err err = ERR_NONE;
	struct fleet f;

	chance_start("query");
	fleet_open(&f, records);
	cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0, "%s", err.text);
	fleet_same_answer(&f, snap, "");
	fleet_same_answer(&f, snap, "-kind:feedback");
	for (unsigned i = 0; i < filters; i++)
		fleet_same_answer(&f, snap, fleet_filter(&f));
	opinia_snapshot_close(snap);
	fleet_close(&f);
}

Test(query, thousands_of_filters_answer_like_a_walk_over_all_records, .timeout = 200)
{
	compare_many(1200, 3000);
}

Test(query, segments_make_no_difference, .timeout = 200)
{
	compare_many(67000, 40);
}

Test(query, pages_put_together_are_the_whole_and_survive_landings_in_between,
     .timeout = 100)
{
	static const char *const filters[] = { "", "channel:phone", "has:comment nu",
					       "kind:interaction" };
	struct err err = ERR_NONE;
	struct fleet f;

	chance_start("query");
	fleet_open(&f, 5000);
	for (size_t k = 0; k < 4; k++) {
		struct filter *filter = fleet_parse(&f, filters[k]);
		struct opinia_page all = { 0 }, page = { .limit = 1 + chance(200) };
		struct opinia_snapshot *snap;
		uint32_t *ids, *part;
		size_t n, m, at = 0;

		cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0, "%s",
			     err.text);
		cr_assert_eq(opinia_select(snap, filter, &all, &f.arena, &ids, &n, &err),
			     0, "%s", err.text);
		do {
			cr_assert_eq(opinia_select(snap, filter, &page, &f.arena, &part,
						   &m, &err),
				     0, "%s", err.text);
			cr_assert_leq(at + m, n);
			cr_assert_eq(memcmp(part, ids + at, m * sizeof(*part)), 0,
				     "[%s] at %zu", filters[k], at);
			cr_assert_eq(page.total, n);
			at += m;
			page.after = page.next;
		} while (page.next.n);
		cr_assert_eq(at, n, "[%s] %zu of %zu", filters[k], at, n);
		opinia_snapshot_close(snap);
	}
	fleet_close(&f);
}

Test(query, a_token_of_another_filter_or_of_nothing_is_refused)
{
	struct opinia_page page = { .limit = 5 };
	struct opinia_snapshot *snap;
	struct err err = ERR_NONE;
	struct fleet f;
	uint32_t *ids;
	size_t n;

	chance_start("query");
	fleet_open(&f, 300);
	cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0);
	cr_assert_eq(opinia_select(snap, fleet_parse(&f, "has:score"), &page, &f.arena,
				   &ids, &n, &err),
		     0);
	cr_assert(page.next.n > 0);
	page.after = page.next;
	cr_expect_eq(opinia_select(snap, fleet_parse(&f, "has:nps"), &page, &f.arena,
				   &ids, &n, &err),
		     ERR_USAGE);
	cr_expect_neq(strstr(err.text, "another filter"), NULL, "%s", err.text);
	page.after = SV("zzz");
	cr_expect_eq(opinia_select(snap, fleet_parse(&f, "has:nps"), &page, &f.arena,
				   &ids, &n, &err),
		     ERR_USAGE);
	opinia_snapshot_close(snap);
	fleet_close(&f);
}

Test(query, words_without_the_key_are_a_sentence_and_everything_else_works)
{
	struct opinia_store_options opt = { .without_key = true,
					    .taxonomy = &fleet_taxonomy };
	struct opinia_snapshot *snap;
	struct opinia_store *store;
	struct err err = ERR_NONE;
	struct fleet f;
	uint64_t n;

	chance_start("query");
	fleet_open(&f, 300);
	opinia_store_close(f.store);
	f.store = NULL;
	opt.dir = arena_printf(&f.arena, "%s/store", f.dir);
	cr_assert_eq(unlink(arena_printf(&f.arena, "%s/store.key", f.dir)), 0);
	cr_assert_eq(opinia_store_open(&store, &opt, &err), 0, "%s", err.text);
	cr_assert_eq(opinia_snapshot_open(store, &snap, &err), 0);
	cr_expect_eq(opinia_count(snap, fleet_parse(&f, "merge"), &n, &err), ERR_CONFIG);
	cr_expect_neq(strstr(err.text, "needs the store's key"), NULL, "%s", err.text);
	cr_expect_eq(
		opinia_count(snap, fleet_parse(&f, "customer:c7@example.ro"), &n, &err),
		ERR_CONFIG);
	cr_expect_eq(opinia_count(snap, fleet_parse(&f, "channel:phone"), &n, &err), 0,
		     "%s", err.text);
	cr_expect_gt(n, 0);
	opinia_snapshot_close(snap);
	opinia_store_close(store);
	fleet_close(&f);
}

Test(query, facts_are_the_fixed_part_of_each_record)
{
	struct opinia_snapshot *snap;
	struct opinia_fact *facts;
	struct err err = ERR_NONE;
	struct filter *filter;
	struct fleet f;
	size_t n, want = 0;

	chance_start("query");
	fleet_open(&f, 2000);
	filter = fleet_parse(&f,
			     "kind:feedback,interaction,invitation,activity since:40d");
	cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0);
	cr_assert_eq(opinia_facts(snap, filter, &f.arena, &facts, &n, &err), 0, "%s",
		     err.text);
	for (size_t i = 0; i < f.count; i++) {
		const struct record *r = &f.records[i];
		const struct opinia_fact *x = &facts[want];

		if (!fleet_matches(&f, i, filter))
			continue;
		cr_assert_lt(want++, n);
		cr_assert(x->id == i + 1 && x->kind == r->kind &&
				  x->channel == r->channel &&
				  x->delivery == r->delivery &&
				  x->escalated == r->escalated &&
				  x->occurred_at == r->occurred_at &&
				  x->asked_at == r->asked_at &&
				  x->answered_at == r->answered_at &&
				  sv_eq(x->activity, r->activity) &&
				  (x->customer != 0) == (r->customer.n > 0),
			  "record %zu", i + 1);
	}
	cr_assert_eq(want, n);
	opinia_snapshot_close(snap);
	fleet_close(&f);
}

/* What is read to count and to group: never a document, unless a person is asked for. */
Test(query, counts_and_groups_never_touch_a_document)
{
	static const char *const filters[] = {
		"",
		"topic:order",
		"nu merge",
		"\"nu merge\"",
		"=plata,bine -channel:web",
		"csat:1..2 agent:Ion",
		"attr.plan:pro since:30d",
		"is:contradiction",
		"has:customer lang:ro",
		"-kind:feedback",
		"id:5..90 sentiment:neg",
	};
	static const char *const cuts[] = { "week,channel", "month,topic", "agent,csat" };
	struct opinia_snapshot *snap;
	struct opinia_explain e;
	struct err err = ERR_NONE;
	struct fleet f;
	uint64_t n;

	chance_start("query");
	fleet_open(&f, 3000);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct filter *filter = fleet_parse(&f, filters[i]);

		cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0);
		opinia_explain_begin(snap);
		cr_assert_eq(opinia_count(snap, filter, &n, &err), 0);
		for (size_t k = 0; k < sizeof(cuts) / sizeof(cuts[0]); k++) {
			struct opinia_group *g;
			struct opinia_by by[3];
			size_t by_count, m;

			opinia_by_parse(sv_of(cuts[k]), by, &by_count, &err);
			cr_assert_eq(opinia_groups(snap, filter, by, by_count, &f.arena,
						   &g, &m, &err),
				     0, "%s", err.text);
		}
		opinia_explain_read(snap, &e);
		cr_expect(!e.rows && !e.touched[TOUCH_DOCUMENTS].values, "[%s] %llu rows",
			  filters[i], (unsigned long long)e.rows);
		cr_expect(e.touched[TOUCH_BITMAPS].values > 0);
		cr_expect_eq(e.touched[TOUCH_WORDS].values > 0,
			     strstr(filters[i], "merge") || strstr(filters[i], "bine"),
			     "[%s]", filters[i]);
		opinia_snapshot_close(snap);
	}
	fleet_close(&f);
}

Test(query, roll_ups_answer_alone_what_they_can_and_a_page_reads_its_own_documents)
{
	struct opinia_page page = { .limit = 20 };
	struct opinia_snapshot *snap;
	struct opinia_explain e;
	struct opinia_group *g;
	struct opinia_by by[3];
	struct err err = ERR_NONE;
	struct fleet f;
	size_t by_count, n;
	uint32_t *ids;

	chance_start("query");
	fleet_open(&f, 6000);
	cr_assert_eq(opinia_snapshot_open(f.store, &snap, &err), 0);
	opinia_by_parse(SV("week,channel"), by, &by_count, &err);
	opinia_explain_begin(snap);
	cr_assert_eq(opinia_groups(snap, fleet_parse(&f, "topic:delivery.time"), by,
				   by_count, &f.arena, &g, &n, &err),
		     0);
	opinia_explain_read(snap, &e);
	cr_expect(e.touched[TOUCH_ROLLUPS].values > 0 && !e.rows && !e.segments);
	cr_expect_leq(e.touched[TOUCH_BITMAPS].values, 1, "the directory of days");
	opinia_explain_begin(snap);
	cr_assert_eq(
		opinia_select(snap, fleet_parse(&f, ""), &page, &f.arena, &ids, &n, &err),
		0);
	opinia_explain_read(snap, &e);
	cr_expect(n == 20 && e.rows >= n && e.rows < page.total / 10,
		  "%llu of %llu documents", (unsigned long long)e.rows,
		  (unsigned long long)page.total);
	opinia_snapshot_close(snap);
	fleet_close(&f);
}

static void told(void *self, const char *what)
{
	(void)self;
	cr_log_error("%s", what);
}

Test(query, what_chance_has_landed_and_revised_passes_the_check)
{
	struct opinia_check check;
	struct err err = ERR_NONE;
	struct fleet f;

	chance_start("query");
	fleet_open(&f, 4000);
	cr_expect_eq(opinia_store_check(f.store, told, NULL, &check, &err), 0, "%s",
		     err.text);
	cr_expect_eq(check.wrong, 0);
	cr_expect(check.bitmaps > 0 && check.words > 0 && check.documents == f.count);
	fleet_close(&f);
}
