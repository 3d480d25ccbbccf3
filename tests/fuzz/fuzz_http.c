/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_http.c: what a service may say in headers, addresses and as a token service. The first
 * byte chooses. What must hold: no wait is longer than the ceiling, a next address is http or
 * https, an address is its own place, and nothing of a token service's words is in an error.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http_inside.h"
#include "collector/oauth_inside.h"

static void headers(struct sv rest, struct arena *a)
{
	struct http_exchange x = { .heard.arena = a };
	struct sv next, moved;
	int64_t ms;

	while (rest.n && http_hear(&x, sv_cut(&rest, '\n')))
		;
	ms = http_again_ms(&x.heard, 1795262400000);
	if (ms < 1000 || ms > HTTP_AGAIN_MAX_MS)
		abort();
	next = http_link_next(x.heard.links, "https://chat.example.ro/api?page=1", a);
	if (next.n && (next.p[next.n] || !http_host(next.p).n))
		abort();
	moved = http_moved_to(x.heard.location, "https://chat.example.ro/api", a);
	if (moved.n && !sv_starts(moved, SV("http")))
		abort();
}

static void addresses(struct sv text, struct arena *a)
{
	char place[HTTP_PLACE_MAX];
	struct err err = ERR_NONE;
	void *parsed;
	struct sv z;

	if (!arena_copy(a, text, &z))
		return;
	if (http_url_parse(z.p, &parsed, place, &err)) {
		if (err.code != ERR_CONFIG)
			abort();
		http_same_place(z.p, "https://chat.example.ro/");
		return;
	}
	http_url_free(parsed);
	if (!place[0] || !http_same_place(z.p, z.p) || !http_host(z.p).n)
		abort();
}

static void tokens(struct sv text, struct arena *a)
{
	const struct http_answer answer = { .status = text.n & 1 ? 200 : 400,
					    .body = text };
	struct oauth_answer out;
	struct err err = ERR_NONE;

	if (oauth_read(&answer, "login.example.ro", "FILE", a, &out, &err))
		return;
	if (!out.token.n || out.token.n > OAUTH_TOKEN_MAX || out.lasts_s < 0)
		abort();
	for (size_t i = 0; i < out.token.n; i++)
		if (out.token.p[i] <= ' ' || out.token.p[i] > '~')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const what[])(struct sv, struct arena *) = { headers, addresses,
								   tokens };
	struct arena a;

	if (!size)
		return 0;
	arena_init(&a, 16 << 20);
	what[data[0] % 3]((struct sv){ (const char *)data + 1, size - 1 }, &a);
	arena_release(&a);
	return 0;
}
