/* SPDX-License-Identifier: Apache-2.0 */
/*
 * adapter.h: the contract of a source. One adapter = one file source_<kind>.c = one const
 * struct = one row in registry.c. tests/collector/contract.h holds each of them to it with
 * one line, ADAPTER_CONTRACT(kind). To write a new one, copy source_jsonl.c.
 */
#ifndef OPINIA_COLLECTOR_ADAPTER_H
#define OPINIA_COLLECTOR_ADAPTER_H

#include "collector/input.h"
#include "collector/opinia_collector.h"
#include "core/batch.h"
#include "core/err.h"

/* The first member of every adapter's own struct. */
struct source {
	const struct adapter *adapter;
	struct import_recognised seen; /* filled by open */
	struct import_progress progress;
	const struct import_reject *rejects; /* NULL: none ever */
	size_t reject_count;
	const char *rejected_path;
};

/* All of it is borrowed until close. */
struct source_config {
	const char *place; /* a path; later a URL, a mailbox */
	const struct import_options *options;
	struct input *
		input; /* file kinds: open and unread; open() takes it over if it succeeds */
};

struct adapter {
	const char *kind;    /* "csv": what a configuration says */
	const char *summary; /* one line for people */

	/*
	 * File kinds: how surely does a file that begins with @head belong here, 0 (no) to
	 * 100? The surest opens it. NULL: not a file kind.
	 */
	int (*fits)(struct sv head);

	/*
	 * Get ready to pull; *out only on success, nothing is left behind on failure.
	 * Codes as for opinia_import_open().
	 */
	int (*open)(struct source **out, const struct source_config *config,
		    struct err *err);

	/*
	 * Fill @out (which is empty) with what came after @cursor, oldest first,
	 * BATCH_RECORDS at most, each having passed record_check(); an adapter with a cursor
	 * sets @out->cursor, a file has none. An empty batch means "up to date", and the
	 * next pull says so again. Something that is no record is set aside whole with its
	 * place and reason, and the rest lands. ERR_AGAIN is retried with back-off.
	 */
	int (*pull)(struct source *s, struct sv cursor, struct batch *out,
		    struct err *err);

	void (*close)(struct source *s); /* NULL is fine */
};

extern const struct adapter adapter_csv, adapter_jsonl;

const struct adapter *adapter_find(struct sv kind);	 /* NULL: none */
const struct adapter *adapter_for_file(struct sv head);	 /* the surest; NULL: none */
const struct adapter *const *adapter_all(size_t *count); /* sorted by kind */

#endif
