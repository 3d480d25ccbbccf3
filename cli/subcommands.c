/* SPDX-License-Identifier: Apache-2.0 */
/* subcommands.c: the table of subcommands, and what is done around each of them. */
#include <string.h>

#include "cli/subcommand.h"
#include "core/i18n.h"
#include "core/nearest.h"

/* The row of a command is its own struct, in its own file; here they are put in order. */
static const struct subcommand *const table[] = {
	&cmd_audit,   &cmd_backup,  &cmd_check,	    &cmd_collect, &cmd_erase,
	&cmd_explain, &cmd_help,    &cmd_import,    &cmd_init,	  &cmd_key,
	&cmd_kpi,     &cmd_lexicon, &cmd_phrases,   &cmd_query,	  &cmd_report,
	&cmd_restore, &cmd_retag,   &cmd_retention, &cmd_serve,	  &cmd_sources,
	&cmd_stats,   &cmd_subject, &cmd_tag,	    &cmd_topics,  &cmd_upgrade,
};

enum { COMMANDS = sizeof(table) / sizeof(table[0]) };

const struct subcommand *const *subcommand_list(size_t *count)
{
	*count = COMMANDS;
	return table;
}

const struct subcommand *subcommand_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

int subcommand_unknown(const char *name, struct err *err)
{
	struct nearest near = nearest_to(sv_of(name));
	struct sv best;

	for (size_t i = 0; i < COMMANDS; i++)
		nearest_try(&near, sv_of(table[i]->name));
	best = nearest_found(&near);
	if (best.n)
		return err_set(err, ERR_USAGE,
			       "no command `%s`; did you mean `" SV_FMT "`?", name,
			       SV_ARG(best));
	return err_set(err, ERR_USAGE, "no command `%s`; `opinia help` lists them", name);
}

void subcommand_help(const struct subcommand *cmd, FILE *out)
{
	fprintf(out, "%s\n\n  opinia %s %s\n", _(cmd->summary), cmd->name, cmd->args);
	if (cmd->examples)
		fprintf(out, "\n%s\n%s", _("Examples:"), cmd->examples);
	fprintf(out, "\n%s\n", _("Options:"));
	options_help(out, cmd->options, cmd->option_count);
	options_help(out, options_common, options_common_count);
}

int subcommand_run(const struct subcommand *cmd, int argc, char **argv, struct err *err)
{
	struct program p;
	struct options o;
	struct arena arena;
	int rc;

	arena_init(&arena, 0);
	rc = options_parse(&o, cmd->options, cmd->option_count, argc, argv, &arena, err);
	if (!rc && option_given(&o, "help")) {
		program_language(option_text(&o, "lang", NULL));
		subcommand_help(cmd, stdout);
	} else if (!rc) {
		rc = program_open(
			&p, &o, cmd->opens_with ? cmd->opens_with(&o) : cmd->opens, err);
		if (!rc) {
			rc = cmd->run(&p, &o, err);
			program_close(&p);
		}
	}
	arena_release(&arena);
	return rc;
}
