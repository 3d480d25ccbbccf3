/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daily.h: what a program that runs for days does by itself once a day: [retention] of opinia.conf. From
 * its hour on, in the store's zone, by whichever program comes first; a machine that slept through the
 * hour does it later that day. What failed is said and tried again after an hour.
 *
 * A clock is believed that is where the store saw it last, and what has gone by since this program began
 * (clock.h says how near); else a person says `opinia retention --yes` once.
 */
#ifndef OPINIA_CLI_DAILY_H
#define OPINIA_CLI_DAILY_H

#include "cli/program.h"

enum { DAILY_LOOK_MS = 10 * MS_SECOND }; /* how often daily_round() is worth its call */

struct daily {
	struct program *p;
	void (*say)(void *self, bool failed, const char *what);
	void *self;
	bool looked;
	int64_t seen, steady; /* where the clock was, and then   */
	int64_t again;	      /* steady: not before, after a failure */
};

/* Before anything lands. */
void daily_begin(struct daily *d, struct program *p,
		 void (*say)(void *self, bool failed, const char *what), void *self);
/* Do what is due, if anything is; of one thread, the one that also changes p->settings. */
void daily_round(struct daily *d, const struct cancel *stop);

#endif
