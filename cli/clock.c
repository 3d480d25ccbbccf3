/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: see clock.h. */
#include "cli/clock.h"

#include <sys/timex.h>

#include "core/when.h"

enum { ALONE_DAYS = 4, SYNCED_DAYS = 31 }; /* a long weekend; a holiday */

enum clock_trust clock_trust(int64_t ahead_ms, int32_t shortest_days, bool synced)
{
	int64_t most = (int64_t)MS_DAY * (synced ? SYNCED_DAYS : ALONE_DAYS);
	int64_t half = (int64_t)MS_DAY * shortest_days / 2;

	if (ahead_ms >= -MS_DAY && ahead_ms <= MS_DAY)
		return CLOCK_AGREES;
	if (half < most)
		most = half;
	return ahead_ms > 0 && ahead_ms <= most ? CLOCK_LIKELY : CLOCK_DOUBTED;
}

bool clock_synced(void)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	return state >= 0 && state != TIME_ERROR && !(t.status & STA_UNSYNC);
}
