/* SPDX-License-Identifier: Apache-2.0 */
/* oauth_answer.c: what a token service answers. Its words are not trusted, nor shown. */
#include <jansson.h>
#include <string.h>

#include "collector/oauth_inside.h"

enum { UNSAID_S = 300, LONGEST_S = 86400, CODE_MAX = 40 };

/* Visible ASCII: it goes into a header. */
static bool token_fits(const char *z, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (z[i] <= ' ' || z[i] > '~')
			return false;
	return n > 0 && n <= OAUTH_TOKEN_MAX;
}

static struct sv token_of(const json_t *j, const char *key, struct arena *arena)
{
	const json_t *v = json_object_get(j, key);
	struct sv out = { NULL, 0 };

	if (json_is_string(v) &&
	    token_fits(json_string_value(v), json_string_length(v)) &&
	    !arena_copy(arena, (struct sv){ json_string_value(v), json_string_length(v) },
			&out))
		return (struct sv){ NULL, 0 };
	return out;
}

/* A number, or one in quotes. */
static int64_t lasts(const json_t *j)
{
	const json_t *v = json_object_get(j, "expires_in");
	int64_t s = 0;

	if (json_is_number(v))
		s = json_number_value(v) > LONGEST_S ? LONGEST_S
						     : (int64_t)json_number_value(v);
	else if (!json_is_string(v) || !sv_i64(sv_of(json_string_value(v)), &s))
		s = UNSAID_S;
	if (s <= 0)
		return 0;
	return s > LONGEST_S ? LONGEST_S : s;
}

/* "invalid_grant"; anything that is no such word: "". */
static const char *code_of(const json_t *j)
{
	const char *code = json_string_value(json_object_get(j, "error"));

	return code && strlen(code) <= CODE_MAX &&
			       strspn(code, "abcdefghijklmnopqrstuvwxyz_") == strlen(code)
		       ? code
		       : "";
}

static int refused(const char *code, const char *host, const char *where, struct err *err)
{
	if (!strcmp(code, "invalid_grant"))
		return err_set(
			err, ERR_CONFIG,
			"%s does not take the refresh token any more: sign in there "
			"anew and put the new one into %s",
			host, where);
	if (!strcmp(code, "invalid_client") || !strcmp(code, "unauthorized_client"))
		return err_set(err, ERR_CONFIG,
			       "%s does not take the client (%s): are client_id and its "
			       "secret right, and still valid?",
			       host, code);
	return err_set(err, ERR_CONFIG, "%s gives no token (%s)", host, code);
}

static int given(const json_t *j, const char *host, struct arena *arena,
		 struct oauth_answer *out, struct err *err)
{
	const char *type = json_string_value(json_object_get(j, "token_type"));

	*out = (struct oauth_answer){ .token = token_of(j, "access_token", arena),
				      .refresh = token_of(j, "refresh_token", arena),
				      .lasts_s = lasts(j) };
	if (!out->token.n)
		return err_set(err, ERR_UNAVAILABLE,
			       "%s answers without an access token: is token_url right?",
			       host);
	if (type && !sv_ieq(sv_of(type), SV("bearer")))
		return err_set(err, ERR_CONFIG,
			       "%s gives tokens of a kind that is not known here (not "
			       "Bearer)",
			       host);
	return 0;
}

int oauth_read(const struct http_answer *a, const char *host, const char *where,
	       struct arena *arena, struct oauth_answer *out, struct err *err)
{
	bool good = a->status >= 200 && a->status <= 299;
	bool no = a->status == 400 || a->status == 401 || a->status == 403;
	json_t *j = good || no ? json_loadb(a->body.p ? a->body.p : "", a->body.n,
					    JSON_REJECT_DUPLICATES, NULL)
			       : NULL;
	int rc;

	if (code_of(j)[0])
		rc = refused(code_of(j), host, where, err);
	else if (good && json_is_object(j))
		rc = given(j, host, arena, out, err);
	else if (good)
		rc = err_set(err, ERR_UNAVAILABLE,
			     "%s does not answer in JSON: is token_url right?", host);
	else
		rc = http_status(a, host, err);
	json_decref(j);
	return rc;
}
