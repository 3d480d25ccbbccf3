/* SPDX-License-Identifier: Apache-2.0 */
/* source_state.h: how a source is doing, kept in the store as JSON from one run to the next. */
#ifndef OPINIA_CLI_SOURCE_STATE_H
#define OPINIA_CLI_SOURCE_STATE_H

#include "store/opinia_store.h"

struct source_state {
	int64_t last_run, last_ok;	  /* ms; TIME_NONE: never              */
	int64_t newest;			  /* clock of the newest record seen    */
	int64_t added, revised, rejected; /* since the first run         */
	int64_t failures;		  /* in a row                    */
	int64_t code;			  /* of the last failure; 0: fine */
	int64_t again_ms; /* not kept: the service wants no question sooner */
	char error[400];
};

/* One that never ran is all "never". */
int source_state_read(struct opinia_store *store, const char *name,
		      struct source_state *out, struct err *err);
int source_state_write(struct opinia_store *store, const char *name,
		       const struct source_state *s, struct err *err);

bool source_state_parked(const struct source_state *s); /* its owner must do something */

#endif
