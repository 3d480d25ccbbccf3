/* SPDX-License-Identifier: Apache-2.0 */
/* test_columns.c: headers, kinds, maps, and the tables behind them. */
#include <criterion/criterion.h>
#include <string.h>

#include "collector/adapter.h"
#include "collector/columns.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct columns columns; /* 40 KB */

/* Settle the columns of @header, which is cut at ';'. */
static int settle(const char *header, const char *kind, const char *map, struct err *err)
{
	struct columns_told told = { kind, &map, map != NULL, NULL };
	struct sv rest = sv_of(header);

	columns = (struct columns){ .count = 0 };
	while (rest.n)
		columns_add(&columns, sv_cut(&rest, ';'));
	return columns_settle(&columns, &told, err);
}

Test(columns, headers_are_understood_in_three_languages_however_they_are_typed)
{
	/* clang-format off */
	static const struct {
		const char *header;
		enum record_kind kind;
		enum field field;
	} rows[] = {
		{ "CSAT", KIND_FEEDBACK, FIELD_CSAT },
		{ "answered_at", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "Data răspunsului", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "DATA RASPUNSULUI", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "data_raspunsului ", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "Data odpowiedzi", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "data", KIND_FEEDBACK, FIELD_ANSWERED_AT },
		{ "data", KIND_INTERACTION, FIELD_OCCURRED_AT },
		{ "data", KIND_INVITATION, FIELD_ASKED_AT },
		{ "Wysiłek", KIND_FEEDBACK, FIELD_CES },
		{ "łatwość", KIND_FEEDBACK, FIELD_CES },
		{ "Satisfacție", KIND_FEEDBACK, FIELD_CSAT },
		{ "Satisfacţie", KIND_FEEDBACK, FIELD_CSAT },
		{ "Zgłoszenie", KIND_FEEDBACK, FIELD_INTERACTION },
		{ "Treść", KIND_FEEDBACK, FIELD_COMMENT },
		{ "e-mail", KIND_FEEDBACK, FIELD_CUSTOMER },
		{ "E-mail", KIND_CUSTOMER, FIELD_EMAIL },
		{ "rezolvat", KIND_FEEDBACK, FIELD_FCR },
		{ "rezolvat", KIND_INTERACTION, FIELD_RESOLVED_AT },
		{ "Doręczenie", KIND_INVITATION, FIELD_DELIVERY },
		{ "urządzenie", KIND_FEEDBACK, FIELD_ATTR },
		{ "attr.shop", KIND_FEEDBACK, FIELD_ATTR },
		{ "attr.Shop", KIND_FEEDBACK, FIELD_NONE },
		{ "PESEL", KIND_FEEDBACK, FIELD_NONE },
		{ "", KIND_FEEDBACK, FIELD_NONE },
		{ "csat", KIND_INTERACTION, FIELD_NONE },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(header_meaning(sv_of(rows[i].header), rows[i].kind).field,
			     rows[i].field, "%s", rows[i].header);
}

Test(columns, every_field_is_found_by_its_own_name_and_every_synonym_by_search)
{
	/* If the table were out of order, these from its ends and middle would be lost. */
	static const char *const words[] = { "abonament", "zgloszenie", "zespol",
					     "klient",	  "mail",	"activitate",
					     "zdarzenie", "wersja",	"agentname" };
	struct meaning m;

	for (enum field f = FIELD_ID; f < FIELD_ATTR; f++)
		cr_expect(field_find(sv_of(field_info(f)->name), &m) && m.field == f);
	for (size_t i = 0; i < COUNT(words); i++) {
		bool known = false;

		for (unsigned k = 0; k < KIND_COUNT; k++)
			known |= header_meaning(sv_of(words[i]), (enum record_kind)k)
					 .field != 0;
		cr_expect(known, "%s", words[i]);
	}
	cr_expect(synonyms_sorted());
}

Test(columns, the_kind_of_a_file_is_seen_from_its_columns)
{
	/* clang-format off */
	static const struct {
		const char *header;
		enum record_kind kind;
	} rows[] = {
		{ "id;data;csat;comentariu", KIND_FEEDBACK },
		{ "comment", KIND_FEEDBACK },
		{ "tichet;rezolvat;nps;first response", KIND_FEEDBACK },
		{ "tichet;data;rezolvat", KIND_FEEDBACK },
		{ "ticket;started at;first response;resolved", KIND_INTERACTION },
		{ "apel;inceput;escaladat", KIND_INTERACTION },
		{ "id;sent at;customer;delivery", KIND_INVITATION },
		{ "id;wysłano;klient", KIND_INVITATION },
		{ "client;data;activitate;valoare", KIND_ACTIVITY },
		{ "e-mail;telefon;id client", KIND_CUSTOMER },
		{ "mail;crm", KIND_CUSTOMER },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_NONE;

		cr_expect_eq(settle(rows[i].header, NULL, NULL, &err), 0, "%s: %s",
			     rows[i].header, err.text);
		cr_expect_eq(columns.kind, rows[i].kind, "%s: %s", rows[i].header,
			     record_kind_name(columns.kind));
	}
}

Test(columns, of_two_columns_for_one_field_the_surer_is_read_and_the_other_is_said)
{
	cr_assert_eq(settle("rating;csat;csat;mail;client;comment", NULL, NULL, NULL), 0);
	cr_expect_eq(columns.at[0].means.field, FIELD_NONE);
	cr_expect_str_eq(columns.at[0].why, "another column is this field already");
	cr_expect_eq(columns.at[1].means.field, FIELD_CSAT);
	cr_expect_eq(columns.at[2].means.field, FIELD_NONE);
	cr_expect_str_eq(columns.at[2].why, "a column of this name came before");
	cr_expect_eq(columns.at[3].means.field, FIELD_NONE);
	cr_expect_eq(columns.at[4].means.field, FIELD_CUSTOMER);
}

Test(columns, what_is_told_goes_first_and_what_is_wrong_is_refused)
{
	/* clang-format off */
	static const struct {
		const char *header, *kind, *map;
		int rc;
		const char *says;
	} rows[] = {
		{ "a;comment", NULL, "csat=a", 0, "" },
		{ "a;csat;comment", NULL, "csat=a", 0, "" },
		{ "a;comment", NULL, "csat=#1", 0, "" },
		{ "Sklep;comment", NULL, "attr.shop=sklep", 0, "" },
		{ "a=b;comment", NULL, "csat=a=b", 0, "" },
		{ "a;comment", NULL, "stars=a", ERR_USAGE, "no such field: stars" },
		{ "a;comment", NULL, "csat=b", ERR_MISSING, "there is no column b" },
		{ "a;comment", NULL, "csat=#3", ERR_MISSING, "there is no column #3" },
		{ "a;comment", NULL, "delivery=a", ERR_USAGE, "has no such field" },
		{ "a;comment", "letters", NULL, ERR_USAGE, "no such kind: letters" },
		{ "a;b", NULL, NULL, ERR_USAGE, "its columns are: a, b" },
		{ "email;name", "customer", NULL, ERR_USAGE, "two of email, phone and crm" },
		{ "data;client", "activity", NULL, ERR_USAGE, "activity, customer and occurred_at" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_NONE;
		int rc = settle(rows[i].header, rows[i].kind, rows[i].map, &err);

		cr_expect_eq(rc, rows[i].rc, "row %zu: %s", i, err.text);
		cr_expect_not_null(strstr(err.text, rows[i].says), "%s", err.text);
		if (!rc)
			cr_expect_eq(columns.at[0].means.rank, RANK_TOLD);
	}
}

Test(columns, the_table_of_adapters_is_sorted_and_each_row_is_complete)
{
	size_t n;
	const struct adapter *const *all = adapter_all(&n);

	for (size_t i = 0; i < n; i++) {
		cr_expect(all[i]->kind && all[i]->summary && all[i]->open &&
			  all[i]->pull && all[i]->close);
		cr_expect_eq(adapter_find(sv_of(all[i]->kind)), all[i]);
		cr_expect(!i || strcmp(all[i - 1]->kind, all[i]->kind) < 0);
	}
	cr_expect_null(adapter_find(SV("telepathy")));
	cr_expect_eq(adapter_for_file(SV("{\"a\":1}")), &adapter_jsonl);
	cr_expect_eq(adapter_for_file(SV("a,b\n")), &adapter_csv);
}
