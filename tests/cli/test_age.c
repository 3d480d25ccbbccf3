/* SPDX-License-Identifier: Apache-2.0 */
/* test_age.c: an age in words, and the last day that is older. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "cli/age.h"

Test(age, months_are_those_of_the_calendar)
{
	static const struct {
		const char *text, *today, *last_old; /* last_old NULL: wrong, "": kept */
	} table[] = {
		{ "24 months", "2026-08-30", "2024-08-29" },
		{ "1 month", "2026-03-31", "2026-02-27" },
		{ "1 month", "2024-03-31", "2024-02-28" },
		{ "12 months", "2024-02-29", "2023-02-27" },
		{ "1 year", "2026-01-01", "2024-12-31" },
		{ "2 years", "2026-08-30", "2024-08-29" },
		{ " 90  days ", "2026-03-31", "2025-12-30" },
		{ "1 day", "2026-03-01", "2026-02-27" },
		{ "3 weeks", "2026-03-22", "2026-02-28" },
		{ "", "2026-03-22", "" },
		{ "never", "2026-03-22", "" },
		{ "0 days", "2026-03-22", NULL },
		{ "-1 days", "2026-03-22", NULL },
		{ "90", "2026-03-22", NULL },
		{ "90d", "2026-03-22", NULL },
		{ "two years", "2026-03-22", NULL },
		{ "24 months later", "2026-03-22", NULL },
		{ "9999999999 days", "2026-03-22", NULL },
		{ "200 years", "2026-03-22", NULL },
		{ "never ever", "2026-03-22", NULL },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int y, m, d;
		int32_t last = 0;
		bool kept, good;
		char text[WHEN_TEXT_MAX];

		cr_assert(sscanf(table[i].today, "%d-%d-%d", &y, &m, &d) == 3);
		good = age_parse(sv_of(table[i].text), day_of(y, m, d), &last, &kept);
		cr_expect_eq(good, table[i].last_old != NULL, "\"%s\"", table[i].text);
		if (!good)
			continue;
		cr_expect_eq(kept, !table[i].last_old[0], "\"%s\"", table[i].text);
		day_format(last, text);
		cr_expect(kept || !strcmp(text, table[i].last_old), "\"%s\" on %s is %s",
			  table[i].text, table[i].today, text);
	}
}
