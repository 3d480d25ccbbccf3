/* SPDX-License-Identifier: Apache-2.0 */
/*
 * adapter.h: the contract of a source. One adapter = one file source_<kind>.c = one const
 * struct = one row in registry.c. tests/collector/contract.h holds file adapters to it with
 * one line, tests/collector/collect_contract.h those that are collected from. To write a new
 * one, copy source_jsonl.c (a file) or source_map.c (a service).
 */
#ifndef OPINIA_COLLECTOR_ADAPTER_H
#define OPINIA_COLLECTOR_ADAPTER_H

#include "collector/input.h"
#include "collector/opinia_collector.h"
#include "collector/source_settings.h"
#include "core/batch.h"
#include "core/err.h"

/* The first member of every adapter's own struct. */
struct source {
	const struct adapter *adapter;
	struct import_recognised seen; /* file kinds: filled by open */
	struct import_progress progress;
	const struct import_reject *rejects; /* NULL: none ever */
	size_t reject_count;
	const char *rejected_path;
	struct source_tally tallies[TALLIES_MAX]; /* what was seen and is no record */
	size_t tally_count;
	int64_t again_ms; /* the last pull was "too often": no sooner than this; 0: not said */
};

/* One more of @what (a msgid with static life: N_("automatic replies")). */
void source_tally(struct source *s, const char *what, uint64_t n);

/* All of it is borrowed until close. */
struct source_config {
	const char *place; /* import: a path */
	const struct import_options *options;
	struct input *
		input; /* file kinds: open and unread; open() takes it over if it succeeds */
	const struct source_settings
		*settings;	       /* collect: what its section says; NULL: import */
	const struct collect_env *env; /* NULL: import */
	const struct map_bound *map;   /* collect, adapter_map: what it does */
};

struct adapter {
	const char *kind;    /* "csv": what a configuration says */
	const char *summary; /* one line for people */

	/*
	 * File kinds: how surely does a file that begins with @head belong here, 0 (no) to
	 * 100? The surest opens it. NULL: not a file kind.
	 */
	int (*fits)(struct sv head);

	/* The keys of [source NAME] beside the common ones, sorted. NULL: not to be configured. */
	const struct source_row *rows;
	size_t row_count;
	/* More of them that several adapters share (mail.h); NULL: none. */
	const struct source_row *(*more_rows)(size_t *count);

	/*
	 * Get ready to pull; *out only on success, nothing is left behind on failure. Nothing
	 * is asked of a network yet. Codes as for opinia_import_open() and
	 * opinia_collect_open().
	 */
	int (*open)(struct source **out, const struct source_config *config,
		    struct err *err);

	/*
	 * Fill @out (which is empty) with what came after @cursor, oldest first,
	 * BATCH_RECORDS at most, each having passed record_check(). @cursor is that of the
	 * last batch (empty: from the start); an adapter with a cursor sets @out->cursor, and
	 * @out->source to its name, and may give out a batch without records that only moves
	 * it. No records and no cursor means "up to date", and the next pull asks again.
	 * Something that is no record is set aside whole with its place and reason, on the
	 * disk before the batch is given out, and the rest lands. What comes again (an
	 * overlap, a page that moved) is given out again: the store knows it by its id.
	 * ERR_AGAIN: try later (also: stopped as asked). ERR_UNAVAILABLE: the source does not
	 * answer, or not with what it should; tried again with back-off. ERR_CONFIG: its
	 * owner must do something (login, permission, plan): parked. A pull ends within a
	 * second of env->cancel.
	 */
	int (*pull)(struct source *s, struct sv cursor, struct batch *out,
		    struct err *err);

	/*
	 * --watch, after "up to date": wait until something may have come, @ms are over or
	 * it was cancelled. NULL: the caller sleeps.
	 */
	int (*wait)(struct source *s, int64_t ms, struct err *err);

	/* `sources test`: step by step, each told to @steps; the first failure ends it. */
	int (*test)(struct source *s, struct source_steps *steps, struct err *err);

	void (*close)(struct source *s); /* NULL is fine */
};

/* Tell @steps that @what (msgid: "login") was fine; @detail for people, may be NULL. */
void steps_ok(struct source_steps *steps, const char *what, const char *detail);

extern const struct adapter adapter_asterisk_ami, adapter_asterisk_cdr,
	adapter_asterisk_queue, adapter_csv, adapter_eml, adapter_files,
	adapter_freeswitch_files, adapter_imap, adapter_jsonl, adapter_maildir,
	adapter_map, adapter_mbox, adapter_transcripts, adapter_xlsx;

const struct adapter *adapter_find(struct sv kind);	 /* NULL: none */
const struct adapter *adapter_for_file(struct sv head);	 /* the surest; NULL: none */
const struct adapter *const *adapter_all(size_t *count); /* sorted by kind */

#endif
