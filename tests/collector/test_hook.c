/* SPDX-License-Identifier: Apache-2.0 */
/* test_hook.c: what a body is read as, and what is answered to a call that came before. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "collector/hook_body.h"

/* clang-format off */
static const struct {
	const char *type, *body;
	int status;
	const char *json;  /* compact, keys in their order */
	const char *event; /* id of the CloudEvent */
} bodies[] = {
	{ "application/json", "{\"a\":1}", 0, "{\"a\":1}", "" },
	{ "Application/JSON; charset=utf-8", " [1, {\"ț\": \"ż\"}]", 0, "[1,{\"ț\":\"ż\"}]", "" },
	{ "application/json", "\xef\xbb\xbf{\"a\":1}", 0, "{\"a\":1}", "" },
	{ "application/vnd.x+json", "{\"a\":1}", 0, "{\"a\":1}", "" },
	{ "application/json", "", 400, NULL, "" },
	{ "application/json", "{\"a\":1", 400, NULL, "" },
	{ "application/json", "{\"a\":1} x", 400, NULL, "" },
	{ "application/json", "{\"a\":\"\xff\"}", 400, NULL, "" },
	{ "application/json", "{\"a\":\"\\u0000\"}", 400, NULL, "" },
	{ "application/json", "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", 400, NULL, "" },
	{ "application/json", "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}", 0,
	  "{\"a\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}", "" },
	{ "application/json", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 400, NULL, "" },
	{ "application/x-www-form-urlencoded", "a=1&b=%C8%9B+x&a=2&c", 0, "{\"a\":\"1\",\"b\":\"ț x\",\"c\":\"\"}", "" },
	{ "application/x-www-form-urlencoded", "a=%ff", 400, NULL, "" },
	{ "application/x-www-form-urlencoded", "%00=1", 400, NULL, "" },
	{ "application/x-www-form-urlencoded", "{\"a\":\"b&c\"}", 0, "{\"a\":\"b&c\"}", "" },
	{ "application/x-www-form-urlencoded", "cdr=%7B%22u%22%3A%221%22%7D&x=1", 0, "{\"u\":\"1\"}", "" },
	{ "application/x-www-form-urlencoded", "cdr=<cdr/>", 400, NULL, "" },
	{ "application/x-www-form-base64-encoded", "cdr=eyJ1IjoiMSJ9", 0, "{\"u\":\"1\"}", "" },
	{ "application/x-www-form-base64-encoded", "cdr=***", 400, NULL, "" },
	{ "application/x-www-form-base64-encoded", "x=eyJ1IjoiMSJ9", 400, NULL, "" },
	{ "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data\":{\"a\":1}}", 0, "{\"a\":1}", "e" },
	{ "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data_base64\":\"eyJ1IjoiMSJ9\"}", 0, "{\"u\":\"1\"}", "e" },
	{ "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data_base64\":\"!\"}", 400, NULL, "" },
	{ "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\"}", 0, "null", "e" },
	{ "application/cloudevents+json", "{\"specversion\":\"0.3\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}", 400, NULL, "" },
	{ "application/cloudevents+json", "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\",\"data\":1}", 400, NULL, "" },
	{ "application/cloudevents+json", "[]", 400, NULL, "" },
	{ "application/cloudevents-batch+json", "[{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data\":1},{\"specversion\":\"1.0\",\"id\":\"f\",\"source\":\"/s\",\"type\":\"t\",\"data\":2}]", 0, "[1,2]", "" },
	{ "application/cloudevents-batch+json", "[{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data\":1},{}]", 400, NULL, "" },
	{ "application/cloudevents-batch+json", "{}", 400, NULL, "" },
	{ "text/plain", "{\"a\":1}", 415, NULL, "" },
	{ "multipart/form-data; boundary=x", "--x", 415, NULL, "" },
	{ "", "{\"a\":1}", 415, NULL, "" },
};
/* clang-format on */

static int read_one(const char *type, const char *body, const char *coding,
		    struct arena *arena, struct hook_body *out)
{
	struct hook_header headers[] = { { SV("content-TYPE"), sv_of(type) },
					 { SV("Content-Encoding"), sv_of(coding) } };
	struct hook_request q = { .body = sv_of(body),
				  .headers = headers,
				  .header_count = coding ? 2 : 1 };
	const char *why;

	return hook_body_read(&q, arena, out, &why);
}

Test(hook, a_body_is_read_as_what_it_says_it_is)
{
	struct arena arena;
	struct hook_body b;

	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		int status = read_one(bodies[i].type, bodies[i].body, NULL, &arena, &b);
		char *got = b.json ? json_dumps(b.json, JSON_COMPACT | JSON_ENCODE_ANY)
				   : NULL;

		cr_expect_eq(status, bodies[i].status, "row %zu %s: %d", i,
			     bodies[i].body, status);
		cr_expect_eq(got != NULL, bodies[i].json != NULL, "row %zu", i);
		cr_expect(!got || strcmp(got, bodies[i].json) == 0, "row %zu: %s", i,
			  got);
		cr_expect(status || sv_eq(b.event, sv_of(bodies[i].event)),
			  "row %zu: " SV_FMT, i, SV_ARG(b.event));
		free(got);
		json_decref(b.json);
	}
	cr_expect_eq(read_one("application/json", "{}", "gzip", &arena, &b), 415);
	cr_expect_eq(read_one("application/json", "{}", "identity", &arena, &b), 0);
	json_decref(b.json);
	arena_release(&arena);
}

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

Test(hook, a_call_that_comes_again_hears_what_it_heard)
{
	static const struct {
		const char *old, *now;
		int status;
		const char *body;
	} rows[] = {
		{ A " d 200 first", A " d 200 again", 200, "first" },
		{ A " d 200 first", B " d 200 again", 200, "first" },
		{ A " k 200 first", A " k 200 again", 200, "first" },
		{ A " k 200 first", B " k 200 again", 422, "" },
		{ A " k 202 ", A " k 200 again", 202, "again" },
		{ A " b 999 x", A " b 200 again", 200, "x" },
		{ "", A " b 200 again", 200, "again" },
		{ "short", A " k 200 again", 200, "again" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hook_reply r = { .status = 200, .body = SV("again") };

		opinia_hook_again(sv_of(rows[i].old), sv_of(rows[i].now), &r);
		cr_expect_eq(r.status, rows[i].status, "row %zu: %d", i, r.status);
		cr_expect(sv_eq(r.body, sv_of(rows[i].body)), "row %zu: " SV_FMT, i,
			  SV_ARG(r.body));
	}
}
