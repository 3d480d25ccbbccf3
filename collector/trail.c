/* SPDX-License-Identifier: Apache-2.0 */
/* trail.c: see trail.h. */
#include "collector/trail.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/i18n.h"

/* ---- beginning and end ------------------------------------------------------------------- */

int trail_init(struct trail *t, const struct adapter *adapter,
	       const struct source_config *config, const char *dir, struct err *err)
{
	int rc;

	t->base.adapter = adapter;
	t->settings = config->settings;
	t->env = config->env;
	t->dir = dir;
	t->aside.fd = -1;
	t->channel = CHANNEL_PHONE;
	t->high_ms = INT64_MIN;
	arena_init(&t->arena, 64 << 20);
	buf_init(&t->bytes, TRAIL_FILE_MAX + 1);
	buf_init(&t->last, 0);
	t->list = calloc(TRAIL_LIST * 2, sizeof(*t->list));
	if (!t->list)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (config->options->channel)
		channel_find(sv_of(config->options->channel), &t->channel);
	rc = keys_init(&t->keys, t->settings, config->options, err);
	aside_init(&t->aside, t->env->rejected_dir, t->settings->name);
	return rc;
}

static void forget_list(struct trail *t, size_t from)
{
	for (size_t i = from; i < t->count; i++)
		free(t->list[i].name);
	t->count = t->count < from ? t->count : from;
	t->next = t->next < t->count ? t->next : t->count;
}

void trail_release(struct trail *t)
{
	if (t->list)
		forget_list(t, 0);
	free(t->list);
	aside_release(&t->aside);
	buf_release(&t->bytes);
	buf_release(&t->last);
	arena_release(&t->arena);
}

/* ---- the cursor: "HIGH HASH HASH …" ------------------------------------------------------ */

static int resume(struct trail *t, struct sv cursor, struct err *err)
{
	forget_list(t, 0);
	t->next = t->done_at = 0;
	memset(t->done, 0, sizeof(t->done));
	t->high_ms = INT64_MIN;
	t->running = false;
	buf_clear(&t->last);
	buf_sv_put(&t->last, cursor);
	if (cursor.n && !sv_i64(sv_cut(&cursor, ' '), &t->high_ms))
		return err_set(err, ERR_INPUT, "this cursor is not one of a folder");
	while (cursor.n && t->done_at < TRAIL_DONE) {
		int64_t h;

		if (!sv_i64(sv_cut(&cursor, ' '), &h))
			return err_set(err, ERR_INPUT,
				       "this cursor is not one of a folder");
		t->done[t->done_at++] = (uint64_t)h;
	}
	return 0;
}

static int remember(struct trail *t, struct batch *out, struct err *err)
{
	size_t n = t->done_at < TRAIL_DONE ? t->done_at : TRAIL_DONE;
	struct sv text;

	buf_clear(&t->last);
	buf_printf(&t->last, "%lld", (long long)t->high_ms);
	for (size_t i = t->done_at - n; i != t->done_at; i++)
		buf_printf(&t->last, " %lld", (long long)t->done[i % TRAIL_DONE]);
	if (!buf_ok(&t->last) || !arena_copy(&out->arena, buf_sv(&t->last), &text))
		return err_set(err, ERR_SYSTEM, "out of memory");
	out->cursor = text;
	out->source = t->batch_source;
	return 0;
}

/* ---- a look ------------------------------------------------------------------------------ */

static uint64_t hash_of(const char *name, int64_t came_ms, int64_t size)
{
	uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)came_ms * 31 ^ (uint64_t)size;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3;
	return h >> 8 | 1; /* 17 digits; 0 is a free place */
}

static bool is_done(const struct trail *t, uint64_t hash)
{
	for (size_t i = 0; i < TRAIL_DONE; i++)
		if (t->done[i] == hash)
			return true;
	return false;
}

static int by_age(const void *a, const void *b)
{
	const struct trail_file *x = a, *y = b;

	if (x->came_ms != y->came_ms)
		return x->came_ms < y->came_ms ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Was it this run's turn before? What comes late is for the next run. */
static bool is_behind(const struct trail *t, int64_t came_ms, const char *name)
{
	if (!t->running)
		return false;
	return came_ms < t->here_ms ||
	       (came_ms == t->here_ms && strcmp(name, t->here) <= 0);
}

static int64_t ms_of(struct timespec at)
{
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static bool note(struct trail *t, int dir, const char *name, int64_t since)
{
	struct trail_file *to = &t->list[t->count];
	struct stat st;

	if (name[0] == '.' || !t->wanted(t, sv_of(name)) || fstatat(dir, name, &st, 0) ||
	    !S_ISREG(st.st_mode))
		return true;
	to->changed_ms = ms_of(st.st_mtim);
	to->came_ms = ms_of(st.st_ctim);
	to->hash = hash_of(name, to->came_ms, st.st_size);
	if (to->came_ms < since || is_behind(t, to->came_ms, name) ||
	    is_done(t, to->hash))
		return true;
	to->name = strdup(name);
	if (!to->name)
		return false;
	/* Only the oldest are kept: the rest is for the next look. */
	if (++t->count == TRAIL_LIST * 2) {
		qsort(t->list, t->count, sizeof(*t->list), by_age);
		forget_list(t, TRAIL_LIST);
	}
	return true;
}

static int look(struct trail *t, struct err *err)
{
	int64_t now = when_now(), since = t->high_ms < now ? t->high_ms : now;
	DIR *d = opendir(t->dir);
	const struct dirent *e;
	bool good = true;

	if (!d) {
		err_set(err, ERR_CONFIG, "the folder %s: %s", t->dir, strerror(errno));
		return source_at(t->settings, "path", err);
	}
	/* A clock that was put back gives times that have been. */
	since -= since == INT64_MIN ? 0 : TRAIL_OVERLAP_MS;
	forget_list(t, 0);
	t->next = 0;
	while (good && (e = readdir(d)))
		good = note(t, dirfd(d), e->d_name, since);
	closedir(d);
	if (!good)
		return err_set(err, ERR_SYSTEM, "out of memory");
	qsort(t->list, t->count, sizeof(*t->list), by_age);
	if (t->count > TRAIL_LIST)
		forget_list(t, TRAIL_LIST);
	return 0;
}

/* ---- a file ------------------------------------------------------------------------------ */

static int read_file(struct trail *t, const struct trail_file *file, const char **why,
		     struct err *err)
{
	char *path = arena_printf(&t->arena, "%s/%s", t->dir, file->name);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
	ssize_t n = 1;

	buf_clear(&t->bytes);
	if (fd < 0) {
		*why = N_("it cannot be opened");
		return path ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	}
	while (n > 0 && t->bytes.n <= TRAIL_FILE_MAX) {
		char *room = buf_room(&t->bytes, 1);
		size_t left =
			t->bytes.cap > t->bytes.n + 1 ? t->bytes.cap - t->bytes.n - 1 : 1;

		n = room ? read(fd, room, left) : -1;
		if (n > 0)
			buf_took(&t->bytes, (size_t)n);
	}
	close(fd);
	if (t->bytes.failed || t->bytes.n > TRAIL_FILE_MAX)
		*why = N_("it is far too large");
	else if (n < 0)
		*why = N_("it cannot be read");
	return 0;
}

static void is_finished(struct trail *t, const struct trail_file *file)
{
	t->done[t->done_at++ % TRAIL_DONE] = file->hash;
	if (file->came_ms > t->high_ms)
		t->high_ms = file->came_ms;
}

static bool still_written(const struct trail_file *file)
{
	int64_t age = when_now() - file->changed_ms;

	return age >= 0 && age < TRAIL_YOUNG_MS;
}

/* *later: it is left for the next look. */
static int take_file(struct trail *t, const struct trail_work *work,
		     const struct trail_file *file, struct batch *out, bool *later,
		     struct err *err)
{
	const char *why = NULL;
	size_t before = out->count;
	int rc;

	arena_reset(&t->arena);
	rc = read_file(t, file, &why, err);
	if (!rc && !arena_copy(&out->arena, sv_of(file->name), &t->origin))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc && !why)
		rc = work->take(t, file, buf_sv(&t->bytes), out, &why, err);
	if (rc || !why) {
		t->base.progress.rows += !rc;
		t->base.progress.records += out->count - before;
		return rc;
	}
	while (out->count > before)
		batch_drop_last(out);
	*later = still_written(file);
	if (*later)
		return 0;
	t->base.progress.rows++;
	t->base.progress.rejected++;
	return aside_put(&t->aside, file->name, _(why), buf_sv(&t->bytes), err);
}

static bool has_room(const struct trail *t, const struct batch *out)
{
	return t->next < t->count && out->count + TRAIL_ROOM <= BATCH_RECORDS &&
	       out->arena.used < BATCH_BYTES_MAX / 4 && !cancel_asked(t->env->cancel);
}

static int take_files(struct trail *t, const struct trail_work *work, struct batch *out,
		      bool *moved, struct err *err)
{
	int rc = 0;

	while (!rc && has_room(t, out)) {
		const struct trail_file *file = &t->list[t->next++];
		bool later = false;

		t->here_ms = file->came_ms;
		snprintf(t->here, sizeof(t->here), "%s", file->name);
		t->running = true;
		rc = take_file(t, work, file, out, &later, err);
		if (rc || later)
			continue;
		is_finished(t, file);
		*moved = true;
	}
	return rc;
}

int trail_pull(struct trail *t, const struct trail_work *work, struct sv cursor,
	       struct batch *out, struct err *err)
{
	bool moved = false;
	int rc = 0;

	if (!arena_copy(&out->arena, sv_of(t->settings->name), &t->batch_source))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!sv_eq(cursor, buf_sv(&t->last)))
		rc = resume(t, cursor, err);
	if (!rc && t->next == t->count)
		rc = look(t, err);
	if (!rc && !t->count)
		t->running = false;
	if (!rc)
		rc = take_files(t, work, out, &moved, err);
	t->base.rejects = t->aside.said;
	t->base.reject_count = t->aside.said_count;
	t->base.rejected_path = t->aside.count ? t->aside.path : NULL;
	if (!rc)
		rc = aside_sync(&t->aside, err);
	return rc || !moved ? rc : remember(t, out, err);
}

int trail_keep(struct trail *t, struct batch *out, struct record *r, const char **why,
	       struct err *err)
{
	struct err wrong = ERR_NONE;

	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->occurrence = 1;
	if (!r->language.n && r->kind == KIND_FEEDBACK)
		r->language = sv_of(source_text(t->settings, "language"));
	if (record_check(r, &wrong)) {
		batch_drop_last(out);
		*why = arena_printf(&t->arena, "%s", wrong.text);
		if (!*why)
			*why = N_("it is no good record");
	}
	return 0;
}

int trail_test(struct source *s, struct source_steps *steps, struct err *err)
{
	struct trail *t = (struct trail *)s;
	int rc = look(t, err);

	if (rc)
		return rc;
	steps_ok(steps, N_("the folder can be read"), t->dir);
	steps_ok(steps, t->count ? N_("it has files") : N_("it has no files yet"),
		 t->count ? t->list[0].name : NULL);
	forget_list(t, 0);
	return 0;
}
