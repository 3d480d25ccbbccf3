/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon.h: which compiled lexicon this run uses: the shipped one, or one with the team's own lines
 * (`lexicons.d` in the store), compiled anew when one of its files changed.
 */
#ifndef OPINIA_CLI_LEXICON_H
#define OPINIA_CLI_LEXICON_H

#include "core/arena.h"
#include "core/err.h"

/* *out: a path in @arena. ERR_CONFIG: a line of the team is wrong, as file:line. */
int lexicon_find(const char *store_dir, struct arena *arena, const char **out,
		 struct err *err);

#endif
