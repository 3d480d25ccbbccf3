/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retaining.h: [retention] of opinia.conf applied: what is older than it allows loses words and
 * customers, what was set aside is blanked. `retention` does it when asked, `serve` and `collect
 * --watch` once a day (daily.h).
 *
 * The clock decides what is lost for good, so one that is far from where the store last saw it is
 * not believed without being told (clock.h). A lock file keeps two programs from doing it at once.
 */
#ifndef OPINIA_CLI_RETAINING_H
#define OPINIA_CLI_RETAINING_H

#include "cli/program.h"

struct retaining_limit {
	struct sv source; /* empty: all others */
	struct sv text;	  /* "24 months" */
	int32_t last_old; /* the last day that goes */
	bool kept;	  /* for good */
	uint32_t *ids,
		*rows; /* rows: of KIND_CUSTOMER, which go with their last record */
	size_t count, row_count;
};

struct retaining {
	struct program *p;
	struct arena *arena;	   /* of the caller's thread */
	const struct cancel *stop; /* between two transactions; NULL: none */
	int64_t now;
	struct retaining_limit *limits;
	size_t count;
	struct retaining_limit
		aside;	/* of rows that were set aside: text, last_old, kept */
	size_t records; /* that go, without rows */
	struct opinia_erasure erased; /* what went */
	uint64_t blanked;	      /* rows that were set aside, which went or would */
	bool unsure; /* the clock is only likely: then not too much goes */
	int lock;
};

/* The limits. ERR_NOTHING: there is none; ERR_CONFIG: one that can be none, or of an unknown source. */
int retaining_read(struct retaining *r, struct err *err);

/* When did the store last see the clock? @landings: its newest record counts beside the last run. */
int retaining_seen(struct retaining *r, bool landings, int64_t *at, struct err *err);
/*
 * ERR_AGAIN: now is not where it should be, @since ms after @seen (clock.h); else r->unsure is set. TIME_NONE
 * agrees with all clocks. After the limits.
 */
int retaining_near(struct retaining *r, int64_t seen, int64_t since, struct err *err);
/* Both, with landings, and nothing since. */
int retaining_clock(struct retaining *r, struct err *err);

/* ERR_AGAIN: another program is at it. */
int retaining_lock(struct retaining *r, struct err *err);
void retaining_unlock(struct retaining *r);

/* What goes: ids of the limits, and r->blanked; nothing is written. */
int retaining_find(struct retaining *r, struct err *err);
/* After that. ERR_AGAIN: r->unsure, or the last run is long ago, and it is more than some days can make. */
int retaining_modest(struct retaining *r, struct err *err);
/*
 * Take it out, a few records a transaction with a pause behind each, so that who lands meanwhile
 * hardly waits; with an entry in the audit trail. What is done stays done when it fails or is
 * stopped. At the end the clock is written down.
 */
int retaining_apply(struct retaining *r, struct err *err);

#endif
