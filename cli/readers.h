/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readers.h: who keeps the data file growing. A snapshot that stays open holds every page that was
 * replaced since; whoever runs for long looks now and then, and says once who it is.
 */
#ifndef OPINIA_CLI_READERS_H
#define OPINIA_CLI_READERS_H

#include "cli/program.h"

enum { READERS_TOLD = 16, READER_NAME_MAX = 64 };

/* "opinia query": its first words, and never what it was asked. "?": it is not told. */
void reader_name(int pid, char out[READER_NAME_MAX]);

struct reader_watch {
	struct program *p;
	void (*say)(void *self, bool failed, const char *what);
	void *self;
	struct opinia_reader told[READERS_TOLD]; /* the oldest are forgotten */
	size_t next;
};

/* Say who holds a snapshot for more than two seconds while others land; takes so long if anybody may. */
void readers_round(struct reader_watch *w, const struct cancel *stop);

#endif
