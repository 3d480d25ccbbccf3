/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_customers.c: one person under many addresses, tied and untied without losing
 * count.
 */
#include <criterion/criterion.h>

#include "store/customer_rows.h"
#include "store/inside.h"
#include "tests/store/kit.h"

Test(customers, an_address_has_one_spelling)
{
	/* clang-format off */
	static const struct {
		enum alias_kind kind;
		const char *given, *normal;
	} table[] = {
		{ ALIAS_ANY,   " Ana.Pop@Example.RO ",	"e:ana.pop@example.ro" },
		{ ALIAS_ANY,   "+40 (722) 123-456",	"p:+40722123456" },
		{ ALIAS_ANY,   "0040722123456",		"p:+40722123456" },
		{ ALIAS_ANY,   "0722.123.456",		"p:+40722123456" },
		{ ALIAS_ANY,   "40722123456",		"p:+40722123456" },
		{ ALIAS_ANY,   "600 700 800",		"p:+48600700800" },
		{ ALIAS_ANY,   "+48 600-700-800",	"p:+48600700800" },
		{ ALIAS_PHONE, "126007008",		"p:+48126007008" },
		{ ALIAS_ANY,   "126007008",		"c:126007008" },
		{ ALIAS_CRM,   "600700800",		"c:600700800" },
		{ ALIAS_ANY,   "CRM-17/a",		"c:CRM-17/a" },
		{ ALIAS_ANY,   "@handle",		"c:@handle" },
		{ ALIAS_PHONE, "112",			"p:+?112" },
		{ ALIAS_PHONE, "anonymous",		"p:anonymous" },
		{ ALIAS_ANY,   "  ",			"" },
		{ ALIAS_ANY,   "1234567890123456789",	"c:1234567890123456789" },
	};
	/* clang-format on */
	char out[ALIAS_TEXT_MAX];

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct sv s = alias_normal(table[i].kind, sv_of(table[i].given), out);

		cr_expect(sv_eq(s, sv_of(table[i].normal)), "\"%s\" is " SV_FMT,
			  table[i].given, SV_ARG(s));
	}
}

static uint32_t canonical(struct kit *k, enum alias_kind kind, const char *address)
{
	struct opinia_snapshot *snap;
	const struct customers_map *m;
	uint32_t number, to;

	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	number = customers_find(snap, kind, sv_of(address), &k->err);
	to = customers_canonical(&snap->txn, number);
	m = customers_map(snap, &k->err);
	cr_expect(m && customers_map_get(m, number) == to, "both ways say the same");
	opinia_snapshot_close(snap);
	return to;
}

Test(customers, tying_and_untying_correct_who_is_who)
{
	struct kit *k = kit_new();

	kit_feedback(k, "1", "a@x.ro", 0, 5, NULL, 0, -1);
	kit_feedback(k, "2", "0722123456", 0, 4, NULL, 0, -1);
	kit_feedback(k, "3", "C-9", 0, 3, NULL, 0, -1);
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_expect_eq(kit_totals(k).customers, 3);
	kit_person(k, "p1", "A@X.ro", "+40722123456", NULL);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_expect_eq(kit_totals(k).customers, 2);
	cr_expect_eq(canonical(k, ALIAS_PHONE, "0722123456"),
		     canonical(k, ALIAS_ANY, "a@x.ro"));
	kit_person(k, "p2", NULL, "0722 123 456", "C-9");
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_expect_eq(kit_totals(k).customers, 1);
	cr_expect_eq(canonical(k, ALIAS_CRM, "C-9"), 1);
	kit_person(k, "p1", "A@X.ro", NULL, "NEW-1"); /* the number is no longer a's */
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_expect_eq(kit_totals(k).customers, 2);
	cr_expect_eq(canonical(k, ALIAS_CRM, "C-9"),
		     canonical(k, ALIAS_PHONE, "0722123456"));
	cr_expect_neq(canonical(k, ALIAS_CRM, "C-9"), canonical(k, ALIAS_ANY, "a@x.ro"));
	cr_expect_eq(canonical(k, ALIAS_CRM, "NEW-1"), canonical(k, ALIAS_ANY, "a@x.ro"));
	cr_expect_eq(kit_check(k), 0);
	kit_free(k);
}

Test(customers, all_records_of_a_person_are_found_under_every_address)
{
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;
	uint32_t *group, *ids;
	size_t n, count;

	kit_feedback(k, "1", "a@x.ro", 0, 5, NULL, 0, -1);
	kit_feedback(k, "2", "b@x.ro", 0, 4, NULL, 0, -1);
	kit_feedback(k, "3", "a@x.ro", 0, 3, "scris", 0, 0);
	kit_feedback(k, "4", "600700800", 0, 3, NULL, 0, -1);
	kit_person(k, "p", "a@x.ro", "+48600700800", NULL);
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	kit_feedback(k, "3", "b@x.ro", 0, 2, "al altcuiva", 0, 0); /* moved to another */
	cr_assert_eq(kit_land(k, NULL), 0);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	n = customers_find(snap, ALIAS_PHONE, SV("600700800"), &k->err);
	cr_assert_eq(customers_group(&snap->txn, (uint32_t)n, &k->batch.arena, &group, &n,
				     &k->err),
		     0);
	cr_expect_eq(n, 2);
	cr_assert_eq(customers_records(snap, group, n, false, &k->batch.arena, &ids,
				       &count, &k->err),
		     0);
	cr_assert_eq(count, 3);
	cr_expect(ids[0] == 1 && ids[1] == 4 && ids[2] == 5);
	opinia_snapshot_close(snap);
	kit_free(k);
}

Test(customers,
     an_id_that_looks_like_a_number_is_found_and_two_people_are_not_taken_for_one)
{
	static const struct {
		const char *address;
		int rc, who;
	} table[] = {
		{ "112", 0, 1 },
		{ "0740111222", 0, 1 },
		{ "+40 740 111 222", ERR_MISSING, 0 }, /* an id has one spelling */
		{ "a@x.ro", 0, 2 },
		{ "0722123456", ERR_USAGE, 0 }, /* the number of one, the id of another */
		{ "+40722123456", 0, 3 },
		{ "7001", 0, 4 },
		{ "b@x.ro", 0, 4 },
		{ "7002", ERR_MISSING, 0 },
	};
	uint32_t number[5] = { 0 };
	struct kit *k = kit_new();
	struct opinia_snapshot *snap;

	kit_person(k, "p1", NULL, "112", "0740111222"); /* 1, 2 */
	kit_person(k, "p2", "a@x.ro", NULL, "0722123456");
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	kit_feedback(k, "1", "0722123456", 0, 3, NULL, 0, -1);
	kit_person(k, "p3", "b@x.ro", NULL, "7001");
	cr_assert_eq(kit_land(k, NULL), 0, "%s", k->err.text);
	cr_assert_eq(opinia_snapshot_open(k->store, &snap, &k->err), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct err err = ERR_NONE;
		uint32_t n = 99;
		int rc = opinia_subject_find(snap, sv_of(table[i].address), &n, &err);

		cr_expect_eq(rc, table[i].rc, "%s: %d %s", table[i].address, rc,
			     err.text);
		if (rc)
			continue;
		for (int who = 1; who < 5; who++) /* nobody else's */
			cr_expect_eq(number[who] == n, number[who] && who == table[i].who,
				     "%s: %u", table[i].address, n);
		number[table[i].who] = n;
	}
	opinia_snapshot_close(snap);
	kit_free(k);
}

Test(customers, random_ties_agree_with_the_check)
{
	struct kit *k = kit_new();
	struct kit_random rnd = { (uint64_t)getpid() * 104729 };
	uint64_t seed = rnd.state;

	for (int round = 0; round < 60; round++) {
		char id[8], mail[16], phone[16], crm[16];

		snprintf(id, sizeof(id), "%u", kit_below(&rnd, 12));
		snprintf(mail, sizeof(mail), "m%u@x.ro", kit_below(&rnd, 15));
		snprintf(phone, sizeof(phone), "60070080%u", kit_below(&rnd, 9));
		snprintf(crm, sizeof(crm), "c%u", kit_below(&rnd, 15));
		kit_person(k, id, mail, kit_below(&rnd, 2) ? phone : NULL, crm);
		cr_assert_eq(kit_land(k, NULL), 0, "seed %lu: %s", seed, k->err.text);
	}
	cr_expect_eq(kit_check(k), 0, "seed %lu", seed);
	kit_free(k);
}

Test(customers, what_was_looked_up_before_an_erasure_is_not_remembered_after_it)
{
	static const struct {
		uint64_t put, get; /* erasures by then */
		bool known;
	} table[] = {
		{ 1, 1, true },	 { 1, 2, false },
		{ 1, 2, false }, /* a thread that was late */
		{ 2, 2, true },	 { 3, 3, true },
		{ 3, 2, false }, /* and one that asks late */
		{ 3, 3, true },
	};
	struct person p = { .digest = { 7 }, .key = { 1 } };
	struct customer_cache *c = customer_cache_new();

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct person asked = { .digest = { 7 } };
		bool known;

		p.number = (uint32_t)i + 1;
		customer_cache_put(c, table[i].put, &p, 1);
		customer_cache_get(c, table[i].get, &asked, 1, &known);
		cr_expect_eq(known, table[i].known, "line %zu", i);
		cr_expect_eq(asked.number, known ? p.number : 0, "line %zu", i);
	}
	customer_cache_free(c);
}
