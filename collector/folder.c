/* SPDX-License-Identifier: Apache-2.0 */
/* folder.c: see folder.h. */
#include "collector/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TWINS_MAX = 100 };

bool folder_init(struct folder *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	*f = (struct folder){ .count = 0 };
	arena_init(&f->arena, 0);
	if (!slash || !strpbrk(slash, "*?[") ||
	    (stat(path, &st) == 0 && S_ISDIR(st.st_mode))) {
		f->own = strdup(path);
	} else {
		f->own = strndup(path, slash == path ? 1 : (size_t)(slash - path));
		f->pattern = slash + 1;
	}
	f->path = f->own;
	return f->path != NULL;
}

void folder_release(struct folder *f)
{
	arena_release(&f->arena);
	free(f->own);
	f->own = NULL;
}

/* Hidden ones, those of programs that are still writing, and our own are no answers. */
static bool is_wanted(const struct folder *f, const char *name)
{
	static const struct sv ends[] = {
		SV_INIT(".rejected"),	SV_INIT(".new"),     SV_INIT(".tmp"),
		SV_INIT(".part"),	SV_INIT(".partial"), SV_INIT(".filepart"),
		SV_INIT(".crdownload"), SV_INIT(".swp"),     SV_INIT("~"),
	};

	if (name[0] == '.' || sv_starts(sv_of(name), SV("~$")))
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sv_ends(sv_of(name), ends[i]))
			return false;
	return !f->pattern || fnmatch(f->pattern, name, FNM_PERIOD) == 0;
}

const char *folder_path(struct folder *f, struct sv name)
{
	return arena_printf(&f->arena, "%s/" SV_FMT, f->path, SV_ARG(name));
}

static int by_age(const void *a, const void *b)
{
	const struct folder_file *x = a, *y = b;

	if (x->changed != y->changed)
		return x->changed < y->changed ? -1 : 1;
	return sv_cmp(x->name, y->name);
}

static bool note_file(struct folder *f, int dir, const char *name)
{
	struct folder_file *to = &f->at[f->count];
	struct stat st;

	if (!is_wanted(f, name) || fstatat(dir, name, &st, 0) || !S_ISREG(st.st_mode))
		return true;
	to->size = (uint64_t)st.st_size;
	to->changed = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	f->count++;
	return arena_copy(&f->arena, sv_of(name), &to->name);
}

int folder_list(struct folder *f, struct err *err)
{
	DIR *d = opendir(f->path);
	const struct dirent *e;
	bool good = true;

	if (!d)
		return err_set(err,
			       errno == ENOENT || errno == EACCES ? ERR_CONFIG
								  : ERR_UNAVAILABLE,
			       "the folder %s: %s", f->path, strerror(errno));
	f->at = arena_take(&f->arena, FOLDER_MAX * sizeof(*f->at));
	f->count = 0;
	while (f->at && good && f->count < FOLDER_MAX && (e = readdir(d)))
		good = note_file(f, dirfd(d), e->d_name);
	closedir(d);
	if (!f->at || !good)
		return err_set(err, ERR_SYSTEM, "out of memory");
	qsort(f->at, f->count, sizeof(*f->at), by_age);
	return 0;
}

bool folder_move(struct folder *f, struct sv name)
{
	const char *from = folder_path(f, name), *to;
	const char *folder = arena_printf(&f->arena, "%s/done", f->path);

	if (!from || !folder || (mkdir(folder, 0700) && errno != EEXIST))
		return false;
	for (int twin = 0; twin < TWINS_MAX; twin++) {
		to = twin ? arena_printf(&f->arena, "%s/" SV_FMT ".%d", folder,
					 SV_ARG(name), twin)
			  : arena_printf(&f->arena, "%s/" SV_FMT, folder, SV_ARG(name));
		if (!to)
			return false;
		if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}
