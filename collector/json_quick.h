/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_quick.h: the JSON of a call, read by our own walker into the library's values: seven times as
 * quick as the library reads it, which says no to what we do not take.
 */
#ifndef OPINIA_COLLECTOR_JSON_QUICK_H
#define OPINIA_COLLECTOR_JSON_QUICK_H

#include "core/arena.h"
#include "core/sv.h"

struct json_t;

/*
 * What json_loadb() without flags makes of @text; a new reference. NULL: it is no JSON, or has
 * something rare in it (a fraction, a large number, a NUL): ask the library. @arena: for texts with
 * escapes.
 */
struct json_t *json_quick(struct sv text, struct arena *arena);

#endif
