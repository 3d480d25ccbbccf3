/* SPDX-License-Identifier: Apache-2.0 */
/* test_aside_blank.c: of the rows that were set aside, exactly a person's, or exactly those that are too
 * old, are overwritten, in place. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/opinia_collector.h"
#include "core/when.h"

static char dir[64], path[96];

static void write_rows(const char *text)
{
	FILE *f;

	if (!dir[0]) {
		strcpy(dir, "/tmp/opinia-aside-XXXXXX");
		cr_assert(mkdtemp(dir));
		snprintf(path, sizeof(path), "%s/shop.rejected", dir);
	}
	f = fopen(path, "w");
	cr_assert(f && fputs(text, f) >= 0);
	fclose(f);
}

static const char *rows(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");

	memset(text, 0, sizeof(text));
	cr_assert(f && fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	return text;
}

static const struct opinia_trace ana[] = {
	{ SV_INIT("ana.pop@example.ro"), false },
	{ SV_INIT("40722123456"), true },
	{ SV_INIT("CRM-4711"), false },
};

#define HEAD "# 2026-08-01T10:00:00Z shop 1: no score\n"

Test(aside_blank, her_rows_and_nobody_else_s)
{
	static const struct {
		const char *row;
		bool hers;
	} table[] = {
		{ "{\"from\":\"ana.pop@example.ro\"}", true },
		{ "{\"from\":\"ANA.POP@Example.RO\"}", true },
		{ "{\"from\":\"ioana.pop@example.ro\"}", false },
		{ "{\"from\":\"ana.pop@example.rocks\"}", false },
		{ "sunat de la 0722123456", true },
		{ "tel. +40 (722) 123-456, dupa 18", true },
		{ "0722.123.456", true },
		{ "0040722123456", true },
		{ "07221234567", false },
		{ "comanda 1722123456 nu a venit", false },
		{ "azi, 2026-08-01 0722 123 456 2026", true },
		{ "0048722123456", false },
		{ "48722123456", false },
		{ "0722 123 457", false },
		{ "0722123, apoi 456", false },
		{ "crm;CRM-4711;x", true },
		{ "crm;CRM-47110;x", false },
		{ "doua\n\nrânduri cu ana.pop@example.ro\n\n# nu e o remarca", true },
		{ "{\"from\":\"ana.pop\\u0040example.ro\"}", true },
		{ "{\"from\":\"ioana.pop\\u0040example.ro\"}", false },
		{ "from=ana.pop%40example.ro&x=1", true },
		{ "{\"tel\":\"\\u002B40\\u00a0722\\u00A0123\\u202f456\"}", true },
		{ "tel. +40\xc2\xa0"
		  "722\xc2\xa0"
		  "123\xe2\x80\x91"
		  "456",
		  true },
		{ "{\"tel\":\"0722\\/123\\/456\"}", true },
		{ "{\"crm\":\"CRM\\u002d4711\"}", true },
		{ "\\u00 \\ % %4 \\u123", false },
		{ "", false },
	};
	enum { ROWS = sizeof(table) / sizeof(table[0]) };

	for (size_t i = 0; i < ROWS; i++) {
		struct opinia_rejected n, found;
		char text[400];
		struct err err = ERR_NONE;
		const char *now;

		snprintf(text, sizeof(text),
			 HEAD "alt om\n\n" HEAD "%s\n\n" HEAD "la urma\n\n",
			 table[i].row);
		write_rows(text);
		cr_assert_eq(opinia_rejected_find(dir, ana, 3, NULL, NULL, &found, &err),
			     0, "%s", err.text);
		cr_expect_str_eq(rows(), text, "looking changes nothing");
		cr_assert_eq(opinia_rejected_blank(dir, ana, 3, &n, &err), 0, "%s",
			     err.text);
		now = rows();
		cr_expect_eq(n.theirs, table[i].hers, "\"%s\"", table[i].row);
		cr_expect_eq(n.others, 3 - n.theirs);
		cr_expect(found.theirs == n.theirs && found.others == n.others);
		cr_expect_eq(strlen(now), strlen(text), "in place");
		cr_expect(strstr(now, "alt om") && strstr(now, "la urma"));
		cr_expect_eq(!strcmp(now, text), !table[i].hers);
		cr_expect(!table[i].hers || !table[i].row[0] ||
			  !strstr(now, table[i].row));
		cr_assert_eq(opinia_rejected_find(dir, ana, 3, NULL, NULL, &found, &err),
			     0);
		cr_expect_eq(found.theirs, 0, "what is blank is nobody's");
		cr_expect_eq(found.others, n.others);
	}
	unlink(path);
	rmdir(dir);
}

static int32_t until(void *self, struct sv source)
{
	const int32_t *day = self;

	cr_expect(sv_eq(source, SV("shop")));
	return *day;
}

Test(aside_blank, rows_up_to_a_day_and_none_behind_it)
{
	static const char text[] =
		"fara data\n\n"
		"# 2026-07-31T23:59:59Z shop 1: no score\niulie\n\n"
		"# 2026-08-01T00:00:00Z shop 2: no score\naugust\n\n"
		"# 2026-13-01T00:00:00Z shop 3: no score\nniciodata\n\n"
		"# 2026-08-02T10:00:00Z shop 4: no score\ntarziu\n\n";
	static const struct {
		int month, day;
		uint64_t gone; /* beside those of the rows before */
	} table[] = { { 7, 30, 0 }, { 7, 31, 1 }, { 8, 1, 1 }, { 8, 1, 0 }, { 8, 2, 1 } };
	struct err err = ERR_NONE;
	uint64_t would, n, all = 0;

	write_rows(text);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int32_t day = day_of(2026, table[i].month, table[i].day);

		cr_assert_eq(opinia_rejected_age(dir, until, &day, true, &would, &err),
			     0);
		cr_assert_eq(opinia_rejected_age(dir, until, &day, false, &n, &err), 0);
		cr_expect_eq(n, table[i].gone, "%zu", i);
		cr_expect_eq(would, n);
		cr_expect_eq(strlen(rows()), sizeof(text) - 1);
		all += n;
		cr_expect_eq(!strstr(rows(), "iulie"), all > 0);
		cr_expect_eq(!strstr(rows(), "august"), all > 1);
		cr_expect_eq(!strstr(rows(), "tarziu"), all > 2);
	}
	cr_expect(strstr(rows(), "fara data") && strstr(rows(), "niciodata"),
		  "what has no day is not known to be old");
	unlink(path);
	rmdir(dir);
}

Test(aside_blank, where_nothing_was_set_aside_nothing_is_wrong)
{
	struct opinia_rejected n = { 7, 7 };
	struct err err = ERR_NONE;

	cr_expect_eq(opinia_rejected_blank("/tmp/opinia-nowhere", ana, 3, &n, &err), 0);
	cr_expect(!n.theirs && !n.others);
}
