/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erased.h: the list of who was erased, outside the store and its backups: whoever restores an
 * older copy has everybody on it erased again before anything is read.
 *
 * Lines of text, keyed digests only: an address (p) or a record's identity (r). Each line is
 * chained to the one before with a key of the store, and on the disk before the erasure is
 * committed. The store's meta says up to where it has followed (struct erased_mark).
 */
#ifndef OPINIA_STORE_ERASED_H
#define OPINIA_STORE_ERASED_H

#include "store/inside.h"
#include "store/runs.h"

enum { ERASED_CHAIN = 16 };

struct erased_digest {
	char kind; /* 'p' an address, 'r' a record */
	uint8_t digest[RUN_DIGEST];
};

struct erased_mark {
	uint64_t number,
		bytes; /* lines, and the length of the file behind the last of them */
	uint8_t chain[ERASED_CHAIN];
};

/* Beside the key where one was named, else DIR.erased. */
char *erased_path(const struct opinia_store_options *opt, struct arena *arena);

void erased_mark_read(struct txn *t, struct erased_mark *out);
void erased_mark_write(struct txn *t, const struct erased_mark *m);

/* Is there more on the list than @m? (Maybe only half a line.) */
bool erased_behind(const struct opinia_store *s, const struct erased_mark *m);
/* Is there less? */
bool erased_short(const struct opinia_store *s, const struct erased_mark *m);

/*
 * Every line behind @m, in order; @m moves to the end of the last whole one. ERR_INPUT: a line is
 * not what was written, or the list does not go on from @m.
 */
int erased_follow(const struct opinia_store *s, struct erased_mark *m,
		  int (*take)(void *self, const struct erased_digest *d, size_t n,
			      struct err *err),
		  void *self, struct err *err);
/* Take away half a line behind @m. */
int erased_trim(const struct opinia_store *s, const struct erased_mark *m,
		struct err *err);
/* Add a line, synced; @m moves behind it. Half a line of a crash is taken away first. */
int erased_append(const struct opinia_store *s, struct erased_mark *m,
		  const struct erased_digest *d, size_t n, struct err *err);

#endif
