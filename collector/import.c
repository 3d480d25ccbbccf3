/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c: the door for files: open, find whose file it is, hand on. It also knows the
 * files that people try first and that are no text, and says what to do with them.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/adapter.h"
#include "collector/fingerprint.h"
#include "collector/import.h"

enum { PLACE_LEAST = 8 << 20 }; /* shorter files are read again in a moment */

struct opinia_import {
	struct source *source;
	struct fingerprint file;
	char place[40];
	bool remember, ended;
	uint64_t skip, given; /* records not to be given out again; behind this batch */
};

/* What a file begins with that nobody here reads. */
static const struct {
	struct sv head;
	const char *say;
} strangers[] = {
	{ SV_INIT("\xd0\xcf\x11\xe0"),
	  "is an old Excel workbook: save it as \"CSV UTF-8\"" },
	{ SV_INIT("\x1f\x8b"), "is compressed: gunzip it first" },
	{ SV_INIT("\x28\xb5\x2f\xfd"), "is compressed: unzstd it first" },
	{ SV_INIT("%PDF"), "is a PDF: export the answers as CSV" },
};

static int refuse_strangers(const struct input *in, struct err *err)
{
	struct sv head = input_window(in);

	if (!head.n)
		return err_set(err, ERR_INPUT, "is empty");
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (sv_starts(head, strangers[i].head))
			return err_set(err, ERR_INPUT, "%s", gettext(strangers[i].say));
	if (head.n >= 4 && ((!head.p[0] && !head.p[2]) || (!head.p[1] && !head.p[3])))
		return err_set(err, ERR_INPUT,
			       "looks like UTF-16 without its mark: save it as UTF-8");
	return 0;
}

static int open_source(struct source **out, const struct source_config *config,
		       struct err *err)
{
	const struct adapter *adapter;
	int rc = refuse_strangers(config->input, err);

	if (rc)
		return rc;
	adapter = adapter_for_file(input_window(config->input));
	if (!adapter)
		return err_set(err, ERR_INPUT, "is no file that can be read here");
	return adapter->open(out, config, err);
}

static void mix(struct buf *b, const char *what, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s\x1f%s\x1f", what, list[i] ? list[i] : "\x1e");
}

/* The same bytes read with other options give other records. */
static void name_place(struct opinia_import *imp, const char *path,
		       const struct import_options *o)
{
	const char *const words[] = { o->source, o->channel, o->kind,
				      o->zone ? zone_name(o->zone) : NULL };
	struct buf b;

	if (o->dry_run || strcmp(path, "-") == 0 ||
	    fingerprint_of(path, &imp->file, NULL) || imp->file.size < PLACE_LEAST)
		return;
	buf_init(&b, 0);
	mix(&b, "word", words, sizeof(words) / sizeof(words[0]));
	mix(&b, "map", o->maps, o->map_count);
	mix(&b, "scale", o->scales, o->scale_count);
	mix(&b, "value", o->values, o->value_count);
	buf_printf(&b, "%016" PRIx64, imp->file.head);
	if (buf_ok(&b))
		snprintf(imp->place, sizeof(imp->place), "import:%016" PRIx64,
			 hash_bytes(buf_sv(&b)));
	buf_release(&b);
}

/* A folder with cur and new is a Maildir, the one folder that is a "file". */
static bool is_maildir(const char *path)
{
	struct stat st;
	bool is = false;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0)
		is = !fstatat(dir, "cur", &st, 0) && S_ISDIR(st.st_mode) &&
		     !fstatat(dir, "new", &st, 0) && S_ISDIR(st.st_mode);
	if (dir >= 0)
		close(dir);
	return is;
}

int opinia_import_open(struct opinia_import **out, const char *path,
		       const struct import_options *options, struct err *err)
{
	struct input in = { .fd = -1 };
	struct source_config config = { .place = path, .options = options, .input = &in };
	struct opinia_import *imp = calloc(1, sizeof(*imp));
	int rc;

	*out = NULL;
	if (!imp)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (is_maildir(path)) {
		rc = adapter_maildir.open(&imp->source, &config, err);
	} else {
		rc = input_open(&in, path, err);
		if (!rc)
			rc = open_source(&imp->source, &config, err);
	}
	input_close(&in);
	if (rc) {
		free(imp);
		err_at(err, "%s", path);
		return rc;
	}
	name_place(imp, path, options);
	*out = imp;
	return 0;
}

const struct import_recognised *opinia_import_recognised(const struct opinia_import *imp)
{
	return &imp->source->seen;
}

struct sv opinia_import_place(const struct opinia_import *imp)
{
	return sv_of(imp->place);
}

/* "size changed head tail records", as far as the file is the same. */
uint64_t opinia_import_go_on(struct opinia_import *imp, struct sv remembered)
{
	struct fingerprint was = { .size = 0 };
	char text[160];

	imp->remember = imp->place[0] != 0;
	if (!imp->remember || remembered.n >= sizeof(text))
		return 0;
	memcpy(text, remembered.p ? remembered.p : "", remembered.n);
	text[remembered.n] = 0;
	if (sscanf(text, "%" SCNu64 " %" SCNd64 " %" SCNx64 " %" SCNx64 " %" SCNu64,
		   &was.size, &was.changed, &was.head, &was.tail, &imp->skip) != 5 ||
	    !fingerprint_same(&was, &imp->file))
		imp->skip = 0;
	return imp->skip;
}

void import_skip(struct opinia_import *imp, uint64_t records)
{
	imp->skip = records;
}

uint64_t import_given(const struct opinia_import *imp)
{
	return imp->given;
}

static int remember(struct opinia_import *imp, struct batch *out, struct err *err)
{
	const struct fingerprint *f = &imp->file;
	char *text = arena_printf(&out->arena,
				  "%" PRIu64 " %" PRId64 " %016" PRIx64 " %016" PRIx64
				  " %" PRIu64,
				  f->size, f->changed, f->head, f->tail, imp->given);

	out->cursor = imp->ended ? SV("done") : sv_of(text);
	if (!text || !arena_copy(&out->arena, sv_of(imp->place), &out->source))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return 0;
}

/* The records that are in the store already go out of @out. */
static void leave_out(struct opinia_import *imp, struct batch *out)
{
	size_t n = imp->skip < out->count ? (size_t)imp->skip : out->count;

	imp->skip -= n;
	imp->given += out->count;
	out->count -= n;
	memmove(out->records, out->records + n, out->count * sizeof(*out->records));
}

int opinia_import_pull(struct opinia_import *imp, struct batch *out, struct err *err)
{
	bool was_ended = imp->ended;
	int rc;

	do {
		batch_reset(out);
		rc = imp->source->adapter->pull(imp->source, (struct sv){ NULL, 0 }, out,
						err);
		imp->ended = !rc && !out->count;
		if (out->count && imp->skip)
			leave_out(imp, out);
		else
			imp->given += out->count;
	} while (!rc && !out->count && !imp->ended);
	return !rc && imp->remember && !was_ended ? remember(imp, out, err) : rc;
}

const struct source_tally *opinia_import_tallies(const struct opinia_import *imp,
						 size_t *count)
{
	*count = imp->source->tally_count;
	return imp->source->tallies;
}

struct import_progress opinia_import_progress(const struct opinia_import *imp)
{
	return imp->source->progress;
}

const struct import_reject *opinia_import_rejects(const struct opinia_import *imp,
						  size_t *count)
{
	*count = imp->source->reject_count;
	return imp->source->rejects;
}

const char *opinia_import_rejected_path(const struct opinia_import *imp)
{
	return imp->source->rejected_path;
}

void opinia_import_close(struct opinia_import *imp)
{
	if (!imp)
		return;
	imp->source->adapter->close(imp->source);
	free(imp);
}
