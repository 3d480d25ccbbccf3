/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.h: everything one thread needs while it reads one comment, step by step. Each step
 * reads what the ones before it wrote; the order of the steps is in analyzer.c.
 *
 * The arrays grow with the longest text and are then kept: no step but scratch_fit() allocates.
 */
#ifndef OPINIA_ANALYZER_SCRATCH_H
#define OPINIA_ANALYZER_SCRATCH_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "analyzer/opinia_analyzer.h"
#include "analyzer/table.h"

enum {
	TEXT_MAX = 1 << 20, /* bytes of one text */
	SCRATCH_PAD = 128,  /* readable bytes behind the folded text */
	TOKEN_KEYS_MAX = 8, /* the word itself, and its longest stems */
	MEMO_BITS = 15,	    /* words that are remembered: 2^this */
	MEMO_LETTERS = 16,  /* bytes of the longest of them */
	POINTS = 64,	    /* words that scratch.points has in a number */
	TOPIC_FIRES = 1000, /* milli: the weight from which a topic is one */
};

/* From folded position @at on, original position = folded position + @back (modulo 2^32). */
struct shift {
	uint32_t at, back;
};

struct emoji {
	uint32_t at;	     /* of its canonical bytes in scratch.folded */
	uint32_t start, end; /* of the text as given */
	uint16_t length;
	uint16_t first; /* bytes of its first picture: a joined one falls back to it */
};

/* Of functions that only fetch: gcc holds them to do nothing, and drops what is not inline. */
#define FETCHES static inline __attribute__((always_inline))

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_EMOJI, TOKEN_EMOTICON };

enum token_flag {
	TOKEN_CLAUSE = 1,    /* a clause begins with it            */
	TOKEN_SENTENCE = 2,  /* a sentence begins with it          */
	TOKEN_LONG = 4,	     /* three equal letters in a row       */
	TOKEN_STARTS = 8,    /* one of its keys begins a phrase    */
	TOKEN_SHORT = 8,     /* of a token: a word remembered by its letters; no slip */
	TOKEN_SQUEEZED = 16, /* only known after squeezing letters */
	TOKEN_LEADS = 32,   /* of a token: a phrase may begin here, as phrases.c has it */
	TOKEN_WHOLE = 32,   /* its first key is the whole word    */
	TOKEN_COVERED = 64, /* a sentiment entry lies on it       */
	TOKEN_SAYS = 64,    /* of a sense: its kinds matter to match.c */
	TOKEN_GOES_ON = 128, /* one of its keys is inside a phrase */
	TOKEN_MANY = 1,	     /* of a sense: two of its keys begin phrases           */
	TOKEN_TYPO = 2,	     /* of a sense: its keys are of the word that was meant */
	TOKEN_MANY_ON = 4,   /* of a sense: with two of its keys phrases go on      */
};

/* What the table says of a word: that stays the same whenever it is met. */
struct sense {
	uint32_t keys; /* first of @count in scratch.keys */
	uint8_t count;
	uint8_t kinds; /* of all entries of its keys: a bit each */
	uint8_t flags; /* TOKEN_STARTS, _GOES_ON, _WHOLE, _SAYS, _MANY, _MANY_ON, _TYPO */
	uint8_t stranger; /* where it is a whole word: as table_key has it */
	uint32_t start;	  /* the state of phrases that begin with it: unless _MANY     */
	uint32_t onward;  /* the key + 1 with which others go on: unless _MANY_ON      */
};

struct token {
	struct sense sense;
	uint32_t at;	     /* of its bytes in scratch.folded */
	uint32_t start, end; /* of the text as given */
	uint16_t length;     /* folded bytes, 0xffff: longer, and not looked up */
	uint8_t kind, flags;
};

enum { OUTCOMES = 4096, OUTCOME_ENTRIES = 12, MEMO_KEYS = 7 };

/* What a word that stands in no phrase says in a clause of one language (outcome.c). */
struct outcome {
	uint32_t key; /* its first one + 1, 0: the place is free */
	uint8_t own;  /* the language of the clause */
	bool covers;  /* it is sentiment, even where it says nothing */
	bool ask;     /* it depends on the spelling, or is too much to be kept */
	uint8_t says, topics, reviews, sides; /* so many of @entries, in this order */
	uint8_t reserved[5];
	uint32_t entries[OUTCOME_ENTRIES]; /* indices; of sides their numbers */
};

/*
 * A word that was met before: its letters, filled up with noughts, which no word has; and in a
 * second line of memory what it says in clauses of the language that asked first. Words of the
 * same place take it from each other; what is kept follows from the letters alone.
 */
struct memo {
	uint64_t letters[2];
	struct sense sense;
	uint32_t text; /* the last one with the word: it must stay while that is read */
	uint32_t keys[MEMO_KEYS];
	struct outcome said; /* its key 0: nobody asked */
};

enum { MEMO_SIZE = 128, MEMO_WORDS = MEMO_SIZE / 4, KEYS_FROM = MEMO_WORDS << MEMO_BITS };
static_assert(sizeof(struct memo) == MEMO_SIZE, "a memo is two lines of memory");

/* One entry of the lexicon found at tokens first .. first + count - 1. */
struct hit {
	const struct table_entry *entry;
	uint32_t first;
	uint16_t count;
	bool counts; /* as sentiment: shifters and what was overruled do not; of
		      * a topic: its evidence is told */
	uint32_t clause;
	uint32_t rules;
	int32_t base, weight; /* milli */
};

struct side_hit {
	uint32_t side, first, clause;
	uint16_t count;
};

struct clause {
	uint32_t first; /* token */
	uint32_t sentence;
	int32_t percent; /* what contrast and concession make of it */
	int32_t sum;	 /* milli, of its hits after all rules      */
	int32_t up,
		down; /* praise and complaint in it apart, for `mixed`: each hit at most HIT_SAYS */
	uint32_t hits;
	bool contrast, concession, negated;
};

struct topic_sum {
	int32_t weight;		     /* milli: the best of each clause, summed */
	int32_t best;		     /* of the clause at hand                  */
	int32_t sentiment, up, down; /* milli                     */
	uint32_t hits, clause;	     /* clause + 1, of the last hit */
	bool taken;		     /* by a NOT term of the clause */
};

struct opinia_scratch {
	const struct table *t;
	struct sv text;
	size_t room; /* bytes of text that all arrays suffice for */
	/* normalize.c */
	char *folded; /* the text; from emoji_from on the bytes of its emoji */
	uint32_t folded_count;
	struct shift *shifts;
	uint32_t shift_count;
	struct emoji *emoji;
	uint32_t emoji_count;
	uint32_t emoji_from, emoji_fill;
	bool diacritics;
	/* tokens.c */
	struct token *tokens;
	uint32_t token_count, word_count;
	uint32_t *borders; /* tokens with which a clause begins by its marks */
	uint32_t border_count;
	uint32_t digit_count, at_signs; /* what personal data are made of */
	/* which packs are on: set once, read by lookup.c, match.c and topics.c */
	uint32_t packs;
	uint8_t kinds;	/* of entries that may speak: a bit each, enum entry_kind */
	uint8_t hidden; /* the flags of keys that only a pack can have meant       */
	/* lookup.c */
	void *memory;	   /* of both of these: */
	struct memo *memo; /* at the beginning of a line of memory */
	uint32_t *keys;	   /* the same as numbers; from KEYS_FROM on of this text alone */
	uint32_t key_fill;
	char *marks; /* the flags of the senses of all tokens */
	uint32_t
		text_number; /* of lookup(); comes round, which is but a word asked anew */
	/* phrases.c */
	uint64_t *points; /* words that say something or may begin a phrase: a bit each */
	/* language.c */
	uint8_t home;	   /* whose entries come first */
	uint8_t own;	   /* the same; while matching, of the clause at hand */
	bool mixed;	   /* clauses may have another than home */
	uint8_t language;  /* the answer: home or 0    */
	int32_t certainty; /* how far ahead, in 1/64 bit */
	/* match.c */
	struct hit *hits; /* sentiment and shifters, in order of the text */
	uint32_t hit_count;
	struct hit *topics;
	uint32_t topic_hit_count;
	struct side_hit *sides;
	uint32_t side_count;
	struct outcome *outcomes; /* of words that speak in a second language */
	bool roomy; /* so few words that nothing they say needs a look at the room */
	/* rules.c */
	struct clause *clauses;
	uint32_t clause_count;
	uint64_t *begins;    /* words with which one begins: a bit each, as in points */
	uint32_t *clause_of; /* of each token, the clause */
	uint32_t said;	     /* hits that count, in all clauses */
	bool ironic;	     /* there is a word of irony        */
	/* topics.c */
	struct hit *spare;	/* while hits are put in order */
	struct topic_sum *sums; /* a topic each */
	uint64_t *fired;	/* those as heavy as TOPIC_FIRES: a bit each */
	uint32_t fired_count;
	/* learned.c */
	int32_t learned_root; /* milli: what the sum of the terms was divided by */
	bool plain;	      /* leave out what was learned */
	/* words.c */
	struct opinia_word *words;
	char stem[WORD_MAX + 64];
	uint32_t *endings; /* suffixes by language and last letter: endings_make() */
	/* pii.c */
	void *match; /* pcre2_match_data */
	struct pii *pii;
	uint32_t pii_count, pii_room;
};

/* Room for a text of @bytes. ERR_INPUT: longer than TEXT_MAX; ERR_SYSTEM: out of memory. */
int scratch_fit(struct opinia_scratch *s, size_t bytes, struct err *err);
void scratch_init(struct opinia_scratch *s, const struct table *t);
/* Let these packs speak, or none: before the first text. */
void scratch_packs(struct opinia_scratch *s, uint32_t packs);
void scratch_release(struct opinia_scratch *s);
/* words.c: what opinia_scratch.endings is; from malloc, NULL: memory. */
uint32_t *endings_make(const struct table *t);

/* The steps, in their order. Each only after the ones above it. */
void normalize(struct opinia_scratch *s, struct sv text);
void tokens_split(struct opinia_scratch *s);
void lookup(struct opinia_scratch *s);
void phrases_find(struct opinia_scratch *s);
void language_choose(struct opinia_scratch *s, int hint);
/* Whose entries come first in the clause that begins with token @at; asked where s->mixed. */
uint8_t language_of_clause(const struct opinia_scratch *s, uint32_t at);
void match(struct opinia_scratch *s);
/* ratings.c: what the two numbers of these tokens say, of @most at best; 0: no rating. */
int32_t rating(const struct opinia_scratch *s, uint32_t first, uint16_t count,
	       int32_t most);
void clauses_split(struct opinia_scratch *s);
void topics_pair(
	struct opinia_scratch *s); /* a ~ b, and what topic terms say themselves */
void rules_apply(struct opinia_scratch *s);
void topics_weigh(struct opinia_scratch *s); /* fills sums */
bool no_content(const struct opinia_scratch *s);

/* Does a pack that is on say this? What is of no pack always speaks. */
static inline bool speaks(const struct opinia_scratch *s, const struct table_entry *e)
{
	return e->kind != ENTRY_REVIEW || e->packs & s->packs;
}

/* The folded bytes of a token, HASH_PAD readable bytes behind them. */
static inline const char *token_bytes(const struct opinia_scratch *s,
				      const struct token *k)
{
	return s->folded + k->at;
}

#endif
