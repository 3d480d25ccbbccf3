/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_backup.c: the store as of now, checked and encrypted, in one file that was read back. */
#include <string.h>
#include <sys/stat.h>

#include "cli/audit.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "passphrase-file", OPTION_TEXT, "FILE",
	  N_("Encrypt with its first line, not with the store's key") },
	OPTION_REASON,
};

static void tell(void *self, const char *what)
{
	(void)self;
	fprintf(stderr, "opinia backup: %s\n", what);
}

/* In a folder, a name by the time. */
static const char *file_named(struct program *p, const char *arg)
{
	struct civil c = when_civil(p->zone, when_now());
	struct stat st;

	if (stat(arg, &st) || !S_ISDIR(st.st_mode))
		return arg;
	return arena_printf(&p->arena, "%s/opinia-%04d%02d%02dT%02d%02d%02d.backup", arg,
			    c.year, c.month, c.day, c.hour, c.minute, c.second);
}

static int backup_run(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_audit entry = audit_entry(p, "backup", (struct sv){ NULL, 0 },
						sv_of(option_text(o, "reason", NULL)));
	struct opinia_backup out;
	const char *file;
	int rc;

	if (o->arg_count != 1)
		return err_set(err, ERR_USAGE, "where to? opinia backup FILE");
	file = file_named(p, o->args[0]);
	if (!file)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_store_audit(p->store, &entry, err);
	if (!rc)
		rc = opinia_store_backup(p->store, file,
					 option_text(o, "passphrase-file", NULL), tell,
					 NULL, &out, err);
	if (rc == ERR_NOTHING)
		return err_set(err, ERR_NOTHING,
			       "the store does not agree with its documents, so there is "
			       "no backup of it");
	if (rc)
		return rc;
	fprintf(p->out, _("%s: %llu documents, %llu bytes, checked and read back\n"),
		file, (unsigned long long)out.documents, (unsigned long long)out.bytes);
	fprintf(stderr, "opinia backup: %s\n",
		_("the key is not in it, nor are opinia.conf and lexicons.d: back them "
		  "up "
		  "apart, and the list of the erased with the key"));
	return 0;
}

const struct subcommand cmd_backup = {
	.name = "backup",
	.args = "FILE | DIR",
	.summary = N_("Write a checked and encrypted backup of the store"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = backup_run,
	.examples = "  opinia backup monday.backup\n",
};
