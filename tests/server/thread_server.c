/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_server.c: many callers at once, and the end in the midst of them: who was let in gets a
 * whole answer, and as many handlers were called. Half of the calls are left for later; some who
 * ask go away before that. A plain main(), for ThreadSanitizer. Exit status 0: all is well.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/server/peer.h"

enum { CALLERS = 24, CALLS = 40, LAST = 4, HASTY = 8 };

static uint16_t port;
static _Atomic int answered, failures;

static void expect(bool good, const char *what)
{
	if (good)
		return;
	if (failures < 5)
		fprintf(stderr, "thread_server: %s\n", what);
	atomic_fetch_add(&failures, 1);
}

/* The other side closes; a busy machine may take long to. */
static int ask_and_wait(const char *ask, size_t n, char *out, size_t room)
{
	int fd = peer_connect(port);
	bool closed;

	out[0] = 0;
	if (fd < 0)
		return 0;
	peer_send(fd, ask, n);
	peer_read(fd, out, room, 5000, &closed);
	close(fd);
	return closed ? peer_status(out) : 0;
}

static void *call(void *self)
{
	int me = *(int *)self;
	char ask[200], want[64], out[2000];

	for (int i = 0; i < CALLS; i++) {
		int n = snprintf(ask, sizeof(ask),
				 "POST /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				 "Content-Length: 7\r\n\r\n%03d-%03d",
				 i & 1 ? "later" : "a", me, i);

		snprintf(want, sizeof(want), "POST /%s? %03d-%03d", i & 1 ? "later" : "a",
			 me, i);
		expect(ask_and_wait(ask, (size_t)n, out, sizeof(out)) == 200, "no 200");
		expect(strstr(out, want) != NULL, "the answer of somebody else");
		atomic_fetch_add(&answered, 1);
	}
	return NULL;
}

/* Asks, and does not wait for the answer. */
static void *call_hastily(void *self)
{
	static const char ask[] = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

	(void)self;
	for (int i = 0; i < CALLS; i++) {
		int fd = peer_connect(port);

		peer_send(fd, ask, strlen(ask));
		close(fd);
	}
	return NULL;
}

/* One that is being worked on when the end comes, and one that comes after it. */
static void *call_late(void *self)
{
	static const char ask[] = "GET /wait/400 HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd = peer_connect(port);
	char out[2000];
	bool closed;

	(void)self;
	peer_send(fd, ask, strlen(ask));
	peer_read(fd, out, sizeof(out), 3000, &closed);
	expect(peer_status(out) == 200, "cut off while it was worked on");
	expect(closed, "left open by one that stops");
	close(fd);
	return NULL;
}

int main(void)
{
	struct echo e = { 0 };
	struct opinia_server *s = peer_server(&e, 1000, 0);
	pthread_t t[CALLERS], hasty[HASTY];
	int me[CALLERS], before;

	port = opinia_server_port(s);
	for (int i = 0; i < CALLERS; i++) {
		me[i] = i;
		pthread_create(&t[i], NULL, call, &me[i]);
	}
	for (int i = 0; i < HASTY; i++)
		pthread_create(&hasty[i], NULL, call_hastily, NULL);
	for (int i = 0; i < CALLERS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < HASTY; i++)
		pthread_join(hasty[i], NULL);
	expect(answered == CALLERS * CALLS, "somebody was not answered");
	expect(e.calls >= CALLERS * CALLS && e.calls <= (CALLERS + HASTY) * CALLS,
	       "not each call is one call of the handler");
	expect(e.later >= CALLERS * CALLS / 2, "nothing was left for later");
	before = e.calls;
	for (int i = 0; i < LAST; i++)
		pthread_create(&t[i], NULL, call_late, NULL);
	/* two may have met at one thread of the server's */
	for (int i = 0; i < 4000 && e.calls < before + LAST; i++)
		usleep(1000);
	opinia_server_stop(s);
	for (int i = 0; i < LAST; i++)
		pthread_join(t[i], NULL);
	expect(peer_connect(port) < 0, "still listening");
	expect(e.most_at_once > 1, "they did not run at once");
	return failures ? 1 : 0;
}
