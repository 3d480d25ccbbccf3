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

/* Does the kernel say that something (NTP, PTP) keeps the clock right? */
bool clock_synced(void);

#endif
