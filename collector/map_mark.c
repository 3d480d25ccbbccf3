/* SPDX-License-Identifier: Apache-2.0 */
/* map_mark.c: see map_mark.h. */
#include "collector/map_mark.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/record.h"

static const struct {
	const char *key;
	size_t at;
	int64_t unsaid;
	bool run; /* stands there only within a run */
} numbers[] = {
	{ "high", offsetof(struct map_mark, high), TIME_NONE, false },
	{ "since", offsetof(struct map_mark, since), TIME_NONE, true },
	{ "until", offsetof(struct map_mark, until), TIME_NONE, true },
	{ "newest", offsetof(struct map_mark, newest), TIME_NONE, true },
	{ "page", offsetof(struct map_mark, page), 0, true },
	{ "offset", offsetof(struct map_mark, offset), 0, true },
	{ "item", offsetof(struct map_mark, item), 0, true },
};

enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

bool map_mark_read(struct map_mark *m, struct sv text, struct arena *a)
{
	json_t *all = json_loadb(text.p ? text.p : "", text.n, 0, NULL), *v;
	bool good = true;

	*m = (struct map_mark){ .running = json_object_get(all, "page") != NULL };
	for (int i = 0; i < NUMBERS; i++) {
		v = json_object_get(all, numbers[i].key);
		*(int64_t *)((char *)m + numbers[i].at) =
			json_is_integer(v) ? json_integer_value(v) : numbers[i].unsaid;
	}
	v = json_object_get(all, "next");
	if (json_is_string(v))
		good = arena_copy(
			a, (struct sv){ json_string_value(v), json_string_length(v) },
			&m->next);
	json_decref(all);
	return good;
}

bool map_mark_write(const struct map_mark *m, struct arena *a, struct sv *out)
{
	json_t *all = json_object();
	char *text;
	bool good;

	for (int i = 0; i < NUMBERS; i++) {
		int64_t n = *(const int64_t *)((const char *)m + numbers[i].at);

		if (n != TIME_NONE && (m->running || !numbers[i].run))
			json_object_set_new(all, numbers[i].key, json_integer(n));
	}
	if (m->running && m->next.n)
		json_object_set_new(all, "next", json_stringn(m->next.p, m->next.n));
	text = json_dumps(all, JSON_COMPACT);
	good = text && arena_copy(a, sv_of(text), out);
	free(text);
	json_decref(all);
	return good;
}
