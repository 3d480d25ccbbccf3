/* SPDX-License-Identifier: Apache-2.0 */
/* table.h: tables that scroll inside their own box, with a caption and headers that have
 * a scope. */
#ifndef OPINIA_REPORT_TABLE_H
#define OPINIA_REPORT_TABLE_H

#include "report/html.h"

/* @head: already in the language of the page. The first column names the row. */
void table_open(struct html *h, struct sv caption, const char *const *head, size_t count);
void table_close(struct html *h);
void table_row(
	struct html *h); /* a row is opened, one before it closed by table_row_end() */
void table_row_end(struct html *h);
void table_name(struct html *h, struct sv text); /* th of the row */
void table_cell(struct html *h, const char *z);	 /* a number or a short text */

/* "The figures as a table" */
void table_fold(struct html *h, struct sv what);
void table_fold_end(struct html *h);

#endif
