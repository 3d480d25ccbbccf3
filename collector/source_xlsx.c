/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_xlsx.c: Excel workbooks (.xlsx, .xlsm). The first sheet whose header is understood is
 * read, and that is said; its rows go the way of all tables.
 */
#include "collector/source_csv.h"
#include "collector/xlsx_sheet.h"

static int xlsx_fits(struct sv head)
{
	return sv_starts(head, SV("PK\x03\x04")) ? 95 : 0;
}

/* ERR_USAGE or ERR_INPUT: perhaps another sheet is better. */
static int open_sheet(struct source **out, struct xlsx_book *book, size_t i,
		      const struct source_config *config, struct err *err)
{
	static const struct table_plan plan = { &adapter_xlsx, ',', true };
	struct source_config inner = *config;
	struct xlsx_sheet *sheet;
	struct input in;
	int rc = xlsx_sheet_open(&sheet, book, i, err);

	if (rc)
		return rc;
	rc = input_of_feed(&in, &xlsx_sheet_feed, sheet, err);
	inner.input = &in;
	if (!rc)
		rc = csv_table_open(out, &plan, &inner, err);
	if (!rc)
		xlsx_sheet_own(sheet);
	input_close(&in);
	return rc;
}

/* Which sheet it is, and what to do if it is the wrong one. */
static void say_sheet(struct source *s, const struct xlsx_book *book, size_t i)
{
	struct file_source *fs = (struct file_source *)s;
	struct sv name = sv_sub(book->sheets[i].name, 0, 120);

	if (book->sheet_count > 1)
		notes_add(&fs->notes,
			  "the sheet \"" SV_FMT "\" is read, the first whose header is "
			  "understood; the others (%zu) are not",
			  SV_ARG(name), book->sheet_count - 1);
	s->seen.note_count = fs->notes.count;
}

static int open_some_sheet(struct source **out, struct xlsx_book *book,
			   const struct source_config *config, struct err *err)
{
	struct err said = ERR_NONE;
	int rc = ERR_INPUT, first = 0;

	for (size_t i = 0; i < book->sheet_count; i++) {
		struct err why = ERR_NONE;

		rc = open_sheet(out, book, i, config, &why);
		if (!rc) {
			say_sheet(*out, book, i);
			return 0;
		}
		if (book->sheet_count > 1)
			err_at(&why, "sheet \"" SV_FMT "\"",
			       SV_ARG(sv_sub(book->sheets[i].name, 0, 120)));
		/* A sheet that has all but one column says more than one that has none. */
		if (!first || (rc == ERR_MISSING && first != ERR_MISSING)) {
			first = rc;
			said = why;
		}
		if (rc == ERR_SYSTEM)
			break;
	}
	if (err)
		*err = said;
	return first;
}

static int xlsx_open(struct source **out, const struct source_config *config,
		     struct err *err)
{
	struct xlsx_book *book;
	int rc;

	*out = NULL;
	rc = xlsx_book_open(&book, config->input, err);
	if (rc)
		return rc;
	rc = open_some_sheet(out, book, config, err);
	if (rc)
		xlsx_book_close(book);
	else
		input_close(config->input);
	return rc;
}

const struct adapter adapter_xlsx = {
	.kind = "xlsx",
	.summary = "rows of an Excel workbook",
	.fits = xlsx_fits,
	.open = xlsx_open,
	.pull = csv_table_pull,
	.close = csv_table_close,
};
