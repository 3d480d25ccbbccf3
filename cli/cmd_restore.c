/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_restore.c: a store out of a backup, in a new place. */
#include <string.h>

#include "cli/audit.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "to", OPTION_TEXT, "DIR", N_("The new store; nothing may be there") },
	{ "passphrase-file", OPTION_TEXT, "FILE",
	  N_("What it was encrypted with, if not with the store's key") },
	{ "erased", OPTION_TEXT, "FILE",
	  N_("The list of the erased (default: beside the key where one is named, else "
	     "DIR.erased)") },
	OPTION_REASON,
};

static void tell(void *self, const char *what)
{
	(void)self;
	fprintf(stderr, "opinia restore: %s\n", what);
}

static void remarks(const struct opinia_backup *out)
{
	if (out->upgraded) {
		fputs("opinia restore: ", stderr);
		fprintf(stderr,
			_("the backup was of format %u, the store is of format %u\n"),
			(unsigned)out->from, (unsigned)out->to);
	}
	if (!out->has_key)
		fprintf(stderr, "opinia restore: %s\n",
			_("the store's key is not here: there are numbers, and no "
			  "words"));
	else if (!out->list_found)
		fprintf(stderr, "opinia restore: %s\n",
			_("there is no list of the erased: whoever was erased since this "
			  "backup, and is not out of the key file, is back; put the list "
			  "there and run any command"));
}

static int restore_run(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_store_options opt = program_store_options(p);
	struct opinia_audit why = audit_entry(p, "restore", (struct sv){ NULL, 0 },
					      sv_of(option_text(o, "reason", NULL)));
	struct opinia_backup out;
	int rc;

	opt.dir = option_text(o, "to", NULL);
	opt.erased_file = option_text(o, "erased", NULL);
	if (o->arg_count != 1 || !opt.dir)
		return err_set(err, ERR_USAGE,
			       "which, and where to? opinia restore FILE --to DIR");
	rc = opinia_store_restore(&opt, o->args[0],
				  option_text(o, "passphrase-file", NULL), tell, NULL,
				  &why, &out, err);
	if (rc == ERR_NOTHING)
		return err_set(
			err, ERR_NOTHING,
			"what is in the backup does not agree with itself; nothing "
			"was restored");
	if (rc)
		return rc;
	fprintf(p->out, _("%s: %llu documents, checked\n"), opt.dir,
		(unsigned long long)out.documents);
	remarks(&out);
	return 0;
}

const struct subcommand cmd_restore = {
	.name = "restore",
	.args = "FILE --to DIR",
	.summary = N_("Make a store out of a backup, in a new place"),
	.opens = OPENS_ANALYZER,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = restore_run,
	.examples = "  opinia --key \"$OPINIA_STORE.key\" restore sunday.backup --to "
		    "./again\n",
};
