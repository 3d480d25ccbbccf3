/* SPDX-License-Identifier: Apache-2.0 */
/* lexicon_verbs.h: what `opinia lexicon` can be told to do; the row of the command is in cmd_lexicon.c. */
#ifndef OPINIA_CLI_LEXICON_VERBS_H
#define OPINIA_CLI_LEXICON_VERBS_H

#include "cli/options.h"
#include "cli/program.h"

/* `learn [FILE]`: fits a learned.tsv to scored comments of a file, or of the store. */
int lexicon_learn(struct program *p, const struct options *o, struct err *err);

/* `suggest [FILE]`: lines that the lexicon lacks, out of the same comments. ERR_NOTHING: none. */
int lexicon_suggest(struct program *p, const struct options *o, struct err *err);

/* `test [DIR]`: asks every case of every cases.txt. ERR_NOTHING: some fail. */
int lexicon_test(struct program *p, const struct options *o, struct err *err);

#endif
