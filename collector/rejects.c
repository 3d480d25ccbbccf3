/* SPDX-License-Identifier: Apache-2.0 */
/* rejects.c: see rejects.h. */
#include "collector/rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/csv.h"
#include "core/sync.h"

enum { WRITE_AT = 64 << 10 };

int rejects_init(struct rejects *r, const char *path, const char *place, bool dry_run,
		 struct err *err)
{
	const char *from = strcmp(path, "-") == 0 ? "stdin" : path;

	*r = (struct rejects){ .fd = -1, .dry_run = dry_run };
	buf_init(&r->out, 0);
	if (place)
		r->path = strdup(place);
	else if (asprintf(&r->path, "%s.rejected", from) < 0)
		r->path = NULL;
	if (!r->path || asprintf(&r->temp, "%s.new", r->path) < 0) {
		r->temp = NULL;
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	return 0;
}

static int trouble(const struct rejects *r, struct err *err)
{
	return err_set(err, ERR_SYSTEM, "%s cannot be written: %s", r->path,
		       strerror(errno));
}

static int flush(struct rejects *r, struct err *err)
{
	size_t at = 0;

	if (!buf_ok(&r->out))
		return err_set(err, ERR_SYSTEM, "out of memory");
	while (at < r->out.n) {
		ssize_t n = write(r->fd, r->out.p + at, r->out.n - at);

		if (n < 0 && errno != EINTR)
			return trouble(r, err);
		at += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&r->out);
	return 0;
}

static int begin(struct rejects *r, struct err *err)
{
	/* A left-over of a run that was killed; a link that somebody laid is not followed. */
	unlink(r->temp);
	r->fd = open(r->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd < 0)
		return trouble(r, err);
	if (r->bom)
		buf_str(&r->out, "\xef\xbb\xbf");
	buf_sv_put(&r->out, CSV_MARK);
	buf_str(&r->out, "rejected rows; correct them and import this file\n");
	if (r->header.n) {
		buf_sv_put(&r->out, r->header);
		buf_char(&r->out, '\n');
	}
	return 0;
}

static void say(struct rejects *r, uint64_t line, const char *why)
{
	struct import_reject *s;

	if (r->said_count == REJECTS_SAID)
		return;
	s = &r->said[r->said_count++];
	s->line = line;
	snprintf(s->why, sizeof(s->why), "%s", why);
}

int rejects_put(struct rejects *r, uint64_t line, const char *why, struct sv row,
		struct err *err)
{
	int rc = 0;

	say(r, line, why);
	r->count++;
	if (r->dry_run)
		return 0;
	if (r->fd < 0)
		rc = begin(r, err);
	else
		buf_char(&r->out, '\n'); /* ends the row before */
	if (rc)
		return rc;
	buf_sv_put(&r->out, CSV_REMARK);
	buf_printf(&r->out, "%llu: ", (unsigned long long)line);
	for (; *why; why++)
		buf_char(&r->out, *why == '\n' || *why == '\r' ? ' ' : *why);
	buf_char(&r->out, '\n');
	return rejects_piece(r, row, err);
}

int rejects_piece(struct rejects *r, struct sv piece, struct err *err)
{
	if (r->dry_run)
		return 0;
	buf_sv_put(&r->out, piece);
	return r->out.n >= WRITE_AT ? flush(r, err) : 0;
}

/* Does the old file begin as ours do? Nobody else's file is taken away. */
static bool is_ours(const char *path)
{
	char head[32] = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
	struct sv s = { head, n > 0 ? (size_t)n : 0 };

	if (fd >= 0)
		close(fd);
	if (sv_starts(s, SV("\xef\xbb\xbf")))
		s = sv_sub(s, 3, s.n);
	return sv_starts(s, CSV_MARK);
}

int rejects_settle(struct rejects *r, bool at_end, struct err *err)
{
	int rc = 0;

	if (r->settled || r->dry_run || !r->path)
		return 0;
	r->settled = true;
	if (r->fd < 0) {
		if (at_end && is_ours(r->path))
			unlink(r->path);
		return 0;
	}
	buf_char(&r->out, '\n');
	rc = flush(r, err);
	if (!rc && fsync(r->fd))
		rc = trouble(r, err);
	if (close(r->fd) && !rc)
		rc = trouble(r, err);
	r->fd = -1;
	if (!rc && rename(r->temp, r->path))
		rc = trouble(r, err);
	return rc ? rc : sync_parent(r->path, err);
}

void rejects_release(struct rejects *r)
{
	if (r->fd >= 0)
		close(r->fd);
	buf_release(&r->out);
	free(r->path);
	free(r->temp);
	r->path = r->temp = NULL;
	r->fd = -1;
}
