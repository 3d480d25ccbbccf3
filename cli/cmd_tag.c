/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_tag.c: a filter without a store. One comment a line, or JSON Lines {"id","text"[,"lang"]},
 * in; one JSON verdict a line out, in order. Blocks of lines are read by as many threads as there
 * are cores and written in turn, so the output does not depend on the threads.
 */
#include <errno.h>
#include <string.h>

#include "cli/subcommand.h"
#include "cli/tagging.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "input", OPTION_CHOICE, "auto|text|json",
	  N_("What the lines are (default: seen on the first)") },
	OPTION_LEXICON,
	OPTION_PACK,
	{ "lang-hint", OPTION_TEXT, "LANG",
	  N_("The language to expect where a line names none") },
	{ "threads", OPTION_NUMBER, "N", N_("Threads (default: one a core)") },
};

static int tag_run(struct program *p, const struct options *o, struct err *err)
{
	struct tagging t = {
		.analyzer = p->analyzer,
		.hint = sv_of(option_text(o, "lang-hint", NULL)),
		.input = option_text(o, "input", "auto"),
		.threads = option_number(o, "threads", 0),
		.in = stdin,
		.out = p->out,
	};
	int rc;

	if (o->arg_count > 1)
		return err_set(err, ERR_USAGE, "tag reads one file, or standard input");
	if (o->arg_count && sv_eq(sv_of(o->args[0]), SV("-")) == 0) {
		t.in = fopen(o->args[0], "re");
		if (!t.in)
			return errno == ENOENT ? err_set(err, ERR_MISSING,
							 "no such file: %s", o->args[0])
					       : err_set(err, ERR_SYSTEM, "%s: %s",
							 o->args[0], strerror(errno));
	}
	rc = tagging_run(&t, err);
	if (t.in != stdin)
		fclose(t.in);
	return rc;
}

const struct subcommand cmd_tag = {
	.name = "tag",
	.args = "[FILE]",
	.summary = N_("Read comments, one a line, and write a JSON verdict of each"),
	.opens = OPENS_ANALYZER,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = tag_run,
	.examples = "  echo 'nu merge plata cu cardul' | opinia tag\n"
		    "  opinia tag < comments.jsonl > verdicts.jsonl\n"
		    "  echo 'Pokój był brudny' | opinia tag --pack hospitality\n",
};
