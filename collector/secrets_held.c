/* SPDX-License-Identifier: Apache-2.0 */
/* secrets_held.c: see secrets_held.h. */
#include "collector/secrets_held.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/*
 * The clock of files has steps: one that was changed twice within a step looks the same. So what
 * was read is believed from when its file has been left alone for this long.
 */
enum { SETTLED_S = 2 };

struct secrets_held {
	pthread_mutex_t lock;
	struct arena names, arena;
	const char *path; /* in @names; NULL: not asked yet */
	struct stat file; /* as it was before it was read; ino 0: not to be believed */
	struct sv all[SECRETS_MAX]; /* in @arena */
	size_t count;
};

struct secrets_held *secrets_held_new(void)
{
	struct secrets_held *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	arena_init(&h->names, 0);
	arena_init(&h->arena, 0);
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

static void wipe(struct secrets_held *h)
{
	for (size_t i = 0; i < h->count; i++)
		sodium_memzero((char *)(uintptr_t)h->all[i].p, h->all[i].n);
	arena_release(&h->arena);
	h->count = 0;
	h->file.st_ino = 0;
}

void secrets_held_free(struct secrets_held *h)
{
	if (!h)
		return;
	wipe(h);
	arena_release(&h->names);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_size == b->st_size && a->st_mode == b->st_mode &&
	       same_time(a->st_mtim, b->st_mtim) && same_time(a->st_ctim, b->st_ctim);
}

static bool settled(const struct stat *st)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)now.tv_sec - (int64_t)st->st_ctim.tv_sec;
	return age > SETTLED_S || age < -SETTLED_S;
}

/* What the file is now; false: nobody knows, so it is to be read. Calls do not wait for one another's
 * look. */
static bool look(struct secrets_held *h, const struct source_settings *s, struct stat *st)
{
	struct err ignored;
	const char *path;
	bool lent;

	pthread_mutex_lock(&h->lock);
	if (!h->path &&
	    source_secret_path(s, "secret", &h->names, &h->path, &lent, &ignored))
		h->path = NULL;
	path = h->path;
	pthread_mutex_unlock(&h->lock);
	return path && stat(path, st) == 0;
}

static int read_again(struct secrets_held *h, const struct source_settings *s,
		      struct err *err)
{
	struct sv all[SECRETS_MAX];
	struct arena arena;
	size_t n = 0;
	int rc;

	wipe(h);
	arena_init(&arena, 0);
	rc = source_secrets(s, "secret", &arena, all, &n, err);
	for (size_t i = 0; !rc && i < n; i++)
		if (!arena_copy(&h->arena, all[i], &h->all[h->count++]))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		sodium_memzero((char *)(uintptr_t)all[i].p, all[i].n);
	arena_release(&arena);
	if (rc)
		wipe(h);
	return rc;
}

int secrets_held_get(struct secrets_held *h, const struct source_settings *s,
		     struct arena *arena, struct sv out[SECRETS_MAX], size_t *count,
		     struct err *err)
{
	struct stat st = { .st_ino = 0 };
	bool seen = look(h, s, &st);
	int rc = 0;

	*count = 0;
	pthread_mutex_lock(&h->lock);
	if (!seen || !h->file.st_ino || !same_file(&st, &h->file)) {
		rc = read_again(h, s, err);
		if (!rc && settled(&st))
			h->file = st;
	}
	for (size_t i = 0; !rc && i < h->count; i++)
		if (!arena_copy(arena, h->all[i], &out[(*count)++]))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	pthread_mutex_unlock(&h->lock);
	return rc;
}
