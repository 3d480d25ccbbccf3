/* SPDX-License-Identifier: Apache-2.0 */
/* mime_wire.c: see mime_wire.h. */
#include "core/mime_wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { LENGTH = 4, FIELD_HEAD = 5 };

static void length_put(unsigned char *p, size_t n)
{
	for (int i = 0; i < LENGTH; i++)
		p[i] = (unsigned char)(n >> (8 * i));
}

static size_t length_get(const void *from)
{
	const unsigned char *p = from;
	size_t n = 0;

	for (int i = LENGTH; i--;)
		n = n << 8 | p[i];
	return n;
}

static int write_all(int fd, const void *from, size_t n, struct err *err)
{
	const char *p = from;

	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_set(err, ERR_SYSTEM, "writing to a pipe: %s",
				       strerror(errno));
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

int mime_send(int fd, struct sv bytes, struct err *err)
{
	unsigned char head[LENGTH];
	int rc;

	length_put(head, bytes.n);
	rc = write_all(fd, head, sizeof(head), err);
	return rc ? rc : write_all(fd, bytes.p, bytes.n, err);
}

static int wait_for(int fd, int64_t ms, const struct cancel *cancel, struct err *err)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN },
			       { .fd = cancel_fd(cancel), .events = POLLIN } };
	int n;

	if (cancel_asked(cancel))
		return cancel_said(err);
	n = poll(p, 2, ms <= 0 || ms > INT_MAX ? -1 : (int)ms);
	if (cancel_asked(cancel))
		return cancel_said(err);
	if (n < 0 && errno != EINTR)
		return err_set(err, ERR_SYSTEM, "poll: %s", strerror(errno));
	return n ? 0
		 : err_set(err, ERR_UNAVAILABLE, "no answer in %lld ms", (long long)ms);
}

static int read_all(int fd, char *to, size_t n, int64_t ms, const struct cancel *cancel,
		    bool *end, struct err *err)
{
	size_t got = 0;

	*end = false;
	while (got < n) {
		int rc = wait_for(fd, ms, cancel, err);
		ssize_t more;

		if (rc)
			return rc;
		more = read(fd, to + got, n - got);
		if (more < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (more < 0)
			return err_set(err, ERR_SYSTEM, "reading from a pipe: %s",
				       strerror(errno));
		if (!more) {
			*end = true;
			return 0;
		}
		got += (size_t)more;
	}
	return 0;
}

int mime_receive(int fd, struct buf *b, size_t max, int64_t ms,
		 const struct cancel *cancel, bool *end, struct err *err)
{
	char head[LENGTH], *to;
	size_t n;
	int rc = read_all(fd, head, sizeof(head), ms, cancel, end, err);

	buf_clear(b);
	if (rc || *end)
		return rc;
	n = length_get(head);
	*end = n == 0;
	if (n > max)
		return err_set(err, ERR_INPUT, "%zu bytes, and %zu are the ceiling", n,
			       max);
	to = n ? buf_room(b, n) : NULL;
	if (!n)
		return 0;
	if (!to)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = read_all(fd, to, n, ms, cancel, end, err);
	if (!rc && !*end)
		buf_took(b, n);
	return rc;
}

void mime_put(struct buf *b, enum mime_field field, struct sv text)
{
	unsigned char head[FIELD_HEAD] = { (unsigned char)field };

	length_put(head + 1, text.n);
	buf_put(b, head, sizeof(head));
	buf_sv_put(b, text);
}

bool mime_next(struct sv *rest, enum mime_field *field, struct sv *text)
{
	size_t n;

	if (rest->n < FIELD_HEAD)
		return false;
	n = length_get(rest->p + 1);
	if (n > rest->n - FIELD_HEAD)
		return false;
	*field = (enum mime_field)(unsigned char)rest->p[0];
	*text = sv_sub(*rest, FIELD_HEAD, n);
	*rest = sv_sub(*rest, FIELD_HEAD + n, rest->n);
	return true;
}
