/* SPDX-License-Identifier: Apache-2.0 */
/* age.c: see age.h. A month is a month of the calendar, so an age says a day, not a number of days. */
#include "cli/age.h"

enum { LONGEST = 1200, MONTHS_A_YEAR = 12 };

static int32_t months_before(int32_t today, int months)
{
	int year, month, dom;
	int32_t first;

	day_civil(today, &year, &month, &dom);
	month -= months % MONTHS_A_YEAR;
	year -= months / MONTHS_A_YEAR;
	if (month < 1) {
		month += MONTHS_A_YEAR;
		year--;
	}
	first = day_of(year, month, 1);
	/* the 31st of a month that has 30 is its last */
	return first + dom - 1 < day_month_next(first) ? first + dom - 1
						       : day_month_next(first) - 1;
}

bool age_parse(struct sv text, int32_t today, int32_t *last_old, bool *kept)
{
	struct sv rest = sv_trim(text), number = sv_cut(&rest, ' ');
	uint32_t n;

	*kept = !number.n || (sv_eq(number, SV("never")) && !rest.n);
	if (*kept)
		return true;
	rest = sv_trim(rest);
	if (!sv_u32(number, &n) || n < 1 || n > LONGEST)
		return false;
	if (sv_ends(rest, SV("s")))
		rest.n--;
	if (sv_eq(rest, SV("day")))
		*last_old = today - (int32_t)n - 1;
	else if (sv_eq(rest, SV("week")))
		*last_old = today - 7 * (int32_t)n - 1;
	else if (sv_eq(rest, SV("month")))
		*last_old = months_before(today, (int)n) - 1;
	else if (sv_eq(rest, SV("year")) && n <= LONGEST / MONTHS_A_YEAR)
		*last_old = months_before(today, (int)n * MONTHS_A_YEAR) - 1;
	else
		return false;
	return true;
}
