/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h: what the analyzer says of one comment.
 *
 * Scores are fixed point so that the same text gives the same bytes on every machine:
 * "milli" is thousandths. Spans are byte offsets into the comment as given, end exclusive.
 * All arrays live in the arena that the analyzer was given.
 */
#ifndef OPINIA_CORE_VERDICT_H
#define OPINIA_CORE_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"

enum sentiment {
	SENTIMENT_NEG,
	SENTIMENT_NEU,
	SENTIMENT_POS,
	SENTIMENT_MIXED,
	SENTIMENT_COUNT
};

struct span {
	uint32_t start, end;
};

/* Why a term counted as it did: a bit each, named by rule_name(). */
enum rule {
	RULE_WORD = 0,
	RULE_PHRASE = 1 << 0,
	RULE_NEGATION = 1 << 1,
	RULE_INTENSIFIER = 1 << 2,
	RULE_DIMINISHER = 1 << 3,
	RULE_CONTRAST = 1 << 4,
	RULE_CONCESSION = 1 << 5,
	RULE_WISH = 1 << 6,
	RULE_IRONY = 1 << 7,
	RULE_EMOJI = 1 << 8,
	RULE_ELONGATION = 1 << 9,
	RULE_CAPITALS = 1 << 10,
	RULE_RESOLVED = 1 << 11,
	RULE_HALF_EXACT =
		1 << 12, /* an `exact` term in a comment without any diacritic */
	RULE_BARE_NEGATOR = 1 << 13,
	RULE_TOPIC_TERM = 1 << 14, /* the weight came from topics.tsv */
	RULE_BIAS = 1 << 15,	   /* the language's bias; an empty span */
	RULE_LEARNED = 1 << 16,	   /* learned from the team's own scores */
	RULE_RATING = 1 << 17,	   /* the weight is that of "4/5", by its numbers */
	RULE_TYPO = 1 << 18,	   /* a word was read as the one it was meant to be */
};

struct evidence {
	struct span span;
	struct sv term; /* the lexicon's term as written there */
	int32_t weight; /* milli, after all rules              */
	int32_t base;	/* milli, as in the lexicon            */
	uint32_t rules; /* enum rule, or-ed                    */
	uint16_t
		topic; /* index into the taxonomy, or TOPIC_NONE for sentiment evidence */
	uint16_t clause; /* 0..                                 */
};

enum {
	TOPIC_NONE = 0xffff,
	VERDICT_TOPICS_MAX = 64,
	VERDICT_EVIDENCE_MAX = 512,
	LANG_MAX = 16
};

struct topic_verdict {
	uint16_t topic; /* index into the taxonomy */
	uint8_t label;	/* enum sentiment          */
	int16_t score;	/* milli, -1000..1000      */
};

enum pii_kind {
	PII_EMAIL,
	PII_PHONE,
	PII_IBAN,
	PII_CARD,
	PII_PESEL,
	PII_CNP,
	PII_NIP,
	PII_CUI,
	PII_KINDS
};

struct pii {
	uint8_t kind; /* enum pii_kind */
	struct span span;
};

/*
 * What the lexicon says of the words before anything that was learned of scores joins in: to hold
 * against a score. A verdict out of the store does not have it.
 */
struct plain_verdict {
	uint8_t sentiment;   /* enum sentiment */
	bool irony;	     /* a word was turned round by it */
	int16_t score, conf; /* milli */
};

struct verdict {
	uint8_t language;  /* index into opinia_analyzer_languages(); 0 is always `und` */
	uint8_t sentiment; /* enum sentiment of the whole comment  */
	int16_t score;	   /* milli, -1000..1000                   */
	int16_t conf;	   /* milli, 0..1000                       */
	bool analyzed;	   /* false: there was no comment to read  */
	struct plain_verdict plain;
	struct topic_verdict *topics;
	struct evidence
		*evidence; /* sentiment and topic evidence, in order of the text */
	struct pii *pii;
	uint16_t topic_count, evidence_count, pii_count;
};

const char *sentiment_name(enum sentiment s); /* neg neu pos mixed */
struct sv sentiment_text(enum sentiment s);   /* the same, its length known */
bool sentiment_find(struct sv name, enum sentiment *out);
const char *pii_kind_name(enum pii_kind k);
const char *rule_name(enum rule r); /* of a single bit   */
struct sv rule_text(enum rule r);   /* the same, its length known */

#endif
