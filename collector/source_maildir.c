/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_maildir.c: a Maildir, read and never changed. A mail is its base name (before ":2,"),
 * wherever it moves; what is new is known by the time its entry changed (ctime), which a delivery,
 * a copy and a move from another folder all set. A change of flags sets it, too: then the mail
 * comes again, and the store knows it. A folder of a million mails is read in some passes over its
 * names, each keeping the oldest of them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "collector/mailbox.h"
#include "collector/maildir_list.h"
#include "core/i18n.h"
#include "core/json_out.h"
#include "core/when.h"

enum { SETTLE_MS = 50, OVERLAP_MS = 60000 };

#define US_MS INT64_C(1000)

/* clang-format off */
static const struct source_row rows[] = {
	{ "path", ROW_TEXT, "FOLDER", "!", 0, 0, N_("The Maildir: the folder that holds cur and new.") },
};
/* clang-format on */

struct maildir {
	struct mailbox m; /* first member */
	const char *path;
	int dir[2]; /* new, cur */
	int watch;  /* inotify; -1: none */
	struct maildir_list list;
	struct maildir_entry
		after; /* of the last mail that was read; its name is in after_name */
	char after_name[NAME_MAX + 1];
	struct buf mail, given;
	bool begun, ended;
};

/* ---- a pass: the oldest mails behind the last one ----------------------------------------- */

static int64_t us_of(struct timespec t)
{
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* Names of @dir that come behind the last mail; *young: some may not have settled. */
static int list_dir(struct maildir *md, int dir, int64_t now_us, bool *young,
		    struct err *err)
{
	int fd = dup(dir), rc = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return err_set(err, ERR_SYSTEM, "%s: %s", md->path, strerror(errno));
	}
	rewinddir(d);
	while (!rc && (e = readdir(d))) {
		struct maildir_entry seen = { 0, e->d_name };

		if (e->d_name[0] == '.' ||
		    fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
			continue; /* moved meanwhile: its new name is met, now or next time */
		seen.changed_us = us_of(st.st_ctim);
		if (!S_ISREG(st.st_mode) || maildir_cmp(&seen, &md->after) <= 0)
			continue;
		if (llabs(now_us - seen.changed_us) < SETTLE_MS * US_MS) {
			*young = true;
			continue;
		}
		rc = maildir_list_keep(&md->list, seen, err);
		if (!rc && cancel_asked(mailbox_cancel(&md->m)))
			rc = cancel_said(err);
	}
	closedir(d);
	return rc;
}

static void drain_watch(const struct maildir *md)
{
	char bytes[4096] __attribute__((aligned(8)));

	while (md->watch >= 0 && read(md->watch, bytes, sizeof(bytes)) > 0)
		continue;
}

/* Two mails of the same tick could be told apart only by name: the last tick waits. */
static int pass(struct maildir *md, struct err *err)
{
	bool young = true;
	int rc = 0;

	maildir_list_forget(&md->list);
	for (int round = 0; !rc && young && !md->list.count && round < 3; round++) {
		struct timespec now;

		if (round && cancel_sleep(mailbox_cancel(&md->m), SETTLE_MS + 10))
			return cancel_said(err);
		drain_watch(md);
		clock_gettime(CLOCK_REALTIME, &now);
		young = false;
		for (int i = 0; !rc && i < 2; i++)
			rc = list_dir(md, md->dir[i], us_of(now), &young, err);
	}
	if (rc)
		maildir_list_forget(&md->list);
	else
		maildir_list_sort(&md->list);
	return rc;
}

/* ---- one mail ---------------------------------------------------------------------------- */

/* It moved between being listed and being opened: where is it now? -1: nowhere. */
static int find_moved(const struct maildir *md, struct sv base)
{
	for (int i = 1; i >= 0; i--) {
		int copy = dup(md->dir[i]), fd = -1;
		DIR *d = copy < 0 ? NULL : fdopendir(copy);
		struct dirent *e;

		if (!d) {
			if (copy >= 0)
				close(copy);
			return -1;
		}
		rewinddir(d);
		while (fd < 0 && (e = readdir(d)))
			if (sv_eq(maildir_base(e->d_name), base))
				fd = openat(md->dir[i], e->d_name,
					    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		closedir(d);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static int open_mail(const struct maildir *md, const char *name)
{
	for (int tries = 0; tries < 3; tries++) {
		int fd;

		for (int i = 1; i >= 0; i--) {
			fd = openat(md->dir[i], name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
			if (fd >= 0 || errno != ENOENT)
				return fd;
		}
		fd = find_moved(md, maildir_base(name));
		if (fd >= 0)
			return fd;
	}
	errno = ENOENT;
	return -1;
}

/* The file's bytes, one more than a mail may have at most; *at: when it was delivered. */
static int read_mail(struct maildir *md, int fd, int64_t *at, struct err *err)
{
	struct stat st;
	ssize_t n = 1;

	buf_clear(&md->mail);
	while (n > 0 && md->mail.n <= MAILBOX_MAIL_MAX) {
		char *room = buf_room(&md->mail, 64 << 10);

		if (!room)
			return err_set(err, ERR_SYSTEM, "out of memory");
		n = read(fd, room, 64 << 10);
		if (n > 0)
			buf_took(&md->mail, (size_t)n);
	}
	if (n < 0 || fstat(fd, &st))
		return err_set(err, ERR_SYSTEM, "%s", strerror(errno));
	*at = us_of(st.st_mtim) / US_MS;
	return 0;
}

static int take(struct maildir *md, const struct maildir_entry *e, struct batch *out,
		struct err *err)
{
	struct sv base = maildir_base(e->name);
	char place[NAME_MAX + 1] = "";
	int fd = open_mail(md, e->name), rc;
	int64_t at = TIME_NONE;

	memcpy(place, base.p, base.n);
	if (fd < 0 && errno == ENOENT)
		return 0; /* deleted meanwhile */
	if (fd < 0)
		return mailbox_refuse(&md->m, (struct sv){ "", 0 }, place,
				      strerror(errno), err);
	rc = read_mail(md, fd, &at, err);
	close(fd);
	if (rc)
		return err_at(err, "%s/%s", md->path, place);
	return mailbox_take(&md->m, buf_sv(&md->mail), place, at, out, err);
}

/* ---- the cursor -------------------------------------------------------------------------- */

static void go_after(struct maildir *md, const struct maildir_entry *e)
{
	struct sv base = maildir_base(e->name);

	memcpy(md->after_name, base.p, base.n);
	md->after_name[base.n] = 0;
	md->after = (struct maildir_entry){ e->changed_us, md->after_name };
}

/* Is the clock behind what is remembered? It was set back: then the last minute comes again. */
static void read_cursor(struct maildir *md, struct sv cursor)
{
	int64_t now_us = when_now() * US_MS;
	struct sv key, value;
	struct json_in j;
	struct arena arena;

	maildir_list_forget(&md->list);
	md->after_name[0] = 0;
	md->after = (struct maildir_entry){ INT64_MIN, md->after_name };
	arena_init(&arena, 64 << 10);
	json_begin(&j, cursor);
	while (cursor.n && mailbox_cursor(&j, &arena, &key, &value)) {
		if (sv_eq(key, SV("changed_us")))
			sv_i64(value, &md->after.changed_us);
		if (!sv_eq(key, SV("name")) || value.n > NAME_MAX)
			continue;
		memcpy(md->after_name, value.p, value.n);
		md->after_name[value.n] = 0;
	}
	arena_release(&arena);
	if (md->after.changed_us > now_us)
		md->after.changed_us = now_us - OVERLAP_MS * US_MS;
}

static void write_cursor(struct maildir *md)
{
	buf_clear(&md->given);
	buf_printf(&md->given,
		   "{\"changed_us\":%lld,\"name\":", (long long)md->after.changed_us);
	json_put_text(&md->given, sv_of(md->after_name));
	buf_char(&md->given, '}');
}

/* ---- pull -------------------------------------------------------------------------------- */

static int take_some(struct maildir *md, struct batch *out, struct err *err)
{
	size_t bytes = 0, mails = 0;
	int rc = 0;

	while (md->list.at < md->list.count && mails < MAILBOX_MAILS &&
	       bytes < MAILBOX_BYTES) {
		struct maildir_entry *e = &md->list.list[md->list.at];

		if (cancel_asked(mailbox_cancel(&md->m)))
			return cancel_said(err);
		rc = take(md, e, out, err);
		if (rc == ERR_AGAIN && out->count)
			return 0; /* no room: the next batch begins with it */
		if (rc)
			return rc;
		go_after(md, e);
		free(e->name);
		md->list.at++;
		mails++;
		bytes += md->mail.n;
	}
	return 0;
}

/* Until there is a record, or nothing is left: machine mail is none, but is behind us. */
static int take_any(struct maildir *md, struct batch *out, struct err *err)
{
	int rc = 0;

	while (!rc && !out->count) {
		if (md->list.at == md->list.count)
			rc = pass(md, err);
		if (rc || md->list.at == md->list.count)
			return rc;
		rc = take_some(md, out, err);
	}
	return rc;
}

static int maildir_pull(struct source *source, struct sv cursor, struct batch *out,
			struct err *err)
{
	struct maildir *md = (struct maildir *)source;
	bool import = !md->m.settings, moved;
	int rc;

	if (md->ended)
		return 0;
	if (!md->begun || (!import && !sv_eq(cursor, buf_sv(&md->given))))
		read_cursor(md, cursor);
	rc = take_any(md, out, err);
	md->begun = !rc;
	if (rc)
		return rc;
	md->ended = import && !out->count;
	if (!import && md->after.changed_us != INT64_MIN)
		write_cursor(md);
	moved = !import && (out->count || !sv_eq(cursor, buf_sv(&md->given)));
	return mailbox_finish(&md->m, out,
			      moved ? buf_sv(&md->given) : (struct sv){ NULL, 0 }, err);
}

static int maildir_wait(struct source *source, int64_t ms, struct err *err)
{
	struct maildir *md = (struct maildir *)source;
	struct pollfd p[2] = { { .fd = md->watch, .events = POLLIN },
			       { .fd = cancel_fd(mailbox_cancel(&md->m)),
				 .events = POLLIN } };

	if (ms > 0 && !cancel_asked(mailbox_cancel(&md->m)))
		poll(p, 2, ms > INT_MAX ? INT_MAX : (int)ms);
	return cancel_asked(mailbox_cancel(&md->m)) ? cancel_said(err) : 0;
}

/* ---- open, test, close ------------------------------------------------------------------- */

static int maildir_test(struct source *source, struct source_steps *steps,
			struct err *err)
{
	struct maildir *md = (struct maildir *)source;
	char told[64];
	int rc;

	steps_ok(steps, N_("folder"), md->path);
	read_cursor(md, (struct sv){ NULL, 0 });
	rc = pass(md, err);
	snprintf(told, sizeof(told), "%zu%s", md->list.count,
		 md->list.count == MAILDIR_PASS ? "+" : "");
	maildir_list_forget(&md->list);
	md->begun = false;
	if (!rc)
		steps_ok(steps, N_("mails"), told);
	return rc;
}

static void maildir_close(struct source *source)
{
	struct maildir *md = (struct maildir *)source;

	if (!md)
		return;
	maildir_list_forget(&md->list);
	maildir_list_release(&md->list);
	for (int i = 0; i < 2; i++)
		if (md->dir[i] >= 0)
			close(md->dir[i]);
	if (md->watch >= 0)
		close(md->watch);
	buf_release(&md->mail);
	buf_release(&md->given);
	mailbox_release(&md->m);
	free(md);
}

static int open_dirs(struct maildir *md, struct err *err)
{
	static const char *const names[] = { "new", "cur" };
	char path[PATH_MAX];

	md->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", md->path, names[i]);
		md->dir[i] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (md->dir[i] < 0)
			return err_set(err, ERR_CONFIG,
				       "%s: %s; a Maildir has cur and new", path,
				       strerror(errno));
		if (md->watch >= 0)
			inotify_add_watch(md->watch, path,
					  IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE);
	}
	return 0;
}

static int maildir_open(struct source **out, const struct source_config *config,
			struct err *err)
{
	struct maildir *md = calloc(1, sizeof(*md));
	int rc;

	*out = NULL;
	if (!md)
		return err_set(err, ERR_SYSTEM, "out of memory");
	md->dir[0] = md->dir[1] = md->watch = -1;
	buf_init(&md->mail, MAILBOX_MAIL_MAX + (1 << 20));
	buf_init(&md->given, 64 << 10);
	rc = mailbox_init(&md->m, &adapter_maildir, config, err);
	md->path =
		config->settings ? source_text(config->settings, "path") : config->place;
	if (!rc)
		rc = open_dirs(md, err);
	if (rc) {
		maildir_close(&md->m.base);
		return rc;
	}
	*out = &md->m.base;
	return 0;
}

const struct adapter adapter_maildir = {
	.kind = "maildir",
	.summary = N_("a Maildir on this machine"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.more_rows = mail_rows,
	.open = maildir_open,
	.pull = maildir_pull,
	.wait = maildir_wait,
	.test = maildir_test,
	.close = maildir_close,
};
