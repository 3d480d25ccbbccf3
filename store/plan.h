/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h: a filter made ready for one snapshot: names are numbers, words are probes,
 * and what is cheap to look at stands first. query.h runs it.
 *
 * A plan is a list of operands that must all hold; an operand is the union of its
 * sources. All of it lives in the arena it was made in and borrows from the filter.
 */
#ifndef OPINIA_STORE_PLAN_H
#define OPINIA_STORE_PLAN_H

#include "store/filter.h"
#include "store/inside.h"
#include "store/text_find.h"

enum source_type {
	SOURCE_VALUES, /* values low..high of dim                                  */
	SOURCE_SCORES, /* of score kinds low .. high, points from .. to            */
	SOURCE_IDS,    /* record ids low..high                                     */
	SOURCE_LIST,   /* record ids, ascending                                    */
	SOURCE_TEXT    /* a word or phrase                                         */
};

struct source {
	enum source_type type;
	enum bits_dim dim;
	uint32_t low, high;
	int64_t from, to;
	const uint32_t *ids;
	const struct text_probe *probes;
	size_t count; /* of ids or probes */
};

struct operand {
	bool negated;
	enum filter_field field;
	unsigned cost;
	struct source *sources;
	size_t count, room;
};

struct plan {
	struct operand operands[FILTER_TERMS_MAX + 2];
	size_t count;
	int32_t first_day, last_day; /* nothing outside them matches */
	bool feedback_only;	     /* kind is feedback and nothing else       */
	uint32_t topic; /* the one topic that a lone `topic:` names; 0: none */
};

/*
 * ERR_CONFIG: words or customers are asked for and there is no key; ERR_USAGE: a phrase
 * without a word in it; ERR_SYSTEM, ERR_INPUT.
 */
int plan_make(struct opinia_snapshot *snap, const struct filter *f, struct arena *arena,
	      struct plan **out, struct err *err);

#endif
