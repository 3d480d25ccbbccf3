/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_check.c: recompute everything from the documents and say whether it agrees. */
#include "cli/check_scales.h"
#include "cli/readers.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "scales", OPTION_FLAG, NULL,
	  N_("Instead: do scores and words of each source belong together?") },
	OPTION_FORMAT,
};

static void tell(void *self, const char *what)
{
	struct program *p = self;

	fprintf(p->out, "%s\n", what);
}

static void remark(const char *text)
{
	fprintf(stderr, "opinia check: %s\n", text);
}

static int check_asked(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_check c;
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE, "check takes no argument");
	if (option_given(o, "scales"))
		return check_scales(p, err);
	if (option_given(o, "format"))
		return err_set(err, ERR_USAGE, "--format goes with --scales");
	/* else each comment that cannot be split into words would count as the store's fault */
	rc = opinia_analyzer_ready(p->analyzer, err);
	if (rc)
		return rc;
	rc = opinia_store_check(p->store, tell, p, &c, err);
	if (rc && rc != ERR_NOTHING)
		return rc;
	fprintf(p->out,
		_("%llu documents, %llu bitmaps, %llu roll-up blocks, %llu words, %llu "
		  "customers "
		  "looked at: %llu wrong\n"),
		(unsigned long long)c.documents, (unsigned long long)c.bitmaps,
		(unsigned long long)c.rollups, (unsigned long long)c.words,
		(unsigned long long)c.customers, (unsigned long long)c.wrong);
	if (c.unswept)
		remark(_(
			"Free pages of the data file still hold what was erased: `opinia "
			"erase --compact`, while nothing else has the store open."));
	if (c.key_pending)
		remark(_("The key file still has keys of the erased: it could not be "
			 "written. The next command that writes tries again."));
	if (c.list_short)
		remark(_("The list of the erased is not there, or shorter than it was: "
			 "restored backups will not obey it."));
	if (rc)
		return err_set(err, ERR_NOTHING,
			       "the store does not agree with its documents");
	return 0;
}

/* Nothing is wrong with a reader that stays, but the file grows behind it. */
static int tell_readers(struct program *p, struct err *err)
{
	struct opinia_reader *list;
	size_t n;
	int rc = opinia_store_readers(p->store, &p->arena, &list, &n, err);

	for (size_t i = 0; !rc && i < n; i++) {
		char name[READER_NAME_MAX];

		if (!list[i].behind)
			continue;
		reader_name(list[i].pid, name);
		fprintf(stderr,
			_("opinia check: process %d (%s) reads the store as it was %llu "
			  "landings ago; until it lets go, nothing that was replaced "
			  "since "
			  "gives its room back, and the file grows\n"),
			list[i].pid, name, (unsigned long long)list[i].behind);
	}
	return rc;
}

static int check_run(struct program *p, const struct options *o, struct err *err)
{
	int rc = check_asked(p, o, err), rc2 = 0;

	if (!option_given(o, "scales") && (!rc || rc == ERR_NOTHING))
		rc2 = tell_readers(p, rc ? NULL : err);
	return rc ? rc : rc2;
}

const struct subcommand cmd_check = {
	.name = "check",
	.args = "",
	.summary = N_("Recompute every count from the documents and compare"),
	.opens = OPENS_ANALYZER | OPENS_STORE | OPENS_CAREFUL,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = check_run,
	.examples = "  opinia check\n"
		    "  opinia check --scales\n",
};
