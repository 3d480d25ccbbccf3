/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.c: a library to be preloaded: writes down what a program does to the files of one folder,
 * and lets a chosen call of these fail.
 *
 * POWER_DIR     the folder (absolute)             POWER_LOG    where to write it down
 * POWER_FAIL    the number of the call that fails, from 0; POWER_ERRNO with what (ENOSPC)
 * POWER_STICK   all calls after it fail as well   POWER_COUNT  a file that gets the number of calls
 * POWER_SHORT   a write that fails writes a part of its bytes first
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "log.h"

enum { FDS = 1024, WATCHED = 1, DURABLE = 2, FOLDER = 4 };

static unsigned char seen[FDS];
static uint32_t inodes[FDS];
static const char *dir;
static size_t dir_n;
static int log_fd = -1;
static long calls, fail_at = -1;
static int fail_errno = ENOSPC;
static bool stick, shorter;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_fdatasync)(int), (*real_fsync)(int), (*real_close)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_open)(const char *, int, ...),
	(*real_openat)(int, const char *, int, ...);
static int (*real_rename)(const char *, const char *), (*real_unlink)(const char *);

static void find(void *to, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(to, &p, sizeof(p));
}

static void count_down(void)
{
	const char *path = getenv("POWER_COUNT");
	char text[32];
	int fd, n = snprintf(text, sizeof(text), "%ld\n", calls);

	if (!path || !calls)
		return;
	fd = real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0 && real_write(fd, text, (size_t)n) == n)
		real_close(fd);
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("POWER_LOG");

	find(&real_pwrite, "pwrite");
	find(&real_write, "write");
	find(&real_writev, "writev");
	find(&real_pwritev, "pwritev");
	find(&real_fdatasync, "fdatasync");
	find(&real_fsync, "fsync");
	find(&real_close, "close");
	find(&real_ftruncate, "ftruncate");
	find(&real_open, "open");
	find(&real_openat, "openat");
	find(&real_rename, "rename");
	find(&real_unlink, "unlink");
	dir = getenv("POWER_DIR");
	dir_n = dir ? strlen(dir) : 0;
	if (getenv("POWER_FAIL"))
		fail_at = strtol(getenv("POWER_FAIL"), NULL, 10);
	if (getenv("POWER_ERRNO"))
		fail_errno = (int)strtol(getenv("POWER_ERRNO"), NULL, 10);
	stick = getenv("POWER_STICK");
	shorter = getenv("POWER_SHORT");
	if (path)
		log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	atexit(count_down);
}

/* ---- writing down ------------------------------------------------------------------ */

static void note(uint8_t kind, int fd, uint64_t at, const void *bytes, size_t n)
{
	struct power_record r = {
		.kind = kind, .inode = fd >= 0 ? inodes[fd] : 0, .at = at, .bytes = n
	};
	struct iovec v[2] = { { &r, sizeof(r) }, { (void *)(uintptr_t)bytes, n } };
	int kept = errno;

	if (log_fd >= 0 && real_writev(log_fd, v, 2) != (ssize_t)(sizeof(r) + n))
		abort(); /* half a log would prove nothing */
	errno = kept;
}

static bool watched(int fd)
{
	return fd >= 0 && fd < FDS && seen[fd];
}

/* The absolute path of @path, whose last part need not exist; false: not in the folder. */
static bool inside(const char *path, char out[PATH_MAX])
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n;

	if (!dir_n || strlen(path) >= sizeof(folder))
		return false;
	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
		 slash ? path : ".");
	if (!realpath(folder, out))
		return false;
	n = (int)strlen(out);
	snprintf(out + n, PATH_MAX - (size_t)n, "/%s", slash ? slash + 1 : path);
	return !strncmp(out, dir, dir_n) && out[dir_n] == '/';
}

/* Shall this call fail? */
static bool fails(void)
{
	long k = __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);

	if (fail_at < 0 || k < fail_at || (k > fail_at && !stick))
		return false;
	errno = fail_errno;
	return true;
}

/* ---- opening ----------------------------------------------------------------------- */

static void opened(int fd, int flags, const char *full, bool was_there)
{
	struct stat st;

	if (fd < 0 || fd >= FDS || fstat(fd, &st))
		return;
	inodes[fd] = (uint32_t)st.st_ino;
	seen[fd] = (unsigned char)(WATCHED | (flags & O_DSYNC ? DURABLE : 0) |
				   (S_ISDIR(st.st_mode) ? FOLDER : 0));
	if (!was_there)
		note(POWER_CREATE, fd, 0, full, strlen(full));
	else if (flags & O_TRUNC)
		note(POWER_TRUNCATE, fd, 0, NULL, 0);
}

static int opening(int at, const char *path, int flags, mode_t mode)
{
	char full[PATH_MAX];
	bool ours = (at == AT_FDCWD || *path == '/') && inside(path, full);
	bool there = !ours || !access(full, F_OK) || !(flags & O_CREAT);
	int fd;

	if (ours && !there && fails())
		return -1;
	fd = real_openat(at, path, flags, mode);
	/* its own name: opened as a folder, and what is written into the folder itself */
	if (ours || (fd >= 0 && dir_n && !strcmp(path, dir)))
		opened(fd, flags, full, there);
	return fd;
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return opening(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int openat(int at, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return opening(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) __attribute__((alias("openat")));

int close(int fd)
{
	if (watched(fd))
		seen[fd] = 0;
	return real_close(fd);
}

/* ---- names ------------------------------------------------------------------------- */

int rename(const char *from, const char *to)
{
	char both[2 * PATH_MAX];
	size_t n;
	int rc;

	if (!inside(from, both))
		return real_rename(from, to);
	n = strlen(both) + 1;
	if (!inside(to, both + n) || fails())
		return -1;
	rc = real_rename(from, to);
	if (!rc)
		note(POWER_RENAME, -1, 0, both, n + strlen(both + n) + 1);
	return rc;
}

int unlink(const char *path)
{
	char full[PATH_MAX];
	bool ours = inside(path, full);
	int rc;

	if (ours && fails())
		return -1;
	rc = real_unlink(path);
	if (!rc && ours)
		note(POWER_UNLINK, -1, 0, full, strlen(full));
	return rc;
}

/* ---- bytes ------------------------------------------------------------------------- */

static uint8_t how(int fd)
{
	return seen[fd] & DURABLE ? POWER_DURABLE : POWER_WRITE;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t did;

	if (watched(fd) && fails()) {
		if (!shorter || n < 1024)
			return -1;
		n /= 2;
	}
	did = real_pwrite(fd, p, n, at);
	if (did > 0 && watched(fd))
		note(how(fd), fd, (uint64_t)at, p, (size_t)did);
	return did;
}

ssize_t pwrite64(int fd, const void *p, size_t n, off_t at)
	__attribute__((alias("pwrite")));

ssize_t write(int fd, const void *p, size_t n)
{
	off_t at;
	ssize_t did;

	if (!watched(fd))
		return real_write(fd, p, n);
	if (fails()) {
		if (!shorter || n < 1024)
			return -1;
		n /= 2;
	}
	did = real_write(fd, p, n);
	at = lseek(fd, 0, SEEK_CUR); /* afterwards: O_APPEND */
	if (did > 0)
		note(how(fd), fd, (uint64_t)(at - did), p, (size_t)did);
	return did;
}

static void note_parts(int fd, const struct iovec *v, int count, off_t at, ssize_t did)
{
	size_t left = did > 0 ? (size_t)did : 0;

	for (int i = 0; i < count && left; i++) {
		size_t n = v[i].iov_len < left ? v[i].iov_len : left;

		note(how(fd), fd, (uint64_t)at, v[i].iov_base, n);
		at += (off_t)n;
		left -= n;
	}
}

ssize_t writev(int fd, const struct iovec *v, int count)
{
	ssize_t did;

	if (!watched(fd))
		return real_writev(fd, v, count);
	if (fails())
		return -1;
	did = real_writev(fd, v, count);
	note_parts(fd, v, count, lseek(fd, 0, SEEK_CUR) - (did > 0 ? did : 0), did);
	return did;
}

ssize_t pwritev(int fd, const struct iovec *v, int count, off_t at)
{
	ssize_t did;

	if (!watched(fd))
		return real_pwritev(fd, v, count, at);
	if (fails())
		return -1;
	did = real_pwritev(fd, v, count, at);
	note_parts(fd, v, count, at, did);
	return did;
}

ssize_t pwritev64(int fd, const struct iovec *v, int count, off_t at)
	__attribute__((alias("pwritev")));

int ftruncate(int fd, off_t length)
{
	int rc;

	if (watched(fd) && fails())
		return -1;
	rc = real_ftruncate(fd, length);
	if (!rc && watched(fd))
		note(POWER_TRUNCATE, fd, (uint64_t)length, NULL, 0);
	return rc;
}

int ftruncate64(int fd, off_t length) __attribute__((alias("ftruncate")));

static int syncing(int fd, int (*real)(int))
{
	char link[40], path[PATH_MAX];
	ssize_t n;
	int rc;

	if (!watched(fd))
		return real(fd);
	if (fails())
		return -1;
	rc = real(fd);
	if (rc)
		return rc;
	if (!(seen[fd] & FOLDER)) {
		note(POWER_SYNC, fd, 0, NULL, 0);
		return 0;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	if (n > 0)
		note(POWER_FOLDER, fd, 0, path, (size_t)n);
	return 0;
}

int fdatasync(int fd)
{
	return syncing(fd, real_fdatasync);
}

int fsync(int fd)
{
	return syncing(fd, real_fsync);
}
