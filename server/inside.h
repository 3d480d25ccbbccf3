/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside.h: what the files of this room share: a visitor (one connection and the request that it
 * is at), and the guard that knows all visitors and sends away who takes too long.
 */
#ifndef OPINIA_SERVER_INSIDE_H
#define OPINIA_SERVER_INSIDE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "core/buf.h"
#include "core/cancel.h"
#include "core/when.h"
#include "server/opinia_server.h"

/* Where a connection is with its request. */
enum stage {
	STAGE_IDLE,    /* answered, may ask again          */
	STAGE_READING, /* bytes of a request are awaited   */
	STAGE_WORKING, /* the handler has it: takes its time */
	STAGE_WRITING, /* its answer is on the way         */
};

struct visitor {
	struct visitor *next, *before;
	int fd;
	uint8_t host[16];      /* its address; of IPv6 the network; zeros: none */
	_Atomic int64_t since; /* monotonic ms: when this stage's time began */
	_Atomic enum stage stage;
	_Atomic bool asking; /* the first line of a request is there */
	bool cut;	     /* its time was over */
	bool reminded;	     /* that nothing more will come */

	/* of the request at hand; touched by the connection's own thread only */
	struct arena arena;
	struct buf body;
	struct sv uri; /* as in the request line */
	bool begun;    /* its headers were looked at */
	bool handed;   /* to the handler, whose answer is @reply */
	bool waiting;  /* for the handler to end it */
	bool starved; /* memory was short while it was read: it is not the caller's fault */
	struct server_request asked;
	struct server_reply reply;
};

struct guard {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool running, stop;
	_Atomic bool settling; /* somebody waits for visitors to become idle */
	struct visitor *first;
	struct visitor **by_fd;
	size_t fds, count, most; /* numbers of sockets; visitors now, at most */
	int64_t request_ms;
};

struct opinia_server {
	struct MHD_Daemon *daemon;
	struct server_options opt;
	struct guard guard;
	struct kept_replies *replies;
	int fd; /* that it listens on */
	uint16_t port;
	unsigned threads;
	_Atomic bool stopping;
	struct cancel closing; /* of the door */
	pthread_t door;
	bool open;
};

/* ---- guards.c ---- */

int64_t guard_clock(void); /* monotonic ms */
/* @most: visitors at once. */
int guard_start(struct guard *g, int64_t request_ms, size_t most, struct err *err);
void guard_stop(struct guard *g);
bool guard_full(struct guard *g);
/* Socket @fd came from @from. False: one too many of there, or out of memory. */
bool guard_enter(struct guard *g, int fd, const struct sockaddr_storage *from,
		 size_t arena_max, size_t body_max);
struct visitor *guard_visitor(struct guard *g, int fd); /* NULL: none */
void guard_leave(struct guard *g, int fd);
void guard_stage(struct guard *g, struct visitor *v, enum stage stage);
/* Wait until no request is being worked on or written, @ms at most. @reading: those that are
 * still being sent count as well. */
void guard_settle(struct guard *g, int64_t ms, bool reading);

/* ---- listen.c ---- */

/* A socket that listens at @opt->listen (or is @opt->listen_fd), and its port. */
int listen_open(const struct server_options *opt, int *fd, uint16_t *port,
		struct err *err);

/* ---- door.c ---- */

/* The library wants a socket to listen at before it starts threads; nobody knows this one. */
int door_stand_in(int *fd, struct err *err);
int door_open(struct opinia_server *s, struct err *err);
void door_close(struct opinia_server *s); /* and the socket that it listens at */

/* ---- request.c ---- */

void request_forget(struct visitor *v);
/* Its headers: 0, or the status to refuse it with. */
int request_begin(struct visitor *v, struct MHD_Connection *c, const char *method,
		  const char *version, size_t body_max);
/* One more piece of its body. False: far too much, hang up. */
bool request_take(struct visitor *v, const char *p, size_t n, size_t body_max);
/* The body is complete: 0, or the status to refuse it with. */
int request_end(struct visitor *v);

/* ---- later.c ---- */

/* What @v left for later, in a look at all connections of this thread: is it done? */
bool later_done(struct opinia_server *s, struct visitor *v);
/* Whoever asked is gone: wait until it is done. */
void later_end(struct opinia_server *s, struct visitor *v);

/* ---- reply.c ---- */

struct kept_replies *replies_new(void); /* NULL: out of memory */
void replies_free(struct kept_replies *k);

enum MHD_Result reply_send(struct opinia_server *s, struct MHD_Connection *c,
			   const struct server_reply *r, bool close);
enum MHD_Result reply_refuse(struct opinia_server *s, struct MHD_Connection *c,
			     int status);

#endif
