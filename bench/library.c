/* SPDX-License-Identifier: Apache-2.0 */
/* library.c: see library.h. */
#include "bench/library.h"

#include <dlfcn.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"

void library_open(const char *path, const struct library_function *functions,
		  size_t count)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		die("%s", dlerror());
	for (size_t i = 0; i < count; i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			die("%s has no %s()", path, functions[i].name);
		/* C knows no cast from data to functions; POSIX says that this works. */
		memcpy(functions[i].to, &function, sizeof(function));
	}
}

static uint64_t walk(const char *path, bool unlinking)
{
	char *const paths[] = { (char *)(uintptr_t)path, NULL };
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	uint64_t bytes = 0;
	FTSENT *e;

	if (!walk)
		die("%s cannot be read", path);
	while ((e = fts_read(walk))) {
		if (e->fts_info == FTS_F)
			bytes += (uint64_t)e->fts_statp->st_blocks * 512;
		if (unlinking && e->fts_info == FTS_DP)
			rmdir(e->fts_accpath);
		else if (unlinking && e->fts_info != FTS_D)
			unlink(e->fts_accpath);
	}
	fts_close(walk);
	return bytes;
}

uint64_t bytes_below(const char *path)
{
	return walk(path, false);
}

void remove_below(const char *path)
{
	walk(path, true);
}
