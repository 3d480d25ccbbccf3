/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h: may what is lost for good be lost by this clock? (docs/decisions/0021)
 */
#ifndef OPINIA_CLI_CLOCK_H
#define OPINIA_CLI_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum clock_trust {
	CLOCK_AGREES,
	CLOCK_LIKELY, /* for what would go soon anyway */
	CLOCK_DOUBTED /* a person must say so          */
};

/*
 * @ahead_ms: now, less what the clock should show; below 0: it went back. @shortest_days: of the limits
 * that it is asked for. @synced: it is set by a time server.
 */
enum clock_trust clock_trust(int64_t ahead_ms, int32_t shortest_days, bool synced);

/* Does something (NTP, PTP) keep the clock right? So the kernel says, or systemd-timesyncd. */
bool clock_synced(void);
/* Was @path touched by this clock a short while ago? */
bool clock_touched(const char *path, int64_t now);

#endif
