/* SPDX-License-Identifier: Apache-2.0 */
/* reading.c: see reading.h. */
#include "cli/reading.h"

#include "core/i18n.h"

static const struct column columns[] = {
	{ .name = "what", .title = N_("what"), .type = COLUMN_TEXT },
	{ .name = "values", .title = N_("read"), .type = COLUMN_COUNT },
	{ .name = "bytes", .title = N_("bytes"), .type = COLUMN_COUNT },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* Programs are told the same in every language. */
static int row(struct program *p, struct printer *printer, const char *what, uint64_t n,
	       struct cell bytes, struct err *err)
{
	what = p->format == PRINT_TABLE ? _(what) : what;
	return printer_row(
		printer, (struct cell[]){ cell_text(sv_of(what)), cell_count(n), bytes },
		err);
}

int reading_print(struct program *p, struct err *err)
{
	struct opinia_explain e;
	struct column titled[COLUMNS];
	struct printer *printer;
	int rc;

	opinia_explain_read(p->snap, &e);
	for (size_t i = 0; i < COLUMNS; i++) {
		titled[i] = columns[i];
		titled[i].title = _(columns[i].title);
	}
	rc = program_printer(p, titled, COLUMNS, &printer, err);
	for (int i = 0; !rc && i < TOUCH_COUNT; i++)
		rc = row(p, printer, opinia_touch_name((enum opinia_touch)i),
			 e.touched[i].values, cell_count(e.touched[i].bytes), err);
	if (!rc)
		rc = row(p, printer, N_("records looked at"), e.rows, cell_none(), err);
	if (!rc)
		rc = row(p, printer, N_("segments read"), e.segments, cell_none(), err);
	if (!rc)
		rc = row(p, printer, N_("segments passed over"), e.passed_over,
			 cell_none(), err);
	if (!rc)
		rc = row(p, printer, N_("segments counted together"), e.spanned,
			 cell_none(), err);
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}
