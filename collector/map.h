/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.h: a map (docs/formats/map.md), read and checked once, then only looked at, from any thread.
 * map_bind() joins it with what a source says; map_item() makes records of one item.
 */
#ifndef OPINIA_COLLECTOR_MAP_H
#define OPINIA_COLLECTOR_MAP_H

#include <jansson.h>

#include "collector/aside.h"
#include "collector/source_settings.h"
#include "core/batch.h"

struct map;
struct map_bound; /* a map and the fields, scales and values of one source */

/* NAME.map out of the first folder that has it. ERR_MISSING: none has (with the nearest name);
 * ERR_CONFIG "file:line: …". Lives in @arena. */
int map_load(struct map **out, const char *const dirs[2], struct sv name,
	     struct arena *arena, struct err *err);

/* For opinia.conf: the keys that this map's `settings` names (url! → must be said). */
const struct source_row *map_rows(const struct map *m, size_t *count);
const char *map_title(const struct map *m);
bool map_pulls(const struct map *m); /* it has a [request] */
bool map_hooks(const struct map *m); /* it has a [hook] */
bool map_channel(const struct map *m, enum channel *out);
const char *map_scheme(const struct map *m); /* of [hook]; NULL: none */

/* Names of all maps in the folders, sorted, for people. */
int map_names(const char *const dirs[2], struct arena *arena, struct sv **out,
	      size_t *count, struct err *err);

int map_bind(struct map_bound **out, const struct map *m, const struct source_settings *s,
	     const struct zone *zone, struct arena *arena, struct err *err);

/* What one item came to. */
struct map_made {
	size_t records, rejected;
	bool full; /* the batch had no room: nothing of this item was added, give it again */
	size_t unanswered; /* asked, and neither a score nor a word came: no record */
	int64_t at;	   /* its time by [cursor] at; TIME_NONE */
};

/*
 * The records of @item (in answer @whole) into @out; what is none goes to @aside with @place
 * ("page 3, item 17"). Not 0 only for ERR_SYSTEM. Each record's source is set, its origin
 * is @place.
 */
int map_item(const struct map_bound *m, const json_t *item, const json_t *whole,
	     const char *place, struct aside *aside, struct batch *out,
	     struct map_made *made, struct err *err);

/* A webhook's body (a form is an object of its fields): the same by [hook]. @wanted false: the
 * map's `when` does not hold, there is nothing to do. */
struct map_call {
	int64_t received_at; /* in, ms; 0: now */
	bool wanted;
	struct sv delivery;	     /* by `id`; empty: none */
	struct sv reply, reply_type; /* empty: the usual */
	size_t records, rejected;
};
int map_hook(const struct map_bound *m, const json_t *body, struct aside *aside,
	     struct batch *out, struct map_call *call, struct err *err);

#endif
