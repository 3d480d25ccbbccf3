/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retagging.h: how far `opinia retag` is, kept in the store: other processes and the next run see it,
 * also when it was killed. While it is there, some comments have the verdict of before.
 */
#ifndef OPINIA_CLI_RETAGGING_H
#define OPINIA_CLI_RETAGGING_H

#include "cli/program.h"

struct retagging {
	char from[80],
		to[80]; /* hashes of lexicons; to[0] 0: none is under way, from[0] 0: unknown */
	uint64_t read, all; /* records */
};

int retagging_read(struct program *p, struct retagging *out, struct err *err);
/* NULL: it is done. */
int retagging_write(struct program *p, const struct retagging *r, struct err *err);
unsigned retagging_percent(const struct retagging *r); /* 0 to 100 */
/* Lines for people under numbers, while some of them are of before; else NULL. */
const char *retagging_words(struct program *p);
/* @f: what the numbers are of, with its days. */
const char *retagging_count(struct program *p, const struct filter *f);
/* All comments were read: nobody need look again. */
int retagging_done(struct program *p, struct err *err);

#endif
