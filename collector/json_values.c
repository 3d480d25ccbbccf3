/* SPDX-License-Identifier: Apache-2.0 */
/* json_values.c: see json_values.h. */
#include "collector/json_values.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/short.h"

static void *take(size_t n)
{
	void *p = malloc(n);

	if (!p)
		memory_was_short();
	return p;
}

static void watch(void)
{
	json_set_alloc_funcs(take, free); /* the library's own are these two */
}

void json_values_watch(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, watch);
}

struct json_t *json_value_object(void)
{
	return json_object();
}

struct json_t *json_value_array(void)
{
	return json_array();
}

struct json_t *json_value_text(struct sv utf8)
{
	return json_stringn_nocheck(utf8.p, utf8.n);
}

struct json_t *json_value_whole(int64_t n)
{
	return json_integer(n);
}

struct json_t *json_value_flag(bool yes)
{
	return json_boolean(yes);
}

struct json_t *json_value_null(void)
{
	return json_null();
}

bool json_value_put(struct json_t *in, struct sv key, struct json_t *v)
{
	if (json_is_array(in))
		return json_array_append_new(in, v) == 0;
	return json_object_setn_new_nocheck(in, key.p, key.n, v) == 0;
}

void json_value_drop(struct json_t *v)
{
	json_decref(v);
}
