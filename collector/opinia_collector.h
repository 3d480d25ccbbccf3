/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_collector.h: the door of the room that brings feedback in: from files that a person
 * names (docs/formats/import.md), from configured sources that are asked again and again
 * (opinia-sources(5)), from services that call (docs/formats/map.md).
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
#include "core/cancel.h"
#include "core/err.h"
#include "core/record.h"
#include "core/settings.h"
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
	const char *const *values; /* "csat=good=1 bad=0": words that are points */
	size_t value_count;
	const struct zone *zone; /* of times without one; NULL: UTC */
	const char *rejected;	 /* for rows that are no records; NULL: PATH.rejected */
	bool dry_run;		 /* writes nothing */
	const char
		*mime_program; /* takes mails apart: opinia-mime; NULL: none are read */
};

/*
 * What [source @name] of opinia.conf says about files: how a column, scale or word is to be
 * read if its adapter is `files`, else only the channel. *found: there is such a section.
 * Everything lives in @arena.
 */
int opinia_import_saved(const struct settings *settings, const char *name,
			const struct zone *zone, struct arena *arena, bool *found,
			struct import_options *out, struct err *err);

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

/* What a source saw that is no record: automatic replies, bounces, keys that mean nothing … */
enum { TALLIES_MAX = 12 };
struct source_tally {
	const char *what; /* msgid */
	uint64_t n;
};

/*
 * Open @path ("-": standard input) and recognise what it is from its first megabyte. On
 * failure *out is NULL. ERR_MISSING: no such file, or no column as named by a map.
 * ERR_USAGE: an option is wrong, or nothing in the file is understood (the sentence says
 * what to do). ERR_INPUT: empty, or no text. ERR_SYSTEM: not readable.
 */
int opinia_import_open(struct opinia_import **out, const char *path,
		       const struct import_options *options, struct err *err);

/* What was seen and is no record: a second header, answers without a score or a comment … */
const struct source_tally *opinia_import_tallies(const struct opinia_import *imp,
						 size_t *count);

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

/*
 * Long files: an import that was stopped goes on where it was. The store remembers a place
 * under this name, which stands for the beginning of the file and the options; empty: none is
 * kept (a pipe, a dry run, a file that is read again in a moment). opinia_import_go_on() takes
 * what the store remembers (empty: nothing), returns how many records are read but not given
 * out again, 0 if the file changed or was read to its end; from then on batches carry the
 * place, and the last one has no records and only says that all was read.
 */
struct sv opinia_import_place(const struct opinia_import *imp);
uint64_t opinia_import_go_on(struct opinia_import *imp, struct sv remembered);

void opinia_import_close(struct opinia_import *imp); /* NULL is fine */

/* ---- configured sources ---------------------------------------------------------------- */

/* What sources need of the place they run in. Borrowed as long as the sources. */
struct collect_env {
	const struct zone *zone; /* of times without one                              */
	const struct cancel
		*cancel;     /* NULL: never                                       */
	const char *maps[2]; /* folders of NAME.map: the team's own, the shipped ones */
	const char *rejected_dir; /* SOURCE.rejected goes there; NULL: nowhere          */
	const char *mime_program; /* takes mails apart: opinia-mime                     */
	const char *credentials;  /* the folder of what systemd lends; NULL: none */
	const char *ca_file;	  /* certificates to trust; NULL: the system's          */
	int64_t now;		  /* fixed clock (--now), ms; TIME_NONE: the real one   */
};

struct opinia_sources;

struct opinia_source_info {
	const char *name, *adapter;
	enum channel channel;
	int64_t every_ms; /* between two looks */
	bool pulls;	  /* `collect` asks it  */
	bool hooks;	  /* `serve` lets it call: /hooks/NAME */
};

/*
 * All that the configuration names, checked. ERR_CONFIG "file:line: …": an unknown adapter or
 * key, a value that is not possible, a map that does not parse.
 */
int opinia_sources_open(struct opinia_sources **out, const struct settings *settings,
			const struct collect_env *env, struct err *err);
void opinia_sources_close(struct opinia_sources *s); /* NULL is fine */
size_t opinia_sources_count(const struct opinia_sources *s);
const struct opinia_source_info *opinia_sources_at(const struct opinia_sources *s,
						   size_t i); /* by name */
/* ERR_MISSING with the nearest name. */
int opinia_sources_find(const struct opinia_sources *s, const char *name, size_t *i,
			struct err *err);

/* What `adapter = …` may say: adapters, then maps, by name. Lives in @arena. */
struct opinia_source_kind {
	struct sv name;
	const char *what; /* msgid of an adapter; a map's own title */
};
int opinia_source_kinds(const struct collect_env *env, struct arena *arena,
			struct opinia_source_kind **out, size_t *count, struct err *err);

/* The settings of [source NAME] with `adapter = @kind`, its own ones first. ERR_MISSING: no such. */
struct opinia_source_key {
	const char *key;    /* "map." stands for all that begin so */
	const char *arg;    /* what is written: "URL", "yes|no" */
	const char *preset; /* NULL: none; "!": must be said */
	const char *help;   /* msgid */
	bool common;	    /* of every source */
};
int opinia_source_keys(const struct collect_env *env, const char *kind,
		       struct arena *arena, struct opinia_source_key **out, size_t *count,
		       struct err *err);

/* One source, being asked. It belongs to one thread at a time. */
struct opinia_collect;

/* ERR_CONFIG: a secret is not there, an address is wrong … Nothing is asked of a network yet. */
int opinia_collect_open(struct opinia_collect **out, const struct opinia_sources *s,
			size_t i, struct err *err);
/*
 * Empty @out and fill it with what came after @cursor (that of the last batch, or what the store
 * remembers). No record and no cursor: up to date. Codes: adapter.h.
 */
int opinia_collect_pull(struct opinia_collect *c, struct sv cursor, struct batch *out,
			struct err *err);
/* Until something may have come, @ms are over or it was cancelled. */
int opinia_collect_wait(struct opinia_collect *c, int64_t ms, struct err *err);

/* Called for each step that succeeded; the failure comes back as the error. */
struct source_steps {
	void (*tell)(void *self, const char *what, const char *detail);
	void *self;
};
int opinia_collect_test(struct opinia_collect *c, struct source_steps *steps,
			struct err *err);

struct import_progress opinia_collect_progress(const struct opinia_collect *c);
const struct source_tally *opinia_collect_tallies(const struct opinia_collect *c,
						  size_t *count);
const struct import_reject *opinia_collect_rejects(const struct opinia_collect *c,
						   size_t *count);
/* After a pull that failed: the service wants no question sooner; 0: it did not say. */
int64_t opinia_collect_again_ms(const struct opinia_collect *c);
void opinia_collect_close(struct opinia_collect *c); /* NULL is fine */

/* ---- what was set aside ------------------------------------------------------------------ */

/* What a person is known by: the whole of an address, number or id. */
struct opinia_trace {
	struct sv text;
	bool phone; /* digits: found whatever stands between them, and by the last nine */
};
struct opinia_rejected {
	uint64_t theirs, others; /* rows that name the person, and rows that may still */
};
/*
 * Rows in the files of @dir (STORE/rejected; missing is fine) in which one of @traces stands as a word of
 * its own, to @take (NULL: only counted).
 */
int opinia_rejected_find(const char *dir, const struct opinia_trace *traces, size_t count,
			 int (*take)(void *self, struct sv file, struct sv row,
				     struct err *err),
			 void *self, struct opinia_rejected *out, struct err *err);
/* Overwrite them, in place, so that a source may go on writing meanwhile; synced. */
int opinia_rejected_blank(const char *dir, const struct opinia_trace *traces,
			  size_t count, struct opinia_rejected *out, struct err *err);
/* The same of all that a source set aside on @until's day or before. @dry: only count them. */
int opinia_rejected_age(const char *dir, int32_t (*until)(void *self, struct sv source),
			void *self, bool dry, uint64_t *old, struct err *err);

/* ---- services that call ---------------------------------------------------------------- */

struct hook_header {
	struct sv name, value; /* as received; names in any case */
};

enum { HOOK_HEADERS_MAX = 64, HOOK_BODY_MAX = 1 << 20 };

struct hook_request {
	struct sv method; /* POST, OPTIONS */
	struct sv query;  /* behind the ?, as received */
	struct sv body;	  /* as received, every byte */
	const struct hook_header *headers;
	size_t header_count;
	const char *
		url; /* as the sender knows it: server.public_url and the path; for Twilio */
	int64_t received_at;
};

/*
 * What to answer once the batch has landed. If the store says that it has the note already, the
 * answer is that note's (@note_clash false) or 422 (@note_clash true: other bytes under the same
 * Idempotency-Key); note values begin with the hash of the body.
 */
struct hook_reply {
	int status;
	const char *content_type;
	struct sv body; /* in the batch's arena or static */
	struct hook_header headers[4];
	size_t header_count;
	uint64_t rejected; /* items of the body that are no records: set aside */
	bool alone; /* an Idempotency-Key: 409 while another call has the same note_key */
};

/*
 * One call to /hooks/NAME: verified, understood, its records in @out (which is empty), with
 * out->note_key where the scheme knows a delivery's id. Any thread. Returns 0 whenever @reply
 * says what to answer, also 401 or 400; then @out has records only if status is 2xx. @err then
 * says for the log what is wrong, without secrets or customers' words.
 * ERR_MISSING: no such source, or it takes no calls: 404.
 */
int opinia_hook_receive(const struct opinia_sources *s, const char *name,
			const struct hook_request *request, struct batch *out,
			struct hook_reply *reply, struct err *err);

/* After landing found the note: the reply of the first time, or 422. */
void opinia_hook_again(struct sv old_note, struct sv new_note, struct hook_reply *reply);

#endif
