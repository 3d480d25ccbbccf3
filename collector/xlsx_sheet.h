/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx_sheet.h: one sheet of a workbook as a stream of CSV (separated by commas, UTF-8), a
 * line for every row, also for blank ones: row 17 of the sheet is row 17 of the stream. So
 * whatever is known about tables holds for sheets, too, and a rejected row can be written
 * down. Memory: one row and a piece of XML, whatever the size.
 */
#ifndef OPINIA_COLLECTOR_XLSX_SHEET_H
#define OPINIA_COLLECTOR_XLSX_SHEET_H

#include "collector/xlsx_book.h"

struct xlsx_sheet;

/* @book is borrowed; sheet @i of it. */
int xlsx_sheet_open(struct xlsx_sheet **out, struct xlsx_book *book, size_t i,
		    struct err *err);
void xlsx_sheet_own(struct xlsx_sheet *s); /* closing it closes the book, too */

extern const struct input_feed xlsx_sheet_feed; /* its self is the sheet */

#endif
