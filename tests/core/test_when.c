/* SPDX-License-Identifier: Apache-2.0 */
/* test_when.c: days, weeks and zones; the nights in which an hour is missing or comes twice. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "core/when.h"

static struct zone *zone(const char *name)
{
	struct err err = ERR_NONE;
	struct zone *z;

	cr_assert_eq(zone_open(&z, name, &err), 0, "%s", err.text);
	return z;
}

static int64_t ms(const char *text, const struct zone *z)
{
	int64_t t = 0;

	cr_assert(when_parse_iso(sv_of(text), z, &t), "%s", text);
	return t;
}

Test(when, days_agree_with_glibc_over_three_centuries)
{
	for (int32_t day = day_of(1900, 1, 1); day < day_of(2200, 1, 1); day += 7) {
		time_t t = (time_t)day * 86400;
		struct tm tm;
		char text[WHEN_TEXT_MAX], theirs[20];
		int y, m, d;

		gmtime_r(&t, &tm);
		day_civil(day, &y, &m, &d);
		cr_assert(y == tm.tm_year + 1900 && m == tm.tm_mon + 1 &&
			  d == tm.tm_mday);
		cr_assert_eq(day_of(y, m, d), day);
		week_format(day, text);
		strftime(theirs, sizeof(theirs), "%G-W%V", &tm);
		cr_assert_str_eq(text, theirs);
	}
}

Test(when, offsets_agree_with_glibc_around_every_change)
{
	static const char *const names[] = { "Europe/Warsaw", "Europe/Bucharest", "UTC",
					     "America/New_York", "Australia/Lord_Howe" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *z = zone(names[i]);

		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t t = 1577836800; t < 1861920000; t += 1799) {
			time_t at = (time_t)t;
			struct tm tm;

			localtime_r(&at, &tm);
			cr_assert_eq(zone_offset_s(z, t * 1000), tm.tm_gmtoff, "%s %lld",
				     names[i], (long long)t);
		}
		unsetenv("TZ");
		zone_close(z);
	}
}

Test(when, the_nights_of_changing_clocks_are_defined)
{
	struct zone *z = zone("Europe/Bucharest");
	char text[WHEN_TEXT_MAX];

	/* 2026-03-29 03:00 does not exist there: it moves forward */
	cr_expect_eq(ms("2026-03-29T03:30", z), ms("2026-03-29T01:30Z", NULL));
	when_format_local(z, ms("2026-03-29T03:30", z), text);
	cr_expect_str_eq(text, "2026-03-29 04:30");
	/* 2026-10-25 03:30 is twice: the first */
	cr_expect_eq(ms("2026-10-25T03:30", z), ms("2026-10-25T00:30Z", NULL));
	cr_expect_eq(when_day_start(z, day_of(2026, 3, 30)) -
			     when_day_start(z, day_of(2026, 3, 29)),
		     23 * (int64_t)MS_HOUR);
	cr_expect_eq(when_day(z, ms("2026-06-21T21:00Z", NULL)), day_of(2026, 6, 22));
	zone_close(z);
}

Test(when, times_are_read_whole_or_refused)
{
	static const struct {
		const char *text, *utc; /* NULL: refused */
	} rows[] = {
		{ "2026-03-01", "2026-03-01T00:00:00Z" },
		{ "2026-03-01T10:20:30.5Z", "2026-03-01T10:20:30.500Z" },
		{ "2026-03-01 10:20+02:00", "2026-03-01T08:20:00Z" },
		{ "2026-03-01T10:20:30-0130", "2026-03-01T11:50:30Z" },
		{ "2026-02-29", NULL },
		{ "2026-13-01", NULL },
		{ "2026-03-01T25:00", NULL },
		{ "2026-03-01x", NULL },
		{ "2026-3-1", NULL },
		{ "", NULL },
		{ "2026-03-01T10:20:30.Z", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[WHEN_TEXT_MAX];
		int64_t t;
		bool ok = when_parse_iso(sv_of(rows[i].text), NULL, &t);

		cr_expect_eq(ok, rows[i].utc != NULL, "%s", rows[i].text);
		if (!ok)
			continue;
		when_format(t, text);
		cr_expect_str_eq(text, rows[i].utc);
	}
}

Test(when, an_unknown_zone_is_an_error_and_not_utc)
{
	static const char *const wrong[] = { "Europe/Warszawa", "", "/etc/passwd",
					     "../UTC" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = ERR_NONE;
		struct zone *z;

		cr_expect_eq(zone_open(&z, wrong[i], &err), ERR_MISSING, "%s", wrong[i]);
		cr_expect_null(z);
	}
}
