/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_csv.h: a table, wherever its rows come from. What is known about headers, values and
 * exports of tools is here; source_xlsx.c lends it the rows of a sheet.
 */
#ifndef OPINIA_COLLECTOR_SOURCE_CSV_H
#define OPINIA_COLLECTOR_SOURCE_CSV_H

#include "collector/file_source.h"

enum { HEADER_ROWS = 10 };

struct table_plan {
	const struct adapter *adapter;
	char delimiter; /* 0: found by looking */
	bool sheet; /* rows are counted, not lines; the header may stand below a title */
};

/* As adapter.open(). */
int csv_table_open(struct source **out, const struct table_plan *plan,
		   const struct source_config *config, struct err *err);
int csv_table_pull(struct source *s, struct sv cursor, struct batch *out,
		   struct err *err);
void csv_table_close(struct source *s);

#endif
