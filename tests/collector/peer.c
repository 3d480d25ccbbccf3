/* SPDX-License-Identifier: Apache-2.0 */
/* peer.c: see peer.h. */
#include "peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
	pthread_t thread;
	pthread_mutex_t lock;
	int listener, stop, port;
	atomic_int connections;
	peer_answer *answer;
	const void *with;
	size_t heard_bytes;
	char heard[PEER_HEARD_MAX];
};

static int listening(int *port, int backlog)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert(fd >= 0 && !bind(fd, (struct sockaddr *)&a, sizeof(a)));
	assert(!listen(fd, backlog) && !getsockname(fd, (struct sockaddr *)&a, &n));
	*port = ntohs(a.sin_port);
	return fd;
}

/* ---- what an answer is made of ----------------------------------------------------------- */

_Bool peer_say(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return 0;
		p += sent;
		n -= (size_t)sent;
	}
	return 1;
}

_Bool peer_wait(struct peer *p, int fd, int ms)
{
	struct pollfd both[2] = { { .fd = p->stop, .events = POLLIN },
				  { .fd = fd, .events = POLLRDHUP } };

	return poll(both, 2, ms) == 0;
}

static _Bool said(struct peer *p, int fd)
{
	return !p->with || peer_say(fd, p->with, strlen(p->with));
}

int peer_text(struct peer *p, int fd, const char *request)
{
	(void)request;
	said(p, fd);
	return -1;
}

int peer_keep_alive(struct peer *p, int fd, const char *request)
{
	(void)request;
	return said(p, fd) ? 0 : -1;
}

int peer_mute(struct peer *p, int fd, const char *request)
{
	(void)request;
	while (peer_wait(p, fd, 60000))
		;
	return -1;
}

int peer_drip(struct peer *p, int fd, const char *request)
{
	(void)request;
	said(p, fd);
	while (peer_wait(p, fd, 200) && peer_say(fd, "x", 1))
		;
	return -1;
}

int peer_reset(struct peer *p, int fd, const char *request)
{
	const struct linger now = { 1, 0 };

	(void)request;
	said(p, fd);
	peer_wait(p, fd, 50);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	return -1;
}

int peer_flood(struct peer *p, int fd, const char *request)
{
	const char *first = p->with, *again = strchr(first, '|');
	char block[1 << 14];
	size_t n = strlen(again + 1), fill = 0;

	(void)request;
	while (fill + n <= sizeof(block)) {
		memcpy(block + fill, again + 1, n);
		fill += n;
	}
	if (peer_say(fd, first, (size_t)(again - first)))
		while (peer_wait(p, fd, 0) && peer_say(fd, block, fill))
			;
	return -1;
}

/* Bits as deflate wants them: the lowest first. */
static void put_bits(uint8_t *out, size_t *at, unsigned bits, int n)
{
	for (int i = 0; i < n; i++, ++*at)
		out[*at / 8] |= (uint8_t)((bits >> i & 1) << *at % 8);
}

/* One block with fixed codes: a literal, then "258 bytes as the one before" a million times. */
int peer_bomb(struct peer *p, int fd, const char *request)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
	static const uint8_t gzip[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	const size_t times = 1000000;
	uint8_t *packed = calloc(1, times * 13 / 8 + 64);
	size_t at = 0;

	(void)p;
	(void)request;
	assert(packed);
	put_bits(packed, &at, 3, 3);	/* the last block; fixed codes */
	put_bits(packed, &at, 0x0c, 8); /* literal 0: 00110000, highest bit first */
	for (size_t i = 0; i < times; i++)
		put_bits(packed, &at, 0xa3, 13); /* 285: 11000101, distance 1: 00000 */
	put_bits(packed, &at, 0, 7);		 /* the end */
	if (peer_say(fd, head, sizeof(head) - 1) && peer_say(fd, gzip, sizeof(gzip)))
		peer_say(fd, packed, at / 8 + 1);
	free(packed);
	return -1;
}

/* ---- the service ------------------------------------------------------------------------- */

static void remember(struct peer *p, const char *request, size_t n)
{
	pthread_mutex_lock(&p->lock);
	if (n < sizeof(p->heard) - p->heard_bytes) {
		memcpy(p->heard + p->heard_bytes, request, n);
		p->heard_bytes += n;
		p->heard[p->heard_bytes] = 0;
	}
	pthread_mutex_unlock(&p->lock);
}

static size_t body_bytes(const char *request)
{
	const char *length = strcasestr(request, "\r\nContent-Length:");

	return length ? strtoul(length + 17, NULL, 10) : 0;
}

/* A request with its body, or what there is of it when the caller stops (TLS to a plain port). */
static size_t read_request(struct peer *p, int fd, char *out, size_t max)
{
	size_t n = 0;

	for (;;) {
		struct pollfd both[2] = { { .fd = p->stop, .events = POLLIN },
					  { .fd = fd, .events = POLLIN } };
		const char *end;
		ssize_t got;

		if (poll(both, 2, -1) < 0 || both[0].revents)
			return 0;
		got = recv(fd, out + n, max - n - 1, 0);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		out[n] = 0;
		end = strstr(out, "\r\n\r\n");
		if (out[0] == 0x16 || n + 1 >= max ||
		    (end && n >= (size_t)(end + 4 - out) + body_bytes(out)))
			return n;
	}
}

static void serve(struct peer *p, int fd)
{
	char request[8192];
	size_t n;

	do {
		n = read_request(p, fd, request, sizeof(request));
		if (n)
			remember(p, request, n);
	} while (n && p->answer(p, fd, request) == 0);
	close(fd);
}

static void *run(void *self)
{
	struct peer *p = self;

	for (;;) {
		struct pollfd both[2] = { { .fd = p->stop, .events = POLLIN },
					  { .fd = p->listener, .events = POLLIN } };
		int fd;

		if (poll(both, 2, -1) < 0 || both[0].revents)
			return NULL;
		fd = accept(p->listener, NULL, NULL);
		if (fd < 0)
			return NULL;
		atomic_fetch_add(&p->connections, 1);
		serve(p, fd);
	}
}

struct peer *peer_start(peer_answer *answer, const void *with)
{
	struct peer *p = calloc(1, sizeof(*p));

	assert(p);
	p->answer = answer;
	p->with = with;
	p->listener = listening(&p->port, 16);
	p->stop = eventfd(0, EFD_CLOEXEC);
	pthread_mutex_init(&p->lock, NULL);
	assert(p->stop >= 0 && !pthread_create(&p->thread, NULL, run, p));
	return p;
}

void peer_stop(struct peer *p)
{
	const uint64_t one = 1;

	assert(write(p->stop, &one, sizeof(one)) == sizeof(one));
	pthread_join(p->thread, NULL);
	close(p->listener);
	close(p->stop);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

int peer_port(const struct peer *p)
{
	return p->port;
}

const void *peer_with(const struct peer *p)
{
	return p->with;
}

int peer_connections(const struct peer *p)
{
	return atomic_load(&p->connections);
}

const char *peer_heard(struct peer *p)
{
	static _Thread_local char copy[PEER_HEARD_MAX];

	pthread_mutex_lock(&p->lock);
	memcpy(copy, p->heard, p->heard_bytes + 1);
	pthread_mutex_unlock(&p->lock);
	return copy;
}

/* ---- ports without a service ------------------------------------------------------------- */

void full_port_open(struct full_port *f)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	f->fd = listening(&f->port, 0);
	a.sin_port = htons((uint16_t)f->port);
	for (size_t i = 0; i < 8; i++) {
		f->fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert(f->fillers[i] >= 0);
		if (connect(f->fillers[i], (struct sockaddr *)&a, sizeof(a)))
			continue; /* under way, or in a queue: either way the queue fills */
	}
}

void full_port_close(struct full_port *f)
{
	for (size_t i = 0; i < 8; i++)
		close(f->fillers[i]);
	close(f->fd);
}

int closed_port(void)
{
	int port, fd = listening(&port, 1);

	close(fd);
	return port;
}
