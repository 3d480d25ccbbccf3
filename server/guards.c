/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guards.c: who is connected, and since when. The library's own timer only knows silence: who
 * sends a byte a second keeps it quiet for ever. Here each request has a time by which it must
 * be complete; then the socket is shut, and the library finds it closed.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/inside.h"

enum { LOOKS_MIN_MS = 20, LOOKS_MAX_MS = 500, FDS_OTHERS = 4096 };

int64_t guard_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

static struct timespec after(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / MS_SECOND;
	t.tv_nsec += (ms % MS_SECOND) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* They have said all that they ever will, and it is read. */
static bool hung_up(const struct visitor *v)
{
	char c;

	return recv(v->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * What comes together with the end of what they say, 0.9.75 reads without hearing of the end. It is
 * told again; an answer on its way still goes out.
 */
static void remind(struct visitor *v)
{
	if (v->reminded || v->stage == STAGE_WORKING || v->stage == STAGE_WRITING ||
	    !hung_up(v))
		return;
	v->reminded = true;
	shutdown(v->fd, SHUT_RD);
}

/* The library tells that a connection goes before it closes the socket, so under the lock the
 * number still is the visitor's. */
static void look_round(struct guard *g, int64_t now)
{
	for (struct visitor *v = g->first; v; v = v->next) {
		if (!v->cut)
			remind(v);
		if (v->cut || v->stage == STAGE_WORKING || now - v->since < g->request_ms)
			continue;
		v->cut = true;
		shutdown(v->fd, SHUT_RDWR);
	}
}

static void *watch(void *self)
{
	struct guard *g = self;
	int64_t every = g->request_ms / 8;

	if (every < LOOKS_MIN_MS)
		every = LOOKS_MIN_MS;
	if (every > LOOKS_MAX_MS)
		every = LOOKS_MAX_MS;
	pthread_mutex_lock(&g->lock);
	while (!g->stop) {
		struct timespec until = after(every);

		while (!g->stop &&
		       pthread_cond_timedwait(&g->changed, &g->lock, &until) != ETIMEDOUT)
			;
		look_round(g, guard_clock());
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

int guard_start(struct guard *g, int64_t request_ms, size_t most, struct err *err)
{
	pthread_condattr_t attr;

	*g = (struct guard){ .request_ms = request_ms,
			     .most = most,
			     .fds = most + FDS_OTHERS };
	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->changed, &attr);
	pthread_condattr_destroy(&attr);
	g->by_fd = calloc(g->fds, sizeof(*g->by_fd));
	g->running = g->by_fd && pthread_create(&g->thread, NULL, watch, g) == 0;
	return g->running ? 0 : err_set(err, ERR_SYSTEM, "no thread can be started");
}

void guard_stop(struct guard *g)
{
	if (!g->request_ms)
		return;
	pthread_mutex_lock(&g->lock);
	g->stop = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	if (g->running)
		pthread_join(g->thread, NULL);
	while (g->first)
		guard_leave(g, g->first->fd);
	free(g->by_fd);
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
}

/* ---- coming and going ---------------------------------------------------------------- */

static void host_of(const struct sockaddr_storage *from, uint8_t host[16])
{
	const struct sockaddr_in *v4 = (const void *)from;
	const struct sockaddr_in6 *v6 = (const void *)from;

	if (from->ss_family == AF_INET) {
		host[10] = host[11] = 0xff;
		memcpy(host + 12, &v4->sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);

		memcpy(host, &v6->sin6_addr, mapped ? 16 : 8);
	}
}

static bool too_many(const struct guard *g, const uint8_t host[16])
{
	static const uint8_t none[16];
	size_t n = 0;

	if (g->count < SERVER_CONNECTIONS_A_HOST || memcmp(host, none, 16) == 0)
		return false;
	for (const struct visitor *v = g->first; v; v = v->next)
		n += memcmp(v->host, host, 16) == 0;
	return n >= SERVER_CONNECTIONS_A_HOST;
}

static void take_out(struct guard *g, struct visitor *v)
{
	if (v->before)
		v->before->next = v->next;
	else
		g->first = v->next;
	if (v->next)
		v->next->before = v->before;
	g->by_fd[v->fd] = NULL;
	g->count--;
	arena_release(&v->arena);
	buf_release(&v->body);
	free(v);
}

/* The library may have closed a socket without a word: then its number comes again. */
static void put_in(struct guard *g, struct visitor *v)
{
	if (g->by_fd[v->fd])
		take_out(g, g->by_fd[v->fd]);
	g->by_fd[v->fd] = v;
	g->count++;
	v->next = g->first;
	if (v->next)
		v->next->before = v;
	g->first = v;
}

bool guard_full(struct guard *g)
{
	bool full;

	pthread_mutex_lock(&g->lock);
	full = g->count >= g->most;
	pthread_mutex_unlock(&g->lock);
	return full;
}

bool guard_enter(struct guard *g, int fd, const struct sockaddr_storage *from,
		 size_t arena_max, size_t body_max)
{
	struct visitor *v = (size_t)fd < g->fds ? calloc(1, sizeof(*v)) : NULL;
	bool welcome;

	if (!v)
		return false;
	v->fd = fd;
	v->stage = STAGE_READING;
	v->since = guard_clock();
	arena_init(&v->arena, arena_max);
	buf_init(&v->body, body_max);
	host_of(from, v->host);
	pthread_mutex_lock(&g->lock);
	welcome = !too_many(g, v->host);
	if (welcome)
		put_in(g, v);
	pthread_mutex_unlock(&g->lock);
	if (!welcome)
		free(v);
	return welcome;
}

struct visitor *guard_visitor(struct guard *g, int fd)
{
	struct visitor *v = NULL;

	pthread_mutex_lock(&g->lock);
	if (fd >= 0 && (size_t)fd < g->fds)
		v = g->by_fd[fd];
	pthread_mutex_unlock(&g->lock);
	return v;
}

void guard_leave(struct guard *g, int fd)
{
	pthread_mutex_lock(&g->lock);
	if (g->by_fd[fd])
		take_out(g, g->by_fd[fd]);
	if (g->settling)
		pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

void guard_stage(struct guard *g, struct visitor *v, enum stage stage)
{
	/* the time of a first request runs from the connection, not from its first line */
	if (stage != STAGE_READING || v->stage == STAGE_IDLE)
		v->since = guard_clock();
	v->stage = stage;
	if (!g->settling || stage != STAGE_IDLE)
		return;
	pthread_mutex_lock(&g->lock);
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static bool busy(const struct guard *g, bool reading)
{
	for (const struct visitor *v = g->first; v; v = v->next)
		if (v->stage == STAGE_WORKING || v->stage == STAGE_WRITING ||
		    (reading && v->stage == STAGE_READING && v->asking))
			return true;
	return false;
}

void guard_settle(struct guard *g, int64_t ms, bool reading)
{
	struct timespec until = after(ms);

	pthread_mutex_lock(&g->lock);
	g->settling = true;
	while (busy(g, reading) &&
	       pthread_cond_timedwait(&g->changed, &g->lock, &until) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&g->lock);
}
