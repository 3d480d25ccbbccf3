/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.h: the bytes of a file through a window that slides and never grows over its
 * ceiling, so that a file of any size, or a pipe, is read in the same few megabytes.
 *
 * UTF-16 (with its mark) comes out as UTF-8; a mark of UTF-8 is taken away; everything else
 * comes out as it is. Views into the window are valid until input_more().
 */
#ifndef OPINIA_COLLECTOR_INPUT_H
#define OPINIA_COLLECTOR_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum {
	INPUT_READ = 256 << 10, /* bytes a read() */
	INPUT_SAMPLE = 1 << 20, /* what is looked at before reading */
	INPUT_WINDOW = 4 << 20, /* the ceiling */
};

/* Bytes that do not come out of a descriptor: a sheet of a workbook, as CSV. */
struct input_feed {
	/* Up to @room bytes to @to; *n 0: there are no more. */
	int (*read)(void *self, void *to, size_t room, size_t *n, struct err *err);
	void (*close)(void *self);
};

enum input_mark { MARK_NONE, MARK_UTF8, MARK_UTF16LE, MARK_UTF16BE };

struct input {
	int fd;
	const struct input_feed *feed; /* in place of fd; NULL: none */
	void *feed_self;
	char *buf;	 /* INPUT_WINDOW and SCAN_PAD bytes */
	size_t from, to; /* what is in the window */
	bool eof;	 /* nothing comes after the window */
	bool held;	 /* a sample is being looked at: input_more() does nothing */
	enum input_mark mark;
	uint64_t taken;	    /* bytes of the file read so far */
	uint64_t size;	    /* of the file; 0: not known (a pipe) */
	unsigned char *raw; /* UTF-16: bytes before conversion */
	size_t raw_n;
};

/*
 * Open @path ("-": standard input) and fill the window with INPUT_SAMPLE bytes or all
 * there are. ERR_MISSING: no such file. ERR_USAGE: a folder. ERR_SYSTEM: not readable.
 */
int input_open(struct input *in, const char *path, struct err *err);

/* The same of bytes in memory, INPUT_WINDOW / 2 at most (a delivered body); they are copied. */
int input_of_bytes(struct input *in, struct sv bytes, struct err *err);

/* The same of what @feed gives; the feed is closed with it, also after a failure. */
int input_of_feed(struct input *in, const struct input_feed *feed, void *self,
		  struct err *err);
void input_close(struct input *in); /* also after a failed open */

/*
 * More bytes behind the window: what is before @from is forgotten, all views are void.
 * *got: false when there are none (end of file, window full or held).
 */
int input_more(struct input *in, bool *got, struct err *err);

struct sv input_window(const struct input *in);
uint64_t input_consumed(const struct input *in); /* bytes of the file; UTF-16: about */

#endif
