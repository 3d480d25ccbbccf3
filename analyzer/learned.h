/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learned.h: what a team's own scores add to the lexicon's word (learned.tsv).
 *
 * The learner and the tagger read a comment through the same two functions, so that what was
 * measured while learning is what is done when tagging. All of it is whole numbers.
 */
#ifndef OPINIA_ANALYZER_LEARNED_H
#define OPINIA_ANALYZER_LEARNED_H

#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum {
	TRAIT_STEM = 5,		   /* letters of a longer word that count as its stem */
	LEARNED_TERM_MOST = 30000, /* milli: no term weighs more */
	LEARNED_TELLS = 200,	   /* milli: what a term must add to be evidence */
};

/* One word, stem or pair of neighbours of a comment. */
struct trait {
	uint64_t hash;
	uint32_t first;	 /* token */
	uint32_t count;	 /* of tokens: 1 or 2 */
	uint32_t length; /* of a stem: its bytes; else 0 */
	uint32_t clause;
	bool negated;
};

/* Walks over the traits of a comment that was read as far as clauses_split(). */
struct traits {
	const struct opinia_scratch *s;
	uint64_t number; /* the hash that stands for all numbers */
	uint64_t before; /* of the token in front, 0: a pair cannot begin there */
	uint64_t hash;	 /* of the token at hand */
	uint32_t next, clause;
	uint32_t left; /* tokens that the last negator still turns */
	bool negated;  /* the token at hand */
	uint8_t todo;  /* of the token at hand: bits of enum trait_part */
};

void traits_begin(struct traits *x, const struct opinia_scratch *s);
bool traits_next(struct traits *x, struct trait *out);

/* The hash of `a b`. */
static inline uint64_t trait_pair(uint64_t a, uint64_t b)
{
	return hash_mix(a, b ^ 0x7061697200000000u);
}

static inline uint32_t trait_print(uint64_t hash)
{
	return (uint32_t)(hash >> 32) ? (uint32_t)(hash >> 32) : 1;
}

/* The name of a number in learned.tsv, "@bias". */
const char *learned_name(enum learned_number n);

/* What the lexicon said, as the learner sees it: milli, each within some thousands. */
void learned_signs(const struct opinia_scratch *s, int32_t out[LEARNED_SIGNS]);

/* How far to trust what was learned, milli: @usual is the share that comments know at least. */
int32_t learned_trust(uint32_t known, uint32_t count, int32_t usual);

/* The log-odds of a confidence, both in milli. */
int32_t learned_odds(int32_t conf);

/* How sure to be, milli, where only that was learned (LEARNED_CONF). */
int16_t learned_conf(const int32_t numbers[LEARNED_MODELS * LEARNED_NUMBERS],
		     uint8_t label, int16_t conf);

/* Puts score, label and confidence of @v right, where something was learned. */
void learned_score(struct opinia_scratch *s, struct verdict *v);

/* The terms that told: how many, and into @v, in their places; it has room for them. */
uint32_t learned_count(const struct opinia_scratch *s);
void learned_evidence(const struct opinia_scratch *s, struct verdict *v, uint32_t room);

#endif
