/* SPDX-License-Identifier: Apache-2.0 */
/* test_values.c: what cells say, and what is refused rather than guessed. */
#include <criterion/criterion.h>
#include <string.h>

#include "collector/values.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const struct {
	const char *text, *utc; /* utc NULL: refused */
	bool month_first;
	enum date_style style;
} times[] = {
	{ "2026-03-01", "2026-03-01T00:00:00Z", false, DATE_ISO },
	{ "2026-03-01T10:00:05.123+02:00", "2026-03-01T08:00:05.123Z", false, DATE_ISO },
	{ "2026-03-01 10:00", "2026-03-01T10:00:00Z", false, DATE_ISO },
	{ "2026-03-01 10:00:05 UTC", "2026-03-01T10:00:05Z", false, DATE_ISO },
	{ "2026/03/01 7:05", "2026-03-01T07:05:00Z", false, DATE_ISO },
	{ "2026-03-01T10:00:00-0330", "2026-03-01T13:30:00Z", false, DATE_ISO },
	{ "01.03.2026 09:05:06", "2026-03-01T09:05:06Z", false, DATE_DMY_DOT },
	{ "1.3.2026", "2026-03-01T00:00:00Z", false, DATE_DMY_DOT },
	{ "01.03.2026, 09:05", "2026-03-01T09:05:00Z", true, DATE_DMY_DOT },
	{ "02/03/2026", "2026-03-02T00:00:00Z", false, DATE_DMY_SLASH },
	{ "02/03/2026", "2026-02-03T00:00:00Z", true, DATE_MDY_SLASH },
	{ "2/13/2026 1:05 PM", "2026-02-13T13:05:00Z", true, DATE_MDY_SLASH },
	{ "2/13/2026 12:05 am", "2026-02-13T00:05:00Z", true, DATE_MDY_SLASH },
	{ "31-12-2026", "2026-12-31T00:00:00Z", false, DATE_DMY_DASH },
	{ "1772323200", "2026-03-01T00:00:00Z", false, DATE_UNIX_S },
	{ "1772323200.5", "2026-03-01T00:00:00.500Z", false, DATE_UNIX_S },
	{ "1772323200500", "2026-03-01T00:00:00.500Z", false, DATE_UNIX_MS },
	{ "29.02.2024", "2024-02-29T00:00:00Z", false, DATE_DMY_DOT },
	{ "29.02.2026", NULL, false, DATE_NONE },
	{ "31.04.2026", NULL, false, DATE_NONE },
	{ "13/25/2026", NULL, false, DATE_NONE },
	{ "45352", NULL, false, DATE_NONE },
	{ "45352,5", NULL, false, DATE_NONE },
	{ "01.03.26", NULL, false, DATE_NONE },
	{ "2026", NULL, false, DATE_NONE },
	{ "20260301", NULL, false, DATE_NONE },
	{ "yesterday", NULL, false, DATE_NONE },
	{ "2026-03-01T25:00", NULL, false, DATE_NONE },
	{ "2026-03-01 10", NULL, false, DATE_NONE },
	{ "2026-03-01x", NULL, false, DATE_NONE },
	{ "2026-03-01 10:00 +25:00", NULL, false, DATE_NONE },
	{ "01.03-2026", NULL, false, DATE_NONE },
	{ ".", NULL, false, DATE_NONE },
	{ ",5", NULL, false, DATE_NONE },
};
/* clang-format on */

Test(values, a_time_is_read_as_it_is_written)
{
	struct err err = ERR_NONE;
	enum date_style style;
	int64_t ms;

	for (size_t i = 0; i < COUNT(times); i++) {
		char out[WHEN_TEXT_MAX] = "";
		int rc = value_time(sv_of(times[i].text), times[i].month_first, NULL, &ms,
				    &style, &err);

		cr_expect_eq(rc, times[i].utc ? 0 : ERR_INPUT, "%s: %s", times[i].text,
			     err.text);
		if (rc || !times[i].utc)
			continue;
		when_format(ms, out);
		cr_expect_str_eq(out, times[i].utc);
		cr_expect_eq(style, times[i].style, "%s", times[i].text);
	}
	cr_expect_eq(value_time(SV("45352"), false, NULL, &ms, &style, &err), ERR_INPUT);
	cr_expect_not_null(strstr(err.text, "format the column as a date"));
}

Test(values, a_point_is_a_whole_number_and_words_are_not_guessed)
{
	/* clang-format off */
	static const struct {
		const char *text;
		int value, of; /* value -1: refused */
	} rows[] = {
		{ "4", 4, 0 },	   { "0", 0, 0 },	     { "10", 10, 0 },
		{ "4,0", 4, 0 },   { "4.00", 4, 0 },	     { "4/5", 4, 5 },
		{ "4 / 5", 4, 5 }, { "9 - Foarte probabil", 9, 0 }, { "5 (bardzo)", 5, 0 },
		{ "3: meh", 3, 0 }, { "★★★★☆", 4, 5 },	     { "★★", 2, 0 },
		{ "⭐⭐⭐", 3, 0 }, { "4,5", -1, 0 },	     { "8.5", -1, 0 },
		{ "foarte mulțumit", -1, 0 }, { "80%", -1, 0 }, { "-1", -1, 0 },
		{ "4 5", -1, 0 },  { "4-5", -1, 0 },	     { "5 stars", -1, 0 },
		{ "4.", -1, 0 },   { "4,0,0", -1, 0 },	     { "12345", -1, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_NONE;
		struct point p;
		int rc = value_point(sv_of(rows[i].text), &p, &err);

		cr_expect_eq(rc, rows[i].value < 0 ? ERR_INPUT : 0, "%s", rows[i].text);
		if (!rc)
			cr_expect(p.value == rows[i].value && p.of == rows[i].of,
				  "%s: %d of %d", rows[i].text, p.value, p.of);
		else
			cr_expect_not_null(strstr(err.text, rows[i].text),
					   "it quotes the cell");
	}
}

Test(values, an_amount_is_read_with_either_mark)
{
	/* clang-format off */
	static const struct {
		const char *text;
		bool comma, good;
		int64_t cents;
	} rows[] = {
		{ "12", false, true, 1200 },	     { "12,5", false, true, 1250 },
		{ "12.50", true, true, 1250 },	     { "1.234,50", false, true, 123450 },
		{ "1,234.50", true, true, 123450 },  { "1 234,50 zł", false, true, 123450 },
		{ "1\xc2\xa0" "234,5", false, true, 123450 }, { "1.234", true, true, 123400 },
		{ "1,234", false, true, 123400 },    { "1.234.567", false, true, 123456700 },
		{ "12,50 lei", false, true, 1250 },  { "€12.50", false, true, 1250 },
		{ "-3,10", false, true, -310 },	     { "0", false, true, 0 },
		{ "12,500", true, true, 1250 },	     { "1.234", false, false, 0 },
		{ "twelve", false, false, 0 },	     { "", false, false, 0 },
		{ ",", false, false, 0 },	     { "1e3", false, false, 0 },
		{ "12,345", true, false, 0 },	     { "12345678901234567", false, false, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t cents = 0;
		bool good = value_cents(sv_of(rows[i].text), rows[i].comma, &cents,
					NULL) == 0;

		cr_expect_eq(good, rows[i].good, "%s", rows[i].text);
		if (good)
			cr_expect_eq(cents, rows[i].cents, "%s: %ld", rows[i].text,
				     (long)cents);
	}
}

Test(values, words_are_known_in_three_languages)
{
	static const char *const yes[] = { "da", "DA",	 "tak", "Tak", "yes",
					   "1",	 "true", "x",	"Y" };
	static const char *const not [] = { "nu", "nie", "No", "0", "FALSE", "n" };
	static const char *const absent[] = { "", "-", "–", "n/a", "NULL", "None" };
	static const char *const languages[][2] = {
		{ "ro", "ro" },	    { "pl-PL", "pl" },	{ "en_US", "en" },
		{ "Polski", "pl" }, { "română", "ro" }, { "de", "de" },
		{ "?", "" },	    { "klingon", "" },
	};
	enum tri t;
	enum delivery d;

	for (size_t i = 0; i < COUNT(yes); i++)
		cr_expect(value_yesno(sv_of(yes[i]), &t, NULL) == 0 && t == TRI_YES);
	for (size_t i = 0; i < COUNT(not ); i++)
		cr_expect(value_yesno(sv_of(not [i]), &t, NULL) == 0 && t == TRI_NO);
	for (size_t i = 0; i < COUNT(absent); i++)
		cr_expect(value_absent(sv_of(absent[i])));
	for (size_t i = 0; i < COUNT(languages); i++)
		cr_expect(sv_eq(value_language(sv_of(languages[i][0])),
				sv_of(languages[i][1])));
	cr_expect_eq(value_yesno(SV("poate"), &t, NULL), ERR_INPUT);
	cr_expect(value_delivery(SV("Bounced"), &d, NULL) == 0 && d == DELIVERY_BOUNCED);
	cr_expect(value_delivery(SV("doręczono"), &d, NULL) == 0 &&
		  d == DELIVERY_DELIVERED);
	cr_expect_eq(value_delivery(SV("lost"), &d, NULL), ERR_INPUT);
}
