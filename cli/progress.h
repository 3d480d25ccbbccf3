/* SPDX-License-Identifier: Apache-2.0 */
/* progress.h: a bar on stderr, where that is a terminal; at most ten times a second. */
#ifndef OPINIA_CLI_PROGRESS_H
#define OPINIA_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what;
	bool shown;
	int64_t began_ms, last_ms;
};

void progress_begin(struct progress *p, const char *what, bool shown);
/* @done of @size (0: unknown), and @items so far ("rows"). */
void progress_step(struct progress *p, uint64_t done, uint64_t size, uint64_t items);
void progress_end(struct progress *p); /* wipes the bar */

#endif
