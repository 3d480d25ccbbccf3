/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oauth_write.c: a refresh token that was replaced is worth as much as the login: it is on the
 * disk, whole and readable by its owner only, before it is used a second time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/oauth_inside.h"
#include "core/buf.h"
#include "core/sync.h"

static bool put(int fd, struct sv bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = sv_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

static bool put_file(const char *name, struct sv bytes)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0 && put(fd, bytes) && fsync(fd) == 0;
	int was = errno;

	if (fd >= 0 && close(fd) && good) {
		was = errno;
		good = false;
	}
	errno = was;
	return good;
}

static bool replace(const char *path, struct sv bytes)
{
	char fresh[PATH_MAX + 8];
	int was;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	if (unlink(fresh) && errno != ENOENT) /* of a run that was killed here */
		return false;
	if (put_file(fresh, bytes) && !rename(fresh, path))
		return !sync_parent(path, NULL);
	was = errno;
	unlink(fresh);
	errno = was;
	return false;
}

int oauth_write(const char *path, const struct sv *lines, size_t count, struct err *err)
{
	char real[PATH_MAX]; /* behind a symbolic link */
	struct buf b;
	bool good;

	buf_init(&b, (SECRETS_MAX + 1) * SECRET_BYTES_MAX);
	for (size_t i = 0; i < count; i++) {
		buf_sv_put(&b, lines[i]);
		buf_char(&b, '\n');
	}
	good = buf_ok(&b) && realpath(path, real) && replace(real, buf_sv(&b));
	if (!good)
		err_set(err, ERR_SYSTEM,
			"the service replaced the refresh token, and the new one cannot "
			"be "
			"written to %s: %s",
			path, strerror(errno));
	buf_release(&b);
	return good ? 0 : ERR_SYSTEM;
}
