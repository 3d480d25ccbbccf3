/* SPDX-License-Identifier: Apache-2.0 */
/* reading.h: `--explain`: what was read to answer, in place of the answer. */
#ifndef OPINIA_CLI_READING_H
#define OPINIA_CLI_READING_H

#include "cli/program.h"

#define OPTION_EXPLAIN                                                                   \
	{                                                                                \
		"explain", OPTION_FLAG, NULL,                                            \
			N_("What was read to answer, in place of the answer")            \
	}

/* After opinia_explain_begin() and what was asked. */
int reading_print(struct program *p, struct err *err);

#endif
