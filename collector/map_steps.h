/* SPDX-License-Identifier: Apache-2.0 */
/* map_steps.h: the compiled form of map_path.h, between its parser and its walker. */
#ifndef OPINIA_COLLECTOR_MAP_STEPS_H
#define OPINIA_COLLECTOR_MAP_STEPS_H

#include "collector/map_path.h"

enum map_from { FROM_ITEM, FROM_WHOLE, FROM_OUTER, FROM_RECEIVED };
enum map_step_kind { STEP_KEY, STEP_INDEX, STEP_WHERE };
enum map_test { TEST_GIVEN, TEST_ABSENT, TEST_EQUAL, TEST_OTHER, TEST_BEGINS };

struct map_term;

struct map_step {
	enum map_step_kind kind;
	const char *key;
	size_t index;
	bool from_end;		      /* INDEX: [-1] is the last */
	bool every;		      /* WHERE: all that fit, else the first */
	const struct map_term *terms; /* WHERE: all must hold */
	size_t term_count;
};

struct map_path {
	enum map_from from;
	const struct map_step *steps;
	size_t count;
};

struct map_term {
	struct map_path path;
	enum map_test test;
	struct sv value;
	bool begins; /* the first of an alternative */
};

struct map_cond {
	const struct map_term *terms;
	size_t count;
};

struct map_part {
	bool literal;
	struct sv text;
	struct map_path path;
	bool begins; /* the first of an alternative */
};

struct map_expr {
	const struct map_part *parts;
	size_t count;
};

#endif
