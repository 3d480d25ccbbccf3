/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collecting.h: one source, asked until it is up to date: pulled, analyzed, landed with its cursor,
 * and how it went written down. Different sources may run in different threads; two programs that
 * ask the same source at once are kept apart by a lock file.
 */
#ifndef OPINIA_CLI_COLLECTING_H
#define OPINIA_CLI_COLLECTING_H

#include "cli/configured.h"
#include "cli/source_state.h"

struct collected {
	struct opinia_landing landed;
	uint64_t rejected;
	struct source_tally tallies[TALLIES_MAX]; /* of this round */
	size_t tally_count;
	struct import_reject said[8];
	size_t said_count;
	struct source_state state; /* after this round */
};

struct collecting;

/* @threads: that analyze; 0: one a core. Nothing is opened yet. NULL: out of memory. */
struct collecting *collecting_new(struct program *p, const struct opinia_sources *s,
				  size_t i, long threads);

/*
 * A round. What landed before a failure stays landed, and @out says so. The failure is in the
 * state of the source too, but for "stopped as asked". ERR_AGAIN: also, somebody else is at it.
 */
int collecting_round(struct collecting *c, struct collected *out, struct err *err);

/* Whether there is something to tell of it, though it failed or was stopped. */
bool collecting_did(const struct collected *out);

/* Until something may have come, or @ms are over. Not 0: cancelled, or the source was lost. */
int collecting_wait(struct collecting *c, int64_t ms, struct err *err);
void collecting_free(struct collecting *c); /* NULL is fine */

#endif
