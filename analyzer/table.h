/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h: the compiled lexicon as it lies in the file and in memory: docs/formats/lexicon.md.
 *
 * One header, then sections; everything is an offset or an index, so the file is mapped and
 * used where it lies. table_open() looks at every number in it once; after that nobody checks
 * again. Whole numbers are little-endian; a machine of the other order refuses the file.
 */
#ifndef OPINIA_ANALYZER_TABLE_H
#define OPINIA_ANALYZER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum {
	TABLE_VERSION = 6,
	RULES_VERSION = 5,    /* goes into the hash: raise it when a verdict may change */
	TABLE_LANGS_MAX = 16, /* LANG_MAX of core/verdict.h */
	WORD_MAX = 255,	      /* bytes of a folded word that is looked up */
	STEM_MIN = 3,
	STEM_LAST = 18, /* stems of this length and up to STEM_MAX share the last bit */
	STEM_MAX = 34,
	STEM_BITS = 14,	    /* of the filter's index by three letters */
	STEM_NEAR = 5,	    /* shorter stems are decided by those three letters */
	STEM_FAR_BITS = 16, /* of the second filter's index, by five letters */
	EMOTICON_MAX = 6,
	PHRASE_MAX = 12,       /* tokens */
	JOINT_BITS = 20,       /* of a hash, that choose the bit of an edge or a pair */
	LEARNED_MOST = 100000, /* milli: no learned number is beyond */
	PACKS_MAX = 32,	       /* a bit each */
	DEFAULT = INT16_MIN,   /* "not given" in a weight */
};

#define TABLE_MAGIC "OPINIALX"

enum table_section {
	SEC_STRINGS, /* u16 length, bytes: terms as written, folded words, names */
	SEC_TOPICS,  /* struct table_topic  */
	SEC_LANGS,   /* struct table_lang   */
	SEC_SLOTS, /* struct table_slot: hash of a word or stem -> key; a power of two */
	SEC_KEYS,  /* struct table_key    */
	SEC_ENTRIES, /* struct table_entry: what keys and states mean */
	SEC_STEMS, /* u16: lengths of stems that begin with these three bytes; then of those
		       * of five letters and more, by their first five bytes */
	SEC_EDGES,    /* struct table_edge: (state, key) -> state; a power of two */
	SEC_STATES,   /* struct table_range: entries of a phrase that ends here */
	SEC_PAIRS,    /* struct table_pair: (side, side) -> entries; a power of two */
	SEC_EMOTICON, /* u8[256]: may an emoticon begin so? */
	SEC_SUFFIXES, /* struct table_suffix, by language, longest first */
	SEC_WORDLID,  /* i16[classes] a key: what the word says of the language */
	SEC_GRAMS,    /* struct table_gram: a power of two */
	SEC_GRAMLID,  /* i16[classes] a gram  */
	SEC_FOLDTOP,  /* u16: block of code point >> 7 */
	SEC_FOLD,     /* u32: how a code point folds (fold.h) */
	SEC_FOLDPOOL, /* bytes of the longer folds */
	SEC_LEARNED,  /* i32[LEARNED_MODELS][LEARNED_NUMBERS], or nothing learned */
	SEC_TERMS,    /* struct table_term: a power of two, or none */
	SEC_JOINTS, /* u64: a bit for each edge and each pair that there is, by its hash */
	SEC_PACKS,  /* u32: names of the packs, strings; the place is the bit */
	SEC_TYPOS,  /* struct table_slot: a word without one letter -> key; many a form */
	SEC_COUNT
};

struct table_header {
	char magic[8];
	uint32_t version, byte_order; /* 0x01020304 */
	uint64_t size, seal;	      /* bytes of the file; table_seal() */
	char hash[72];		      /* "sha256:" and 64 hex digits, one NUL */
	struct {
		uint64_t offset, bytes;
	} section[SEC_COUNT];
};

struct table_topic {
	uint32_t id, label[3], stage, owner; /* strings */
	uint32_t packs; /* a bit each; 0: a topic of the service, always there */
};

enum setting {
	SET_BIAS,	  /* milli, added to the sum of a comment               */
	SET_BIAS_WORDS,	  /* ... in which something is known, or more words     */
	SET_NEG_POSITIVE, /* percent: a negated positive word                   */
	SET_NEG_NEGATIVE, /* percent: a negated negative word                   */
	SET_NEG_BARE,	  /* milli: a negator with nothing under it             */
	SET_NOHIT,	  /* milli: the sum of a comment in which nothing is known */
	SET_ZONE_NEG,	  /* milli: a score at or below is neg                  */
	SET_ZONE_POS,	  /* milli: a score at or above is pos                  */
	SET_THIN,	  /* milli: a sum below this, times words to the 3/4, is neu */
	SET_MIXED_MIN,	  /* milli: both sides have at least this               */
	SET_MIXED_PART,	  /* percent of the larger side that the smaller reaches */
	SET_MIXED_SHORT,  /* the same in a short comment, each in clauses of its own */
	SET_FIRST,	  /* percent: weight of the first sentence              */
	SET_SCALE,	  /* milli: the normalised sum that is worth tanh(1)    */
	SET_COUNT
};

struct table_lang {
	uint32_t code, name[3]; /* strings */
	int32_t set[SET_COUNT];
	uint32_t suffixes, suffix_count;
	int32_t reserved;
};

struct table_slot {
	uint32_t print; /* upper half of the hash       */
	uint32_t key;	/* index + 1, 0: the slot is free */
};

/*
 * The last three keep the terms of packs silent while no pack is on: as if they were not there,
 * so that no ceiling and no longest match knows of them.
 */
enum key_flag {
	KEY_STEM = 1,
	KEY_GOES_ON = 2,       /* stands inside a phrase, not first          */
	KEY_PACK = 4,	       /* nothing but packs speaks of this word      */
	KEY_PACK_STARTS = 8,   /* no phrase but those of packs begins with it */
	KEY_PACK_GOES_ON = 16, /* nor has it inside                         */
	KEY_FUNCTION = 32,     /* holds a sentence together and names nothing */
};

struct table_key {
	uint32_t text;	  /* string: the folded word, or the stem without its star */
	uint32_t entries; /* first of @count */
	uint32_t start;	  /* the state of phrases that begin with it, or 0 */
	uint16_t count;
	uint16_t known;	  /* languages in which this is a word: a bit each */
	uint8_t flags;	  /* enum key_flag */
	uint8_t kinds;	  /* of its entries: a bit each, enum entry_kind */
	uint8_t length;	  /* bytes of the text */
	uint8_t stranger; /* among languages 1 to 8, bit 0 is 1: another is likelier */
};

enum entry_kind {
	ENTRY_SENTIMENT,
	ENTRY_SHIFTER,
	ENTRY_TOPIC,
	ENTRY_SIDE,
	ENTRY_NOCONTENT,
	ENTRY_REVIEW,	   /* a topic of a pack: matched apart, over the service's own */
	ENTRY_REVIEW_SIDE, /* of an `a ~ b` of a pack                                  */
	ENTRY_KINDS,
	ENTRY_PACKS = 1 << ENTRY_REVIEW | 1 << ENTRY_REVIEW_SIDE
};

enum entry_flag {
	ENTRY_EXACT = 1,
	ENTRY_NULL = 2,
	ENTRY_FIXED = 4,
	ENTRY_RESOLVED = 8,
	ENTRY_NOT = 16,	   /* a topic that is taken away */
	ENTRY_EMOJI = 32,  /* from common/emoji.tsv */
	ENTRY_RATING = 64, /* of two numbers: what the first is of the second */
};

enum shifter {
	SHIFT_NEGATOR,
	SHIFT_INTENSIFIER,
	SHIFT_DIMINISHER,
	SHIFT_CONTRAST,
	SHIFT_CONCESSION,
	SHIFT_CLAUSE,
	SHIFT_WISH,
	SHIFT_IRONY,
	SHIFTERS
};

struct table_entry {
	uint8_t kind, lang;
	uint16_t flags;
	int16_t weight;	   /* milli; a shifter's value; a topic's weight */
	int16_t negated;   /* milli or DEFAULT                           */
	int16_t sentiment; /* milli: what a topic term says itself       */
	uint16_t topic;	   /* index; enum shifter                        */
	union {
		uint32_t side;	/* of sides: the number, from 1       */
		uint32_t packs; /* ENTRY_REVIEW: in which packs it speaks */
	};
	uint32_t term; /* string: as written in the lexicon          */
};

struct table_edge {
	uint32_t state, key, next; /* next 0: the slot is free */
};

struct table_range {
	uint32_t entries;
	uint16_t count;
	uint16_t kinds; /* of its entries: a bit each; STATE_PACK */
};

enum { STATE_PACK = 1 << 15 /* only phrases of packs come through here */ };

struct table_pair {
	uint32_t low, high; /* sides, low <= high; low 0: the slot is free */
	uint32_t entries, count;
};

struct table_suffix {
	uint32_t text, replacement; /* strings */
};

struct table_gram {
	uint32_t print;	 /* upper half of the hash, 0: the slot is free */
	uint32_t values; /* index into SEC_GRAMLID, in grams */
};

/*
 * What a team's own scores have taught (learned.tsv): two models that read the same signs and
 * terms. One tells good from bad, the other what says nothing of either.
 */
enum learned_model { MODEL_FEELING, MODEL_NEUTRAL, LEARNED_MODELS };

/* The numbers of a model, in milli. The first ones are weights of what the lexicon said. */
enum learned_number {
	LEARNED_BIAS,	 /* 1                                              */
	LEARNED_WHOLE,	 /* the comment's sum                              */
	LEARNED_FIRST,	 /* of the first clause that says something        */
	LEARNED_LAST,	 /* of the last one                                */
	LEARNED_UP,	 /* praise alone                                   */
	LEARNED_DOWN,	 /* complaint alone                                */
	LEARNED_LENGTH,	 /* grows with the number of words                 */
	LEARNED_NOTHING, /* 1 where the lexicon knows no word              */
	LEARNED_SIGNS,
	LEARNED_THRESHOLD = LEARNED_SIGNS, /* from here on it is pos, or neu    */
	LEARNED_SHARP,			   /* what one more is worth, for conf */
	LEARNED_CENTRE,			   /* where conf is one half           */
	LEARNED_ZONE, /* nearer to the threshold than this is neu: no neutral was seen */
	LEARNED_KNOWN, /* of its traits a comment knows so many, or the lexicon is asked too */
	LEARNED_MIXED, /* farther than this, `mixed` of the rules does not stand     */
	LEARNED_TRUST, /* milli: the most that it weighs against the lexicon alone */
	LEARNED_CONF,  /* not 0: nothing else is learned but how sure to be; the slope */
	LEARNED_CONF_NEG, /* the shift of each label, in order of enum sentiment; as a number
			     of the second model its own slope, 0: that of all        */
	LEARNED_CONF_NEU,
	LEARNED_CONF_POS,
	LEARNED_CONF_MIXED,
	LEARNED_NUMBERS
};

struct table_term {
	uint32_t print; /* upper half of the hash, never 0; 0: the slot is free */
	int16_t weight[LEARNED_MODELS][2]; /* milli: plain, under a negator */
	uint32_t term;			   /* string: as in learned.tsv */
};

/* The sections as arrays; all views into the map. */
struct table {
	const struct table_header *head;
	const unsigned char *strings;
	const struct table_topic *topics;
	const struct table_lang *langs;
	const struct table_slot *slots, *typos;
	const struct table_key *keys;
	const struct table_entry *entries;
	const uint16_t *stems;
	const struct table_edge *edges;
	const struct table_range *states;
	const struct table_pair *pairs;
	const uint64_t *joints;
	const unsigned char *emoticon;
	const struct table_suffix *suffixes;
	const int16_t *word_lid;
	const struct table_gram *grams;
	const int16_t *gram_lid;
	const uint16_t *fold_top;
	const uint32_t *fold;
	const unsigned char *fold_pool;
	const int32_t *learned; /* NULL: nothing */
	const struct table_term *terms;
	const uint32_t *packs;
	uint32_t count[SEC_COUNT]; /* elements of each */
	uint32_t lang_count, topic_count;
	uint32_t lid_classes; /* LID_CLASSES_MAX at most: languages, groups of others */
	uint32_t slot_mask, edge_mask, pair_mask, gram_mask, term_mask, typo_mask;
	uint32_t edge_bits, pair_bits; /* their number of places is 2^this */
	const uint64_t *slips;	       /* typo_filter_make(), or NULL */
	uint32_t slip_shift;
	uint32_t number_key, slash_key; /* of `#`, and behind a slash; or UINT32_MAX */
};

/*
 * Look at the whole file in memory (@map aligned to 8) and set @t to it. Returns 0 or
 * ERR_INPUT with what is wrong. @t is valid as long as @map.
 */
int table_view(struct table *t, const void *map, size_t size, struct err *err);
/*
 * The same in two steps: header, places of the sections, and the names of topics and languages, which is
 * all that a command needs that reads no words; then the rest, every byte of it.
 */
int table_names(struct table *t, const void *map, size_t size, struct err *err);
int table_whole(struct table *t, const void *map, size_t size, struct err *err);

/* Only the pointers, nothing looked at: the compiler's own way to use what it is making. */
void table_bind(struct table *t, const void *map);

uint64_t table_checksum(const void *p, size_t n); /* of any bytes */
uint64_t table_seal(const void *map,
		    size_t size); /* of a table: all but the seal itself */

static inline struct sv table_string(const struct table *t, uint32_t at)
{
	const unsigned char *p = t->strings + at;

	return (struct sv){ (const char *)p + 2, (size_t)(p[0] | p[1] << 8) };
}

/* May there be an edge or a pair with this hash? Nearly always the answer is right. */
static inline bool table_joint(const struct table *t, uint64_t hash)
{
	uint32_t bit = (uint32_t)(hash >> (64 - JOINT_BITS));

	return t->joints[bit / 64] >> bit % 64 & 1;
}

/*
 * The key with this hash, or UINT32_MAX. Nobody compares letters: where the words of a place
 * in the table and the upper half of 64 bits agree, the word is the same but for one in some
 * billions of unknown words; the compiler refuses two keys that agree.
 */
static inline uint32_t table_find(const struct table *t, uint64_t hash)
{
	uint32_t print = (uint32_t)(hash >> 32), i = (uint32_t)hash & t->slot_mask;

	for (; t->slots[i].key; i = (i + 1) & t->slot_mask)
		if (t->slots[i].print == print)
			return t->slots[i].key - 1;
	return UINT32_MAX;
}

#endif
