/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.c: takes connections in and shares them out. The library's threads would take several at
 * once each, so that some wait behind one another's handler while others have nothing to do;
 * without descriptors they would turn in a circle, and at its own ceiling of connections
 * 0.9.75 waits for itself. Given a connection, it picks the thread by its number, which
 * spreads them evenly.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/inside.h"

enum { FULL_WAIT_MS = 50, TAKEN_AT_ONCE = 64 };

static void let_in(struct opinia_server *s, int fd, const struct sockaddr_storage *from,
		   socklen_t n)
{
	if (!guard_enter(&s->guard, fd, from, (s->opt.body_max << 3) + (1 << 20),
			 s->opt.body_max))
		close(fd);
	else if (MHD_add_connection(s->daemon, fd, (const struct sockaddr *)from, n) !=
		 MHD_YES)
		guard_leave(&s->guard, fd); /* the library closed it */
}

/* False: there is nobody, or no room for one. */
static bool take_one(struct opinia_server *s)
{
	struct sockaddr_storage from;
	socklen_t n = sizeof(from);
	int fd;

	if (guard_full(&s->guard)) {
		cancel_sleep(&s->closing, FULL_WAIT_MS);
		return false;
	}
	fd = accept4(s->fd, (struct sockaddr *)&from, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0) {
		let_in(s, fd, &from, n);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		cancel_sleep(&s->closing, FULL_WAIT_MS);
	return errno == ECONNABORTED || errno == EINTR;
}

static void *take_in(void *self)
{
	struct opinia_server *s = self;
	struct pollfd p[2] = { { .fd = s->fd, .events = POLLIN },
			       { .fd = cancel_fd(&s->closing), .events = POLLIN } };

	while (!cancel_asked(&s->closing)) {
		poll(p, 2, -1);
		for (int i = 0; i < TAKEN_AT_ONCE && !cancel_asked(&s->closing); i++)
			if (!take_one(s))
				break;
	}
	return NULL;
}

int door_stand_in(int *fd, struct err *err)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX };
	int rc;

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && bind(*fd, (struct sockaddr *)&any, sizeof(any.sun_family)) == 0 &&
	    listen(*fd, 1) == 0)
		return 0;
	rc = err_set(err, ERR_SYSTEM, "no socket: %s", strerror(errno));
	if (*fd >= 0)
		close(*fd);
	return rc;
}

int door_open(struct opinia_server *s, struct err *err)
{
	int rc = cancel_init(&s->closing, err);

	if (rc)
		return rc;
	s->open = pthread_create(&s->door, NULL, take_in, s) == 0;
	return s->open ? 0 : err_set(err, ERR_SYSTEM, "no thread can be started");
}

void door_close(struct opinia_server *s)
{
	cancel_ask(&s->closing);
	if (s->open)
		pthread_join(s->door, NULL);
	s->open = false;
	cancel_release(&s->closing);
	if (s->fd >= 0)
		close(s->fd);
}
