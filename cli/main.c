/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: find the row, run it, print the error, exit with its code.
 *
 * Options of every command (--store, --lang …) may stand in front of the command too; they are
 * handed on behind it.
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/subcommand.h"
#include "core/i18n.h"
#include "core/short.h"

static void brief(FILE *out)
{
	size_t n;
	const struct subcommand *const *all = subcommand_list(&n);

	fprintf(out, "%s\n\n  opinia [--store DIR] [--config FILE] %s\n\n",
		_("Opinia reads what customers answer: what hurts, how much, since "
		  "when."),
		_("COMMAND [ARGS]"));
	for (size_t i = 0; i < n; i++)
		fprintf(out, "  %-9s %s\n", all[i]->name, _(all[i]->summary));
	fprintf(out, "\n%s\n",
		_("opinia COMMAND --help says more of each; man opinia of all."));
}

/* Does this option in front of the command take the next word with it? */
static int words_of_option(const char *arg)
{
	for (size_t i = 0; i < options_common_count; i++)
		if (strcmp(arg + 2, options_common[i].name) == 0)
			return options_common[i].type == OPTION_FLAG ? 1 : 2;
	return 1;
}

static int fail(const char *command, const struct err *err)
{
	fprintf(stderr, "opinia%s%s: %s\n", command ? " " : "", command ? command : "",
		err->text);
	return err_exit(err->code);
}

/* The words in front of the command (at @before) and those behind it are one list. */
static int run(const struct subcommand *cmd, int before, int argc, char **argv)
{
	char **moved = calloc((size_t)argc + 1, sizeof(*moved));
	struct err err = ERR_NONE;
	int n = 0, rc;

	if (!moved) {
		err_set(&err, ERR_SYSTEM, "out of memory");
		return fail(cmd->name, &err);
	}
	for (int i = 1; i < before; i++)
		moved[n++] = argv[i];
	for (int i = before + 1; i < argc; i++)
		moved[n++] = argv[i];
	rc = subcommand_run(cmd, n, moved, &err);
	free(moved);
	if (!rc && memory_short())
		rc = err_set(&err, ERR_SYSTEM,
			     "out of memory: something is missing in what was printed");
	if (rc && err.text[0])
		return fail(cmd->name, &err);
	return err_exit((enum err_code)rc);
}

/* --lang before anything is parsed, so that an error in the options speaks it too. */
static const char *lang_of(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			return argv[i] + 7;
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			return argv[i + 1];
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct subcommand *cmd;
	struct err err = ERR_NONE;
	int at = 1;

	signal(SIGPIPE, SIG_DFL);
	program_language(lang_of(argc, argv));
	while (at < argc && strncmp(argv[at], "--", 2) == 0) {
		if (strcmp(argv[at], "--help") == 0) {
			brief(stdout);
			return 0;
		}
		if (strcmp(argv[at], "--version") == 0) {
			printf("opinia %s\n", OPINIA_VERSION);
			return 0;
		}
		at += strchr(argv[at], '=') ? 1 : words_of_option(argv[at]);
	}
	if (at >= argc) {
		brief(stderr);
		return ERR_USAGE;
	}
	if (strcmp(argv[at], "-h") == 0) {
		brief(stdout);
		return 0;
	}
	cmd = subcommand_find(argv[at]);
	if (!cmd) {
		subcommand_unknown(argv[at], &err);
		return fail(NULL, &err);
	}
	return run(cmd, at, argc, argv);
}
