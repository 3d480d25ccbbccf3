/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_retention.c: what is older than [retention] of opinia.conf allows loses words and customers; how
 * is in retaining.c.
 */
#include "cli/retaining.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "dry-run", OPTION_FLAG, NULL, N_("Only say what would go") },
	{ "yes", OPTION_FLAG, NULL, N_("Also when the clock is in doubt") },
};

static const struct column columns[] = {
	{ .name = "source", .title = N_("source"), .type = COLUMN_TEXT },
	{ .name = "limit", .title = N_("kept"), .type = COLUMN_TEXT },
	{ .name = "until", .title = N_("goes, up to"), .type = COLUMN_TEXT },
	{ .name = "records", .title = N_("records"), .type = COLUMN_COUNT },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static int print(struct retaining *r, struct err *err)
{
	struct column titled[COLUMNS];
	struct printer *printer;
	int rc;

	for (size_t i = 0; i < COLUMNS; i++) {
		titled[i] = columns[i];
		titled[i].title = _(columns[i].title);
	}
	rc = program_printer(r->p, titled, COLUMNS, &printer, err);
	for (size_t i = 0; !rc && i < r->count; i++) {
		const struct retaining_limit *l = &r->limits[i];
		char day[WHEN_TEXT_MAX] = "";

		if (!l->kept)
			day_format(l->last_old, day);
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(l->source.n ? l->source : SV("default")),
				l->kept ? cell_none() : cell_text(l->text),
				l->kept ? cell_none() : cell_text(sv_of(day)),
				cell_count(l->count) },
			err);
	}
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	return rc;
}

static int sweep(struct program *p, struct err *err)
{
	bool done;
	int rc = opinia_store_compact(p->store, &done, err);

	if (!rc && !done)
		fprintf(stderr, "opinia retention: %s\n",
			_("somebody else has the store open: free pages of its file keep "
			  "what "
			  "was erased until `opinia erase --compact` is run alone"));
	return rc;
}

static void tell(struct retaining *r)
{
	program_remark(r->p,
		       _("%llu records are anonymous now; of %llu customers "
			 "nothing is left"),
		       (unsigned long long)r->erased.records,
		       (unsigned long long)r->erased.persons);
	if (r->blanked)
		program_remark(r->p,
			       ngettext("%llu row that was set aside is overwritten",
					"%llu rows that were set aside are overwritten",
					(unsigned long)r->blanked),
			       (unsigned long long)r->blanked);
}

static int apply(struct retaining *r, const struct options *o, struct err *err)
{
	bool asked = option_given(o, "yes");
	int rc = asked ? 0 : retaining_clock(r, err);

	if (!rc)
		rc = retaining_find(r, err);
	if (!rc && !asked)
		rc = retaining_modest(r, err);
	if (!rc)
		rc = print(r, err);
	if (!rc)
		rc = retaining_apply(r, err);
	if (!rc)
		tell(r);
	return rc || !r->erased.records ? rc : sweep(r->p, err);
}

static int look(struct retaining *r, struct err *err)
{
	int rc = retaining_find(r, err);

	if (!rc)
		rc = print(r, err);
	if (!rc && r->blanked)
		program_remark(
			r->p,
			ngettext("%llu row that was set aside would be overwritten",
				 "%llu rows that were set aside would be overwritten",
				 (unsigned long)r->blanked),
			(unsigned long long)r->blanked);
	return rc;
}

static int retention_run(struct program *p, const struct options *o, struct err *err)
{
	struct retaining r = { .p = p, .arena = &p->arena, .now = p->now, .lock = -1 };
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE, "retention takes no argument");
	rc = retaining_read(&r, err);
	if (rc)
		return rc;
	if (option_given(o, "dry-run"))
		return look(&r, err);
	rc = retaining_lock(&r, err);
	if (!rc)
		rc = apply(&r, o, err);
	retaining_unlock(&r);
	return rc;
}

const struct subcommand cmd_retention = {
	.name = "retention",
	.args = "[--dry-run]",
	.summary = N_("Erase words and customers that are older than allowed"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = retention_run,
	.examples = "  opinia retention --dry-run\n",
};
