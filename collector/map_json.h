/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map_json.h: JSON of strangers, guarded: no deeper than MAP_DEPTH_MAX, bytes that are no UTF-8
 * repaired, and in an error never a word of it (it may be a customer's).
 */
#ifndef OPINIA_COLLECTOR_MAP_JSON_H
#define OPINIA_COLLECTOR_MAP_JSON_H

#include <jansson.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum { MAP_DEPTH_MAX = 64 };

/* *out is the caller's (json_decref). ERR_INPUT: "no JSON (line 1, column 5): …". */
int map_json_parse(json_t **out, struct sv text, struct arena *a, struct err *err);

/* More than MAP_DEPTH_MAX levels? jansson goes 2048 deep by recursion before it says no. */
bool map_json_deep(struct sv text);

/* Base64 (blanks and line ends in it are fine) to bytes in @a. ERR_INPUT, ERR_SYSTEM. */
int map_base64(struct sv text, struct arena *a, struct sv *out, struct err *err);

#endif
