/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter.h: what a person typed into a search box, as a tree. It knows nothing of LMDB:
 * the store evaluates it over bitmaps, a later engine may compile it to SQL.
 *
 * A filter is a list of terms that must all hold; a term holds when one of its values
 * does (or, negated, none). Everything lives in the arena given to
 * opinia_filter_parse() and is never changed once made. The parse functions and helpers
 * of the door are in filter_parse.c and filter.c. docs/man/opinia-filter.7.scd is the
 * grammar.
 */
#ifndef OPINIA_STORE_FILTER_H
#define OPINIA_STORE_FILTER_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/record.h"
#include "core/taxonomy.h"
#include "core/verdict.h"
#include "core/when.h"

struct opinia_filter_env; /* opinia_store.h */

enum {
	FILTER_BYTES_MAX = 4096,
	FILTER_TERMS_MAX = 64,
	FILTER_VALUES_MAX = 256, /* of one term */
};

enum filter_field {
	FILTER_WORDS, /* text: a word, "a phrase", =exact                            */
	FILTER_TOPIC, /* text: a topic or a branch of them                           */
	FILTER_COMPLAINT, /* text: such a topic, with its own negative sentiment         */
	FILTER_PRAISE, /* … positive sentiment                                        */
	FILTER_SENTIMENT, /* number: enum sentiment                                      */
	FILTER_CHANNEL,	 /* number: enum channel                                        */
	FILTER_KIND,	 /* number: enum record_kind                                    */
	FILTER_LANGUAGE, /* text: code                                                  */
	FILTER_AGENT,
	FILTER_TEAM,
	FILTER_QUEUE,
	FILTER_SOURCE,
	FILTER_REASON,	 /* text: name */
	FILTER_ACTIVITY, /* text: name                                                  */
	FILTER_ATTR,	 /* @key and text                                               */
	FILTER_DELIVERY, /* number: enum delivery                                       */
	FILTER_ESCALATED,
	FILTER_SELF_SERVICE, /* number: enum tri                       */
	FILTER_CSAT,
	FILTER_NPS,
	FILTER_CES,
	FILTER_CES1,
	FILTER_CES2,
	FILTER_FCR,	 /* range */
	FILTER_HAS,	 /* number: enum filter_has; @text: key of an attribute         */
	FILTER_IS,	 /* number: enum filter_is                                      */
	FILTER_ID,	 /* range of record ids                                         */
	FILTER_CUSTOMER, /* text: address, number or CRM id as people know it           */
	FILTER_DAYS,	 /* range of days: since:, until: and day: become this          */
	FILTER_FIELDS
};

enum filter_has {
	HAS_COMMENT,
	HAS_SCORE,
	HAS_CSAT,
	HAS_NPS,
	HAS_CES,
	HAS_CES1,
	HAS_CES2,
	HAS_FCR,
	HAS_CUSTOMER,
	HAS_TOPIC,
	HAS_AGENT,
	HAS_TEAM,
	HAS_QUEUE,
	HAS_REASON,
	HAS_ATTR,
	HAS_COUNT
};

enum filter_is { IS_CONTRADICTION, IS_NO_CONTENT, IS_ERASED, IS_COUNT };

enum { FILTER_NO_LOW = INT32_MIN, FILTER_NO_HIGH = INT32_MAX };

struct filter_value {
	struct sv text;
	bool phrase, exact; /* FILTER_WORDS: was quoted; had a `=` */
	int64_t number;
	int64_t low, high; /* ranges, both ends included; FILTER_NO_LOW / _HIGH: open */
};

struct filter_term {
	enum filter_field field;
	bool negated;
	struct sv key; /* FILTER_ATTR */
	const struct filter_value *values;
	size_t count;
};

struct filter {
	const struct filter_term *terms;
	size_t count;
};

/*
 * The filter as canonical text: parsed again it gives the same tree, whatever the day.
 * Relative times come out as dates. NULL or an empty filter: nothing is put.
 */
void filter_print(const struct filter *f, struct buf *out);

/* ---- shared by the parser's files ------------------------------------------------ */

/* How a field is written and what its values are. */
enum filter_type {
	TYPE_WORDS,
	TYPE_TOPIC,
	TYPE_NAME,
	TYPE_CODE,
	TYPE_ATTR,
	TYPE_ENUM,
	TYPE_SCORE,
	TYPE_ID,
	TYPE_SINCE,
	TYPE_UNTIL,
	TYPE_DAY
};

struct filter_choice {
	const char *name;
	int32_t number;
};

struct filter_field_row {
	const char *name;
	enum filter_field field;
	enum filter_type type;
	const struct filter_choice *choices; /* TYPE_ENUM; ends with a NULL name */
};

extern const struct filter_field_row filter_fields[]; /* ends with a NULL name */
/* The row called @name, or NULL. `attr.plan` is found as `attr.`. */
const struct filter_field_row *filter_field_find(struct sv name);
/* The first row of @field: how it is printed. */
const struct filter_field_row *filter_field_row(enum filter_field field);

struct filter_reader {
	const struct opinia_filter_env *env; /* NULL: no relative time, no taxonomy */
	struct arena *arena;
	struct err *err;
	struct sv whole; /* the filter as typed: columns are counted in it */
};

/* ERR_USAGE at byte @at (a pointer into r->whole) in one sentence. Returns the code. */
int filter_wrong(const struct filter_reader *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One value of a field. @quoted: it stood in quotes. */
int filter_value_read(const struct filter_reader *r, const struct filter_field_row *row,
		      struct sv text, bool quoted, struct filter_value *out);

/* "2026-03-01", "2026-W08", "2026-03", "2026-Q1", "2026", "30d", "12w", "last-month", … as the
 * days it covers. False: none of these. */
bool filter_time_read(struct sv text, const struct opinia_filter_env *env, bool until,
		      int32_t *first, int32_t *last);

#endif
