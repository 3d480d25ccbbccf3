/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: see clock.h. */
#include "cli/clock.h"

#include <sys/stat.h>
#include <sys/timex.h>

#include "core/when.h"

/* systemd-timesyncd touches it with each answer, at most 34 minutes apart. */
#define TOUCHED "/run/systemd/timesync/synchronized"

enum { TOUCHED_MS = 2 * MS_HOUR };
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

bool clock_touched(const char *path, int64_t now)
{
	struct stat st;
	int64_t at;

	if (stat(path, &st))
		return false;
	at = (int64_t)st.st_mtim.tv_sec * MS_SECOND;
	return at <= now && now - at <= TOUCHED_MS;
}

/* The kernel is not asked from a service that systemd guards (ProtectClock). */
bool clock_synced(void)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	if (state >= 0)
		return state != TIME_ERROR && !(t.status & STA_UNSYNC);
	return clock_touched(TOUCHED, when_now());
}
