/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx_book.h: what a workbook says before its cells can be read: the sheets, the texts that
 * cells share, which number formats are dates, from which day days are counted. Macros,
 * formulas and pictures are not looked at.
 */
#ifndef OPINIA_COLLECTOR_XLSX_BOOK_H
#define OPINIA_COLLECTOR_XLSX_BOOK_H

#include "collector/xlsx_part.h"
#include "core/arena.h"
#include "core/buf.h"

enum {
	XLSX_SHEETS_MAX = 256,
	XLSX_ROWS_MAX = 1048576,
	XLSX_TEXTS_MAX = 256 << 20, /* bytes of all shared texts */
	XLSX_TEXT_COUNT_MAX = 16 << 20,
	XLSX_CELL_MAX = 256 << 10, /* bytes; 32 767 letters are allowed */
};

#define XLSX_SHEET_BYTES_MAX ((uint64_t)2 << 30)

struct xlsx_sheet_name {
	struct sv name, part; /* "Odpowiedzi", "xl/worksheets/sheet1.xml" */
};

struct xlsx_book {
	struct pack *pack;
	struct arena arena;
	struct xlsx_sheet_name sheets[XLSX_SHEETS_MAX];
	size_t sheet_count;
	bool since_1904;
	/* cell style → is it a date? */
	bool *is_date;
	size_t style_count;
	struct buf texts; /* one behind the other */
	uint32_t *ends;	  /* of each */
	size_t text_count, text_room;
};

/* ERR_INPUT: it is no workbook, or a damaged one. */
int xlsx_book_open(struct xlsx_book **out, const struct input *in, struct err *err);
void xlsx_book_close(struct xlsx_book *b); /* NULL is fine */

struct sv xlsx_text(const struct xlsx_book *b,
		    uint64_t i); /* the empty view: there is none */

/* A number with the look of a date: "2026-03-01", "… 10:15:00", "10:15:00". False: it is none. */
bool xlsx_date(struct sv number, bool since_1904, char out[32]);
bool xlsx_format_is_date(struct sv code); /* "dd\.mm\.yyyy" */

/* _x000D_ and its like become the letter that they stand for, in place. */
size_t xlsx_unescape(char *p, size_t n);

#endif
