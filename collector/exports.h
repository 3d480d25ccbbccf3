/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exports.h: tables as survey and help-desk tools write them, recognised by their headers. A
 * tool is a row of one table (exports.c): which headers it has for sure, what they mean, and
 * its habits (a second header, a footer, words in place of points, a zone of its own).
 */
#ifndef OPINIA_COLLECTOR_EXPORTS_H
#define OPINIA_COLLECTOR_EXPORTS_H

#include "collector/fields.h"

enum { EXPORT_MARKS = 4, EXPORT_COLUMNS = 24, EXPORT_VALUES = 2 };

/* Headers as header_fold() leaves them, "this|or this"; one without letters as it is: "#". */
struct export_column {
	const char *headers;
	enum field field; /* FIELD_NONE: known, and left out */
	char behind; /* only what is behind the last one of these: '/' of a link; 0: all */
};

struct export
{
	const char *name;  /* "LimeSurvey" */
	const char *first; /* what the first column is called; NULL: anything */
	const char *marks[EXPORT_MARKS]; /* each must be there */
	struct export_column columns[EXPORT_COLUMNS];
	bool questions;		/* headers are questions: question_meaning() */
	bool second_header;	/* a row below the header that says what columns hold */
	bool footer;		/* a row of one cell at the end, the period */
	bool breaks_as_letters; /* a line break is written \ and n */
	bool month_first;	/* 03/01/2026 is of March */
	const char *zone;	/* of its times; NULL: that of the import */
	const char *values[EXPORT_VALUES]; /* as for --values */
	const char *scale;		   /* as for --scale; NULL: none */
};

/* Of the tool that writes such headers; NULL: none that is known. */
const struct export *export_find(const struct sv *headers, size_t count);
const struct export *const *export_all(size_t *count);

/* What it says about one header; NULL: nothing. */
const struct export_column *export_column(const struct export *e, struct sv header);

/* "Jak bardzo … poleciłbyś nas?": NPS. FIELD_NONE: it asks nothing that is understood. */
enum field question_meaning(struct sv header);

#endif
