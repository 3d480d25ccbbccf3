/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_key.c: `key rotate`: a new key for the store, in the old one's place. */
#include <string.h>

#include "cli/audit.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "keep-old", OPTION_FLAG, NULL,
	  N_("Leave a copy of the old key file, with .old behind its name") },
	{ "to", OPTION_TEXT, "FILE",
	  N_("In a new file, which then is the store's key (--key)") },
	OPTION_REASON,
};

static int key_run(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_audit why;
	int rc;

	if (o->arg_count != 1 || strcmp(o->args[0], "rotate") != 0)
		return err_set(err, ERR_USAGE, "what about the key? opinia key rotate");
	why = audit_entry(p, "key rotate", (struct sv){ NULL, 0 },
			  sv_of(option_text(o, "reason", NULL)));
	rc = opinia_store_rotate(p->store, option_text(o, "to", NULL),
				 option_given(o, "keep-old"), &why, err);
	if (rc)
		return rc;
	fprintf(p->out,
		_("%s has a new key. Back it up, start again what has the store open, "
		  "and "
		  "make a new backup: older ones open with the old key only.\n"),
		opinia_store_key_path(p->store));
	return 0;
}

const struct subcommand cmd_key = {
	.name = "key",
	.args = "rotate [--to FILE]",
	.summary = N_("Give the store a new key"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = key_run,
	.examples = "  opinia key rotate --keep-old --reason 'a laptop was lost'\n",
};
