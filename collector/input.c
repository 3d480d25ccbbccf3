/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c: see input.h. read() instead of mmap(): a file that is cut short while it is read
 * would end the program with SIGBUS, and pipes work too.
 */
#include "collector/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/scan.h"
#include "core/utf8.h"

struct sv input_window(const struct input *in)
{
	return (struct sv){ in->buf + in->from, in->to - in->from };
}

uint64_t input_consumed(const struct input *in)
{
	uint64_t left = in->to - in->from;

	if (in->eof && !left)
		return in->taken;
	return in->taken > left ? in->taken - left : 0;
}

static int read_some(struct input *in, void *to, size_t room, size_t *n, struct err *err)
{
	ssize_t got;
	int rc;

	if (in->feed) {
		rc = in->feed->read(in->feed_self, to, room, n, err);
		in->taken += rc ? 0 : *n;
		in->eof = !rc && !*n;
		return rc;
	}
	do
		got = read(in->fd, to, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(err, ERR_SYSTEM, "cannot be read: %s", strerror(errno));
	*n = (size_t)got;
	in->taken += *n;
	in->eof = got == 0;
	return 0;
}

static uint32_t unit(const struct input *in, size_t at)
{
	uint32_t a = in->raw[at], b = in->raw[at + 1];

	return in->mark == MARK_UTF16LE ? a | b << 8 : a << 8 | b;
}

/* Convert what is in @raw, except an odd byte or a half pair that the next read completes. */
static void convert_utf16(struct input *in)
{
	size_t at = 0;

	while (in->raw_n - at >= 2) {
		uint32_t c = unit(in, at);
		size_t used = 2;

		if (c >= 0xd800 && c < 0xdc00) {
			if (in->raw_n - at < 4 && !in->eof)
				break;
			if (in->raw_n - at >= 4 &&
			    (unit(in, at + 2) & 0xfc00) == 0xdc00) {
				c = 0x10000 + ((c & 0x3ff) << 10) +
				    (unit(in, at + 2) & 0x3ff);
				used = 4;
			}
		}
		if (c >= 0xd800 && c < 0xe000)
			c = 0xfffd;
		in->to += utf8_encode(c, in->buf + in->to);
		at += used;
	}
	in->raw_n -= at;
	memmove(in->raw, in->raw + at, in->raw_n);
}

static int more_utf16(struct input *in, size_t room, struct err *err)
{
	size_t n = 0, want = room / 3;
	int rc;

	if (want > INPUT_READ - 4)
		want = INPUT_READ - 4;
	rc = read_some(in, in->raw + in->raw_n, want, &n, err);
	if (rc)
		return rc;
	in->raw_n += n;
	convert_utf16(in);
	return 0;
}

int input_more(struct input *in, bool *got, struct err *err)
{
	size_t was, room, n = 0;
	int rc = 0;

	*got = false;
	if (in->held || in->eof)
		return 0;
	if (in->from) {
		memmove(in->buf, in->buf + in->from, in->to - in->from);
		in->to -= in->from;
		in->from = 0;
	}
	was = in->to;
	room = INPUT_WINDOW - in->to;
	if (room < 64)
		return 0;
	while (!rc && in->to == was && !in->eof) {
		if (in->mark == MARK_UTF16LE || in->mark == MARK_UTF16BE) {
			rc = more_utf16(in, room, err);
			continue;
		}
		rc = read_some(in, in->buf + in->to,
			       room < INPUT_READ ? room : INPUT_READ, &n, err);
		in->to += rc ? 0 : n;
	}
	*got = in->to > was;
	return rc;
}

/* The first bytes say what the rest is in. */
static void take_mark(struct input *in)
{
	const unsigned char *p = (const unsigned char *)in->buf;

	if (in->to >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		in->mark = MARK_UTF8;
		in->from = 3;
		return;
	}
	if (in->to < 2 ||
	    !((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return;
	in->mark = p[0] == 0xff ? MARK_UTF16LE : MARK_UTF16BE;
	in->raw_n = in->to - 2;
	memcpy(in->raw, p + 2, in->raw_n);
	in->to = 0;
	convert_utf16(in);
}

static int open_path(struct input *in, const char *path, struct err *err)
{
	struct stat st;

	in->fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_MISSING, "no such file");
	if (in->fd < 0 || fstat(in->fd, &st))
		return err_set(err, ERR_SYSTEM, "cannot be opened: %s", strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_USAGE, "is a folder: name the files in it");
	in->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return 0;
}

static int take_memory(struct input *in, struct err *err)
{
	in->buf = calloc(1, INPUT_WINDOW + SCAN_PAD);
	in->raw = malloc(INPUT_WINDOW / 2 +
			 INPUT_READ); /* the first reads go there whole */
	return in->buf && in->raw ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

int input_of_bytes(struct input *in, struct sv bytes, struct err *err)
{
	int rc;

	*in = (struct input){ .fd = -1, .eof = true };
	if (bytes.n > INPUT_WINDOW / 2)
		return err_set(err, ERR_INPUT, "more than %d bytes", INPUT_WINDOW / 2);
	rc = take_memory(in, err);
	if (rc)
		return rc;
	if (bytes.n)
		memcpy(in->buf, bytes.p, bytes.n);
	in->to = in->taken = in->size = bytes.n;
	take_mark(in);
	return 0;
}

/* The window as full as a sample is. */
static int first_look(struct input *in, struct err *err)
{
	bool got = true;
	int rc = take_memory(in, err);

	while (!rc && got && in->to < 4)
		rc = input_more(in, &got, err);
	take_mark(in);
	while (!rc && got && in->to - in->from < INPUT_SAMPLE)
		rc = input_more(in, &got, err);
	return rc;
}

int input_open(struct input *in, const char *path, struct err *err)
{
	int rc;

	*in = (struct input){ .fd = -1 };
	rc = open_path(in, path, err);
	return rc ? rc : first_look(in, err);
}

int input_of_feed(struct input *in, const struct input_feed *feed, void *self,
		  struct err *err)
{
	*in = (struct input){ .fd = -1, .feed = feed, .feed_self = self };
	return first_look(in, err);
}

void input_close(struct input *in)
{
	if (in->feed)
		in->feed->close(in->feed_self);
	if (in->fd >= 0)
		close(in->fd);
	free(in->buf);
	free(in->raw);
	*in = (struct input){ .fd = -1 };
}
