/* SPDX-License-Identifier: Apache-2.0 */
/* cancel.c: see cancel.h. */
#include "core/cancel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

int cancel_init(struct cancel *c, struct err *err)
{
	c->on = false;
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return c->fd < 0 ? err_set(err, ERR_SYSTEM, "eventfd: %s", strerror(errno)) : 0;
}

void cancel_release(struct cancel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

void cancel_ask(struct cancel *c)
{
	const uint64_t one = 1;
	int was = errno;

	c->on = true;
	if (c->fd >= 0 && write(c->fd, &one, sizeof(one)) < 0)
		c->on = true; /* full: it was asked before */
	errno = was;
}

bool cancel_asked(const struct cancel *c)
{
	return c && c->on;
}

int cancel_fd(const struct cancel *c)
{
	return c ? c->fd : -1;
}

bool cancel_sleep(const struct cancel *c, int64_t ms)
{
	struct pollfd p = { .fd = cancel_fd(c), .events = POLLIN };

	if (!cancel_asked(c) && ms > 0)
		poll(&p, 1, ms > INT_MAX ? INT_MAX : (int)ms);
	return cancel_asked(c);
}

int cancel_said(struct err *err)
{
	return err_set(err, ERR_AGAIN, "stopped as asked");
}
