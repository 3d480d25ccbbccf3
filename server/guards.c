/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guards.c: who is connected, and since when. The library's own timer only knows silence: who
 * sends a byte a second keeps it quiet for ever. Here each request has a time by which it must
 * be complete; then the socket is shut, and the library finds it closed.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "server/inside.h"

enum { LOOKS_MIN_MS = 20, LOOKS_MAX_MS = 500 };

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

/* The library tells that a connection goes before it closes the socket, so under the lock the
 * number still is the visitor's. */
static void look_round(struct guard *g, int64_t now)
{
	for (struct visitor *v = g->first; v; v = v->next) {
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

int guard_start(struct guard *g, int64_t request_ms, struct err *err)
{
	pthread_condattr_t attr;

	*g = (struct guard){ .request_ms = request_ms };
	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->changed, &attr);
	pthread_condattr_destroy(&attr);
	g->running = pthread_create(&g->thread, NULL, watch, g) == 0;
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
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
}

struct visitor *guard_enter(struct guard *g, int fd, size_t arena_max, size_t body_max)
{
	struct visitor *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->fd = fd;
	v->stage = STAGE_READING;
	v->since = guard_clock();
	arena_init(&v->arena, arena_max);
	buf_init(&v->body, body_max);
	pthread_mutex_lock(&g->lock);
	v->next = g->first;
	if (v->next)
		v->next->before = v;
	g->first = v;
	pthread_mutex_unlock(&g->lock);
	return v;
}

void guard_leave(struct guard *g, struct visitor *v)
{
	pthread_mutex_lock(&g->lock);
	if (v->before)
		v->before->next = v->next;
	else
		g->first = v->next;
	if (v->next)
		v->next->before = v->before;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
	arena_release(&v->arena);
	buf_release(&v->body);
	free(v);
}

void guard_stage(struct guard *g, struct visitor *v, enum stage stage)
{
	pthread_mutex_lock(&g->lock);
	/* the time of a first request runs from the connection, not from its first line */
	if (stage != STAGE_READING || v->stage == STAGE_IDLE)
		v->since = guard_clock();
	v->stage = stage;
	if (g->stop || stage == STAGE_IDLE)
		pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static bool busy(const struct guard *g, bool reading)
{
	for (const struct visitor *v = g->first; v; v = v->next)
		if (v->stage == STAGE_WORKING || v->stage == STAGE_WRITING ||
		    (reading && v->stage == STAGE_READING && v->uri.n))
			return true;
	return false;
}

void guard_settle(struct guard *g, int64_t ms, bool reading)
{
	struct timespec until = after(ms);

	pthread_mutex_lock(&g->lock);
	while (busy(g, reading) &&
	       pthread_cond_timedwait(&g->changed, &g->lock, &until) != ETIMEDOUT)
		;
	pthread_mutex_unlock(&g->lock);
}
