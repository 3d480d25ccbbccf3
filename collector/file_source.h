/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_source.h: what all adapters that read files share: the window, the columns, the shape
 * of values, rejected rows, and the last steps from a filled record to one that is given
 * out. The first member of their own structs.
 */
#ifndef OPINIA_COLLECTOR_FILE_SOURCE_H
#define OPINIA_COLLECTOR_FILE_SOURCE_H

#include "collector/adapter.h"
#include "collector/columns.h"
#include "collector/csv.h"
#include "collector/encoding.h"
#include "collector/occurrence.h"
#include "collector/rejects.h"
#include "collector/sample.h"
#include "collector/shape.h"

struct file_source {
	struct source base;
	struct input in;
	struct csv_reader reader;
	struct arena arena; /* as long as the source */
	struct columns columns;
	struct columns_told told;
	struct import_column *said; /* COLUMNS_MAX; what base.seen.columns shows */
	struct sample *samples;	    /* COLUMNS_MAX */
	struct notes notes;
	struct shape shape;
	enum encoding usual;
	struct occurrences twins;
	struct rejects rejects;
	const char *name;   /* the file's own, without folders */
	const char *source; /* of the records */
	const struct import_options *options;
	const struct export *export; /* the tool that wrote it; NULL: not known */
	struct zone *own_zone;	     /* of that tool, where it is not the import's */
	enum csv_result result;	     /* of the last row read */
	struct err why;		     /* CSV_BAD: what is wrong with it */
	bool pending;		     /* the row did not fit into the last batch */
	bool repaired;		     /* the row was in another encoding, says fill() */
	bool doubtful;		     /* fill() must find out what the row is encoded in */
	bool ended;
	struct sv batch_source; /* in the batch's arena */
};

/* Make @fs ready: takes over the input only if it succeeds. Afterwards file_source_release(). */
int file_source_init(struct file_source *fs, const struct adapter *adapter,
		     const struct source_config *config, struct err *err);
void file_source_release(struct file_source *fs);

/* Behind the header: is it a tool's export? Then its habits count, where nothing else is told. */
int file_source_export(struct file_source *fs, struct err *err);

/* After columns and samples are known: decide the shape and fill base.seen. */
void file_source_decide(struct file_source *fs);

/* Show column @i, as it is now, in base.seen. */
void file_source_say(struct file_source *fs, size_t i);

/*
 * One pull: rows by @read (as csv_next()), each filled in by @fill (0, ERR_INPUT: set the
 * row aside, ERR_AGAIN: the batch is full; *blank: there is nothing in the row).
 */
struct file_rows {
	int (*read)(struct csv_reader *r, enum csv_result *out, struct err *why);
	int (*fill)(struct file_source *fs, struct batch *b, struct record *r,
		    bool *blank, struct err *err);
};
int file_source_pull(struct file_source *fs, const struct file_rows *rows,
		     struct batch *out, struct err *err);

#endif
