/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_collector.h: the door of the room that brings feedback in. Now from files:
 * docs/formats/import.md says which and how they are understood.
 *
 * What is passed in is borrowed: options and the zone until the import is closed, the rest
 * for the call. What comes out lives as long as the import; records live in the batch. One
 * import belongs to one thread at a time; different imports do not know of each other.
 */
#ifndef OPINIA_COLLECTOR_OPINIA_COLLECTOR_H
#define OPINIA_COLLECTOR_OPINIA_COLLECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/batch.h"
#include "core/err.h"
#include "core/record.h"
#include "core/when.h"

struct opinia_import;

struct import_options {
	const char *source;	 /* of the records; NULL: "files" */
	const char *channel;	 /* where a row has none; NULL: "other" */
	const char *kind;	 /* NULL: recognised from the columns */
	const char *const *maps; /* "FIELD=COLUMN", "FIELD=#3"; these go first */
	size_t map_count;
	const char *const *scales; /* "csat=1..10"; "csat=5..1": 1 is the best */
	size_t scale_count;
	const struct zone *zone; /* of times without one; NULL: UTC */
	const char *rejected;	 /* for rows that are no records; NULL: PATH.rejected */
	bool dry_run;		 /* writes nothing */
};

struct import_column {
	struct sv name;	   /* as in the file; "#3" where there is no header */
	struct sv field;   /* "csat", "attr.plan"; empty: left out */
	const char *why;   /* left out: the reason; NULL: its name is not understood */
	struct sv example; /* the first cell that says something, cut; personal data! */
	int16_t min, max;  /* of a score; both 0: no score */
};

struct import_recognised {
	const char *format;   /* "csv", "jsonl" */
	const char *encoding; /* "UTF-8", "windows-1250", … */
	bool bom;	      /* it has a byte order mark */
	char delimiter;	      /* csv: , ; tab |; 0: one column only */
	bool header;	      /* csv: the first row names the columns */
	bool decimal_comma;
	const char *dates; /* "dd.mm.yyyy"; "none" where there is no time */
	enum record_kind kind;
	const struct import_column *columns;
	size_t column_count;
	const struct sv *notes; /* sentences: what was decided on the sample */
	size_t note_count;
};

struct import_progress {
	uint64_t bytes, size; /* read so far, of the file; size 0: not known (a pipe) */
	uint64_t rows;	      /* of data, blank ones not counted */
	uint64_t records;     /* given out */
	uint64_t rejected;    /* rows that went to the file of rejected ones */
	uint64_t repaired;    /* rows that were not in the encoding of the file */
	uint64_t unanswered;  /* scores of 0 on a scale from 1: read as "not answered" */
};

struct import_reject {
	uint64_t line;
	char why[200];
};

/*
 * Open @path ("-": standard input) and recognise what it is from its first megabyte. On
 * failure *out is NULL. ERR_MISSING: no such file, or no column as named by a map.
 * ERR_USAGE: an option is wrong, or nothing in the file is understood (the sentence says
 * what to do). ERR_INPUT: empty, or no text. ERR_SYSTEM: not readable.
 */
int opinia_import_open(struct opinia_import **out, const char *path,
		       const struct import_options *options, struct err *err);

const struct import_recognised *opinia_import_recognised(const struct opinia_import *imp);

/*
 * Empty @out and fill it with the next records, BATCH_RECORDS at most; each has passed
 * record_check(). An empty batch is the end, and stays so; by then the rejected rows are
 * on the disk. The same file read again gives the same records, `occurrence` included.
 * ERR_SYSTEM: reading, or writing the rejected rows, failed: @out may hold records that
 * are good nevertheless. Rows that are no records are no error: they are counted.
 */
int opinia_import_pull(struct opinia_import *imp, struct batch *out, struct err *err);

struct import_progress opinia_import_progress(const struct opinia_import *imp);

/* The first rejected rows of this run (8 at most), and where all of them are; NULL: nowhere. */
const struct import_reject *opinia_import_rejects(const struct opinia_import *imp,
						  size_t *count);
const char *opinia_import_rejected_path(const struct opinia_import *imp);

void opinia_import_close(struct opinia_import *imp); /* NULL is fine */

#endif
