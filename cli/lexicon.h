/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon.h: which compiled lexicon this run uses: the shipped one, or one with the team's own lines
 * (`lexicons.d` in the store), compiled anew when one of its files changed.
 */
#ifndef OPINIA_CLI_LEXICON_H
#define OPINIA_CLI_LEXICON_H

#include <stdbool.h>

#include "analyzer/opinia_analyzer.h"
#include "core/arena.h"
#include "core/err.h"

/* *out: a path in @arena. ERR_CONFIG: a line of the team is wrong, as file:line. */
int lexicon_find(const char *store_dir, struct arena *arena, const char **out,
		 struct err *err);

/*
 * opinia_analyzer_ready(). A damaged table with the team's lines is taken away, so that the next command
 * makes it anew: ERR_AGAIN, and the sentence says so.
 */
int lexicon_ready(struct opinia_analyzer *a, struct err *err);
/* Is it the table with the team's lines, and gone now? */
bool lexicon_discard(const char *path);

/* Who hears what the compiler remarks; empty: nobody. */
struct lexicon_ear {
	void (*tell)(void *ctx, const struct opinia_lexicon_note *note);
	void *ctx;
};

/*
 * The shipped lexicon, the team's lines of @store_dir (NULL: without) and one more folder
 * (NULL: none) over it, compiled into @made.
 */
int lexicon_make(const char *store_dir, const char *overlay, const char *made,
		 struct lexicon_ear ear, struct arena *arena, struct err *err);
/* The same, opened; no file of it stays. */
int lexicon_open(const char *store_dir, const char *overlay, struct lexicon_ear ear,
		 struct opinia_analyzer **out, struct arena *arena, struct err *err);
/* The folder of the shipped sources. NULL: out of memory. */
const char *lexicon_sources(struct arena *arena);

#endif
