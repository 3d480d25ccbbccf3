/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h: records on a screen, newest first: what `query` prints, and what every `--why`
 * prints for the number it is asked of.
 */
#ifndef OPINIA_CLI_RECORDS_H
#define OPINIA_CLI_RECORDS_H

#include "cli/program.h"

struct records_plan {
	const struct filter *filter;
	size_t limit;	 /* 0: all                     */
	struct sv after; /* page token, or empty       */
	bool reveal;	 /* personal data as they are  */
	struct sv what;	 /* for the audit line         */
};

#define OPTION_REVEAL                                                                    \
	{                                                                                \
		"reveal", OPTION_FLAG, NULL,                                             \
			N_("Show personal data too; this is written to the audit trail") \
	}

/* ERR_NOTHING without a sentence when nothing matches (one goes to stderr). */
int records_print(struct program *p, const struct records_plan *plan, struct err *err);

/* "csat 2, nps 6": of a record, in @arena. */
struct sv records_scores(const struct record *r, struct arena *arena);

#endif
