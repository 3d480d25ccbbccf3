/* SPDX-License-Identifier: Apache-2.0 */
/* vendor.h: how one vendor speaks; a row of the tables in vendors_*.c. */
#ifndef OPINIA_TESTS_FAKE_VENDOR_H
#define OPINIA_TESTS_FAKE_VENDOR_H

#include <jansson.h>

#include "tests/fake/desk.h"

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

struct desk_param {
	const char *name, *pattern; /* POSIX extended */
	bool must;
};

struct desk_ask {
	const char *method, *path;
	json_t *query; /* object of texts */
	json_t *body;  /* NULL: none, or no JSON */
};

/* What is asked for, and the part of the rows that it comes to. */
struct desk_page {
	int64_t from, to; /* ms; half open */
	size_t start, size;
	int behind;	   /* the page begins behind this row; 0: at @start */
	size_t all, count; /* rows of the window, of the page */
	bool more;
	const struct desk_row *last;
};

enum { PARAMS_MAX = 8 };

struct desk_vendor {
	const char *name, *method, *path;
	const char *items; /* where they are in an answer; "": it is a list of them */
	struct desk_param params[PARAMS_MAX];
	/* The header of the login and its value; "%s" is the secret; basic: before base64. */
	const char *auth, *value;
	bool basic;
	const char *header, *header_value; /* one more that must be there; NULL: none */
	bool by_answer; /* the window is that of being answered, not of being asked */
	bool asked_too; /* rows without an answer are shown */
	bool newest_first;
	size_t size;
	void (*item)(json_t *item, const struct desk_row *row);
	/* NULL, or what is wrong with it. */
	const char *(*read)(const struct desk_ask *q, struct desk_page *p);
	void (*wrap)(json_t *whole, const struct desk_ask *q, const struct desk_page *p);
	/* Other addresses that it knows; NULL: this is none. */
	json_t *(*other)(const struct desk_ask *q, const struct desk_row *rows,
			 size_t count);
	/* The whole answer once more (LimeSurvey packs it); NULL: as it is. */
	json_t *(*pack)(json_t *whole, const struct desk_ask *q);
};

extern const struct desk_vendor desk_chats[], desk_surveys[];
extern const size_t desk_chat_count, desk_survey_count;

/* Put @value (taken over) at "a.b.0.c" of @at, where all but the last step exist. */
void desk_put(json_t *at, const char *path, json_t *value);
json_t *desk_at(json_t *at, const char *path);		      /* NULL: nothing there */
const char *desk_text(const json_t *object, const char *key); /* "" where there is none */
int64_t desk_number(const json_t *object, const char *key);
int64_t desk_int(const char *s);		  /* leading digits; 0: none */
json_t *desk_iso(int64_t ms, const char *format); /* strftime's, with %L for ms */
void desk_ulid(char out[27], int64_t ms, int n);

#endif
