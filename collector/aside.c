/* SPDX-License-Identifier: Apache-2.0 */
/* aside.c: see aside.h. */
#include "collector/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/when.h"

enum { ASIDE_SEEN = 1 << 20 }; /* bytes at the end of the file that are looked through */

void aside_init(struct aside *a, const char *dir, const char *source)
{
	a->dir = dir;
	a->source = source;
	a->path = NULL;
	a->fd = -1;
	a->unsynced = false;
	a->count = 0;
	a->said_count = 0; /* the rest is written before it is read */
}

static bool has_path(struct aside *a)
{
	if (!a->path && asprintf(&a->path, "%s/%s.rejected", a->dir, a->source) < 0)
		a->path = NULL;
	return a->path;
}

static int make_folder(const struct aside *a, struct err *err)
{
	char *name = strrchr(a->path, '/');
	int rc = 0;

	if (!name || name == a->path)
		return 0;
	*name = 0;
	if (mkdir(a->path, 0700) && errno != EEXIST)
		rc = err_set(err, ERR_SYSTEM, "%s: %s", a->path, strerror(errno));
	*name = '/';
	return rc;
}

static int open_file(struct aside *a, struct err *err)
{
	char *older;
	struct stat st;
	int rc;

	if (a->fd >= 0)
		return 0;
	if (!has_path(a))
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = make_folder(a, err);
	if (rc)
		return rc;
	if (!stat(a->path, &st) && st.st_size > ASIDE_MAX &&
	    asprintf(&older, "%s.1", a->path) >= 0) {
		rename(a->path, older);
		free(older);
	}
	a->fd = open(a->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	return a->fd < 0 ? err_set(err, ERR_SYSTEM, "%s: %s", a->path, strerror(errno))
			 : 0;
}

/*
 * Does the end of the file have these bytes already? A source that reads an overlap brings what is
 * broken again with each look, every few minutes for weeks.
 */
static bool put_before(const struct aside *a, struct sv raw)
{
	off_t end = lseek(a->fd, 0, SEEK_END),
	      from = end > ASIDE_SEEN ? end - ASIDE_SEEN : 0;
	size_t n = (size_t)(end - from), got = 0;
	bool found = false;
	ssize_t r = 1;
	char *text;
	const char *at;

	if (end <= 0 || raw.n + 3 > n)
		return false;
	text = malloc(n);
	while (text && got < n && r > 0) {
		r = pread(a->fd, text + got, n - got, from + (off_t)got);
		got += r > 0 ? (size_t)r : 0;
	}
	at = text && raw.n ? memmem(text, got, raw.p, raw.n) : NULL;
	if (at && at > text && at[-1] == '\n')
		found = at + raw.n + 2 <= text + got &&
			memcmp(at + raw.n, "\n\n", 2) == 0;
	free(text);
	return found;
}

int aside_put(struct aside *a, const char *place, const char *why, struct sv raw,
	      struct err *err)
{
	char now[WHEN_TEXT_MAX], head[900];
	struct iovec parts[3] = { { head, 0 },
				  { (char *)raw.p, raw.n },
				  { (char *)"\n\n", 2 } };
	ssize_t all, put;
	int rc;

	if (a->said_count < ASIDE_SAID)
		snprintf(a->said[a->said_count++].why, sizeof(a->said[0].why), "%s: %s",
			 place, why);
	a->count++;
	if (!a->path && !a->dir)
		return 0;
	rc = open_file(a, err);
	if (rc || put_before(a, raw))
		return rc;
	when_format(when_now(), now);
	parts[0].iov_len =
		(size_t)snprintf(head, sizeof(head), "# %s %s: %s\n", now, place, why);
	if (parts[0].iov_len >= sizeof(head))
		parts[0].iov_len = sizeof(head) - 1;
	all = (ssize_t)(parts[0].iov_len + raw.n + 2);
	put = writev(a->fd, parts, 3);
	a->unsynced = true;
	if (put == all)
		return 0;
	return err_set(err, ERR_SYSTEM, "%s: %s", a->path,
		       put < 0 ? strerror(errno) : "the disk is full");
}

int aside_sync(struct aside *a, struct err *err)
{
	if (!a->unsynced)
		return 0;
	a->unsynced = false;
	return fsync(a->fd) ? err_set(err, ERR_SYSTEM, "%s: %s", a->path, strerror(errno))
			    : 0;
}

void aside_release(struct aside *a)
{
	if (a->fd >= 0)
		close(a->fd);
	free(a->path);
	aside_init(a, NULL, NULL);
}
