/* SPDX-License-Identifier: Apache-2.0 */
/* tagging.h: the stream that `tag` is: lines in, verdicts out, in order, on several threads. */
#ifndef OPINIA_CLI_TAGGING_H
#define OPINIA_CLI_TAGGING_H

#include <stdio.h>

#include "analyzer/opinia_analyzer.h"

struct tagging {
	struct opinia_analyzer *analyzer;
	struct sv hint;
	const char *input; /* "auto", "text", "json" */
	long threads;	   /* 0: one a core */
	FILE *in, *out;
	uint64_t bad; /* out: lines of JSON that were none; each has an "error" line */
};

/* ERR_INPUT at the end when some lines were no records; their places are told on stderr. */
int tagging_run(struct tagging *t, struct err *err);

#endif
