/* SPDX-License-Identifier: Apache-2.0 */
/* disk.c: see disk.h. */
#include "store/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool disk_write(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t did = write(fd, from, n);

		if (did < 0 && errno == EINTR)
			continue;
		if (did <= 0)
			return false;
		from += did;
		n -= (size_t)did;
	}
	return true;
}

int disk_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), was;
	ssize_t n = 1;
	char *room;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	while (n > 0 && out->n <= max) {
		room = buf_room(out, 1 << 16);
		n = room ? read(fd, room, 1 << 16) : -1;
		if (n > 0)
			buf_took(out, (size_t)n);
	}
	was = errno;
	close(fd);
	if (n < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(was));
	return out->n > max ? err_set(err, ERR_CONFIG, "%s is larger than %zu bytes",
				      path, max)
			    : 0;
}

int disk_rename(const char *from, const char *to, struct err *err)
{
	if (rename(from, to))
		return err_set(err, ERR_SYSTEM, "%s: %s", to, strerror(errno));
	return sync_parent(to, err);
}

static int write_beside(const char *path, struct sv text, const struct stat *as,
			struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	good = (!as || (as->st_uid == geteuid() && as->st_gid == getegid()) ||
		!fchown(fd, as->st_uid, as->st_gid)) &&
	       !fchmod(fd, 0600) && disk_write(fd, text.p, text.n) && !fsync(fd);
	if (!good)
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (close(fd) && good)
		good = !err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (!good)
		unlink(path);
	return good ? 0 : ERR_SYSTEM;
}

/* What nobody can name any more. A disk that writes elsewhere keeps its old block, which is beyond
 * us; hence no failure. */
static void overwrite(int fd, size_t bytes)
{
	static const char zeros[4096];
	size_t did = 0;

	while (did < bytes) {
		size_t n = bytes - did < sizeof(zeros) ? bytes - did : sizeof(zeros);

		if (pwrite(fd, zeros, n, (off_t)did) != (ssize_t)n)
			break;
		did += n;
	}
	fsync(fd);
}

int disk_replace(const char *path, struct sv text, struct err *err)
{
	int was = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC), rc;
	struct stat st;
	bool known = was >= 0 && !fstat(was, &st);
	char *beside;

	if (asprintf(&beside, "%s.new", path) < 0)
		beside = NULL;
	rc = beside ? write_beside(beside, text, known ? &st : NULL, err)
		    : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = disk_rename(beside, path, err);
	if (!rc && known && st.st_nlink == 1)
		overwrite(was, (size_t)st.st_size);
	if (was >= 0)
		close(was);
	free(beside);
	return rc;
}
