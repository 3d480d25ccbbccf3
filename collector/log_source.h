/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_source.h: what adapters for logs share: lines from a file that a person names (import) or
 * from one that grows (tail.h), what is no record set aside in the way of each, and the cursor:
 * the tail's, a line end, and what the adapter itself must remember. The first member of
 * their own structs.
 */
#ifndef OPINIA_COLLECTOR_LOG_SOURCE_H
#define OPINIA_COLLECTOR_LOG_SOURCE_H

#include "collector/adapter.h"
#include "collector/aside.h"
#include "collector/csv.h"
#include "collector/keys.h"
#include "collector/rejects.h"
#include "collector/tail.h"

enum { LOG_PLACE_MAX = 300 };

struct log_source {
	struct source base;
	struct tail *tail; /* collect; NULL: not open */
	char *path;
	struct input in; /* import */
	struct csv_reader reader;
	struct rejects rejects;
	struct aside aside;
	const struct collect_env *env; /* NULL: import */
	const char *source;
	struct sv language;
	enum channel channel;
	bool only; /* a person wants one kind only */
	enum record_kind kind;
	const struct zone *zone;
	struct keys keys;
	struct arena scratch; /* of one line */
	struct sv line;	      /* the last one, in UTF-8, without its end */
	char place[LOG_PLACE_MAX];
	bool ended;	 /* no more now (collect), at all (import) */
	struct buf last; /* the cursor that was given out last */
	struct sv batch_source;
};

/* @path: of the file; an import's is config->place. Afterwards log_release(). */
int log_init(struct log_source *l, const struct adapter *adapter,
	     const struct source_config *config, const char *path, struct err *err);
void log_release(struct log_source *l);

/*
 * Begin a pull. *fresh: the state starts anew, from what the adapter had put behind the tail's
 * own cursor: *rest.
 */
int log_begin(struct log_source *l, struct sv cursor, struct batch *out, bool *fresh,
	      struct sv *rest, struct err *err);

/* The next line into @line; false: @ended is set. What is no text is set aside. */
int log_line(struct log_source *l, bool *got, struct err *err);

/* "queue_log:17": where the last line stands; valid until it is asked again. */
const char *log_place(struct log_source *l);

/* The last line is no record; log_aside_of(): something that was made of earlier lines. */
int log_aside(struct log_source *l, const char *why, struct err *err);
int log_aside_of(struct log_source *l, const char *place, struct sv raw, const char *why,
		 struct err *err);

/* A record that was added last: keep it, or take it away (not wanted, or no good one). */
int log_keep(struct log_source *l, struct batch *out, struct record *r, struct err *err);

/* End a pull: @rest goes behind the tail's cursor; all is on the disk. */
int log_end(struct log_source *l, struct sv cursor, struct sv rest, struct batch *out,
	    struct err *err);

/* Seconds of the clock that says when something is over; an import has none: INT64_MAX. */
int64_t log_now_s(const struct log_source *l);

int log_test(struct source *s, struct source_steps *steps, struct err *err);

#endif
