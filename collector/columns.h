/* SPDX-License-Identifier: Apache-2.0 */
/*
 * columns.h: which column is which field, and from that what kind of records a file has.
 * What a person says (--map, --kind) goes before what is recognised. A column that nobody
 * understands is kept by name only: its contents are never stored.
 */
#ifndef OPINIA_COLLECTOR_COLUMNS_H
#define OPINIA_COLLECTOR_COLUMNS_H

#include "collector/exports.h"
#include "collector/fields.h"
#include "core/arena.h"
#include "core/err.h"

enum { COLUMNS_MAX = 512 };

struct column {
	struct sv name;
	struct meaning means; /* FIELD_NONE: left out */
	const char *why;      /* left out: a sentence; NULL: not understood */
	char behind;	      /* only what is behind the last one of these; 0: all */
};

struct columns {
	struct column at[COLUMNS_MAX];
	size_t count;
	enum record_kind kind;
	bool by_number; /* there is no header: columns are #1, #2, … */
	bool scores;	/* JSON Lines: there are lists of scores */
};

struct columns_told {
	const char *kind;	 /* NULL: recognise */
	const char *const *maps; /* "FIELD=COLUMN" */
	size_t map_count;
	const struct export *export; /* the tool that wrote it; NULL: not known */
};

/* Another column; its name is borrowed as long as @c lives. False: COLUMNS_MAX is reached. */
bool columns_add(struct columns *c, struct sv name);

/* Does this look like a header: is a name understood in any kind, or is one mapped? */
bool columns_any_known(const struct columns *c, const struct columns_told *told);

/*
 * Decide kind and fields of all columns. ERR_USAGE: a wrong kind or field, nothing is
 * understood; ERR_MISSING: a mapped column that is not there.
 */
int columns_settle(struct columns *c, const struct columns_told *told, struct err *err);

/* The same for the last one, which came after the others (JSON Lines). */
void columns_settle_last(struct columns *c);

#endif
