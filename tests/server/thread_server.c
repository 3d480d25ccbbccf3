/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_server.c: many callers at once, and the end in the midst of them: who was let in gets a
 * whole answer, and as many handlers were called. A plain main(), for ThreadSanitizer. Exit
 * status 0: all is well.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/server/peer.h"

enum { CALLERS = 24, CALLS = 40, LAST = 16 };

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

static void *call(void *self)
{
	int me = *(int *)self;
	char ask[200], want[64], out[2000];

	for (int i = 0; i < CALLS; i++) {
		bool closed;
		int n = snprintf(ask, sizeof(ask),
				 "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				 "Content-Length: 7\r\n\r\n%03d-%03d",
				 me, i);

		snprintf(want, sizeof(want), "POST /a? %03d-%03d", me, i);
		expect(peer_ask(port, ask, (size_t)n, out, sizeof(out), &closed) == 200,
		       "no 200");
		expect(strstr(out, want) != NULL, "the answer of somebody else");
		atomic_fetch_add(&answered, 1);
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
	pthread_t t[CALLERS];
	int me[CALLERS];

	port = opinia_server_port(s);
	for (int i = 0; i < CALLERS; i++) {
		me[i] = i;
		pthread_create(&t[i], NULL, call, &me[i]);
	}
	for (int i = 0; i < CALLERS; i++)
		pthread_join(t[i], NULL);
	expect(e.calls == CALLERS * CALLS && answered == CALLERS * CALLS,
	       "not each call is one call of the handler");
	for (int i = 0; i < LAST; i++)
		pthread_create(&t[i], NULL, call_late, NULL);
	for (int i = 0; i < 2000 && e.at_once < LAST; i++)
		usleep(1000);
	opinia_server_stop(s);
	for (int i = 0; i < LAST; i++)
		pthread_join(t[i], NULL);
	expect(peer_connect(port) < 0, "still listening");
	expect(e.most_at_once >= LAST, "they did not run at once");
	return failures ? 1 : 0;
}
