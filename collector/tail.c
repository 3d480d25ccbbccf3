/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tail.c: see tail.h. Two moments need care. A writer goes on in a renamed file until it is told
 * to open the new one, so the old one is left only when the new one has bytes, and is read to
 * its end once more after that was seen. And a file that was truncated may have grown again
 * over the place we remember, so after each pause its first line is looked at.
 */
#include "collector/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/tail_files.h"

struct tail {
	char *path, *dir;
	const char *base;
	int fd; /* -1: nothing is open, the next file is to be found */
	struct tail_file at;
	struct tail_proof proof;
	char *buf;
	size_t from, to, seen; /* @seen: bytes behind @from known to have no line end */
	uint64_t offset;       /* of buf[from] */
	uint64_t skipped;      /* bytes of a line over the ceiling that were let go */
	uint64_t line;
	uint64_t done, after; /* bytes of files that are finished; that follow */
	bool paused, lost;
};

/* ---- files ------------------------------------------------------------------------------- */

static int open_at(struct tail *t, const struct tail_file *file, uint64_t offset,
		   uint64_t line, struct err *err)
{
	char *path;

	if (asprintf(&path, "%s/%s", t->dir, file->name) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (t->fd >= 0)
		close(t->fd);
	t->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (t->fd < 0) {
		err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM,
			"%s cannot be opened: %s", path, strerror(errno));
		free(path);
		return errno == ENOENT ? ERR_MISSING : ERR_SYSTEM;
	}
	free(path);
	t->at = *file;
	t->proof = (struct tail_proof){ 0, 0 };
	t->from = t->to = t->seen = 0;
	t->offset = offset;
	t->skipped = 0;
	t->line = line;
	t->paused = false;
	return 0;
}

static bool same_file(const struct tail_file *a, const struct tail_file *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

static void count_after(struct tail *t, const struct tail_files *all, size_t i)
{
	t->after = 0;
	while (++i < all->count)
		t->after += all->at[i].size;
}

static bool file_fits(const struct tail *t, const struct tail_file *file,
		      struct tail_proof proof, uint64_t offset)
{
	char *path;
	bool fits;
	int fd;

	if (file->size < offset || asprintf(&path, "%s/%s", t->dir, file->name) < 0)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	fits = fd >= 0 && tail_proof_fits(proof, fd);
	if (fd >= 0)
		close(fd);
	free(path);
	return fits;
}

/* Where is what we read, by its inode or, copied away, by its first line? -1: nowhere. */
static ptrdiff_t find_again(const struct tail *t, const struct tail_files *all,
			    const struct tail_file *was, struct tail_proof proof,
			    uint64_t offset)
{
	for (size_t i = 0; i < all->count; i++)
		if (same_file(&all->at[i], was) &&
		    file_fits(t, &all->at[i], proof, offset))
			return (ptrdiff_t)i;
	for (size_t i = 0; proof.n && i < all->count; i++)
		if (file_fits(t, &all->at[i], proof, offset))
			return (ptrdiff_t)i;
	return -1;
}

/*
 * The oldest of all, or the first that was written after @than. A live one without bytes is none
 * yet: whoever writes may still be in the file before it.
 */
static int find_after(struct tail *t, const struct tail_file *than,
		      struct tail_file *next, bool *got, struct err *err)
{
	struct tail_files all;
	int rc = tail_files_list(&all, t->dir, t->base, err);
	size_t i = 0;

	*got = false;
	if (rc)
		return rc;
	while (than && i < all.count &&
	       (same_file(&all.at[i], than) ||
		(all.at[i].live ? !all.at[i].size
				: all.at[i].written_ns <= than->written_ns)))
		i++;
	if (i < all.count) {
		count_after(t, &all, i);
		*next = all.at[i];
		*got = true;
	}
	tail_files_release(&all);
	return 0;
}

/* ---- the cursor -------------------------------------------------------------------------- */

struct place {
	unsigned long long dev, ino, offset, line, hash;
	unsigned n;
};

static bool parse_cursor(struct sv cursor, struct place *p)
{
	char text[160];
	int end = 0;

	if (cursor.n >= sizeof(text))
		return false;
	memcpy(text, cursor.p, cursor.n);
	text[cursor.n] = '\0';
	return sscanf(text, "t1 %llx %llx %llu %llu %llx %u%n", &p->dev, &p->ino,
		      &p->offset, &p->line, &p->hash, &p->n, &end) == 6 &&
	       (size_t)end == cursor.n && p->n <= TAIL_PROOF && p->offset < 1ULL << 62;
}

static int resume(struct tail *t, struct sv cursor, bool *got, struct err *err)
{
	struct tail_files all;
	struct place p;
	ptrdiff_t i;
	int rc;

	if (!parse_cursor(cursor, &p))
		return err_set(err, ERR_INPUT, "this cursor is not one of a log");
	rc = tail_files_list(&all, t->dir, t->base, err);
	if (rc)
		return rc;
	i = find_again(t, &all,
		       &(struct tail_file){ .dev = (dev_t)p.dev, .ino = (ino_t)p.ino },
		       (struct tail_proof){ p.hash, p.n }, p.offset);
	*got = i >= 0;
	t->lost = i < 0;
	if (i >= 0) {
		count_after(t, &all, (size_t)i);
		rc = open_at(t, &all.at[i], p.offset, p.line, err);
		t->proof = (struct tail_proof){ p.hash, p.n };
	}
	tail_files_release(&all);
	return rc;
}

int tail_cursor(const struct tail *t, struct arena *arena, struct sv *out,
		struct err *err)
{
	char *text =
		arena_printf(arena, "t1 %llx %llx %llu %llu %llx %u",
			     (unsigned long long)t->at.dev, (unsigned long long)t->at.ino,
			     (unsigned long long)t->offset, (unsigned long long)t->line,
			     (unsigned long long)t->proof.hash, (unsigned)t->proof.n);

	*out = sv_of(text);
	return text ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- open and close ---------------------------------------------------------------------- */

static int split_path(struct tail *t, const char *path)
{
	const char *slash = strrchr(path, '/');

	t->path = strdup(path);
	t->dir = slash ? strndup(path, (size_t)(slash - path) + (slash == path))
		       : strdup(".");
	t->buf = malloc(TAIL_WINDOW);
	t->base = t->path ? t->path + (slash ? slash - path + 1 : 0) : NULL;
	return t->path && t->dir && t->buf ? 0 : ERR_SYSTEM;
}

int tail_open(struct tail **out, const char *path, struct sv cursor, struct err *err)
{
	struct tail *t = calloc(1, sizeof(*t));
	struct tail_file first;
	bool got = false;
	int rc;

	*out = NULL;
	if (!t)
		return err_set(err, ERR_SYSTEM, "out of memory");
	t->fd = -1;
	rc = split_path(t, path);
	if (rc)
		err_set(err, (enum err_code)rc, "out of memory");
	if (!rc && cursor.n)
		rc = resume(t, cursor, &got, err);
	if (!rc && !got) {
		rc = find_after(t, NULL, &first, &got, err);
		if (!rc && got)
			rc = open_at(t, &first, 0, 0, err);
	}
	if (!rc && !got)
		rc = err_set(err, ERR_MISSING, "there is no file %s (yet)", path);
	if (rc) {
		tail_close(t);
		return rc;
	}
	*out = t;
	return 0;
}

void tail_close(struct tail *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	free(t->path);
	free(t->dir);
	free(t->buf);
	free(t);
}

/* ---- bytes ------------------------------------------------------------------------------- */

static uint64_t read_up_to(const struct tail *t)
{
	return t->offset + (t->to - t->from) + t->skipped;
}

static int fill(struct tail *t, size_t *n, struct err *err)
{
	ssize_t got;

	if (t->from && t->to - t->from < TAIL_WINDOW / 2) {
		memmove(t->buf, t->buf + t->from, t->to - t->from);
		t->to -= t->from;
		t->from = 0;
	}
	do
		got = pread(t->fd, t->buf + t->to, TAIL_WINDOW - t->to,
			    (off_t)read_up_to(t));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(err, ERR_SYSTEM, "%s cannot be read: %s", t->path,
			       strerror(errno));
	t->to += (size_t)got;
	*n = (size_t)got;
	return 0;
}

/* A line over the ceiling keeps its head; the rest is let go as it comes. */
static void let_go(struct tail *t)
{
	if (t->to - t->from <= TAIL_LINE_MAX)
		return;
	t->skipped += t->to - t->from - TAIL_LINE_MAX;
	t->to = t->from + TAIL_LINE_MAX;
	t->seen = TAIL_LINE_MAX;
}

static void give(struct tail *t, size_t n, size_t with_end, struct sv *line, bool *cut)
{
	*line = (struct sv){ t->buf + t->from, n };
	if (t->offset == 0)
		t->proof = tail_proof_of(line->p, n);
	*cut = t->skipped || n > TAIL_LINE_MAX;
	if (n > TAIL_LINE_MAX)
		line->n = TAIL_LINE_MAX;
	if (!*cut && line->n && line->p[line->n - 1] == '\r')
		line->n--;
	t->offset += with_end + t->skipped;
	t->skipped = 0;
	t->from += with_end;
	t->seen = 0;
	t->line++;
}

static bool find_line(struct tail *t, struct sv *line, bool *cut)
{
	const char *p = t->buf + t->from;
	const char *nl = memchr(p + t->seen, '\n', t->to - t->from - t->seen);
	size_t n;

	if (!nl) {
		t->seen = t->to - t->from;
		let_go(t);
		return false;
	}
	n = (size_t)(nl - p);
	give(t, n, n + 1, line, cut);
	return true;
}

/* ---- the end of a file ------------------------------------------------------------------- */

/* What is open was truncated: was it copied away before? */
static int truncated(struct tail *t, struct err *err)
{
	struct tail_files all;
	struct tail_proof proof = t->proof;
	uint64_t offset = t->offset, line = t->line;
	struct tail_file live = t->at;
	ptrdiff_t i;
	int rc = tail_files_list(&all, t->dir, t->base, err);

	if (rc)
		return rc;
	i = offset ? find_again(t, &all, &(struct tail_file){ .ino = 0 }, proof, offset)
		   : -1;
	if (i >= 0) {
		count_after(t, &all, (size_t)i);
		rc = open_at(t, &all.at[i], offset, line, err);
		t->proof = proof;
	} else {
		t->lost |= offset > 0;
		rc = open_at(t, &live, 0, 0, err);
	}
	tail_files_release(&all);
	return rc;
}

enum fate { STAYS, TRUNCATED, REPLACED };

/* Is this still the live file, with what we read in it? */
static enum fate fate_of(const struct tail *t)
{
	struct stat here, live;

	if (fstat(t->fd, &here))
		return STAYS;
	if ((uint64_t)here.st_size < read_up_to(t) || !tail_proof_fits(t->proof, t->fd))
		return TRUNCATED;
	if (!stat(t->path, &live) && live.st_dev == here.st_dev &&
	    live.st_ino == here.st_ino)
		return STAYS;
	return REPLACED;
}

static void note_written(struct tail *t)
{
	struct stat st;

	if (!fstat(t->fd, &st))
		t->at.written_ns =
			(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

/*
 * Nothing more to read now. *again: look once more, there may be something. A last line without
 * its end in a file that nobody writes to any more is a line.
 */
static int at_end(struct tail *t, struct sv *line, bool *got, bool *cut, bool *again,
		  struct err *err)
{
	enum fate fate = fate_of(t);
	struct tail_file next;
	size_t n = 0;
	int rc;

	*again = fate == TRUNCATED;
	t->paused = true;
	if (fate == TRUNCATED)
		return truncated(t, err);
	if (fate == STAYS)
		return 0;
	note_written(t);
	rc = find_after(t, &t->at, &next, again, err);
	if (rc || !*again)
		return rc;
	rc = fill(t, &n, err);
	if (rc || n)
		return rc;
	if (t->to > t->from) {
		n = t->to - t->from;
		give(t, n, n, line, cut);
		*got = true;
		return 0;
	}
	t->done += t->offset;
	return open_at(t, &next, 0, 0, err);
}

/* After a pause, before what is read is believed. */
static int wake(struct tail *t, struct err *err)
{
	if (!t->paused)
		return 0;
	t->paused = false;
	return fate_of(t) == TRUNCATED ? truncated(t, err) : 0;
}

int tail_line(struct tail *t, struct sv *line, bool *got, bool *cut, struct err *err)
{
	bool again = true;
	int rc = wake(t, err);

	*got = *cut = false;
	while (!rc && again && !*got) {
		size_t n = 0;

		*got = find_line(t, line, cut);
		if (*got)
			break;
		rc = fill(t, &n, err);
		if (!rc && !n)
			rc = at_end(t, line, got, cut, &again, err);
	}
	return rc;
}

void tail_place(const struct tail *t, char *out, size_t size)
{
	snprintf(out, size, "%s:%llu", t->at.name, (unsigned long long)t->line);
}

bool tail_lost(const struct tail *t)
{
	return t->lost;
}

uint64_t tail_bytes(const struct tail *t, uint64_t *size)
{
	struct stat st;
	uint64_t whole = t->offset;

	if (t->fd >= 0 && !fstat(t->fd, &st) && (uint64_t)st.st_size > whole)
		whole = (uint64_t)st.st_size;
	*size = t->done + whole + t->after;
	return t->done + t->offset;
}
