/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c: see peer.h. */
#include "tests/server/peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/cancel.h"

void echo_answer(void *self, const struct server_request *q, struct server_reply *reply)
{
	struct echo *e = self;
	int now = ++e->at_once;
	int64_t n;

	if (sv_starts(q->path, SV("/later")) && !reply->later) {
		e->at_once--;
		reply->later = (void *)(uintptr_t)q;
		reply->status = 0; /* how often it was asked about */
		return;
	}
	e->calls++;
	if (now > e->most_at_once)
		e->most_at_once = now;
	reply->status = 200;
	if (sv_starts(q->path, SV("/status/")) && sv_i64(sv_sub(q->path, 8, 3), &n))
		reply->status = (int)n;
	if (sv_starts(q->path, SV("/wait/")) && sv_i64(sv_sub(q->path, 6, 5), &n))
		cancel_sleep(NULL, n);
	reply->body = sv_of(arena_printf(
		q->arena, SV_FMT " " SV_FMT "?" SV_FMT " " SV_FMT, SV_ARG(q->method),
		SV_ARG(q->path), SV_ARG(q->query), SV_ARG(q->body)));
	e->at_once--;
}

bool echo_finish(void *self, struct server_reply *reply, bool wait)
{
	struct echo *e = self;

	if (++reply->status < 3)
		return false;
	e->later++;
	if (wait)
		cancel_sleep(NULL, 2); /* a commit */
	echo_answer(e, reply->later, reply);
	return true;
}

struct opinia_server *peer_server(struct echo *e, size_t body_max, int64_t request_ms)
{
	struct server_options opt = { .listen = "127.0.0.1:0",
				      .body_max = body_max,
				      .request_ms = request_ms,
				      .handler = { e, echo_answer, echo_finish } };
	struct opinia_server *s;
	struct err err = ERR_NONE;

	if (opinia_server_start(&s, &opt, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return s;
}

int peer_connect(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

bool peer_send(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = send(fd, p, n, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		p += put;
		n -= (size_t)put;
	}
	return true;
}

size_t peer_read(int fd, char *out, size_t room, int ms, bool *closed)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t n = 0;

	*closed = false;
	while (n + 1 < room && poll(&p, 1, ms) > 0) {
		ssize_t got = recv(fd, out + n, room - 1 - n, 0);

		*closed = got <= 0;
		if (*closed)
			break;
		n += (size_t)got;
	}
	out[n] = 0;
	return n;
}

int peer_status(const char *answer)
{
	return strncmp(answer, "HTTP/1.", 7) == 0 && strlen(answer) > 12
		       ? (int)strtol(answer + 9, NULL, 10)
		       : 0;
}

int peer_ask(uint16_t port, const char *p, size_t n, char *out, size_t room, bool *closed)
{
	int fd = peer_connect(port);

	out[0] = 0;
	*closed = false;
	if (fd < 0)
		return 0;
	peer_send(fd, p, n);
	peer_read(fd, out, room, 400, closed);
	close(fd);
	return peer_status(out);
}
