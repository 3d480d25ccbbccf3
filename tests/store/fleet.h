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

enum {
	FLEET_TOPICS = 6,
	FLEET_LANGUAGES = 3,
	FLEET_GROUPS = 30000,
	FLEET_NAMES = 16,
	FLEET_STRAYS = 4
};

struct fleet {
	char dir[64];
	struct opinia_store *store;
	struct zone *zone; /* a zone of the test's own */
	struct batch batch;
	struct record *records; /* record i has id i + 1 */
	struct verdict *verdicts;
	size_t count,
		strays; /* strays: where FLEET_STRAYS records stand that never land */
	unsigned notes; /* deliveries so far */
	struct arena arena;
	struct opinia_store_options opt;
	struct sv names[FLEET_NAMES]; /* of agents and teams, whoever has them now */
	size_t name_count;
	struct opinia_group *room; /* FLEET_GROUPS of them, for a recount */
};

/* Counts by groups, from all records. */
struct recount {
	struct fleet *f;
	const struct filter *filter;
	const struct opinia_by *by;
	size_t by_count;
	uint16_t lone; /* the one topic that the filter names, or TOPIC_NONE */
	struct opinia_group *groups;
	size_t count;
};

extern const struct taxonomy fleet_taxonomy;
extern const struct sv fleet_languages[FLEET_LANGUAGES];
extern const int64_t fleet_now;

/* @count records landed in batches, some of them twice, changed. */
void fleet_open(struct fleet *f, size_t count);
/* No records yet, and room for @room: fleet_record() and fleet_land() fill it. */
void fleet_begin(struct fleet *f, size_t room);
void fleet_close(struct fleet *f);
/* Record @i anew, by chance. */
void fleet_record(struct fleet *f, size_t i, enum record_kind kind);
/* @which of them, as they are now. */
struct opinia_landing fleet_land(struct fleet *f, const size_t *which, size_t n);
/*
 * The same as several batches joined under one commit, with some among them that leave nothing
 * behind: one fails when its rows are in already, one was delivered before.
 */
struct opinia_landing fleet_land_joined(struct fleet *f, const size_t *which, size_t n);
/* The same made ready only; with a note, if @note has a key. */
struct opinia_prepared *fleet_prepare(struct fleet *f, const size_t *which, size_t n,
				      struct sv note, struct sv value);
struct filter *fleet_parse(struct fleet *f, const char *text);
/* A filter of one to four terms, as somebody might type it. */
const char *fleet_filter(struct fleet *f);
bool fleet_matches(struct fleet *f, size_t i, const struct filter *filter);
/* Do two addresses belong to one person? */
bool fleet_same_person(const struct fleet *f, struct sv one, struct sv other);
/* Counts and pages of this filter are what the walk says. */
void fleet_same_answer(struct fleet *f, struct opinia_snapshot *snap, const char *text);
/*
 * Groups are what a recount says: by roll-ups where they can, and by bitmaps: one more term that
 * always holds keeps roll-ups away. @lone: the one topic that the filter names, or TOPIC_NONE.
 */
void fleet_same_groups(struct fleet *f, struct opinia_snapshot *snap, const char *text,
		       const char *by_text, uint16_t lone);
/* c->groups of what c->filter leaves. */
void fleet_recount(struct recount *c);
/* A check's `tell`: into the log of the test. */
void fleet_told(void *self, const char *what);
int64_t fleet_clock(const struct fleet *f, size_t i);

#endif
