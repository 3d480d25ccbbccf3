/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.h: what a cell says. Each reader takes the trimmed text of one cell, gives the
 * value or ERR_INPUT and a sentence that quotes the cell. None guesses: an empty cell is
 * "not given" (ask value_absent() first), a word is no score, a day number of a spreadsheet
 * is no date. Pure functions, any thread.
 */
#ifndef OPINIA_COLLECTOR_VALUES_H
#define OPINIA_COLLECTOR_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/record.h"
#include "core/when.h"

enum date_style {
	DATE_NONE,
	DATE_ISO,
	DATE_DMY_DOT,
	DATE_DMY_SLASH,
	DATE_MDY_SLASH,
	DATE_DMY_DASH,
	DATE_UNIX_S,
	DATE_UNIX_MS,
	DATE_STYLES
};

struct point {
	int value;
	int of; /* the 5 of "4/5"; 0: not said */
};

/* What the digits between two date slashes allow: 1: day first, 2: month first, 3: both. */
enum { ORDER_DAY_FIRST = 1, ORDER_MONTH_FIRST = 2 };

const char *date_style_name(enum date_style s); /* "dd.mm.yyyy" */

/* Empty, or one of the marks that tools write for it: -, n/a, null, … */
bool value_absent(struct sv s);

/*
 * ISO 8601 (also with blanks, dots or slashes, the year first), dd.mm.yyyy, dd/mm/yyyy (or
 * mm/dd/yyyy where @month_first), dd-mm-yyyy, each with or without time and zone; Unix
 * seconds or milliseconds. Without a zone the time is in @z (NULL: UTC).
 */
int value_time(struct sv s, bool month_first, const struct zone *z, int64_t *utc_ms,
	       enum date_style *style, struct err *err);

/* Of "03/11/2026 …": which orders are possible; 0: it is not such a date. */
unsigned value_slash_order(struct sv s);

/* 4, "4,0", "4/5", "9 - very likely", "★★★★☆". */
int value_point(struct sv s, struct point *out, struct err *err);

/* "1.234,50 zł", "1,234.50": hundredths. @comma: what a lone "1.234" or "1,234" means. */
int value_cents(struct sv s, bool comma, int64_t *cents, struct err *err);
bool value_says_comma(struct sv s); /* only a decimal comma makes sense of it */

int value_yesno(struct sv s, enum tri *out, struct err *err);
int value_delivery(struct sv s, enum delivery *out, struct err *err);

/* "pl-PL", "polski", "Romanian": ro, pl, en … Empty: it says no language. */
struct sv value_language(struct sv s);

#endif
