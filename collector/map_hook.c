/* SPDX-License-Identifier: Apache-2.0 */
/* map_hook.c: what a service sends by itself, read by [hook] of its map; see map.h. */
#include <stdio.h>
#include <stdlib.h>

#include "collector/map_parts.h"
#include "core/i18n.h"
#include "core/percent.h"
#include "core/short.h"

enum { PERCENT_DEPTH = 64 };

static json_t *text_decoded(const json_t *v)
{
	struct sv s = { json_string_value(v), json_string_length(v) };
	char *out = malloc(s.n + 1);
	json_t *made;

	if (!out) {
		memory_was_short();
		return json_copy((json_t *)v);
	}
	s = percent_decode(s, false, out);
	made = json_stringn(s.p, s.n); /* NULL: no UTF-8 any more */
	free(out);
	return made ? made : json_copy((json_t *)v);
}

/* A copy of @v whose texts were percent-decoded. NULL: memory is out. */
static json_t *decoded(const json_t *v, int depth)
{
	json_t *to, *child;
	const char *key;
	size_t i;

	if (json_is_string(v))
		return text_decoded(v);
	if (depth == PERCENT_DEPTH || !(json_is_object(v) || json_is_array(v)))
		return json_copy((json_t *)v);
	to = json_is_object(v) ? json_object() : json_array();
	if (json_is_object(v)) {
		json_object_foreach((json_t *)v, key, child)
			json_object_set_new_nocheck(to, key, decoded(child, depth + 1));
	} else {
		json_array_foreach(v, i, child)
			json_array_append_new(to, decoded(child, depth + 1));
	}
	return to;
}

/*
 * A map that takes every call must not let one go in silence: what none of its sections
 * understands is set aside.
 */
static int nothing_in_it(const json_t *item, const char *place, struct aside *aside,
			 struct map_call *call, struct err *err)
{
	char *text = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
	int rc;

	if (!text)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = aside_put(aside, place, _("nothing in it is an answer, by its map"),
		       sv_of(text), err);
	free(text);
	call->rejected++;
	return rc;
}

static int make_items(const struct map_run *run, const json_t *body, struct aside *aside,
		      struct batch *out, struct map_call *call, struct err *err)
{
	const struct map *m = run->bound->map;
	struct map_at at = { .item = body, .whole = body };
	const json_t *items = m->hook.items ? map_path_one(m->hook.items, &at) : body;
	size_t n = json_is_array(items) ? json_array_size(items) : items ? 1 : 0;
	char place[40] = "call, item 1"; /* as most have */
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		const json_t *item =
			json_is_array(items) ? json_array_get(items, i) : items;
		struct map_made made;

		if (i)
			snprintf(place, sizeof(place), "call, item %zu", i + 1);
		rc = map_make(run, item, body, m->hook.each, place, aside, out, &made,
			      err);
		if (!rc && made.full)
			rc = err_set(err, ERR_INPUT,
				     "more than fits into one batch: %zu items", n);
		call->records += made.records;
		call->rejected += made.rejected;
		if (!rc && !m->hook.when && !made.records && !made.rejected)
			rc = nothing_in_it(item, place, aside, call, err);
	}
	return rc;
}

int map_hook(const struct map_bound *m, const json_t *body, struct aside *aside,
	     struct batch *out, struct map_call *call, struct err *err)
{
	const struct map *map = m->map;
	int64_t at_ms = call->received_at ? call->received_at : when_now();
	json_t *own = map->hook.percent ? decoded(body, 0) : NULL;
	json_t *received = json_integer(at_ms);
	struct map_run run = { .bound = m, .hook = true, .received = received };
	struct map_at at = { .item = own ? own : body,
			     .whole = own ? own : body,
			     .received = received };
	struct cell id;
	int rc = 0;

	*call = (struct map_call){ .received_at = at_ms,
				   .reply = sv_of(map->hook.reply),
				   .reply_type = sv_of(map->hook.reply_type) };
	call->wanted = !map->hook.when || map_cond_holds(map->hook.when, &at);
	if (call->wanted && map->hook.id) {
		rc = map_expr_value(map->hook.id, &at, JOIN_FIRST, &out->arena, &id);
		if (rc || !arena_copy(&out->arena, id.text, &call->delivery))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (call->wanted && !rc)
		rc = make_items(&run, at.item, aside, out, call, err);
	json_decref(own);
	json_decref(received);
	return rc;
}
