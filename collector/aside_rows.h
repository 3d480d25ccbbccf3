/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aside_rows.h: the rows of STORE/rejected (aside.h), one by one, and those that somebody wants to go
 * overwritten where they lie.
 *
 * A row goes from a remark with its time to the next one. What is overwritten becomes x but for the
 * day and its line ends, so the file stays one of rows and nobody who appends to it is disturbed.
 */
#ifndef OPINIA_COLLECTOR_ASIDE_ROWS_H
#define OPINIA_COLLECTOR_ASIDE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

struct aside_row {
	struct sv file, source; /* its name in the folder, and whose it is */
	struct sv text;		/* with its remark                         */
	int32_t day;		/* of the remark; INT32_MAX: it has none   */
	bool blank;		/* overwritten already                     */
};

enum aside_doing { ASIDE_LOOK, ASIDE_WRITE };

/* @take says which go; with ASIDE_WRITE they do, synced. A missing folder is fine. */
int aside_rows(const char *dir, enum aside_doing doing,
	       int (*take)(void *self, const struct aside_row *row, bool *blank,
			   struct err *err),
	       void *self, struct err *err);

#endif
