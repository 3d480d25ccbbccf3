/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subcommand.h: a subcommand is a row: name, arguments, one sentence, what must be open, its
 * options, function. main() opens, so no command repeats it. The table is in subcommands.c.
 */
#ifndef OPINIA_CLI_SUBCOMMAND_H
#define OPINIA_CLI_SUBCOMMAND_H

#include "cli/options.h"
#include "cli/program.h"

enum opens {
	OPENS_NOTHING = 0,
	OPENS_ANALYZER = 1 << 0,
	OPENS_STORE = 1 << 1,	/* to read; brings the analyzer, for words in filters */
	OPENS_LANDING = 1 << 2, /* to write */
	OPENS_CAREFUL =
		1 << 3, /* the data file may be damaged: look before believing it */
};

struct subcommand {
	const char *name;
	const char *args;    /* "FILE… [FILTER]" as in the synopsis */
	const char *summary; /* msgid, without a full stop          */
	unsigned opens;
	/* Where options make it need less: what to open then. NULL: always .opens. */
	unsigned (*opens_with)(const struct options *o);
	const struct option_row *options;
	size_t option_count;
	int (*run)(struct program *p, const struct options *o, struct err *err);
	const char *examples; /* lines "opinia …", shown by --help and run by tests/e2e */
};

/* Sorted by name. */
const struct subcommand *const *subcommand_list(size_t *count);
const struct subcommand *subcommand_find(const char *name); /* NULL: none */
int subcommand_unknown(const char *name,
		       struct err *err); /* ERR_USAGE with the nearest */

/* Parses, opens what the row names, runs. */
int subcommand_run(const struct subcommand *cmd, int argc, char **argv, struct err *err);
void subcommand_help(const struct subcommand *cmd, FILE *out);

/* The rows of commands that print rows. */
#define OPTION_FORMAT                                                                    \
	{                                                                                \
		"format", OPTION_CHOICE, "table|json|csv",                               \
			N_("How rows are written (default: table)")                      \
	}

/* The rows of commands that read comments without storing what they say. */
#define OPTION_LEXICON                                                                   \
	{                                                                                \
		"lexicon", OPTION_TEXT, "DIR",                                           \
			N_("A folder of lexicon lines over the others, for this run")    \
	}

#define OPTION_PACK                                                                      \
	{                                                                                \
		"pack", OPTION_TEXT, "all|none|NAME,…",                                  \
			N_("Topic packs for this run (default: packs of the "            \
			   "configuration)")                                             \
	}

extern const struct subcommand cmd_audit, cmd_backup, cmd_check, cmd_collect, cmd_erase,
	cmd_explain, cmd_help, cmd_import, cmd_init, cmd_key, cmd_kpi, cmd_lexicon,
	cmd_phrases, cmd_query, cmd_report, cmd_restore, cmd_retag, cmd_retention,
	cmd_serve, cmd_sources, cmd_stats, cmd_subject, cmd_tag, cmd_topics, cmd_upgrade;

#endif
