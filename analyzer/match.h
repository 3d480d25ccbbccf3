/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h: what may speak at one word (candidates.c), shared by match.c, which walks over all
 * words, and outcome.c, which remembers what a word says that stands in no phrase.
 */
#ifndef OPINIA_ANALYZER_MATCH_H
#define OPINIA_ANALYZER_MATCH_H

#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum {
	CANDIDATES_MAX = 24,
	SPEAKS = 1 << ENTRY_SENTIMENT | 1 << ENTRY_SHIFTER,
	SIDES = 1 << ENTRY_SIDE | 1 << ENTRY_REVIEW_SIDE,
	MATTERS = SPEAKS | SIDES | 1 << ENTRY_TOPIC | 1 << ENTRY_REVIEW,
};

/* A phrase, word or stem of the lexicon, with the entries that hang on it. */
struct candidate {
	uint32_t entries, count;
	uint16_t tokens;
	uint16_t kinds; /* of its entries that may speak: a bit each */
	uint16_t stem;	/* its letters, 0: a whole word or a phrase */
};

struct matcher {
	struct opinia_scratch *s;
	uint32_t at; /* the word at hand */
	uint32_t count, probes;
	unsigned kinds;			      /* of all candidates */
	struct candidate all[CANDIDATES_MAX]; /* the longest first */
};

static inline void matcher_begin(struct matcher *m, struct opinia_scratch *s, uint32_t at)
{
	m->s = s;
	m->at = at;
	m->count = m->probes = m->kinds = 0;
}

/* The same where its place @i is known, and the filter let it through. */
static inline uint32_t phrase_edge_at(const struct table *t, uint32_t i, uint32_t state,
				      uint32_t key)
{
	for (; t->edges[i].next; i = (i + 1) & t->edge_mask)
		if (t->edges[i].state == state && t->edges[i].key == key)
			return t->edges[i].next;
	return 0;
}

/* The state behind @state and @key, 0: there is none. */
static inline uint32_t phrase_edge(const struct table *t, uint32_t state, uint32_t key)
{
	uint64_t h = hash_pair(state, key);

	if (!table_joint(t, h))
		return 0;
	return phrase_edge_at(t, (uint32_t)(h >> (64 - t->edge_bits)), state, key);
}

/* May a phrase go on with @k? Behind the last token stands one with which none does. */
static inline bool phrase_goes_on(const struct token *k)
{
	return k->sense.flags / TOKEN_GOES_ON & ~k->flags / TOKEN_CLAUSE & 1;
}

/* All phrases that begin with @k, the word at hand; phrase_goes_on() with the next one. */
void matcher_add_phrases(struct matcher *m, const struct token *k);

/* The word itself and its stems: the shortest, so they come last. */
void matcher_add_word(struct matcher *m);

/*
 * The candidate that wins among entries of these @kinds, and its language; NULL: none. Of our
 * own language if there is one; else, with @foreign, of another.
 */
const struct candidate *matcher_choose(const struct matcher *m, unsigned kinds,
				       bool foreign, uint8_t *lang);

/* Is the text spelled as an `exact` entry wants it? */
bool matcher_spelled(const struct matcher *m, const struct candidate *c,
		     const struct table_entry *e);

/* May an entry that hangs on a side of `a ~ b` speak here? */
bool matcher_hears(const struct matcher *m, const struct candidate *c,
		   const struct table_entry *e);

/* Works out what word @at, whose first key is @key, says outside phrases: into @o, returned. */
struct outcome *outcome_fill(struct outcome *o, struct opinia_scratch *s, uint32_t at,
			     uint32_t key);

/* What word @at, which is TOKEN_SHORT, says that stands in no phrase; until the next call. */
static inline const struct outcome *outcome_of(struct opinia_scratch *s, uint32_t at)
{
	uint32_t first = s->tokens[at].sense.keys, own = s->own;
	struct outcome *o = &s->memo[first / MEMO_WORDS].said;

	if (o->key && o->own == own)
		return o;
	if (o->key) {
		o = &s->outcomes[(s->keys[first] ^ own << 9) % OUTCOMES];
		if (o->key == s->keys[first] + 1 && o->own == own)
			return o;
	}
	return outcome_fill(o, s, at, s->keys[first]);
}

#endif
