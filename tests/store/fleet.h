/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fleet.h: a store of records by chance and the same records in an array, with a walk
 * over that array for everything the store answers by index. What the walk says is
 * right.
 */
#ifndef OPINIA_TESTS_STORE_FLEET_H
#define OPINIA_TESTS_STORE_FLEET_H

#include "store/filter.h"
#include "store/opinia_store.h"
#include "tests/store/half.h"

enum { FLEET_TOPICS = 6, FLEET_LANGUAGES = 3 };

struct fleet {
	char dir[64];
	struct opinia_store *store;
	struct zone *zone; /* a zone of the test's own */
	struct batch batch;
	struct record *records; /* record i has id i + 1 */
	struct verdict *verdicts;
	size_t count;
	struct arena arena;
};

extern const struct taxonomy fleet_taxonomy;
extern const struct sv fleet_languages[FLEET_LANGUAGES];
extern const int64_t fleet_now;

/* @count records landed in batches, some of them twice, changed. */
void fleet_open(struct fleet *f, size_t count);
void fleet_close(struct fleet *f);
struct filter *fleet_parse(struct fleet *f, const char *text);
/* A filter of one to four terms, as somebody might type it. */
const char *fleet_filter(struct fleet *f);
bool fleet_matches(struct fleet *f, size_t i, const struct filter *filter);
int64_t fleet_clock(const struct fleet *f, size_t i);

#endif
