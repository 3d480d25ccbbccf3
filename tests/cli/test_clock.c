/* SPDX-License-Identifier: Apache-2.0 */
/* test_clock.c: by which clocks something may be lost for good. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/clock.h"
#include "core/when.h"

#define DAY ((int64_t)MS_DAY)

Test(clock, a_weekend_is_no_reason_to_ask_and_a_wrong_year_is)
{
	static const struct {
		const char *what;
		int64_t ahead_ms;
		int32_t shortest_days;
		bool synced;
		enum clock_trust want;
	} table[] = {
		{ "as expected", 0, 730, false, CLOCK_AGREES },
		{ "a day later", DAY, 730, false, CLOCK_AGREES },
		{ "a day later, and what is kept is kept for a day", DAY, 1, false,
		  CLOCK_AGREES },
		{ "a day back", -DAY, 730, false, CLOCK_AGREES },
		{ "Friday evening to Monday morning", (int64_t)62 * MS_HOUR, 730, false,
		  CLOCK_LIKELY },
		{ "the same, and a week is kept", (int64_t)62 * MS_HOUR, 7, false,
		  CLOCK_LIKELY },
		{ "the same, and five days are kept", (int64_t)62 * MS_HOUR, 5, true,
		  CLOCK_DOUBTED },
		{ "a long weekend", 4 * DAY, 90, false, CLOCK_LIKELY },
		{ "more than that", 4 * DAY + 1, 90, false, CLOCK_DOUBTED },
		{ "more than that, by a time server", 4 * DAY + 1, 90, true,
		  CLOCK_LIKELY },
		{ "a holiday", 31 * DAY, 730, true, CLOCK_LIKELY },
		{ "a longer one", 31 * DAY + 1, 730, true, CLOCK_DOUBTED },
		{ "half of what is kept", 15 * DAY, 30, true, CLOCK_LIKELY },
		{ "more than half", 15 * DAY + 1, 30, true, CLOCK_DOUBTED },
		{ "two days back", -2 * DAY, 730, true, CLOCK_DOUBTED },
		{ "a year back", -365 * DAY, 730, true, CLOCK_DOUBTED },
		{ "ten years on", 3652 * DAY, 36500, true, CLOCK_DOUBTED },
		{ "the end of time", INT64_MAX, INT32_MAX, true, CLOCK_DOUBTED },
		{ "its beginning", INT64_MIN, INT32_MAX, true, CLOCK_DOUBTED },
		{ "no limit that is one", 2 * DAY, 0, true, CLOCK_DOUBTED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		cr_expect_eq(clock_trust(table[i].ahead_ms, table[i].shortest_days,
					 table[i].synced),
			     table[i].want, "%s", table[i].what);
}

Test(clock, a_time_server_that_answered_by_another_clock_says_nothing)
{
	static const struct {
		const char *what;
		int64_t ago_s;
		bool want;
	} table[] = {
		{ "now", 0, true },
		{ "an hour ago", 3600, true },
		{ "before the clock was set to a later year", 366L * 86400, false },
		{ "before it was set back", -86400, false },
	};
	char path[] = "/tmp/opinia.touched.XXXXXX";
	int64_t now = when_now() / MS_SECOND;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct timespec at = { .tv_sec = now - table[i].ago_s };

		cr_assert(!futimens(fd, (struct timespec[]){ at, at }));
		cr_expect_eq(clock_touched(path, now * MS_SECOND), table[i].want, "%s",
			     table[i].what);
	}
	close(fd);
	unlink(path);
	cr_expect(!clock_touched(path, now * MS_SECOND), "there is none");
}
