/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c: see opinia_server.h. The library's threads wait in epoll; each may be held up by a
 * handler, and the others go on. Its callbacks are tied to the rest of the room here.
 */
#include "server/opinia_server.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/short.h"
#include "server/inside.h"

enum {
	CONNECTION_BYTES = 16 << 10, /* of headers, and what is read at once */
	FDS_A_THREAD = 3,	     /* its epolls and its bell */
	FDS_SPARE = 64,		     /* of store, logs, sources */
	STOP_WORK_MS = 5000,
	STOP_READ_MS = 1000,
};

/* ---- what the library calls ---------------------------------------------------------- */

static struct visitor *visitor_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i ? i->socket_context : NULL;
}

static void connected(void *self, struct MHD_Connection *c, void **context,
		      enum MHD_ConnectionNotificationCode what)
{
	struct opinia_server *s = self;
	const union MHD_ConnectionInfo *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (what == MHD_CONNECTION_NOTIFY_STARTED && i) {
		*context = guard_visitor(&s->guard, i->connect_fd);
	} else if (what == MHD_CONNECTION_NOTIFY_CLOSED && *context) {
		struct visitor *v = *context;

		later_end(s, v);
		guard_leave(&s->guard, v->fd);
	}
}

/* The request line as it came; the library hands the path on without what is behind %00. */
static void *request_line(void *self, const char *uri, struct MHD_Connection *c)
{
	struct opinia_server *s = self;
	struct visitor *v = visitor_of(c);

	if (!v)
		return NULL;
	request_forget(v);
	v->starved = !arena_copy(&v->arena, sv_of(uri), &v->uri);
	v->asking = true;
	guard_stage(&s->guard, v, STAGE_READING);
	return NULL;
}

static void completed(void *self, struct MHD_Connection *c, void **request,
		      enum MHD_RequestTerminationCode why)
{
	struct opinia_server *s = self;
	struct visitor *v = visitor_of(c);

	(void)request;
	(void)why;
	if (!v)
		return;
	later_end(s, v);
	request_forget(v);
	guard_stage(&s->guard, v, STAGE_IDLE);
}

static enum MHD_Result work(struct opinia_server *s, struct visitor *v,
			    struct MHD_Connection *c)
{
	enum MHD_Result sent;

	if (!v->handed) {
		v->handed = true;
		v->reply =
			(struct server_reply){ .status = MHD_HTTP_INTERNAL_SERVER_ERROR };
		guard_stage(&s->guard, v, STAGE_WORKING);
		s->opt.handler.answer(s->opt.handler.self, &v->asked, &v->reply);
		v->waiting = v->reply.later != NULL;
		if (v->waiting)
			return MHD_YES; /* and be asked again */
	}
	if (v->waiting && !later_done(s, v))
		return MHD_YES;
	sent = reply_send(s, c, &v->reply, s->stopping);
	guard_stage(&s->guard, v, STAGE_WRITING);
	return sent;
}

/* A request that is wrong for want of memory here is not its sender's fault. */
static int blame(struct visitor *v, unsigned before, int status)
{
	v->starved |= memory_short_here() != before;
	return status && v->starved ? MHD_HTTP_SERVICE_UNAVAILABLE : status;
}

static enum MHD_Result answer(void *self, struct MHD_Connection *c, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_n, void **request)
{
	struct opinia_server *s = self;
	struct visitor *v = visitor_of(c);
	unsigned before = memory_short_here();
	int status;

	(void)url;
	(void)request;
	if (!v)
		return MHD_NO;
	if (!v->begun) {
		v->begun = true;
		v->asked.body = (struct sv){ NULL, 0 };
		status = s->stopping
				 ? MHD_HTTP_SERVICE_UNAVAILABLE
				 : request_begin(v, c, method, version, s->opt.body_max);
		status = blame(v, before, status);
		return status ? reply_refuse(s, c, status) : MHD_YES;
	}
	if (*upload_n) {
		size_t n = *upload_n;
		bool go_on = request_take(v, upload, n, s->opt.body_max);

		*upload_n = 0;
		blame(v, before, 0);
		return go_on ? MHD_YES : MHD_NO;
	}
	status = v->handed ? 0 : blame(v, before, request_end(v));
	return status ? reply_refuse(s, c, status) : work(s, v, c);
}

/* The library decodes the path in place; ours was kept before that. */
static size_t as_it_is(void *self, struct MHD_Connection *c, char *text)
{
	(void)self;
	(void)c;
	return strlen(text);
}

/* ---- start and stop ------------------------------------------------------------------ */

/* As many connections as there are descriptors for, and with few of them fewer threads. */
static size_t size_up(unsigned *threads)
{
	rlim_t want = SERVER_CONNECTIONS + SERVER_THREADS * FDS_A_THREAD + 2 * FDS_SPARE;
	rlim_t have = want;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		if (r.rlim_cur < want && r.rlim_cur < r.rlim_max) {
			r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
			setrlimit(RLIMIT_NOFILE, &r);
		}
		have = r.rlim_cur < want ? r.rlim_cur : want;
	}
	have = have > 2 * FDS_SPARE ? have - FDS_SPARE : FDS_SPARE;
	*threads = SERVER_THREADS;
	if (have / (2 * FDS_A_THREAD) < *threads)
		*threads = (unsigned)have / (2 * FDS_A_THREAD);
	have -= *threads * FDS_A_THREAD;
	return have < SERVER_CONNECTIONS ? have : SERVER_CONNECTIONS;
}

static struct MHD_Daemon *start_daemon(struct opinia_server *s, int stand_in)
{
	unsigned silence = (unsigned)(s->guard.request_ms / MS_SECOND) + 1;

	/* the ceilings of connections are the door's */
	return MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, answer, s,
		MHD_OPTION_LISTEN_SOCKET, stand_in, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_THREAD_POOL_SIZE, s->threads, MHD_OPTION_CONNECTION_LIMIT,
		s->threads * 2 * SERVER_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
		silence, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, connected, s, MHD_OPTION_NOTIFY_COMPLETED,
		completed, s, MHD_OPTION_URI_LOG_CALLBACK, request_line, s,
		MHD_OPTION_UNESCAPE_CALLBACK, as_it_is, NULL, MHD_OPTION_END);
}

static int start_threads(struct opinia_server *s, struct err *err)
{
	int stand_in, rc = door_stand_in(&stand_in, err);

	if (rc)
		return rc;
	s->daemon = start_daemon(s, stand_in); /* which closes it in the end */
	if (s->daemon)
		return 0;
	close(stand_in);
	return err_set(err, ERR_SYSTEM,
		       "the server does not start: too few threads or open files are "
		       "allowed");
}

static int start(struct opinia_server *s, struct err *err)
{
	int rc = listen_open(&s->opt, &s->fd, &s->port, err);

	if (!rc)
		rc = guard_start(&s->guard,
				 s->opt.request_ms ? s->opt.request_ms
						   : SERVER_REQUEST_MS,
				 size_up(&s->threads), err);
	if (!rc)
		rc = start_threads(s, err);
	return rc ? rc : door_open(s, err);
}

int opinia_server_start(struct opinia_server **out, const struct server_options *opt,
			struct err *err)
{
	struct opinia_server *s = calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->opt = *opt;
	s->fd = -1;
	s->closing.fd = -1;
	s->replies = replies_new();
	rc = s->replies ? start(s, err) : err_set(err, ERR_SYSTEM, "out of memory");
	if (rc)
		opinia_server_stop(s);
	else
		*out = s;
	return rc;
}

uint16_t opinia_server_port(const struct opinia_server *s)
{
	return s->port;
}

void opinia_server_stop(struct opinia_server *s)
{
	if (!s)
		return;
	s->stopping = true;
	door_close(s);
	if (s->daemon) {
		guard_settle(&s->guard, STOP_READ_MS, true);
		guard_settle(&s->guard, STOP_WORK_MS - STOP_READ_MS, false);
		MHD_stop_daemon(s->daemon);
	}
	guard_stop(&s->guard);
	replies_free(s->replies);
	free(s);
}
