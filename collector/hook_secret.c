/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_secret.c: services that sign nothing and only show that they know the secret: by HTTP
 * login, in the address, or in the body. Whoever reads such a call can repeat it: https only.
 */
#include <sodium.h>
#include <string.h>

#include "collector/hook_inside.h"
#include "core/i18n.h"
#include "core/json_in.h"

enum { SHOWN_MAX = 8192 };

/* What follows "Bearer " (any case) in Authorization. */
static struct sv authorization(const struct hook_request *q, struct sv scheme)
{
	struct sv value = hook_header(q, "Authorization");
	struct sv said = sv_cut(&value, ' ');

	value = sv_trim(value);
	return sv_ieq(said, scheme) && value.n <= SHOWN_MAX ? value
							    : (struct sv){ NULL, 0 };
}

static void decide(bool good, struct sv shown, struct hook_proof *out)
{
	*out = (struct hook_proof){ .good = good };
	if (!good)
		out->why = shown.n ? N_("another secret was shown")
				   : N_("no secret was shown");
}

void hook_bearer(const struct hook_request *q, const struct sv *secrets, size_t count,
		 struct arena *arena, struct hook_proof *out)
{
	struct sv shown = authorization(q, SV("Bearer"));

	(void)arena;
	decide(hook_same_any((struct hook_keys){ secrets, count }, shown), shown, out);
}

void hook_basic(const struct hook_request *q, const struct sv *secrets, size_t count,
		struct arena *arena, struct hook_proof *out)
{
	struct sv shown = authorization(q, SV("Basic"));
	bool good = false;

	for (size_t i = 0; i < count; i++) {
		size_t room = sodium_base64_ENCODED_LEN(secrets[i].n,
							sodium_base64_VARIANT_ORIGINAL);
		char *text = secrets[i].n ? arena_take(arena, room) : NULL;

		if (!text)
			continue;
		sodium_bin2base64(text, room, (const unsigned char *)secrets[i].p,
				  secrets[i].n, sodium_base64_VARIANT_ORIGINAL);
		good |= hook_same(sv_of(text), shown);
		sodium_memzero(text, room);
	}
	decide(good, shown, out);
}

/* ---- in the address ---------------------------------------------------------------------- */

static struct sv last_part(const char *url)
{
	struct sv s = sv_of(url);
	size_t end = 0, at;

	while (end < s.n && s.p[end] != '?' && s.p[end] != '#')
		end++;
	for (at = end; at > 0 && s.p[at - 1] != '/'; at--)
		;
	return sv_sub(s, at, end - at);
}

void hook_path(const struct hook_request *q, const struct sv *secrets, size_t count,
	       struct arena *arena, struct hook_proof *out)
{
	struct hook_keys keys = { secrets, count };
	struct sv in_header = hook_header(q, "X-Opinia-Secret");
	struct sv in_path = { NULL, 0 }, in_query = { NULL, 0 };
	struct hook_param *params;
	size_t n;
	bool good;

	if (!hook_decode(last_part(q->url), arena, &in_path))
		in_path = (struct sv){ NULL, 0 };
	if (!hook_form(q->query, arena, &params, &n) ||
	    !hook_param(params, n, SV("key"), &in_query))
		in_query = (struct sv){ NULL, 0 };
	good = hook_same_any(keys, in_header);
	good |= hook_same_any(keys, in_path);
	good |= hook_same_any(keys, last_part(q->url)); /* a + is a + there */
	good |= hook_same_any(keys, in_query);
	decide(good, in_header.n ? in_header : in_query, out);
}

/* ---- in the body ------------------------------------------------------------------------- */

/* The text of @key in the outer object of @body; false: none, twice, or no JSON. */
static bool outer_text(struct sv body, struct sv key, struct arena *arena, struct sv *out)
{
	struct json_in j;
	struct sv name;
	size_t times = 0;
	enum json_event e;

	json_begin(&j, body);
	if (json_next(&j) != JSON_OBJECT)
		return false;
	while ((e = json_next(&j)) == JSON_KEY) {
		if (!json_text(&j, arena, &name))
			return false;
		if (!sv_eq(name, key)) {
			if (!json_skip(&j, e))
				return false;
			continue;
		}
		if (json_next(&j) != JSON_STRING || !json_text(&j, arena, out))
			return false;
		times++;
	}
	return e == JSON_OBJECT_END && json_next(&j) == JSON_END && times == 1;
}

void hook_livechat(const struct hook_request *q, const struct sv *secrets, size_t count,
		   struct arena *arena, struct hook_proof *out)
{
	struct sv shown = { NULL, 0 };
	bool there = outer_text(q->body, SV("secret_key"), arena, &shown);

	decide(there && hook_same_any((struct hook_keys){ secrets, count }, shown), shown,
	       out);
}
