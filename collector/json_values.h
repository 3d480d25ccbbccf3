/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_values.h: the library's values, made without its header: its names for kinds of values and our
 * walker's for events are the same words. Each gives a new reference, or NULL: out of memory.
 */
#ifndef OPINIA_COLLECTOR_JSON_VALUES_H
#define OPINIA_COLLECTOR_JSON_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"

struct json_t;

/* From now on the library's values say when memory was short (core/short.h): of itself it only gives
 * a NULL that may as well mean bad text. Any thread, any number of times. */
void json_values_watch(void);

struct json_t *json_value_object(void);
struct json_t *json_value_array(void);
struct json_t *json_value_text(struct sv utf8);
struct json_t *json_value_whole(int64_t n);
struct json_t *json_value_flag(bool yes);
struct json_t *json_value_null(void);

/* @v into @in, under @key where that is an object; @v is taken, also when this fails. */
bool json_value_put(struct json_t *in, struct sv key, struct json_t *v);
void json_value_drop(struct json_t *v);

#endif
