/* SPDX-License-Identifier: Apache-2.0 */
/* printer_format.h: what the three formats of printer.c share; of no concern outside of them. */
#ifndef OPINIA_CLI_PRINTER_FORMAT_H
#define OPINIA_CLI_PRINTER_FORMAT_H

#include "cli/printer.h"

struct print_driver {
	void (*head)(struct printer *p);
	bool (*row)(struct printer *p,
		    const struct cell *cells); /* false: out of memory */
	void (*foot)(struct printer *p);
};

struct printer {
	struct printer_options opt;
	const struct column *columns;
	size_t column_count, rows;
	const struct print_driver *driver;
	struct arena arena; /* table: the texts of all rows   */
	struct table_row *first, **end;
};

extern const struct print_driver print_table, print_json, print_csv;

#endif
