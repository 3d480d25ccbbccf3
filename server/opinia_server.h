/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_server.h: the door of the room that answers: an HTTP server on libmicrohttpd with the
 * guards that it lacks. For now /hooks/<source> and /healthz; everything else is 404.
 *
 * The server knows neither store nor collector: it reads a request, checks its shape (one Host,
 * one Content-Length and no Transfer-Encoding beside it, no NUL in the path, a ceiling for
 * headers, body and time) and hands it to a handler, on one of its own threads; the handler may
 * take as long as a commit takes, and may ask that requests which came together are ended
 * together.
 */
#ifndef OPINIA_SERVER_OPINIA_SERVER_H
#define OPINIA_SERVER_OPINIA_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	SERVER_HEADERS_MAX = 64,
	SERVER_THREADS = 4, /* handlers at once */
	SERVER_CONNECTIONS = 4096,
	SERVER_CONNECTIONS_A_HOST = 1024,
	SERVER_REQUEST_MS = 15000, /* from the first byte to the last one of a request */
};

struct server_field {
	struct sv name, value;
};

struct server_request {
	struct sv method, path; /* decoded path, no NUL in it */
	struct sv query;	/* raw, behind the ? */
	struct sv body;
	struct server_field headers[SERVER_HEADERS_MAX];
	size_t header_count;
	int64_t received_at; /* ms */
	struct arena *arena; /* of this request, for the handler too */
};

struct server_reply {
	int status;
	const char *content_type;
	struct sv body; /* static or in the request's arena */
	struct server_field headers[8];
	size_t header_count;
	void *later; /* not NULL: no answer yet, finish() makes it */
};

struct server_handler {
	void *self;
	/* Called from several threads. Always fills @reply; or leaves in @reply->later what
	 * is to be done, and looks at the next request that is there already. */
	void (*answer)(void *self, const struct server_request *q,
		       struct server_reply *reply);
	/*
	 * Is what was left for later done, and @reply filled? Asked by the same thread, again and
	 * again. @wait: it may do it here and now, for as long as that takes, or wait a moment
	 * where others are at it; then the thread looks at what has come. NULL: there never is any.
	 */
	bool (*finish)(void *self, struct server_reply *reply, bool wait);
};

struct server_options {
	const char *listen; /* "127.0.0.1:8787", "[::1]:8787"; port 0: any */
	int listen_fd; /* over 0: a socket that listens already, instead (it is taken over) */
	bool behind_proxy; /* an address that is not loopback is refused without it */
	size_t body_max;
	int64_t request_ms; /* 0: SERVER_REQUEST_MS */
	struct server_handler handler;
};

struct opinia_server;

/* ERR_CONFIG: an address that is none, or not loopback without behind_proxy; ERR_SYSTEM: in use. */
int opinia_server_start(struct opinia_server **out, const struct server_options *opt,
			struct err *err);
uint16_t opinia_server_port(const struct opinia_server *s);
/* Answers what has begun (5 s at most), takes nothing new, ends. NULL is fine. */
void opinia_server_stop(struct opinia_server *s);

#endif
