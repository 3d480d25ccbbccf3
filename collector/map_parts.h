/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_parts.h: what stands behind struct map and struct map_bound, for the files of the map
 * engine: map_read.c makes it, map_record.c, map_hook.c, map_ask.c and source_map.c look.
 */
#ifndef OPINIA_COLLECTOR_MAP_PARTS_H
#define OPINIA_COLLECTOR_MAP_PARTS_H

#include "collector/map.h"
#include "collector/map_path.h"
#include "collector/map_text.h"
#include "collector/shape.h"

enum {
	MAP_BYTES_MAX = 256 << 10,
	MAP_LINES_MAX = 400,
	MAP_NAMED_MAX = 24,  /* query parameters, headers of a request */
	MAP_FIELDS_MAX = 48, /* of one kind of record                   */
	MAP_VALUES_MAX = 64, /* A=POINT pairs of one field              */
	MAP_STATUS_MAX = 16,
	MAP_PAGES_MAX = 10000
};

enum map_auth { AUTH_NONE, AUTH_HEADER, AUTH_BEARER, AUTH_BASIC, AUTH_QUERY };
enum map_style {
	PAGES_NONE,
	PAGES_NUMBER,
	PAGES_OFFSET,
	PAGES_CURSOR,
	PAGES_NEXT_URL,
	PAGES_LINK
};
enum map_decode { DECODE_JSON, DECODE_BASE64_JSON };
enum map_means { MEANS_PARK, MEANS_AGAIN, MEANS_NONE };

struct map_named {
	const char *name;
	const struct map_text *value;
};

struct map_ask {
	int method; /* 0: GET, 1: POST */
	const char *content_type;
	const struct map_text *url, *body;
	struct map_named query[MAP_NAMED_MAX], headers[MAP_NAMED_MAX];
	size_t query_count, header_count;
};

struct map_field {
	struct meaning means;
	const struct map_expr *expr;
};

struct map_scale {
	bool told, low_is_good;
	int16_t min, max;
};

struct map_values {
	struct {
		struct sv said, means;
	} * at;
	size_t count;
};

struct map_section {
	bool present;
	int line;
	enum record_kind kind;
	const struct map_cond *when;
	struct map_field fields[MAP_FIELDS_MAX];
	size_t count;
	struct map_scale scales[SHAPE_SCORES]; /* by field - FIELD_CSAT */
	struct map_values values[FIELD_COUNT];
};

/* [feedback], [invitation], [interaction] and the same of [hook]. */
enum { MAP_KINDS = 3, MAP_SECTIONS = 2 * MAP_KINDS };

struct map_status {
	int status, means;
	const char *say;
};

struct map {
	const char *file, *name, *title, *about;
	const char *channel_name;
	struct source_row *rows;
	size_t row_count;

	struct {
		int style;
		const char *name, *prefix;
		const struct map_text *user, *password;
	} auth;

	bool has_login, has_request, has_pages_ask, has_cursor, has_questions, has_totals,
		has_hook;
	struct map_ask login;
	const struct map_path *login_token;
	const struct map_cond *login_good;
	int64_t login_lifetime_ms;

	struct map_ask request, next_ask;
	int decode;
	const struct map_path *decode_at;
	const struct map_expr *error;
	const struct map_cond *good, *none;

	int style;
	int64_t first, size, max;
	const struct map_path *items, *each, *next;
	const struct map_cond *more;

	const struct map_expr *at;
	int64_t start_ms, overlap_ms, settle_ms;

	struct {
		struct map_ask ask;
		const struct map_path *items, *id, *type, *scale, *values;
		struct map_values types;
	} questions;

	struct {
		struct map_ask ask;
		const struct map_path *asked, *answered;
	} totals;

	struct map_section sections[MAP_SECTIONS];

	struct {
		const char *scheme, *reply, *reply_type;
		const struct map_cond *when;
		const struct map_path *items, *each;
		const struct map_expr *id;
		int percent;
	} hook;

	struct map_status status[MAP_STATUS_MAX];
	size_t status_count;
};

struct map_bound {
	const struct map *map;
	const struct source_settings *settings;
	const struct zone *zone;
	struct sv source, language;
	enum channel channel;
	int64_t start_ms, overlap_ms;
	struct map_section sections[MAP_SECTIONS];
};

/* "good=1 bad=0 'very good'=2": into @out. ERR_CONFIG. */
int map_values_parse(struct map_values *out, struct sv text, struct arena *a,
		     struct err *err);
/* What @said means, or NULL. Letters of any case. */
const struct sv *map_values_find(const struct map_values *v, struct sv said);
/* "1..5", "5..1" of score @f. ERR_CONFIG. */
int map_scale_parse(struct map_scale *out, enum field f, struct sv text, struct err *err);

/* One line of [feedback] and its like: `when`, a field, `scale.F`, `values.F`. ERR_CONFIG. */
int map_section_take(struct map_section *to, struct sv key, struct sv value,
		     struct arena *a, struct err *err);

/* ---- questions: which is what, asked once a run ------------------------------------------ */

enum { MAP_QUESTIONS_MAX = 256 };

struct map_question {
	const char *id;
	enum field field; /* a score or FIELD_COMMENT */
	struct map_scale scale;
};

struct map_questions {
	struct map_question at[MAP_QUESTIONS_MAX];
	size_t count;
};

/* The answer of [questions] @whole. Texts are copied to @a. ERR_AGAIN: full. */
int map_questions_take(const struct map *m, const json_t *whole, struct arena *a,
		       struct map_questions *out);

/* ---- records ----------------------------------------------------------------------------- */

struct map_run {
	const struct map_bound *bound;
	const struct map_questions *questions; /* NULL: none */
	bool hook;
	const json_t *received; /* hook: when it came */
};

/* map_item() and the items of map_hook(); @each: the path that an item is many by, or NULL. */
int map_make(const struct map_run *run, const json_t *item, const json_t *whole,
	     const struct map_path *each, const char *place, struct aside *aside,
	     struct batch *out, struct map_made *made, struct err *err);

/* One answer to one score. ERR_INPUT: it is none. */
int map_score(const struct map_scale *scale, enum field f, struct cell cell,
	      struct sv question, struct record *r, struct err *err);

#endif
