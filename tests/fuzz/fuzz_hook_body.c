/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_hook_body.c: any bytes as the body of a call; the first one says which type it claims to
 * be. What must hold: a status or JSON, never both; no deeper than promised; twice is the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/hook_body.h"
#include "collector/map_json.h"

static const char *const types[] = {
	"application/json",
	"application/x-www-form-urlencoded",
	"application/x-www-form-base64-encoded",
	"application/cloudevents+json; charset=utf-8",
	"application/cloudevents-batch+json",
	"text/html",
	"application/json", /* with the headers of an event */
};

static int depth_of(const json_t *v)
{
	int most = 0;
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach((json_t *)v, key, child)
	{
		int d = depth_of(child);

		most = d > most ? d : most;
	}
	json_array_foreach(v, i, child)
	{
		int d = depth_of(child);

		most = d > most ? d : most;
	}
	return most + (json_is_object(v) || json_is_array(v));
}

static size_t read_once(size_t which, struct sv body)
{
	struct hook_header headers[] = { { SV("Content-Type"), sv_of(types[which]) },
					 { SV("ce-specversion"), SV("1.0") },
					 { SV("ce-type"), SV("t") },
					 { SV("ce-source"), SV("/%C8%9B") },
					 { SV("ce-id"), { body.p, body.n / 2 } } };
	struct hook_request q = { .method = SV("POST"),
				  .body = body,
				  .headers = headers,
				  .header_count = which == 6 ? 5 : 1 };
	struct hook_body out;
	struct arena arena;
	const char *why = NULL;
	size_t sum;
	int status;

	arena_init(&arena, 16 << 20);
	status = hook_body_read(&q, &arena, &out, &why);
	if ((status == 0) != (out.json != NULL) || (status && !why))
		abort();
	if (depth_of(out.json) > MAP_DEPTH_MAX)
		abort();
	sum = (size_t)status + json_object_size(out.json) * 3 +
	      json_array_size(out.json) * 5 + out.event.n * 7 + out.event_of.n * 11;
	json_decref(out.json);
	arena_release(&arena);
	return sum;
}

/* A note of the store is ours, but an old version may have written it. */
static void answer_again(struct sv note)
{
	struct hook_reply r = { .status = 200 };

	opinia_hook_again(note, SV("x"), &r);
	if (r.status < 200 || r.status > 422)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sv body;
	size_t which;

	if (!size)
		return 0;
	which = data[0] % (sizeof(types) / sizeof(types[0]));
	body = (struct sv){ (const char *)data + 1, size - 1 };
	if (read_once(which, body) != read_once(which, body))
		abort();
	answer_again(body);
	return 0;
}
