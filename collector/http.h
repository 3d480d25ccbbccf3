/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h: one HTTP(S) exchange with a service, guarded. libcurl behind a small header; no CURL
 * name leaves http*.c and imap_link.c.
 *
 * Guards: TLS verified (CA of the system or env->ca_file); only http and https, and http only
 * where the URL says so; no redirect is ever followed; no proxy of the environment; the address
 * that is really connected to must be public, unless @private_ok (OPENSOCKETFUNCTION, so a name
 * cannot change its mind); a ceiling for decoded bytes, header bytes, and time; slower than
 * 50 bytes/s for 10 s is the end. Ends within a second of cancel. The secret is sent only in the
 * header or query that the caller names, and never stands in an error.
 */
#ifndef OPINIA_COLLECTOR_HTTP_H
#define OPINIA_COLLECTOR_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/cancel.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	HTTP_BODY_MAX = 64 << 20,    /* decoded */
	HTTP_HEADERS_MAX = 64 << 10, /* bytes of all headers of an answer */
	HTTP_FIELDS_MAX = 16,	     /* headers we send */
	HTTP_TIMEOUT_MS = 60000,
	HTTP_AGAIN_MS =
		60000, /* 429 and 503 without Retry-After; up to a quarter is added */
	HTTP_AGAIN_MAX_MS = 3600000,
};

struct http; /* a connection pool; belongs to one thread */

struct http_options {
	const struct cancel *cancel; /* may be NULL */
	const char *ca_file;	     /* NULL: the system's */
	bool private_ok;	     /* loopback and private networks may be asked */
	int64_t timeout_ms;	     /* 0: HTTP_TIMEOUT_MS */
	int64_t now; /* for Retry-After dates, ms; TIME_NONE or 0: the real clock */
};

struct http_field {
	const char *name, *value;
	bool secret; /* never in an error */
};

struct http_request {
	const char *method; /* "GET", "POST" */
	const char *url;    /* absolute; without secrets where that can be avoided */
	const struct http_field *fields;
	size_t field_count;
	struct sv body;
	size_t body_max; /* of the answer; 0: HTTP_BODY_MAX */
};

struct http_answer {
	int status;
	struct sv body;		/* decoded */
	struct sv content_type; /* as sent */
	struct sv moved_to;	/* 3xx: the scheme and host of Location; empty: none */
	struct sv link_next;	/* URL of a Link header with rel="next"; empty: none */
	int64_t again_ms; /* 429, 503: wait that long (Retry-After in seconds or as a date, else
			     X-RateLimit-Reset, else HTTP_AGAIN_MS and a random part); else 0 */
};

int http_open(struct http **out, const struct http_options *opt, struct err *err);
void http_close(struct http *h); /* NULL is fine */

/*
 * 0: there is an answer, whatever its status; its views live in @arena. ERR_UNAVAILABLE: no
 * answer (no such host, refused, too slow, too long, cut off), with a sentence that names the
 * host; ERR_CONFIG: the URL is none, or its address is private, or TLS does not verify;
 * ERR_AGAIN: stopped as asked.
 */
int http_ask(struct http *h, const struct http_request *q, struct arena *arena,
	     struct http_answer *out, struct err *err);

/*
 * The sentence of a status that is no 2xx, and its code: 401, 403, 404 (ERR_CONFIG: login,
 * permission, address or plan), 429 and 503 (ERR_AGAIN; `in 30 s`), other 5xx (ERR_UNAVAILABLE),
 * 3xx ("moved to …, which is not followed": ERR_CONFIG), other 4xx (ERR_CONFIG). @host for people.
 */
int http_status(const struct http_answer *a, const char *host, struct err *err);

/* For `sources test`: resolve and connect (and TLS), saying each step. */
struct source_steps;
int http_steps(struct http *h, const char *url, struct source_steps *steps,
	       struct err *err);

/* The host of a URL as a view into it; empty: none. Same scheme, host and port? */
struct sv http_host(const char *url);
bool http_same_place(const char *a, const char *b);

/* @s as a part of a query: letters, digits and -._~ stay. */
struct buf;
void http_escape(struct sv s, struct buf *out);

/* "120", or an HTTP date (all three forms) against @now_ms; -1: neither. Result in ms. */
int64_t http_retry_after(struct sv value, int64_t now_ms);

#endif
