/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doc.h: the bytes of a document, readable field by field where they lie.
 *
 * A head of 12 bytes, then the fields that the mask names (fixed widths, so a field's
 * place is a sum over the mask), then scores, topics and attributes, then the sealed
 * part: everything that is words or identity (secret.h). Reading allocates nothing.
 * docs.h has where they are kept, docs/formats/store.md the layout.
 */
#ifndef OPINIA_STORE_DOC_H
#define OPINIA_STORE_DOC_H

#include "core/record.h"
#include "core/verdict.h"
#include "core/when.h"
#include "store/dims.h"
#include "store/opinia_store.h"

/* Bits of the mask; widths are in doc.c. On disk: never renumber, only add. */
enum doc_field {
	DOC_REVISION, /* absent: 0                                         */
	DOC_SOURCE,   /* NAME_SOURCE                                       */
	DOC_ANSWERED,
	DOC_OCCURRED,
	DOC_ASKED,
	DOC_LANDED,	 /* when this revision landed                         */
	DOC_FALLBACK,	 /* first landing, where the record has no time at all */
	DOC_CUSTOMER,	 /* number as landed: see customers_canonical()       */
	DOC_INTERACTION, /* keyed digest of its id                            */
	DOC_CONTENT,	 /* keyed hash of what the customer gave              */
	DOC_LEXICON,	 /* NAME_LEXICON                                      */
	DOC_LANGUAGE,	 /* NAME_LANGUAGE, of analyzed comments               */
	DOC_VERDICT,	 /* score, conf: two int16 in thousandths             */
	DOC_AGENT,
	DOC_TEAM,
	DOC_QUEUE,
	DOC_FIRST_RESPONSE,
	DOC_RESOLVED,
	DOC_REASON,
	DOC_ACTIVITY,
	DOC_VALUE, /* cents, as two's complement                        */
	DOC_EMAIL, /* customer numbers that a KIND_CUSTOMER row links   */
	DOC_PHONE,
	DOC_CRM,
	DOC_SCORES, /* how many                                          */
	DOC_TOPICS,
	DOC_ATTRS,
	DOC_ORIGIN, /* NAME_ORIGIN: a file                                */
	DOC_LINE,   /* and the record's line in it                        */
	DOC_FIELDS
};

enum doc_flag {
	DOC_ANALYZED = 1 << 0,
	DOC_COMMENTED = 1 << 1,	 /* record.comment was not empty                  */
	DOC_NO_CONTENT = 1 << 2, /* topic `no_content`: commented, but says nothing */
	DOC_CONTRADICTION = 1 << 3,
	DOC_ERASED = 1 << 4,
	DOC_SEALED = 1 << 5,  /* there is a sealed part                        */
	DOC_OWN_KEY = 1 << 6, /* sealed under the record's key, not a customer's */
	DOC_KEYLESS = 1 << 7, /* its identity is its content                   */
};

enum { DOC_HEAD_BYTES = 12, DOC_VERSION = 1, DOC_FIXED_MAX = 512 };
/* Where the head has what, and the bytes of a score, topic or attribute. */
enum {
	DOC_AT_VERSION = 4,
	DOC_AT_KIND = 5,
	DOC_AT_FLAGS = 6,
	DOC_AT_MASK = 8,
	DOC_ITEM = 4
};
extern const uint8_t doc_widths[32]; /* bytes of a field */

/* A document with a copy of all its fields; only the sealed part is where it lies. */
struct doc {
	uint32_t id, mask;
	uint16_t flags;	  /* enum doc_flag                     */
	uint16_t n;	  /* of p: all but the sealed part      */
	struct sv sealed; /* empty: none; valid as long as its bytes */
	uint8_t p[DOC_FIXED_MAX];
};

/* Are the values those of their enums? So that nobody behind has to ask. */
bool doc_sound(const struct doc *d);
/*
 * ERR_INPUT: the checksum or the layout is wrong (no byte outside @bytes is ever read).
 */
int doc_view(struct sv bytes, uint32_t id, struct doc *out, struct err *err);

static inline bool doc_has(const struct doc *d, enum doc_field f)
{
	return d->mask >> f & 1;
}

uint64_t doc_field(const struct doc *d, enum doc_field f); /* 0 when absent         */
int64_t doc_time(const struct doc *d, enum doc_field f);   /* TIME_NONE when absent */
int64_t doc_clock(const struct doc *d);			   /* always a time         */
enum record_kind doc_kind(const struct doc *d);
enum channel doc_channel(const struct doc *d);
enum sentiment doc_sentiment(const struct doc *d); /* only if DOC_ANALYZED  */
enum delivery doc_delivery(const struct doc *d);
enum tri doc_escalated(const struct doc *d);
enum tri doc_self_service(const struct doc *d);
int16_t doc_verdict_score(const struct doc *d);
int16_t doc_verdict_conf(const struct doc *d);

unsigned doc_score_count(const struct doc *d);
unsigned doc_topic_count(const struct doc *d);
unsigned doc_attr_count(const struct doc *d);
struct indexed_score doc_score(const struct doc *d, unsigned i);
struct doc_topic {
	uint16_t name; /* NAME_TOPIC */
	uint8_t label;
	int16_t score;
} doc_topic(const struct doc *d, unsigned i);
uint32_t doc_attr(const struct doc *d, unsigned i); /* NAME_ATTR */

/* All that is counted and looked up by; @zone says which day the clock is in. */
void doc_indexed(const struct doc *d, const struct zone *zone, struct indexed *out);
/*
 * Everything but @out->activity (its name is doc_field(DOC_ACTIVITY)); customer as
 * landed.
 */
void doc_fact(const struct doc *d, struct opinia_fact *out);

/*
 * 24 bits that tell scales apart: kind (0-2), low is good (3), max - min (4-7), min
 * (8-23).
 */
uint32_t doc_scale(const struct indexed_score *s);

/* ---- writing ----------------------------------------------------------------------- */

struct doc_fields {
	uint32_t mask;
	uint64_t value[DOC_FIELDS];
	uint8_t kind, channel, sentiment, delivery, escalated, self_service;
	uint16_t flags;
	struct indexed_score scores[RECORD_SCORES_MAX];
	struct doc_topic topics[VERDICT_TOPICS_MAX];
	uint32_t attrs[RECORD_ATTRS_MAX];
};

void doc_set(struct doc_fields *f, enum doc_field field, uint64_t value);
void doc_set_time(struct doc_fields *f, enum doc_field field,
		  int64_t ms);			    /* TIME_NONE: nothing */
size_t doc_fixed_bytes(const struct doc_fields *f); /* all but the sealed part */
/*
 * Write the document of @id into @out (doc_fixed_bytes() + @sealed.n bytes), its sum
 * last.
 */
void doc_encode(const struct doc_fields *f, uint32_t id, struct sv sealed, uint8_t *out);
/* The bytes again: d->n + d->sealed.n of them. */
void doc_write(const struct doc *d, uint8_t *out);
/* Take the @n fixed bytes that doc_encode() has made; id and sealed are the caller's. */
void doc_take(struct doc *d, const uint8_t *fixed, size_t n);
/* All fields again, to be written with some of them changed. */
void doc_fields_of(const struct doc *d, struct doc_fields *f);

#endif
