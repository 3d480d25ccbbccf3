/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_vocabulary.h: the words that invented comments are made of, out of the repository's own
 * texts: real sentences for the small words and their order, the lexicons' terms, endings put on
 * both, and words of no meaning, some forty thousand forms a language.
 */
#ifndef OPINIA_BENCH_GEN_VOCABULARY_H
#define OPINIA_BENCH_GEN_VOCABULARY_H

#include "bench/bench.h"

enum { GEN_LANGS = 3, FORMS_MAX = 40000 };

#define FORM_NONE UINT32_MAX /* the table is full */

struct form {
	struct sv text;
	uint64_t count;		/* in the sentences, later in what was written */
	uint32_t first, occurs; /* in vocabulary.places */
};

/* One word of a sentence, with what stood before and behind it ("(", "," …). */
struct token {
	uint32_t form;
	struct sv before, after;
	bool last; /* of its sentence */
};

struct vocabulary {
	const char *code;
	struct form *forms; /* the most frequent first */
	uint32_t form_count;
	uint32_t *index; /* open addressing: form + 1 */
	struct token *tokens;
	size_t token_count;
	uint32_t *places; /* tokens of each form, one form after the other */
	uint32_t *starts; /* first tokens of sentences */
	size_t start_count;
	double *heap; /* Zipf: sums of the shares of forms up to here */
};

extern const char *const gen_languages[GEN_LANGS];

/* @root: the repository. The same @seed gives the same vocabulary. */
void vocabulary_make(struct vocabulary *v, const char *root, const char *code,
		     uint64_t seed);
uint32_t vocabulary_draw(const struct vocabulary *v,
			 struct random *r); /* a form, by Zipf */
/* A word of no meaning of 2 to 4 syllables, into @out of 32 bytes. */
struct sv nonsense(struct random *r, char *out);

#endif
