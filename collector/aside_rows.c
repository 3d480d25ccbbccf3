/* SPDX-License-Identifier: Apache-2.0 */
/* aside_rows.c: see aside_rows.h. */
#include "collector/aside_rows.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/when.h"

enum { REMARK_TIME = 13 };

struct rows_walk {
	const char *dir;
	enum aside_doing doing;
	int (*take)(void *self, const struct aside_row *row, bool *blank,
		    struct err *err);
	void *self;
};

/* ---- one row ------------------------------------------------------------------------------- */

/* "# 2026-11-21T…": nothing else that a row may hold is taken for a remark. */
static bool remark_at(struct sv text, size_t at)
{
	static const char like[] = "# dddd-dd-ddT";

	if (text.n - at < sizeof(like) - 1 || (at && text.p[at - 1] != '\n'))
		return false;
	for (size_t i = 0; like[i]; i++) {
		char c = text.p[at + i];

		if (like[i] == 'd' ? c < '0' || c > '9' : c != like[i])
			return false;
	}
	return true;
}

static size_t row_end(struct sv text, size_t from)
{
	for (size_t at = from + 1; at < text.n; at++)
		if (text.p[at] == '#' && remark_at(text, at))
			return at;
	return text.n;
}

static int32_t day_of_row(struct sv text)
{
	uint32_t y, m, d;

	if (!remark_at(text, 0) || !sv_u32(sv_sub(text, 2, 4), &y) ||
	    !sv_u32(sv_sub(text, 7, 2), &m) || !sv_u32(sv_sub(text, 10, 2), &d) ||
	    m < 1 || m > 12 || d < 1 || d > 31)
		return INT32_MAX;
	return day_of((int)y, (int)m, (int)d);
}

static bool is_blank(struct sv text)
{
	for (size_t i = text.n > REMARK_TIME ? REMARK_TIME : 0; i < text.n; i++)
		if (text.p[i] != 'x' && text.p[i] != '\n')
			return false;
	return true;
}

/* Over the bytes of a row, behind the day of its remark. */
static bool overwrite(int fd, struct sv row, size_t at)
{
	size_t keep = row.n > REMARK_TIME ? REMARK_TIME : 0;
	char *x = malloc(row.n + 1);
	bool good = x != NULL;

	for (size_t i = keep; good && i < row.n; i++)
		x[i] = row.p[i] == '\n' ? '\n' : 'x';
	for (size_t did = keep; good && did < row.n;) {
		ssize_t n = pwrite(fd, x + did, row.n - did, (off_t)(at + did));

		good = n > 0 || (n < 0 && errno == EINTR);
		did += n > 0 ? (size_t)n : 0;
	}
	free(x);
	return good;
}

/* ---- one file ------------------------------------------------------------------------------ */

static int walk_text(struct rows_walk *w, int fd, const char *path, struct aside_row *row,
		     struct sv text, struct err *err)
{
	bool some = false;
	int rc;

	for (size_t at = 0, end; at < text.n; at = end) {
		bool blank = false;

		end = row_end(text, at);
		row->text = sv_sub(text, at, end - at);
		row->day = day_of_row(row->text);
		row->blank = is_blank(row->text);
		rc = w->take(w->self, row, &blank, err);
		if (rc)
			return rc;
		if (!blank || w->doing == ASIDE_LOOK)
			continue;
		if (!overwrite(fd, row->text, at))
			return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		some = true;
	}
	if (some && fsync(fd))
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return 0;
}

static int walk_file(struct rows_walk *w, const char *path, struct aside_row *row,
		     struct err *err)
{
	int fd = open(path, (w->doing == ASIDE_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC |
				    O_NOFOLLOW);
	struct stat st;
	void *map;
	int rc = 0;

	if (fd < 0 || fstat(fd, &st)) {
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	} else if (S_ISREG(st.st_mode) && st.st_size > 0) {
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (map == MAP_FAILED) {
			rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		} else {
			rc = walk_text(w, fd, path, row,
				       (struct sv){ map, (size_t)st.st_size }, err);
			munmap(map, (size_t)st.st_size);
		}
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

/* ---- the folder ---------------------------------------------------------------------------- */

static int walk_name(struct rows_walk *w, const char *name, struct err *err)
{
	const char *end = strstr(name, ".rejected");
	struct aside_row row = { .file = sv_of(name) };
	char *path;
	int rc;

	if (name[0] == '.' || !end)
		return 0;
	row.source = sv_sub(row.file, 0, (size_t)(end - name));
	if (asprintf(&path, "%s/%s", w->dir, name) < 0)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = walk_file(w, path, &row, err);
	free(path);
	return rc;
}

int aside_rows(const char *dir, enum aside_doing doing,
	       int (*take)(void *self, const struct aside_row *row, bool *blank,
			   struct err *err),
	       void *self, struct err *err)
{
	struct rows_walk w = { dir, doing, take, self };
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	if (!d && errno == ENOENT)
		return 0;
	if (!d)
		return err_set(err, ERR_SYSTEM, "%s: %s", dir, strerror(errno));
	while (!rc && (e = readdir(d)))
		rc = walk_name(&w, e->d_name, err);
	closedir(d);
	return rc;
}
