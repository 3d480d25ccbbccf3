/* SPDX-License-Identifier: Apache-2.0 */
/* json_quick.c: see json_quick.h. */
#include "collector/json_quick.h"

#include <string.h>

#include "collector/json_values.h"
#include "core/json_in.h"

enum { DIGITS_MAX = 18 };

struct building {
	struct json_in in;
	struct arena *arena;
	struct json_t *
		open[JSON_DEPTH_MAX + 1]; /* the outermost first; borrowed but for that */
	size_t depth;
	struct sv key; /* of the value that comes next, in an object */
};

static struct json_t *number(struct sv s)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t v = 0;

	if (s.n - minus > DIGITS_MAX)
		return NULL;
	for (size_t i = minus; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return NULL;
		v = 10 * v + (s.p[i] - '0');
	}
	return json_value_whole(minus ? -v : v);
}

static bool plain(const struct building *b, struct sv *out)
{
	if (!json_text(&b->in, b->arena, out))
		return false;
	if (!out->p)
		out->p = "";
	return !b->in.escaped || !memchr(out->p, 0, out->n);
}

static struct json_t *value_of(const struct building *b, enum json_event e)
{
	struct sv text;

	switch (e) {
	case JSON_OBJECT:
		return json_value_object();
	case JSON_ARRAY:
		return json_value_array();
	case JSON_STRING:
		return plain(b, &text) ? json_value_text(text) : NULL;
	case JSON_NUMBER:
		return number(b->in.text);
	case JSON_TRUE:
		return json_value_flag(true);
	case JSON_FALSE:
		return json_value_flag(false);
	case JSON_NULL:
		return json_value_null();
	default:
		return NULL;
	}
}

/* One event; false: give up, or (*done) all is built. */
static bool step(struct building *b, bool *done)
{
	enum json_event e = json_next(&b->in);
	bool opens = e == JSON_OBJECT || e == JSON_ARRAY;
	struct json_t *v;

	*done = e == JSON_END;
	if (e == JSON_KEY)
		return plain(b, &b->key);
	if (e == JSON_OBJECT_END || e == JSON_ARRAY_END) {
		b->depth -= b->depth > 1; /* the outermost stays */
		return true;
	}
	if (e == JSON_END || (!opens && !b->depth))
		return false;
	v = value_of(b, e);
	if (!v || (b->depth && !json_value_put(b->open[b->depth - 1], b->key, v)))
		return false;
	if (opens)
		b->open[b->depth++] = v;
	return true;
}

struct json_t *json_quick(struct sv text, struct arena *arena)
{
	struct building b = { .arena = arena };
	bool done = false;

	json_begin(&b.in, text);
	while (step(&b, &done))
		;
	if (done && b.depth)
		return b.open[0];
	if (b.depth)
		json_value_drop(b.open[0]);
	return NULL;
}
