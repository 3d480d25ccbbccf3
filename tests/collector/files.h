/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.h: what the tests of this room share: a file with given bytes, and all that an
 * import makes of it, in one text that two runs can be compared by.
 */
#ifndef OPINIA_TESTS_COLLECTOR_FILES_H
#define OPINIA_TESTS_COLLECTOR_FILES_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/opinia_collector.h"
#include "core/buf.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A folder of its own for each test; it stays in /tmp only if the test fails. */
struct place {
	char dir[64], path[96];
};

static inline void spill(const char *path, struct sv bytes)
{
	FILE *f = fopen(path, "wb");

	cr_assert(f != NULL, "%s", path);
	cr_assert_eq(fwrite(bytes.p ? bytes.p : "", 1, bytes.n, f), bytes.n);
	cr_assert_eq(fclose(f), 0);
}

static inline struct place place_of(const char *name, struct sv bytes)
{
	struct place p = { "/tmp/opinia-test-XXXXXX", "" };

	cr_assert(mkdtemp(p.dir) != NULL);
	snprintf(p.path, sizeof(p.path), "%s/%s", p.dir, name);
	spill(p.path, bytes);
	return p;
}

static inline void place_clear(struct place *p)
{
	DIR *d = opendir(p->dir);
	struct dirent *e;

	cr_assert(d != NULL);
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			cr_expect_eq(unlinkat(dirfd(d), e->d_name, 0), 0);
	closedir(d);
	cr_expect_eq(rmdir(p->dir), 0);
}

/* One record in a line of text, everything that a person would look at. */
static inline void tell_record(struct buf *b, const struct record *r)
{
	const struct sv texts[] = { r->external_id, r->interaction, r->customer,
				    r->agent,	    r->team,	    r->queue,
				    r->comment,	    r->language,    r->reason,
				    r->activity,    r->email,	    r->phone,
				    r->crm };

	buf_printf(b, SV_FMT "|%s|%s", SV_ARG(r->origin), record_kind_name(r->kind),
		   channel_name(r->channel));
	for (size_t i = 0; i < COUNT(texts); i++)
		if (texts[i].n)
			buf_printf(b, "|" SV_FMT, SV_ARG(texts[i]));
	for (size_t i = 0; i < r->score_count; i++)
		buf_printf(b, "|%s=%d/%d..%d", score_kind_name(r->scores[i].kind),
			   r->scores[i].value, r->scores[i].min, r->scores[i].max);
	for (size_t i = 0; i < r->attr_count; i++)
		buf_printf(b, "|" SV_FMT "=" SV_FMT, SV_ARG(r->attrs[i].key),
			   SV_ARG(r->attrs[i].value));
	if (record_clock(r) != TIME_NONE)
		buf_printf(b, "|@%lld", (long long)record_clock(r) / 1000);
	if (r->value_cents)
		buf_printf(b, "|%lld c", (long long)r->value_cents);
	if (r->occurrence > 1)
		buf_printf(b, "|#%u", r->occurrence);
	buf_char(b, '\n');
}

/* Import all of @path: records to @b; returns the progress at the end. */
static inline struct import_progress
read_all(const char *path, const struct import_options *o, struct buf *b)
{
	static const struct import_options none = { 0 };
	struct opinia_import *imp;
	struct import_progress p;
	struct batch batch;
	struct err err = ERR_NONE;

	cr_assert_eq(opinia_import_open(&imp, path, o ? o : &none, &err), 0, "%s",
		     err.text);
	batch_init(&batch);
	do {
		cr_assert_eq(opinia_import_pull(imp, &batch, &err), 0, "%s", err.text);
		for (size_t i = 0; i < batch.count; i++)
			tell_record(b, &batch.records[i]);
	} while (batch.count);
	p = opinia_import_progress(imp);
	opinia_import_close(imp);
	batch_release(&batch);
	return p;
}

/* The whole of a small file. */
static inline void slurp(const char *path, struct buf *b)
{
	char bytes[4096];
	FILE *f = fopen(path, "rb");
	size_t n;

	cr_assert(f != NULL, "%s", path);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_put(b, bytes, n);
	fclose(f);
}

#endif
