/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer.h: rows out, as a table for people, JSON lines or CSV for programs. Commands do not
 * know which.
 *
 * A column is declared once; every row gives one cell a column. JSON has one object a row, its
 * keys are the column names, a metric is {"value","low","high","n"}; CSV spreads a metric over
 * four columns. Neither ever contains totals. In a table numbers are written the way the
 * language does (decimal comma in Romanian and Polish).
 */
#ifndef OPINIA_CLI_PRINTER_H
#define OPINIA_CLI_PRINTER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"
#include "core/taxonomy.h"

enum print_format { PRINT_TABLE, PRINT_JSON, PRINT_CSV };

enum column_type {
	COLUMN_TEXT,   /* left                                      */
	COLUMN_COUNT,  /* a whole number                            */
	COLUMN_NUMBER, /* a number with `decimals`                  */
	COLUMN_METRIC, /* value, interval, n                        */
	COLUMN_JSON,   /* JSON text as it stands; a table leaves it out */
};

struct column {
	const char *name;  /* key: stable, ASCII                     */
	const char *title; /* for people; NULL: not shown in a table */
	enum column_type type;
	uint8_t decimals;
	bool duration; /* a metric in ms: "2 h 05 min" in a table */
	bool last;     /* may be clipped at the edge of the terminal */
};

struct cell {
	bool known;
	struct sv
		text; /* of a COLUMN_METRIC: its key in JSON, where rows are different metrics */
	double value, low, high;
	bool has_interval;
	uint64_t n;
};

struct printer;

struct printer_options {
	enum print_format format;
	enum ui_lang lang;
	FILE *out;
	size_t columns; /* of the terminal; 0: not a terminal, nothing is clipped */
	bool colour;
};

int printer_open(struct printer **out, const struct printer_options *opt,
		 const struct column *columns, size_t column_count, struct err *err);
/* @cells: as many as columns; copied. */
int printer_row(struct printer *p, const struct cell *cells, struct err *err);
/* Writes what is left, frees. Returns ERR_SYSTEM when the output could not be written. */
int printer_close(struct printer *p, struct err *err);

struct cell cell_text(struct sv s);
struct cell cell_count(uint64_t n);
struct cell cell_number(double v);
struct cell cell_none(void);

/* "12,5" or "12.5"; "-0" never. @out has 40 bytes. */
void number_format(enum ui_lang lang, double v, int decimals, char out[40]);
/* "45 s", "12 min", "2 h 05 min", "3 d 4 h" */
void duration_format(double ms, char out[40]);

#endif
