/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opinia_analyzer.h: the door of the analyzer: text in, verdict out.
 *
 * Everything passed in is borrowed for the call. What comes out lives in the arena or the
 * scratch it came from, and its `term` views in the analyzer. Only opinia_*_open() and _new()
 * give something away, and their _close() and _free() take it back (NULL is fine). An open
 * analyzer never changes: any number of threads may use it at once, each with a scratch of
 * its own. The same text, hint and table give the same bytes in every thread and machine.
 */
#ifndef OPINIA_ANALYZER_H
#define OPINIA_ANALYZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/sv.h"
#include "core/taxonomy.h"
#include "core/verdict.h"
#include "core/words.h"

/* ---- compiling the lexicon ---------------------------------------------------------- */

/* One remark of the compiler; valid during the call. */
struct opinia_lexicon_note {
	bool error;	   /* else a warning: the table is still made */
	const char *place; /* "lexicons/pl/words.tsv:17"              */
	const char *text;  /* what is wrong and what to do            */
};

/*
 * Compile the folders of @source_dir into the one file @out_path. @overlays: NULL, or folders
 * of the same shape (`lexicons.d`, a learned overlay) ended by NULL: their lines replace lines
 * of the same term, the last folder wins. An overlay that does not exist is empty.
 * @tell: NULL, or called for every error and warning, in the order of the files.
 * The bytes depend on the sources alone. @out_path is replaced atomically, or left as it was.
 * Threads: any. Returns 0, ERR_CONFIG (lines are wrong: the first is in @err as file:line),
 * ERR_MISSING (no such folder) or ERR_SYSTEM.
 */
int opinia_lexicon_compile(const char *source_dir, const char *const *overlays,
			   const char *out_path,
			   void (*tell)(void *ctx,
					const struct opinia_lexicon_note *note),
			   void *ctx, struct err *err);

/* ---- the analyzer ------------------------------------------------------------------- */

struct opinia_analyzer;

struct opinia_language {
	struct sv code; /* `und` at index 0, then the folders by name */
	struct sv name[UI_LANGS];
};

/*
 * Map the compiled table. A file that is truncated, damaged, hostile or of another version is
 * refused: ERR_INPUT; ERR_MISSING: no such file; ERR_SYSTEM. The file must not be changed
 * while it is open (the compiler replaces it by rename, which is fine).
 */
int opinia_analyzer_open(struct opinia_analyzer **out, const char *path, struct err *err)
	__attribute__((warn_unused_result));
/*
 * The same for who may never read a word: only header and names are looked at, the rest (15 MB) when
 * opinia_analyzer_ready() is called, once, by any thread. Before it returned 0 nothing but the names, the
 * taxonomy and the hash may be asked for.
 */
int opinia_analyzer_open_names(struct opinia_analyzer **out, const char *path,
			       struct err *err) __attribute__((warn_unused_result));
int opinia_analyzer_ready(struct opinia_analyzer *a, struct err *err)
	__attribute__((warn_unused_result));
const char *opinia_analyzer_path(const struct opinia_analyzer *a); /* of its table */
void opinia_analyzer_close(struct opinia_analyzer *a);

/*
 * Topics of packs speak beside the service's own once their pack is on: @names is a list
 * with commas, `all` or `none` (which is how an analyzer opens). Call it before the first scratch
 * is made; the hash is another for every choice. ERR_USAGE: no such pack, with the nearest.
 */
int opinia_analyzer_choose_packs(struct opinia_analyzer *a, struct sv names,
				 struct err *err);

/* "sha256:…": of all source bytes, settings, the packs that are on and the engine's rules. */
struct sv opinia_analyzer_hash(const struct opinia_analyzer *a);
const struct taxonomy *opinia_analyzer_taxonomy(const struct opinia_analyzer *a);
const struct opinia_language *opinia_analyzer_languages(const struct opinia_analyzer *a,
							uint8_t *count);
int opinia_analyzer_language(const struct opinia_analyzer *a, struct sv code); /* or -1 */

/* Working memory of one thread; grows with the longest text, allocates nothing after that. */
struct opinia_scratch;
struct opinia_scratch *opinia_scratch_new(const struct opinia_analyzer *a);
void opinia_scratch_free(struct opinia_scratch *s);

/*
 * Read one comment. @text: any bytes, at most 1 MiB; bad UTF-8 is read as U+FFFD, spans stay
 * exact. @lang_hint: `ro`, `pl-PL` …, or empty; an unknown one is ignored. @out: its arrays
 * are in @arena. An empty text gives `analyzed` = false and nothing else.
 *
 * Sentiment evidence has `topic` TOPIC_NONE, the lexicon's weight in `base` and what it counted
 * in the end in `weight`; topic evidence has the topic's weight in both. The evidence of
 * a topic that did not fire is not told.
 * Returns 0, ERR_INPUT (too long) or ERR_SYSTEM (out of memory).
 */
int opinia_analyze(const struct opinia_analyzer *a, struct opinia_scratch *s,
		   struct sv text, struct sv lang_hint, struct arena *arena,
		   struct verdict *out, struct err *err)
	__attribute__((warn_unused_result));

/* The `tag` line of one verdict, without the line feed. @id: JSON text, echoed as it is. */
void opinia_verdict_json(const struct opinia_analyzer *a, const struct verdict *v,
			 struct sv id, struct buf *out);
/* The names of all rules in @rules, "phrase, negation"; "word" for none. */
void opinia_rules_text(uint32_t rules, struct buf *out);

/* ---- learning from a team's own scores ------------------------------------------------ */

/* One comment and what its customer scored. */
struct opinia_lesson {
	struct sv id; /* chooses under a limit, and orders; may be empty     */
	struct sv text, lang;
	struct sv customer;   /* empty: one of its own                               */
	enum sentiment label; /* not mixed: a score is never                         */
};

struct opinia_learner_options {
	uint32_t customers; /* a term is learned from so many, at least; 0: 3       */
	uint32_t limit;	    /* learn from so many comments at most; 0: from all     */
	uint64_t seed;	    /* which ones */
};

struct opinia_learned_term {
	struct sv term;
	bool negated;
	int32_t weight; /* milli */
	uint32_t comments, customers;
};

enum { LEARNED_TOP = 20 };

struct opinia_learner_report {
	bool accepted;
	bool surer;    /* not accepted, but what confidence is worth was learned */
	char why[300]; /* not accepted: what is missing, in one sentence; translated */
	uint32_t given, silent; /* comments that came; of those, that say nothing */
	uint32_t n[3];		/* of SENTIMENT_NEG, _NEU, _POS */
	uint32_t customers, terms,
		known;	  /* terms with a weight; comments with one of them */
	uint32_t classes; /* 2, or 3 where neutral is learned too */
	/* in ten-thousandths: */
	int32_t before, after; /* macro-F1; after: on folds that were held out */
	int32_t step;	       /* one standard error of their difference */
	int32_t error_before,
		error_after; /* calibration: how far conf is from being right */
	int32_t sure_before, sure_after; /* right among the surest 80 %, of pos and neg */
	struct opinia_learned_term up[LEARNED_TOP],
		down[LEARNED_TOP]; /* weight 0: none */
};

/*
 * A learner reads with @a (what @a itself has learned is left out), fits and writes. One thread.
 * The same lessons in the same order give the same bytes. NULL: out of memory.
 */
struct opinia_learner;
struct opinia_learner *opinia_learner_new(const struct opinia_analyzer *a,
					  const struct opinia_learner_options *opt);
void opinia_learner_free(struct opinia_learner *l);
/* ERR_INPUT: the text is too long; ERR_SYSTEM. Nothing of @x is kept but its words. */
int opinia_learner_add(struct opinia_learner *l, const struct opinia_lesson *x,
		       struct err *err);
/* Fits, and measures by five folds. The views in *report live as long as the learner. */
int opinia_learner_run(struct opinia_learner *l,
		       const struct opinia_learner_report **report, struct err *err);
/* The text of learned.tsv, after a run. */
void opinia_learner_write(const struct opinia_learner *l, struct buf *out);

/* ---- themes: what recurs and no topic covers ------------------------------------------ */

struct opinia_theme_comment {
	struct sv text, lang;
	uint64_t customer; /* 0: one of its own */
	bool in; /* of the group that is looked into; else of what it is held against */
};

/* Two words that stand near each other in a clause, or one alone. */
struct opinia_theme {
	struct sv
		word[2]; /* as customers write it, small letters; [1] empty: one alone */
	struct sv term[2]; /* as a line of the lexicon has it: `bateri*` */
	bool negated[2];   /* it is what is negated that recurs */
	uint32_t part[2];  /* number of the word: two themes share it, or do not */
	uint32_t in, out;  /* comments of each group, */
	uint32_t in_customers, out_customers; /* and customers, exactly */
};

struct opinia_theme_report {
	uint64_t in, out;  /* comments that were heard */
	uint64_t left_out; /* comments over the ceiling (a million; 16 million words) */
	uint64_t words_left_out; /* words that came when a million others were there */
	uint64_t forgotten;	 /* of the rarest, where the table was full */
};

struct opinia_themes;

/*
 * Comments are added, then the list is made; memory is bounded by the ceilings. Inflected forms of
 * a word are one; words that are function words, names, numbers or personal data are none; where
 * evidence of a topic lies on a word, or a sentiment entry on both words of a pair, it is not
 * counted. What was learned of scores is left out. One thread; the same comments in the same order
 * give the same list. NULL: out of memory.
 */
struct opinia_themes *opinia_themes_new(const struct opinia_analyzer *a);
void opinia_themes_free(struct opinia_themes *t);
/* ERR_INPUT: the text is too long; ERR_SYSTEM. Nothing of @x is kept but its words. */
int opinia_themes_add(struct opinia_themes *t, const struct opinia_theme_comment *x,
		      struct err *err);
/* All that are in @least comments; they live until the next call or _free(). */
int opinia_themes_find(struct opinia_themes *t, uint32_t least,
		       const struct opinia_theme **out, size_t *n, struct err *err);
const struct opinia_theme_report *opinia_themes_report(const struct opinia_themes *t);
/* The comments that have it, as numbers in the order of adding, from 0; in @arena. */
int opinia_themes_where(const struct opinia_themes *t, const struct opinia_theme *x,
			struct arena *arena, uint32_t **which, size_t *n,
			struct err *err);

/* ---- words for search --------------------------------------------------------------- */

/* One word of a text as the tagger sees it. */
struct opinia_word {
	struct sv folded; /* lower case, no diacritics                              */
	struct span span; /* of the text as given                                   */
	struct sv stem;	  /* the start of @folded, or a replacement: for search only */
};

/*
 * The words of @text (numbers too) in order, folded once, exactly as the tagger does.
 * @language: index of opinia_analyzer_languages(), 0 for no stems (stem = folded).
 * *words lives until the next call with @s. Returns 0, ERR_INPUT or ERR_SYSTEM.
 */
int opinia_words(const struct opinia_analyzer *a, struct opinia_scratch *s,
		 struct sv text, uint8_t language, const struct opinia_word **words,
		 size_t *count, struct err *err) __attribute__((warn_unused_result));

/*
 * The words of the text that @s read last with opinia_analyze(), as opinia_words() finds them,
 * but that a stem may still have to be asked for (p NULL; opinia_stem_for_search()). Views of @s,
 * in @arena; they live until its next text. NULL: out of memory.
 */
struct word *opinia_words_read(struct opinia_scratch *s, struct arena *arena,
			       size_t *count);

/* The search stem of a word that is already folded. Lives in @folded or in @s. */
struct sv opinia_stem_for_search(const struct opinia_analyzer *a,
				 struct opinia_scratch *s, uint8_t language,
				 struct sv folded);

/* The folded words of @text with one blank between them: for comparing names and phrases. */
int opinia_fold(const struct opinia_analyzer *a, struct opinia_scratch *s, struct sv text,
		struct buf *out, struct err *err);

/* ---- personal data ------------------------------------------------------------------ */

/* What a text says of a person, in order, without overlaps; the array is in @arena. */
int opinia_pii_find(struct opinia_scratch *s, struct sv text, struct arena *arena,
		    struct pii **out, uint16_t *count, struct err *err);

#endif
