/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_in.h: walks one JSON document, event by event. Ours because of speed: bulk imports
 * are JSON Lines, and the libraries of Debian read slower than we analyze.
 *
 * RFC 8259 to the letter: no comments, no trailing commas, no BOM, valid UTF-8, no half of
 * a surrogate pair. What comes out are views into the document, valid as long as it is;
 * only a text with escapes is copied, by json_text(), into the caller's arena. Whether a
 * key may come twice is the caller's business. One walk belongs to one thread.
 */
#ifndef OPINIA_CORE_JSON_IN_H
#define OPINIA_CORE_JSON_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	JSON_DEPTH_MAX = 64,
	JSON_STRING_MAX = 16 << 20, /* bytes as written */
	JSON_NUMBER_MAX = 512,	    /* characters */
};

enum json_event {
	JSON_ERROR, /* the document is wrong: json_why() says where; it stays so */
	JSON_END,   /* the one value was complete and nothing follows */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_KEY, /* its value is the next event */
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
};

struct json_in {
	const char *start, *p, *end;
	struct sv text;	  /* between the quotes, as written; NUMBER: as written */
	bool escaped;	  /* @text has escapes: ask json_text() */
	uint8_t expect;	  /* what may come next */
	uint8_t depth;	  /* 0..JSON_DEPTH_MAX */
	uint64_t objects; /* bit d: level d is an object */
	const char *problem;
};

void json_begin(struct json_in *j, struct sv document); /* borrowed until the walk ends */
enum json_event json_next(struct json_in *j);

/*
 * The text of the last KEY or STRING without escapes: the view itself where it has none,
 * else a copy in @a. False: @a is full. It may hold NUL where \u0000 was written.
 */
bool json_text(const struct json_in *j, struct arena *a, struct sv *out)
	__attribute__((warn_unused_result));

/* After OBJECT, ARRAY or KEY: go on to the end of that value. False: JSON_ERROR came. */
bool json_skip(struct json_in *j, enum json_event after)
	__attribute__((warn_unused_result));

int json_why(const struct json_in *j,
	     struct err *err); /* ERR_INPUT, "byte 17: …", from 1 */

/* A JSON number as a whole number: 4, 4.0, 40e-1 are; 4.5 and what does not fit are not. */
bool json_whole(struct sv number, int64_t *out);

/* After any event that begins a value: past what nobody wants. False: JSON_ERROR came. */
bool json_leave(struct json_in *j, enum json_event value)
	__attribute__((warn_unused_result));

/* The keys of a document that is one object, each handed to @read, which takes its value. */
struct json_fields {
	void *self;
	bool (*read)(void *self, struct json_in *j, struct sv key, struct arena *arena);
	const char *
		wrong; /* msgid with the key as its SV_FMT: @read said false of good JSON */
};
int json_walk(struct sv document, const struct json_fields *f, struct arena *arena,
	      struct err *err); /* ERR_INPUT */

#endif
