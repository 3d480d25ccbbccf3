/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_inside.h: what the files http*.c share with one another, and the loop with imap_link.c. (The
 * handles are what curl calls CURLM and CURL: pointers to void.)
 */
#ifndef OPINIA_COLLECTOR_HTTP_INSIDE_H
#define OPINIA_COLLECTOR_HTTP_INSIDE_H

#include "collector/http.h"
#include "collector/http_guard.h"
#include "core/buf.h"

enum { HTTP_PLACE_MAX = 272, HTTP_URL_MAX = 16384 };

struct http {
	void *multi, *easy;
	const struct cancel *cancel;
	char *ca_file;
	bool private_ok;
	int64_t timeout_ms, now;
};

/* What the headers of an answer said. Views live in @arena. */
struct http_heard {
	struct arena *arena;
	bool begun;   /* a status line that is not 1xx came */
	bool no_room; /* the arena is full */
	size_t bytes; /* of all headers */
	size_t link_count;
	struct sv content_type, links, retry_after, reset, location;
};

/* One exchange as the callbacks of curl see it. */
struct http_exchange {
	struct http *http;
	struct http_guard guard;
	struct http_heard heard;
	struct buf body;
	bool connected; /* TLS began */
	bool body_too_long, headers_too_long;
	size_t body_max;
	char place[HTTP_PLACE_MAX]; /* "host" or "host:port", for people */
};

/* Parses @url into *parsed (what curl calls CURLU) and fills @place. ERR_CONFIG. */
int http_url_parse(const char *url, void **parsed, char place[HTTP_PLACE_MAX],
		   struct err *err);
void http_url_free(void *parsed); /* NULL is fine */

/* One header line as it came. False: too much of them, or no memory. */
bool http_hear(struct http_exchange *x, struct sv line);

/* The URL of rel="next" among @links (header values joined by a comma), made absolute. */
struct sv http_link_next(struct sv links, const char *base, struct arena *arena);

/* "https://host" of a Location header; without path and query, which may hold a token. */
struct sv http_moved_to(struct sv location, const char *base, struct arena *arena);

/* What 429 and 503 ask to wait. */
int64_t http_again_ms(const struct http_heard *heard, int64_t now_ms);

/* The options that every exchange has. False: curl took one not. */
bool http_prepare(struct http_exchange *x, void *url);

/* Run the handle to its end, and leave it there: *code is curl's. ERR_AGAIN: stopped as asked. */
int http_run(void *multi, void *easy, const struct cancel *cancel, int *code,
	     struct err *err);
/* The same of @h, and take the handle out again. */
int http_drive(struct http *h, int *code, struct err *err);

/* The sentence and code for an exchange that ended with curl's @code. */
int http_failed(const struct http_exchange *x, int code, struct err *err);

#endif
