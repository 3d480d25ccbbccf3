/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dims.h: what a record can be counted and looked up by, as one visible table.
 *
 * A dimension is one row of dims[] in dims.c: its name, its place on disk, where its
 * names are interned and how to get its values out of a record. Landing, revising,
 * erasing, checking and grouping all walk that table, so a new dimension is a new row.
 *
 * Everything is by value; nothing here allocates or fails. Any thread.
 */
#ifndef OPINIA_STORE_DIMS_H
#define OPINIA_STORE_DIMS_H

#include "core/record.h"
#include "core/verdict.h"

/* On disk (first byte of a bit key's value): never renumber, only add. */
enum bits_dim {
	BITS_KIND = 1,	     /* enum record_kind                                        */
	BITS_CHANNEL = 2,    /* enum channel                                            */
	BITS_DAY = 3,	     /* dims_day(): day of the record's clock, store's zone     */
	BITS_TOPIC_MOOD = 4, /* dims_topic_mood(); a topic is its four moods together   */
	BITS_SENTIMENT = 5,  /* enum sentiment, of analyzed comments only               */
	BITS_LANGUAGE = 6,   /* interned code, of analyzed comments only                */
	BITS_AGENT = 7,
	BITS_TEAM = 8,
	BITS_QUEUE = 9,
	BITS_SOURCE = 10,
	BITS_SCORE = 11, /* dims_score(): kind, scale, value, how many-th of the same */
	BITS_ATTR = 12,	 /* interned "key=value"                                    */
	BITS_FLAG = 13,	 /* enum bits_flag                                          */
	BITS_ESCALATED = 14, /* enum tri, yes and no only                               */
	BITS_SELF_SERVICE = 15,
	BITS_DELIVERY = 16, /* enum delivery, without UNKNOWN                          */
	BITS_ACTIVITY = 17,
	BITS_REASON = 18,
	BITS_DIM_END = 19
};

enum bits_flag {
	FLAG_COMMENTED,	    /* has words (record.comment not empty when it was landed)  */
	FLAG_CONTRADICTION, /* score and words contradict                               */
	FLAG_NO_CONTENT,    /* the verdict says topic `no_content`                      */
	FLAG_CUSTOMER,	    /* says who                                                 */
	FLAG_ERASED,	    /* its words and identities were erased                     */
	FLAG_COUNT
};

/* Interned names are numbers from 1 on (names.h); 0: not given. */
struct indexed {
	uint8_t kind, channel, delivery, escalated, self_service; /* enums of record.h */
	uint8_t sentiment; /* enum sentiment; only if @analyzed              */
	bool analyzed, commented, contradiction, no_content, customer, erased;
	int32_t day;	   /* of the clock; every record has one             */
	uint32_t language; /* interned code; only if @analyzed               */
	uint32_t source, agent, team, queue, reason, activity;
	uint8_t attr_count, score_count, topic_count;
	uint32_t attrs[RECORD_ATTRS_MAX]; /* interned "key=value"                      */
	struct indexed_score {
		uint8_t kind;
		bool low_is_good;
		int16_t value, min, max;
	} scores[RECORD_SCORES_MAX];
	struct indexed_topic {
		uint32_t topic; /* interned */
		uint8_t label;	/* enum sentiment */
	} topics[VERDICT_TOPICS_MAX];
};

struct taker; /* dims.c */

struct dim {
	enum bits_dim id;
	const char *name;
	bool multi;    /* a record may have several values          */
	uint8_t names; /* enum name_dim of its values; 0: none      */
	void (*values)(const struct indexed *x, const struct taker *t);
};

extern const struct dim dims[];		       /* ends with a NULL name */
const struct dim *dims_find(enum bits_dim id); /* NULL: no such one (damage) */

/* All values of @x in all dimensions, each once; @take is called for each. */
void dims_each(const struct indexed *x,
	       void (*take)(void *self, enum bits_dim dim, uint32_t value), void *self);

uint32_t dims_day(int32_t day); /* sorts like days */
int32_t dims_day_of(uint32_t value);
uint32_t dims_topic_mood(uint32_t topic, uint8_t label);
uint32_t dims_score(const struct indexed_score *s,
		    unsigned nth); /* nth: 0.. of the same score */
void dims_score_of(uint32_t value, struct indexed_score *s);

#endif
