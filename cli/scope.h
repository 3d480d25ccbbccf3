/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h: what a command looks at: the filter that was typed, the days it covers, and as many
 * days before them to compare with.
 */
#ifndef OPINIA_CLI_SCOPE_H
#define OPINIA_CLI_SCOPE_H

#include "cli/program.h"

struct scope {
	struct sv text;	       /* as typed, with --last                        */
	struct filter *filter; /* without its terms of time                    */
	int32_t first, last;   /* days, both included                          */
	int32_t before_first, before_last; /* as many days, right before            */
	bool timed; /* the person said when                         */
};

#define OPTION_LAST                                                                      \
	{                                                                                \
		"last", OPTION_TEXT, "TIME",                                             \
			N_("The days up to now: 90d, 12w, last-month …")                 \
	}

/* The filter is all arguments from @first_arg on. @preset_days: when nobody said when; 0: all days. */
int scope_parse(struct scope *s, struct program *p, const struct options *o,
		size_t first_arg, int64_t preset_days, struct err *err);

/* The filter over the days of the scope. NULL: out of memory. */
struct filter *scope_now(const struct scope *s, struct arena *arena);

/* "2026-06-02 to 2026-08-30 (Europe/Warsaw), against 2026-03-04 to 2026-06-01" */
void scope_remark(const struct scope *s, struct program *p, bool with_before);

#endif
