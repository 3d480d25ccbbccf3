/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h: rows out of a window, as RFC 4180 says: quotes, doubled quotes, line breaks in
 * quotes; rows end with LF, CRLF or CR; a quote in an unquoted field is a letter.
 *
 * What is no row is handed over whole with a reason and its line, and reading goes on at
 * the next line: an unterminated quote spoils its first line only, never the rest of the
 * file. All views are valid until the next call. A reader belongs to one thread.
 */
#ifndef OPINIA_COLLECTOR_CSV_H
#define OPINIA_COLLECTOR_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/input.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	CSV_ROW_MAX = 1 << 20, /* bytes */
	CSV_COLUMNS_MAX = 512,
};

/* How a FILE.rejected begins, and each remark in it (rejects.h). */
#define CSV_MARK SV("# opinia: ")
#define CSV_REMARK SV("# line ")

enum csv_result { CSV_END, CSV_ROW, CSV_BAD };

struct csv_field {
	struct sv text; /* without the quotes around it */
	bool doubled;	/* has "" in it: ask csv_text() */
};

struct csv_reader {
	struct input *in; /* borrowed */
	char delimiter;	  /* a byte that is no quote and no line end */
	bool comments;	  /* a FILE.rejected: lines with its remarks are skipped */
	bool by_rows;	  /* @line counts rows, not lines: a sheet has no lines */
	size_t expect; /* columns that every row has; 0: any. One column: no delimiter */
	uint64_t next_line;
	bool skipping; /* behind the first piece of a line over the ceiling */
	/* --- of the last row --- */
	struct csv_field field[CSV_COLUMNS_MAX];
	size_t count;
	uint64_t line;	/* where it begins, from 1 */
	struct sv raw;	/* its bytes without the line end */
	bool high, nul; /* has bytes that are not ASCII; has a NUL */
	bool cut;	/* BAD: the line goes on, csv_more() gives the rest */
};

void csv_begin(struct csv_reader *r, struct input *in, char delimiter);

/* *out: CSV_ROW, CSV_BAD (@why: the reason) or CSV_END. Returns ERR_SYSTEM if reading failed. */
int csv_next(struct csv_reader *r, enum csv_result *out, struct err *why);

/* The same for files of lines (JSON Lines): only @raw is filled; blank lines are skipped. */
int csv_line(struct csv_reader *r, enum csv_result *out, struct err *why);

/* After a cut row: the next piece of its line; empty at its end. */
int csv_more(struct csv_reader *r, struct sv *piece, struct err *err);

/* The text of a field without doubled quotes, in @a only if it has any. False: @a is full. */
bool csv_text(const struct csv_field *f, struct arena *a, struct sv *out)
	__attribute__((warn_unused_result));

#endif
