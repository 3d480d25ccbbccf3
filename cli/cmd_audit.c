/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_audit.c: the audit trail, oldest first; `audit verify` only says whether it is whole. */
#include <string.h>

#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = { OPTION_FORMAT };

static const struct column columns[] = {
	{ .name = "number", .title = N_("number"), .type = COLUMN_COUNT },
	{ .name = "at", .title = N_("at"), .type = COLUMN_TEXT },
	{ .name = "uid", .title = NULL, .type = COLUMN_COUNT },
	{ .name = "who", .title = N_("who"), .type = COLUMN_TEXT },
	{ .name = "action", .title = N_("action"), .type = COLUMN_TEXT },
	{ .name = "what", .title = N_("what"), .type = COLUMN_TEXT },
	{ .name = "why", .title = N_("why"), .type = COLUMN_TEXT, .last = true },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct listing {
	struct program *p;
	struct printer *printer;
};

static struct cell text_or_none(struct sv s)
{
	return s.n ? cell_text(s) : cell_none();
}

static int print_entry(void *self, const struct opinia_audit *a, struct err *err)
{
	struct listing *l = self;
	char at[WHEN_TEXT_MAX];

	if (l->p->format == PRINT_TABLE)
		when_format_local(l->p->zone, a->at, at);
	else
		when_format(a->at, at);
	return printer_row(l->printer,
			   (struct cell[]){ cell_count(a->number), cell_text(sv_of(at)),
					    cell_count(a->uid), text_or_none(a->who),
					    text_or_none(a->action),
					    text_or_none(a->what), text_or_none(a->why) },
			   err);
}

static int list(struct program *p, struct err *err)
{
	struct listing l = { .p = p };
	struct column titled[COLUMNS];
	uint64_t n;
	int rc;

	for (size_t i = 0; i < COLUMNS; i++) {
		titled[i] = columns[i];
		titled[i].title = columns[i].title ? _(columns[i].title) : NULL;
	}
	rc = program_printer(p, titled, COLUMNS, &l.printer, err);
	if (rc)
		return rc;
	rc = opinia_audit_read(p->snap, print_entry, &l, &n, err);
	if (printer_close(l.printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && !n)
		rc = err_set(err, ERR_NOTHING, "the audit trail is empty");
	return rc;
}

static int audit_run(struct program *p, const struct options *o, struct err *err)
{
	uint64_t n;
	int rc;

	if (!o->arg_count)
		return list(p, err);
	if (o->arg_count != 1 || strcmp(o->args[0], "verify") != 0)
		return err_set(err, ERR_USAGE, "opinia audit, or opinia audit verify");
	if (!opinia_store_has_key(p->store))
		return err_set(err, ERR_CONFIG,
			       "the audit trail cannot be verified without the key");
	rc = opinia_audit_read(p->snap, NULL, NULL, &n, err);
	if (!rc)
		fprintf(p->out,
			ngettext("%llu entry, as it was written\n",
				 "%llu entries, as they were written\n", n),
			(unsigned long long)n);
	return rc;
}

const struct subcommand cmd_audit = {
	.name = "audit",
	.args = "[verify]",
	.summary = N_("Show who did what with personal data, and when"),
	.opens = OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = audit_run,
	.examples = "  opinia audit\n"
		    "  opinia audit verify\n",
};
