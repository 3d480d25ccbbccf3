/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_upgrade.c: a store that an older opinia has made, into the format that this one works with. */
#include <string.h>

#include "cli/audit.h"
#include "cli/progress.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "dry-run", OPTION_FLAG, NULL, N_("Only say what would be done") },
	OPTION_REASON,
};

static void tell(void *self, const char *what)
{
	(void)self;
	fprintf(stderr, "opinia upgrade: %s\n", what);
}

static void step(void *self, uint64_t done, uint64_t size, uint64_t items)
{
	progress_step(self, done, size, items);
}

static void say_plan(struct program *p, const struct opinia_upgrade *u)
{
	fprintf(p->out,
		_("%s has format %u, this program works with %u. `opinia upgrade` "
		  "would read %.1f MB and write them anew:\n"),
		p->store_dir, (unsigned)u->from, (unsigned)u->to, (double)u->bytes / 1e6);
	fprintf(p->out, "  %s\n", _(u->what));
	fprintf(p->out,
		_("Meanwhile nothing else may have the store open, and there must be "
		  "room for two more copies, %.1f MB.\n"),
		2 * (double)u->bytes / 1e6);
}

static void say_done(struct program *p, const struct opinia_upgrade *u, int64_t ms)
{
	fprintf(p->out,
		ngettext("%s: from format %u to %u, %llu record, checked, %.1f MB, "
			 "%.1f s\n",
			 "%s: from format %u to %u, %llu records, checked, %.1f MB, "
			 "%.1f s\n",
			 u->rows),
		p->store_dir, (unsigned)u->from, (unsigned)u->to,
		(unsigned long long)u->rows, (double)u->bytes / 1e6, (double)ms / 1000);
	fprintf(stderr, "opinia upgrade: %s\n",
		_("older programs do not read it any more; make a new backup"));
}

static int upgrade_run(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_store_options opt = program_store_options(p);
	struct opinia_audit why = audit_entry(p, "upgrade", (struct sv){ NULL, 0 },
					      sv_of(option_text(o, "reason", NULL)));
	bool dry = option_given(o, "dry-run");
	struct progress bar;
	const struct opinia_upgrade_ear ear = { tell, step, &bar };
	struct opinia_upgrade done;
	int64_t began = when_now();
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE, "upgrade takes no argument");
	/* else each comment that cannot be split into words would count as the store's fault */
	rc = dry ? 0 : opinia_analyzer_ready(p->analyzer, err);
	if (rc)
		return rc;
	progress_begin(&bar, _("upgrading"), p->progress);
	rc = opinia_store_upgrade(&opt, dry, &ear, &why, &done, err);
	progress_end(&bar);
	if (rc == ERR_NOTHING)
		return err_set(err, ERR_NOTHING,
			       "what came out does not agree with its documents; the "
			       "store is as it was");
	if (rc)
		return rc;
	if (!done.what)
		fprintf(p->out, _("%s has format %u already; there is nothing to do\n"),
			p->store_dir, (unsigned)done.to);
	else if (dry)
		say_plan(p, &done);
	else
		say_done(p, &done, when_now() - began);
	return 0;
}

const struct subcommand cmd_upgrade = {
	.name = "upgrade",
	.args = "[--dry-run]",
	.summary = N_("Bring a store of an older opinia to the present format"),
	.opens = OPENS_ANALYZER,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = upgrade_run,
	.examples = "  opinia upgrade --dry-run\n"
		    "  opinia upgrade\n",
};
