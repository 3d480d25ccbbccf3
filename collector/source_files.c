/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_files.c: a folder that files are put into (`adapter = files`). Each is read as by
 * `opinia import`, the oldest first; what is remembered of them lands with their records. A
 * file is moved away only at the next look, when the store is known to have it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/adapter.h"
#include "collector/folder.h"
#include "collector/import.h"
#include "collector/source_files.h"
#include "core/i18n.h"

enum { SAID = 8, SETTLE_SLACK_MS = 50 };

struct files_source {
	struct source base;
	const struct import_options *options;
	const struct collect_env *env;
	struct folder folder;
	const char *source;
	bool move;
	int64_t settle_ms,
		ready_at;	   /* when the first that still grows will have settled */
	struct arena arena, round; /* as long as the source; until the next look */
	struct known_files known;
	size_t next;	 /* of the folder */
	bool looking;	 /* a look is under way */
	struct buf last; /* the cursor that was given out last */
	struct opinia_import *open;
	struct known_file *reading;
	struct import_progress before; /* of the files that were read to their end */
	struct import_reject said[SAID];
	int notify; /* -1: none */
};

/* clang-format off */
static const struct source_row rows[] = {
	{ "done", ROW_CHOICE, "keep|move", "keep", 0, 0,
	  N_("What becomes of a file that was read: it stays, or goes to the folder done beside it.") },
	{ "path", ROW_TEXT, "FOLDER", "!", 0, 0,
	  N_("The folder, or a pattern in it: /srv/exports/*.csv") },
	{ "settle", ROW_DURATION, "TIME", "5s", 0, 3600000,
	  N_("How long a file must not have grown before it is read.") },
};
/* clang-format on */

/* ---- moving away what has landed --------------------------------------------------------- */

static bool unchanged(const struct known_file *k, const struct folder_file *at)
{
	return k->print.size == at->size && k->print.changed == at->changed;
}

/* The cursor comes from the store now, so what it says has landed. */
static void move_done(struct files_source *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->folder.count; i++) {
		struct known_file *k = known_files_find(&f->known, f->folder.at[i].name);
		bool moved = k && k->done && !k->failed && unchanged(k, &f->folder.at[i]);

		if (moved && !folder_move(&f->folder, k->name)) {
			source_tally(&f->base, N_("files that could not be moved"), 1);
			moved = false;
		}
		if (k)
			k->there = !moved;
		if (!moved)
			f->folder.at[kept++] = f->folder.at[i];
	}
	f->folder.count = kept;
}

/* ---- a look ------------------------------------------------------------------------------ */

static void let_go(struct files_source *f)
{
	opinia_import_close(f->open);
	f->open = NULL;
	f->reading = NULL;
	f->looking = false;
}

static void watch_folder(struct files_source *f)
{
	if (f->notify >= 0)
		return;
	f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f->notify >= 0)
		inotify_add_watch(f->notify, f->folder.path,
				  IN_CLOSE_WRITE | IN_MOVED_TO);
}

static int begin_look(struct files_source *f, struct sv cursor, struct err *err)
{
	int rc;

	let_go(f);
	arena_reset(&f->folder.arena);
	known_files_read(&f->known, cursor, &f->folder.arena);
	f->ready_at = TIME_NONE;
	watch_folder(f);
	rc = folder_list(&f->folder, err);
	f->next = 0;
	if (rc)
		return rc;
	if (f->move && f->env->rejected_dir)
		move_done(f);
	for (size_t i = 0; i < f->folder.count; i++) {
		struct known_file *k = known_files_find(&f->known, f->folder.at[i].name);

		if (k)
			k->there = true;
	}
	known_files_drop_absent(&f->known);
	f->looking = true;
	return 0;
}

/* ---- a file ------------------------------------------------------------------------------ */

static const char *rejected_path(struct files_source *f, struct sv name)
{
	if (!f->env->rejected_dir)
		return NULL;
	mkdir(f->env->rejected_dir, 0700); /* writing says it, if that failed */
	return arena_printf(&f->folder.arena, "%s/%s-" SV_FMT ".rejected",
			    f->env->rejected_dir, f->source, SV_ARG(name));
}

static void say(struct files_source *f, struct sv name, uint64_t line, const char *why)
{
	struct import_reject *to = &f->said[f->base.reject_count];

	if (f->base.reject_count == SAID)
		return;
	to->line = line;
	if (line)
		snprintf(to->why, sizeof(to->why), SV_FMT ":%llu: %s", SV_ARG(name),
			 (unsigned long long)line, why);
	else
		snprintf(to->why, sizeof(to->why), "%s", why);
	f->base.rejects = f->said;
	f->base.reject_count++;
}

/* How much of it is in the store: all but the new rows if it only grew. */
static int recognise(struct files_source *f, const struct folder_file *at,
		     const char *path, struct known_file **out, struct err *err)
{
	struct known_file *k = known_files_find(&f->known, at->name);
	struct fingerprint now;
	int rc = fingerprint_of(path, &now, err);

	if (rc)
		return rc;
	if (!k)
		k = known_files_add(&f->known, at->name);
	if (!fingerprint_same(&now, &k->print) &&
	    !(now.size > k->print.size && fingerprint_grew(path, &k->print)))
		k->given = 0;
	k->print = now;
	k->done = k->failed = false;
	k->there = true;
	*out = k;
	return 0;
}

/* It is no file of records: said once, and tried again when it changed. */
static void give_up(struct files_source *f, struct known_file *k, const struct err *why)
{
	k->done = k->failed = true;
	say(f, k->name, 0, why->text);
	f->before.rejected++;
	source_tally(&f->base, N_("files that are not understood"), 1);
}

static int open_file(struct files_source *f, const struct folder_file *at,
		     struct err *err)
{
	struct import_options o = *f->options;
	const char *path = folder_path(&f->folder, at->name);
	struct err why = ERR_NONE;
	int rc;

	o.rejected = rejected_path(f, at->name);
	o.dry_run = !f->env->rejected_dir;
	if (!path || (!o.dry_run && !o.rejected))
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = recognise(f, at, path, &f->reading, err);
	if (rc == ERR_MISSING)
		return 0; /* it went away meanwhile */
	if (rc)
		return rc;
	rc = opinia_import_open(&f->open, path, &o, &why);
	if (!rc)
		import_skip(f->open, f->reading->given);
	else if (rc == ERR_SYSTEM && err)
		*err = why;
	else
		give_up(f, f->reading, &why);
	return rc == ERR_SYSTEM ? rc : 0;
}

static bool is_news(struct files_source *f, const struct folder_file *at)
{
	struct known_file *k = known_files_find(&f->known, at->name);
	int64_t ready = at->changed + f->settle_ms;

	if (k ? k->done && unchanged(k, at) : at->changed < f->known.before)
		return false;
	if (!at->size)
		return false;
	if (ready <= when_now())
		return true;
	if (f->ready_at == TIME_NONE || ready < f->ready_at)
		f->ready_at = ready;
	return false;
}

/* The next file; neither f->open nor f->reading: there is none. */
static int next_file(struct files_source *f, struct err *err)
{
	int rc = 0;

	f->reading = NULL;
	while (!rc && !f->reading && f->next < f->folder.count) {
		const struct folder_file *at = &f->folder.at[f->next++];

		if (is_news(f, at))
			rc = open_file(f, at, err);
	}
	return rc;
}

static void tell_progress(struct files_source *f)
{
	struct import_progress *sum = &f->base.progress, now = { .rows = 0 };

	if (f->open)
		now = opinia_import_progress(f->open);
	*sum = f->before;
	sum->bytes += now.bytes;
	sum->rows += now.rows;
	sum->records += now.records;
	sum->rejected += now.rejected;
	sum->repaired += now.repaired;
	sum->unanswered += now.unanswered;
}

static void end_file(struct files_source *f)
{
	const struct import_reject *r;
	const struct source_tally *t;
	size_t n;

	f->reading->done = true;
	tell_progress(f);
	f->before = f->base.progress;
	r = opinia_import_rejects(f->open, &n);
	for (size_t i = 0; i < n; i++)
		say(f, f->reading->name, r[i].line, r[i].why);
	t = opinia_import_tallies(f->open, &n);
	for (size_t i = 0; i < n; i++)
		source_tally(&f->base, t[i].what, t[i].n);
	opinia_import_close(f->open);
	f->open = NULL;
}

/* ---- the adapter ------------------------------------------------------------------------- */

static int give_cursor(struct files_source *f, struct batch *out, struct err *err)
{
	out->cursor = known_files_write(&f->known, &out->arena);
	if (!out->cursor.n || !arena_copy(&out->arena, sv_of(f->source), &out->source))
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_clear(&f->last);
	buf_sv_put(&f->last, out->cursor);
	return buf_ok(&f->last) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static int pull_some(struct files_source *f, struct batch *out, struct err *err)
{
	int rc = 0;

	if (!f->open)
		rc = next_file(f, err);
	if (rc || !f->reading)
		return rc;
	if (f->open) {
		rc = opinia_import_pull(f->open, out, err);
		f->reading->given = import_given(f->open);
		if (!rc && !out->count)
			end_file(f);
	}
	tell_progress(f);
	return rc ? rc : give_cursor(f, out, err);
}

static int files_pull(struct source *s, struct sv cursor, struct batch *out,
		      struct err *err)
{
	struct files_source *f = (struct files_source *)s;
	int rc = 0;

	if (cancel_asked(f->env->cancel))
		return cancel_said(err);
	if (!f->looking || !sv_eq(cursor, buf_sv(&f->last))) {
		rc = begin_look(f, cursor, err);
		buf_clear(&f->last);
		buf_sv_put(&f->last, cursor);
	}
	if (!rc)
		rc = pull_some(f, out, err);
	if (rc || !f->reading)
		let_go(f);
	return rc;
}

static void drain(int fd)
{
	char events[4096] __attribute__((aligned(8)));

	while (read(fd, events, sizeof(events)) > 0)
		;
}

static int files_wait(struct source *s, int64_t ms, struct err *err)
{
	struct files_source *f = (struct files_source *)s;
	struct pollfd fds[2] = { { .fd = f->notify, .events = POLLIN },
				 { .fd = cancel_fd(f->env->cancel), .events = POLLIN } };
	int64_t left = f->ready_at == TIME_NONE
			       ? ms
			       : f->ready_at - when_now() + SETTLE_SLACK_MS;

	left = left < 0 ? 0 : left < ms ? left : ms;
	if (poll(fds, 2, (int)(left < INT_MAX ? left : INT_MAX)) > 0 &&
	    (fds[0].revents & POLLIN))
		drain(f->notify);
	return cancel_asked(f->env->cancel) ? cancel_said(err) : 0;
}

static int files_test(struct source *s, struct source_steps *steps, struct err *err)
{
	struct files_source *f = (struct files_source *)s;
	struct opinia_import *imp = NULL;
	struct import_options o = *f->options;
	struct sv newest;
	const char *path;
	int rc = begin_look(f, (struct sv){ NULL, 0 }, err);

	if (rc)
		return rc;
	steps_ok(steps, N_("folder"), f->folder.path);
	steps_ok(steps, N_("files"),
		 arena_printf(&f->folder.arena, "%zu", f->folder.count));
	if (!f->folder.count)
		return 0;
	newest = f->folder.at[f->folder.count - 1].name;
	path = folder_path(&f->folder, newest);
	o.dry_run = true;
	rc = path ? opinia_import_open(&imp, path, &o, err)
		  : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		steps_ok(steps, N_("newest file"),
			 arena_printf(
				 &f->folder.arena, SV_FMT ": %s, %s", SV_ARG(newest),
				 opinia_import_recognised(imp)->format,
				 record_kind_name(opinia_import_recognised(imp)->kind)));
	opinia_import_close(imp);
	let_go(f);
	return rc;
}

static void files_close(struct source *s)
{
	struct files_source *f = (struct files_source *)s;

	if (!f)
		return;
	let_go(f);
	if (f->notify >= 0)
		close(f->notify);
	buf_release(&f->last);
	folder_release(&f->folder);
	free(f);
}

/* A path that does not begin at the root begins where the configuration is. NULL: no memory. */
static const char *whole_path(const struct source_settings *s, const char *path)
{
	const char *slash = s->file ? strrchr(s->file, '/') : NULL;

	if (path[0] == '/')
		return path;
	return slash ? arena_printf(s->arena, "%.*s/%s", (int)(slash - s->file), s->file,
				    path)
		     : arena_printf(s->arena, "./%s", path);
}

static int files_open(struct source **out, const struct source_config *config,
		      struct err *err)
{
	struct files_source *f = calloc(1, sizeof(*f));
	const char *path = source_text(config->settings, "path");

	*out = NULL;
	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	f->base.adapter = &adapter_files;
	f->options = config->options;
	f->env = config->env;
	f->source = config->settings->name;
	f->move = strcmp(source_text(config->settings, "done"), "move") == 0;
	f->settle_ms = source_duration_ms(config->settings, "settle");
	f->notify = -1;
	buf_init(&f->last, 0);
	path = whole_path(config->settings, path);
	if (!path || !folder_init(&f->folder, path)) {
		files_close(&f->base);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	*out = &f->base;
	return 0;
}

const struct adapter adapter_files = {
	.kind = "files",
	.summary = N_("files that are put into a folder"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.open = files_open,
	.pull = files_pull,
	.wait = files_wait,
	.test = files_test,
	.close = files_close,
};
