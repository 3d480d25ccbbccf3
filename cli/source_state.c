/* SPDX-License-Identifier: Apache-2.0 */
/* source_state.c: see source_state.h. */
#include "cli/source_state.h"

#include <stddef.h>
#include <string.h>

#include "core/json_in.h"
#include "core/json_out.h"

static const struct {
	const char *key;
	size_t at;
} numbers[] = {
	{ "last_run", offsetof(struct source_state, last_run) },
	{ "last_ok", offsetof(struct source_state, last_ok) },
	{ "newest", offsetof(struct source_state, newest) },
	{ "added", offsetof(struct source_state, added) },
	{ "revised", offsetof(struct source_state, revised) },
	{ "rejected", offsetof(struct source_state, rejected) },
	{ "failures", offsetof(struct source_state, failures) },
	{ "code", offsetof(struct source_state, code) },
};

enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static int64_t *number_of(struct source_state *s, struct sv key)
{
	for (size_t i = 0; i < NUMBERS; i++)
		if (sv_eq(key, sv_of(numbers[i].key)))
			return (int64_t *)((char *)s + numbers[i].at);
	return NULL;
}

static void take(struct source_state *s, struct json_in *j, struct sv key,
		 enum json_event value, struct arena *arena)
{
	int64_t *number = number_of(s, key);
	struct sv text;

	if (number && value == JSON_NUMBER)
		json_whole(j->text, number);
	else if (value == JSON_STRING && sv_eq(key, SV("error")) &&
		 json_text(j, arena, &text)) {
		text = sv_sub(text, 0, sizeof(s->error) - 1);
		memcpy(s->error, text.p, text.n);
		s->error[text.n] = 0;
	} else if (!json_skip(j, value))
		return;
}

int source_state_read(struct opinia_store *store, const char *name,
		      struct source_state *out, struct err *err)
{
	struct arena arena;
	struct json_in j;
	struct sv text;
	int rc;

	*out = (struct source_state){ .last_run = TIME_NONE,
				      .last_ok = TIME_NONE,
				      .newest = TIME_NONE };
	arena_init(&arena, 0);
	rc = opinia_store_state(store, sv_of(name), &arena, &text, err);
	if (!rc && text.n) {
		json_begin(&j, text);
		for (enum json_event e = json_next(&j);
		     e == JSON_OBJECT || e == JSON_KEY;) {
			struct sv key = { NULL, 0 };

			if (e == JSON_KEY && json_text(&j, &arena, &key))
				take(out, &j, key, json_next(&j), &arena);
			e = json_next(&j);
		}
	}
	arena_release(&arena);
	return rc;
}

int source_state_write(struct opinia_store *store, const char *name,
		       const struct source_state *s, struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, 0);
	buf_char(&b, '{');
	for (size_t i = 0; i < NUMBERS; i++) {
		int64_t v = *(const int64_t *)((const char *)s + numbers[i].at);

		if (v == TIME_NONE)
			continue;
		json_put_key(&b, numbers[i].key);
		buf_printf(&b, "%lld", (long long)v);
	}
	json_put_key(&b, "error");
	json_put_text(&b, sv_of(s->error));
	buf_char(&b, '}');
	rc = buf_ok(&b) ? opinia_store_state_put(store, sv_of(name), buf_sv(&b), err)
			: err_set(err, ERR_SYSTEM, "out of memory");
	buf_release(&b);
	return rc;
}

bool source_state_parked(const struct source_state *s)
{
	return s->code == ERR_CONFIG || s->code == ERR_MISSING;
}
