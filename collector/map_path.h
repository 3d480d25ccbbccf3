/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_path.h: paths, expressions and conditions of a map (docs/formats/map.md) over the JSON of
 * a service. Each is parsed once into an arena and then only looked at, from any thread; what
 * comes out are views into the JSON or copies in the arena that was lent for it.
 */
#ifndef OPINIA_COLLECTOR_MAP_PATH_H
#define OPINIA_COLLECTOR_MAP_PATH_H

#include <jansson.h>

#include "collector/shape.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum {
	MAP_STEPS_MAX = 16, /* of a path                             */
	MAP_NEST_MAX = 4,   /* conditions in a path of a condition …  */
	MAP_TERMS_MAX = 32, /* of one expression or condition        */
	MAP_FOUND_MAX = 256 /* values under one path, where all count */
};

struct map_path;
struct map_expr;
struct map_cond;

/*
 * Where paths begin: the item (`$`), the whole answer (`$$`), what `each` stepped out of (`^`), and
 * when a call came (`@received`, Unix ms). NULL: there is none.
 */
struct map_at {
	const json_t *item, *whole, *outer, *received;
};

/* ERR_CONFIG: a sentence that quotes what is wrong. ERR_SYSTEM: memory. */
int map_path_parse(struct map_path **out, struct sv text, struct arena *a,
		   struct err *err);
int map_expr_parse(struct map_expr **out, struct sv text, struct arena *a,
		   struct err *err);
int map_cond_parse(struct map_cond **out, struct sv text, struct arena *a,
		   struct err *err);

/* The first value, or every one (@max at most). null counts as absent. @p NULL: nothing. */
const json_t *map_path_one(const struct map_path *p, const struct map_at *at);
size_t map_path_all(const struct map_path *p, const struct map_at *at, const json_t **out,
		    size_t max);

bool map_cond_holds(const struct map_cond *c, const struct map_at *at);

/* A text, number or boolean as its text; @room holds that of a number. False: it is none. */
enum { MAP_NUMBER_MAX = 40 };
bool map_scalar(const json_t *v, char room[MAP_NUMBER_MAX], struct cell *out);

/* What becomes of several values. */
enum map_join { JOIN_FIRST, JOIN_COMMA, JOIN_LINES };

/* @out->text is empty where nothing is given. ERR_AGAIN: @a is full. */
int map_expr_value(const struct map_expr *e, const struct map_at *at, enum map_join join,
		   struct arena *a, struct cell *out);

#endif
