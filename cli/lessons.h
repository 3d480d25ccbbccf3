/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lessons.h: comments with what their customers scored, as `lexicon learn` and `lexicon suggest` take
 * them: out of JSON Lines, or a record's scores as a label. What a score says and what the words say
 * meet here only, never when a comment is tagged.
 */
#ifndef OPINIA_CLI_LESSONS_H
#define OPINIA_CLI_LESSONS_H

#include "cli/program.h"

/* How content somebody was: CSAT before NPS; effort and "was it solved" are other questions. NULL: not said. */
const struct score *lessons_score(const struct record *r);
/* The lower third of a scale is bad, the upper third good; NPS has its own borders. Never mixed. */
enum sentiment lessons_label(const struct score *s);

struct lesson_file {
	void *self;
	/* A comment with a label; its views live during the call. ERR_INPUT: the line is told and left out. */
	int (*take)(void *self, const struct opinia_lesson *x, struct err *err);
	uint64_t lines, bad, unscored; /* out */
};

/* @path "-": the standard input. Lines that cannot be read are told on stderr, and counted. */
int lessons_read(struct lesson_file *f, const char *path, struct err *err);

#endif
