/* SPDX-License-Identifier: Apache-2.0 */
/*
 * themes.h: the workbench behind opinia_themes_*: comments as numbers of words, kept until all of
 * them are there. Whole numbers only; what they mean is for the metrics room.
 *
 * A form is a folded word; forms of one stem share a key, and the key with or without a negator
 * before it is a part. All arrays grow to a ceiling: what comes after is counted as left out.
 */
#ifndef OPINIA_ANALYZER_THEMES_H
#define OPINIA_ANALYZER_THEMES_H

#include "analyzer/scratch.h"

enum {
	THEME_REACH = 4,   /* tokens between the words of a pair, at most */
	THEME_STEM = 6,	   /* letters of a stem that tell it from others */
	THEME_LETTERS = 3, /* of a word, at least */
	THEME_WORD_MOST = 32,
	THEME_FORMS_MOST = 1 << 20,
	THEME_TOKENS_MOST = 1 << 24,
	THEME_COMMENTS_MOST = 1 << 20,
	THEME_CELLS_MOST = 1 << 19, /* words and pairs that are counted at once */
};

#define THEME_ALONE UINT32_MAX

struct theme_form {
	uint64_t hash;
	uint32_t text;	  /* in opinia_themes.texts: folded */
	uint32_t spelled; /* there too: with diacritics */
	uint32_t key, count;
	uint32_t accents,
		votes; /* written with diacritics; most of them as in .spelled */
	uint8_t length, spelled_length;
};

struct theme_key {
	uint64_t hash;
	uint32_t text;
	uint8_t length;
	bool known;		 /* some list or text of the lexicon has it */
	uint32_t small, capital; /* how it is written, where that tells a name */
	uint32_t best;		 /* its most frequent form */
	uint32_t term;		 /* in texts: as a line of the lexicon has it */
	uint8_t term_length;
};

struct theme_token {
	uint32_t form;
	unsigned place : 28;  /* tokens; a clause is far from the next */
	unsigned negated : 1; /* under a negator              */
	unsigned feeling : 1; /* a sentiment entry lies on it */
	unsigned topic : 1;   /* evidence of a topic does     */
};

struct theme_heard {
	uint64_t customer;
	uint32_t first, count; /* in opinia_themes.tokens */
	bool in;
};

/* A part alone (b THEME_ALONE), or two. */
struct theme_cell {
	uint32_t a, b;
	uint32_t in, out, in_customers, out_customers;
	uint32_t last, last_in, last_out; /* comment, customers + 1: counted once each */
	uint32_t forward;		  /* a stood before b so often */
};

struct theme_index {
	uint32_t *slots; /* number + 1 */
	uint32_t size;
};

struct opinia_themes {
	const struct opinia_analyzer *a;
	struct opinia_scratch *scratch;
	struct arena arena; /* of one comment */
	struct buf texts;
	struct theme_form *forms;
	struct theme_key *keys;
	struct theme_token *tokens;
	struct theme_heard *heard;
	struct theme_cell *cells;
	uint32_t form_count, form_room, key_count, key_room, token_count, token_room;
	uint32_t heard_count, heard_room, cell_count, cell_room;
	struct theme_index form_at, key_at, cell_at;
	uint32_t cells_most;
	struct opinia_theme *themes;
	struct opinia_theme_report report;
};

/* One more at the end of a list that doubles; NULL: out of memory. */
void *theme_more(void *list, uint32_t *count, uint32_t *room, size_t size);
/* Makes room for one more; false: out of memory. Then ask theme_slot(). */
bool theme_index_grow(struct theme_index *x, uint32_t count);

static inline uint32_t theme_part(const struct opinia_themes *t,
				  const struct theme_token *k)
{
	return t->forms[k->form].key * 2 + k->negated;
}

#endif
