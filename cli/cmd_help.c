/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_help.c: the list of commands, one command, the settings; and the names for tests and completion. */
#include <string.h>

#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "names", OPTION_FLAG, NULL, N_("Only the names of the commands, one a line") },
	{ "options", OPTION_FLAG, NULL,
	  N_("Only the options of the command, one a line") },
};

static int names(struct program *p)
{
	size_t n;
	const struct subcommand *const *all = subcommand_list(&n);

	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "%s\n", all[i]->name);
	return 0;
}

static void option_names(struct program *p, const struct option_row *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "--%s\t%s\n", r[i].name,
			r[i].type == OPTION_CHOICE ? r[i].arg
			: r[i].arg		   ? ""
						   : "-");
}

static int settings(struct program *p)
{
	struct buf b;

	buf_init(&b, 0);
	settings_template(&b);
	fwrite(b.p, 1, b.n, p->out);
	buf_release(&b);
	return 0;
}

static int help_run(struct program *p, const struct options *o, struct err *err)
{
	const struct subcommand *cmd;
	size_t n;
	const struct subcommand *const *all = subcommand_list(&n);

	if (option_given(o, "names"))
		return names(p);
	if (o->arg_count && strcmp(o->args[0], "settings") == 0)
		return settings(p);
	if (o->arg_count) {
		cmd = subcommand_find(o->args[0]);
		if (!cmd)
			return subcommand_unknown(o->args[0], err);
		if (!option_given(o, "options")) {
			subcommand_help(cmd, p->out);
			return 0;
		}
		option_names(p, cmd->options, cmd->option_count);
	}
	if (option_given(o, "options")) {
		option_names(p, options_common, options_common_count);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "opinia %s%s%s\n    %s\n", all[i]->name,
			all[i]->args[0] ? " " : "", all[i]->args, _(all[i]->summary));
	return 0;
}

const struct subcommand cmd_help = {
	.name = "help",
	.args = "[COMMAND | settings]",
	.summary = N_("Say what a command does, or what opinia.conf may say"),
	.opens = OPENS_NOTHING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = help_run,
	.examples = "  opinia help kpi\n  opinia help settings\n",
};
