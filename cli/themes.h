/* SPDX-License-Identifier: Apache-2.0 */
/*
 * themes.h: from comments in two groups to the phrases that one of them has more of, with their
 * figures, examples in the customers' words and a line for the lexicon. `phrases` and `lexicon
 * suggest` differ in where the comments come from and how the answer is told.
 */
#ifndef OPINIA_CLI_THEMES_H
#define OPINIA_CLI_THEMES_H

#include "cli/program.h"
#include "report/opinia_report.h"

enum { THEMING_QUOTES = 3, THEMING_SHARED = 3 /* phrases that may share a word */ };

struct theming_heard {
	uint32_t id;	      /* of the record; 0: the text is all there is */
	struct sv text, lang; /* kept where there is no id                  */
	uint64_t customer;    /* 0: one of its own                          */
	struct score score;   /* where scored                               */
	uint32_t length;      /* bytes of the text                          */
	bool scored, in;
};

struct theming {
	struct program *p;
	struct opinia_themes *themes;
	struct arena arena; /* texts, rows, quotes */
	struct theming_heard *heard;
	size_t count, room;
	const struct opinia_theme *found; /* all there are, made when first asked for */
	size_t found_count;
	uint32_t found_least;
	bool reveal; /* personal data as they are */
};

int theming_open(struct theming *t, struct program *p, struct err *err);
void theming_close(struct theming *t);
int theming_hear(struct theming *t, const struct theming_heard *x, struct sv text,
		 struct sv lang, struct err *err);

struct theming_plan {
	size_t limit;	    /* rows at most */
	uint32_t customers; /* of each, at least */
	bool words;	    /* words alone, not pairs */
	bool turned;	    /* what the other group has more of */
};

struct theming_row {
	struct opinia_theme x; /* .in is the group that has more of it */
	struct metric_contrast contrast;
	const struct metric *score; /* inside and outside: csat, else nps */
	struct metric_value inside, outside;
	struct sv topic;  /* what its comments speak of most, else `other` */
	uint8_t language; /* theirs */
	uint32_t example[THEMING_QUOTES];
	struct sv quote[THEMING_QUOTES];
	size_t quotes;
};

/*
 * Rows in theming.arena, best first. None is no error: *n is 0. All calls ask for the same number of
 * customers, and nothing is heard between them.
 */
int theming_rows(struct theming *t, const struct theming_plan *plan,
		 struct theming_row **rows, size_t *n, struct err *err);

/* ---- between themes.c and themes_words.c ----------------------------------------------------- */

enum { THEMING_TOPICS = 512 };

/* How many of some comments speak of each topic, and in which language. */
struct theming_spoken {
	uint32_t topics[THEMING_TOPICS], languages[LANG_MAX], comments;
};

/* Some of the comments @which, or (NULL) of all @n there are. */
int theming_speak(struct theming *t, const uint32_t *which, size_t n,
		  struct theming_spoken *out, struct err *err);
/* Topic and language of a row, where its comments differ from the usual ones. */
void theming_name(const struct theming *t, const struct theming_spoken *here,
		  const struct theming_spoken *usual, struct theming_row *row);
/* Its examples, out of the comments @which; @in: of that group. */
int theming_quote(struct theming *t, const uint32_t *which, size_t n, bool in,
		  struct theming_row *row, struct err *err);

/* ---- as text --------------------------------------------------------------------------------- */

/* "bateria … not ține" */
struct sv theming_phrase(const struct opinia_theme *x, struct arena *arena);
/* "bateri* ~ slab*" */
struct sv theming_term(const struct opinia_theme *x, struct arena *arena);
/* What was left out for want of room, as a remark on stderr; nothing where nothing was. */
void theming_remark(const struct theming *t);

#endif
