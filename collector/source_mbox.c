/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_mbox.c: many mails in one file, each behind a line "From …" that follows an empty one.
 * Lines of a mail that began so were written ">From"; that is undone (mboxo and mboxrd: one ">" of
 * any number). Remembered is the byte up to which all is known, and what the file began with: a
 * file that was rewritten is read again, and the store knows its mails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/mailbox.h"
#include "core/i18n.h"
#include "core/when.h"

enum { HEAD_BYTES = 64, PIECE = 1 << 20 };

/* clang-format off */
static const struct source_row rows[] = {
	{ "path", ROW_TEXT, "FILE", "!", 0, 0, N_("The mailbox file.") },
};
/* clang-format on */

struct place {
	uint64_t offset; /* all before it is known */
	uint64_t head;	 /* hash of its first head_bytes */
	uint32_t head_bytes;
};

struct mbox {
	struct mailbox m; /* first member */
	const char *path;
	struct input in;  /* fd -1: not open */
	uint64_t skipped; /* bytes before what @in reads */
	struct place at;
	struct buf mail, given;
	uint64_t mail_at; /* where the mail begins that is being read */
	bool in_mail;	  /* a separator was met */
	bool ready;	  /* @mail is whole and to be taken */
	bool blank;	  /* the last line was empty: a separator may come */
	bool inside;	  /* the next piece goes on with a line */
	bool end;
};

/* ---- lines ------------------------------------------------------------------------------- */

/* "10:00": every real separator holds a time, few sentences that begin with From do. */
static bool has_time(struct sv s)
{
	for (size_t i = 2; i + 2 < s.n; i++)
		if (s.p[i] == ':' && s.p[i - 1] >= '0' && s.p[i - 1] <= '9' &&
		    s.p[i + 1] >= '0' && s.p[i + 1] <= '9' && s.p[i + 2] >= '0' &&
		    s.p[i + 2] <= '9')
			return true;
	return false;
}

static bool is_separator(struct sv line)
{
	struct sv rest = sv_trim(sv_sub(line, 5, 200));

	if (!sv_starts(line, SV("From ")))
		return false;
	return !rest.n || rest.p[0] == '-' || has_time(rest);
}

static int mbox_fits(struct sv head)
{
	return is_separator(sv_cut(&head, '\n')) ? 95 : 0;
}

/* The next line with its end, or a piece of a very long one; *end: there is none. */
static int next_line(struct mbox *mb, struct sv *line, bool *end, struct err *err)
{
	struct input *in = &mb->in;
	bool got = true;
	int rc = 0;

	*end = false;
	while (!rc) {
		struct sv w = input_window(in);
		const char *nl = w.n ? memchr(w.p, '\n', w.n) : NULL;

		if (nl || w.n >= PIECE || !got) {
			*line = nl ? sv_sub(w, 0, (size_t)(nl - w.p) + 1) : w;
			*end = !w.n;
			in->from += line->n;
			return 0;
		}
		rc = input_more(in, &got, err);
	}
	return rc;
}

static void append(struct mbox *mb, struct sv line)
{
	size_t room = MAILBOX_MAIL_MAX + 1 - mb->mail.n; /* one more: it is too large */
	size_t quotes = 0;

	while (!mb->inside && quotes < line.n && line.p[quotes] == '>')
		quotes++;
	if (quotes && sv_starts(sv_sub(line, quotes, line.n), SV("From ")))
		line = sv_sub(line, 1, line.n);
	buf_sv_put(&mb->mail, sv_sub(line, 0, room));
}

/* The empty line before a separator belongs to it, not to the mail. */
static void drop_blank(struct mbox *mb)
{
	struct buf *b = &mb->mail;

	if (!mb->blank || !b->n)
		return;
	b->n--;
	if (b->n && b->p[b->n - 1] == '\r')
		b->n--;
}

/* Read until a mail is whole. */
static int read_mail(struct mbox *mb, struct err *err)
{
	while (!mb->ready && !mb->end) {
		uint64_t here = mb->skipped + input_consumed(&mb->in);
		struct sv line;
		int rc = next_line(mb, &line, &mb->end, err);

		if (rc)
			return rc;
		if (mb->end || (mb->blank && !mb->inside && is_separator(line))) {
			drop_blank(mb);
			mb->ready = mb->in_mail;
			mb->in_mail = !mb->end;
			mb->mail_at = here;
			mb->blank = mb->inside = false;
			continue;
		}
		if (mb->in_mail)
			append(mb, line);
		mb->blank = !mb->inside && !sv_trim(line).n;
		mb->inside = line.p[line.n - 1] != '\n';
	}
	return buf_ok(&mb->mail) ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- the cursor -------------------------------------------------------------------------- */

static uint64_t head_hash(int fd, uint32_t *bytes)
{
	unsigned char head[HEAD_BYTES];
	uint64_t h = 0xcbf29ce484222325;
	ssize_t n = pread(fd, head, *bytes < HEAD_BYTES ? *bytes : HEAD_BYTES, 0);

	*bytes = n > 0 ? (uint32_t)n : 0;
	for (uint32_t i = 0; i < *bytes; i++)
		h = (h ^ head[i]) * 0x100000001b3;
	return h >> 8; /* sv_i64() reads 18 digits */
}

static struct place read_cursor(struct sv cursor)
{
	struct place at = { 0 };
	struct sv key, value;
	struct json_in j;
	struct arena arena;
	int64_t n;

	arena_init(&arena, 64 << 10);
	json_begin(&j, cursor);
	while (cursor.n && mailbox_cursor(&j, &arena, &key, &value)) {
		if (!sv_i64(value, &n) || n < 0)
			continue;
		if (sv_eq(key, SV("offset")))
			at.offset = (uint64_t)n;
		else if (sv_eq(key, SV("head")))
			at.head = (uint64_t)n;
		else if (sv_eq(key, SV("head_bytes")) && n <= HEAD_BYTES)
			at.head_bytes = (uint32_t)n;
	}
	arena_release(&arena);
	return at;
}

static void write_cursor(struct mbox *mb)
{
	buf_clear(&mb->given);
	buf_printf(&mb->given, "{\"offset\":%llu,\"head\":%llu,\"head_bytes\":%u}",
		   (unsigned long long)mb->at.offset, (unsigned long long)mb->at.head,
		   mb->at.head_bytes);
}

/* Is it still the file that the cursor was made of? */
static bool same_file(const struct mbox *mb, uint64_t size)
{
	uint32_t bytes = mb->at.head_bytes;
	char at[5];

	if (mb->at.offset > size || head_hash(mb->in.fd, &bytes) != mb->at.head ||
	    bytes != mb->at.head_bytes)
		return false;
	return mb->at.offset == size ||
	       (pread(mb->in.fd, at, 5, (off_t)mb->at.offset) == 5 &&
		(memcmp(at, "From ", 5) == 0 || memcmp(at, "\nFrom", 5) == 0));
}

/* ---- open, read, close ------------------------------------------------------------------- */

/* Whoever delivers locks the file: half a mail is not to be read. The lock ends with close. */
static int lock(const struct mbox *mb, struct err *err)
{
	struct flock l = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (flock(mb->in.fd, LOCK_SH | LOCK_NB) == 0 &&
	    fcntl(mb->in.fd, F_OFD_SETLK, &l) == 0)
		return 0;
	if (errno != EAGAIN && errno != EACCES)
		return 0; /* a file system without locks */
	return err_set(err, ERR_AGAIN, "%s is being written to", mb->path);
}

static void begin(struct mbox *mb)
{
	buf_clear(&mb->mail);
	mb->in_mail = mb->ready = mb->inside = mb->end = false;
	mb->blank = true;
}

static void begin_at(struct mbox *mb, uint64_t offset)
{
	begin(mb);
	lseek(mb->in.fd, (off_t)offset, SEEK_SET);
	mb->in.from = mb->in.to = 0;
	mb->in.taken = 0;
	mb->in.eof = false;
	mb->skipped = mb->mail_at = offset;
}

static int open_file(struct mbox *mb, struct err *err)
{
	struct stat st;
	int rc = input_open(&mb->in, mb->path, err);

	if (!rc)
		rc = lock(mb, err);
	if (!rc && fstat(mb->in.fd, &st))
		rc = err_set(err, ERR_SYSTEM, "%s", strerror(errno));
	if (rc) {
		input_close(&mb->in);
		if (rc == ERR_AGAIN)
			return rc;
		err_at(err, "%s", mb->path);
		if (rc == ERR_MISSING && err)
			err->code = ERR_UNAVAILABLE;
		return rc == ERR_MISSING ? ERR_UNAVAILABLE : rc;
	}
	if (!same_file(mb, (uint64_t)st.st_size))
		mb->at.offset = 0;
	mb->at.head_bytes = HEAD_BYTES;
	mb->at.head = head_hash(mb->in.fd, &mb->at.head_bytes);
	begin_at(mb, mb->at.offset);
	return 0;
}

static int take_some(struct mbox *mb, struct batch *out, struct err *err)
{
	size_t mails = 0, bytes = 0;
	char place[64];
	int rc = 0;

	while (mails < MAILBOX_MAILS && bytes < MAILBOX_BYTES) {
		uint64_t began = mb->mail_at;

		if (cancel_asked(mailbox_cancel(&mb->m)))
			return cancel_said(err);
		if (!mb->ready) {
			rc = read_mail(mb, err);
			if (rc || !mb->ready)
				return rc;
			mb->at.offset = began;
		}
		snprintf(place, sizeof(place), "byte %llu",
			 (unsigned long long)mb->at.offset);
		rc = mailbox_take(&mb->m, buf_sv(&mb->mail), place, TIME_NONE, out, err);
		if (rc)
			return rc == ERR_AGAIN && out->count ? 0 : rc;
		bytes += mb->mail.n;
		mails++;
		mb->ready = false;
		buf_clear(&mb->mail);
		mb->at.offset = mb->mail_at;
	}
	return 0;
}

static int mbox_pull(struct source *source, struct sv cursor, struct batch *out,
		     struct err *err)
{
	struct mbox *mb = (struct mbox *)source;
	bool import = !mb->m.settings;
	int rc = 0;

	if (!import && (mb->in.fd < 0 || !sv_eq(cursor, buf_sv(&mb->given)))) {
		input_close(&mb->in);
		mb->at = read_cursor(cursor);
		rc = open_file(mb, err);
	}
	while (!rc && !out->count && (mb->ready || !mb->end)) /* machine mail is none */
		rc = take_some(mb, out, err);
	if (rc) {
		if (!import)
			input_close(&mb->in);
		return rc;
	}
	mb->m.base.progress.bytes = mb->skipped + input_consumed(&mb->in);
	if (import)
		return mailbox_finish(&mb->m, out, (struct sv){ NULL, 0 }, err);
	if (mb->end && !mb->ready) {
		mb->at.offset = mb->skipped + mb->in.taken;
		input_close(&mb->in);
	}
	write_cursor(mb);
	if (!out->count && sv_eq(cursor, buf_sv(&mb->given)))
		return mailbox_finish(&mb->m, out, (struct sv){ NULL, 0 }, err);
	return mailbox_finish(&mb->m, out, buf_sv(&mb->given), err);
}

static int mbox_test(struct source *source, struct source_steps *steps, struct err *err)
{
	struct mbox *mb = (struct mbox *)source;
	int rc;

	mb->at = (struct place){ 0 };
	rc = open_file(mb, err);
	if (rc)
		return rc;
	steps_ok(steps, N_("file"), mb->path);
	if (mb->in.size) {
		rc = read_mail(mb, err);
		if (!rc && !mb->ready)
			rc = err_set(err, ERR_CONFIG,
				     "%s: there is no mail in it: is it a mailbox file?",
				     mb->path);
		if (!rc)
			steps_ok(steps, N_("first mail"), NULL);
	}
	input_close(&mb->in);
	return rc;
}

static void mbox_close(struct source *source)
{
	struct mbox *mb = (struct mbox *)source;

	if (!mb)
		return;
	input_close(&mb->in);
	buf_release(&mb->mail);
	buf_release(&mb->given);
	mailbox_release(&mb->m);
	free(mb);
}

static int mbox_open(struct source **out, const struct source_config *config,
		     struct err *err)
{
	struct mbox *mb = calloc(1, sizeof(*mb));
	int rc;

	*out = NULL;
	if (!mb)
		return err_set(err, ERR_SYSTEM, "out of memory");
	mb->in.fd = -1;
	buf_init(&mb->mail, MAILBOX_MAIL_MAX + (1 << 20));
	buf_init(&mb->given, 0);
	rc = mailbox_init(&mb->m, &adapter_mbox, config, err);
	if (rc) {
		mbox_close(&mb->m.base);
		return rc;
	}
	begin(mb);
	if (config->settings) {
		mb->path = source_text(config->settings, "path");
	} else {
		mb->path = config->place;
		mb->in = *config->input;
		*config->input = (struct input){ .fd = -1 };
		mb->m.base.progress.size = mb->in.size;
		mb->m.base.seen.bom = mb->in.mark != MARK_NONE;
	}
	*out = &mb->m.base;
	return 0;
}

const struct adapter adapter_mbox = {
	.kind = "mbox",
	.summary = N_("a mailbox file: many mails, one behind the other"),
	.fits = mbox_fits,
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.more_rows = mail_rows,
	.open = mbox_open,
	.pull = mbox_pull,
	.test = mbox_test,
	.close = mbox_close,
};
