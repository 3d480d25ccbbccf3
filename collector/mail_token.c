/* SPDX-License-Identifier: Apache-2.0 */
/* mail_token.c: see mail_token.h. Patterns are short and have two places at most, so going back is cheap. */
#include "collector/mail_token.h"

#include <ctype.h>
#include <string.h>

enum { ID_MAX = 200, PATTERN_MAX = 200, PLACES_MAX = 2 };

static bool id_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '=';
}

int token_check(struct sv pattern, struct err *err)
{
	struct sv rest = pattern;
	int ids = 0, places = 0;

	while (rest.n) {
		struct sv name;

		sv_cut(&rest, '{');
		if (!rest.n)
			break;
		name = sv_cut(&rest, '}');
		ids += sv_eq(name, SV("id"));
		if (!sv_eq(name, SV("id")) && !sv_eq(name, SV("mac")))
			return err_set(err, ERR_CONFIG,
				       "no place {" SV_FMT "}: {id} and {mac} are known",
				       SV_ARG(name));
		places++;
	}
	if (ids == 1 && places <= PLACES_MAX && pattern.n <= PATTERN_MAX)
		return 0;
	return err_set(err, ERR_CONFIG,
		       "a pattern has one {id}, and a {mac} at most: survey+{id}@");
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* @mac: a {mac} must be there; else it must not, nor the sign before it. */
static bool match(struct sv pattern, struct sv text, bool mac, struct sv *id)
{
	size_t n = 0;
	bool is_id;

	while (pattern.n && pattern.p[0] != '{') {
		if (!mac && sv_starts(sv_sub(pattern, 1, pattern.n), SV("{mac}"))) {
			pattern = sv_sub(pattern, 1 + SV("{mac}").n, pattern.n);
			continue;
		}
		if (!text.n || !same(pattern.p[0], text.p[0]))
			return false;
		pattern = sv_sub(pattern, 1, pattern.n);
		text = sv_sub(text, 1, text.n);
	}
	if (!pattern.n)
		return true;
	is_id = sv_starts(pattern, SV("{id}"));
	sv_cut(&pattern, '}');
	while (n < text.n && n < ID_MAX && id_char(text.p[n]))
		n++;
	for (; n; n--)
		if (match(pattern, sv_sub(text, n, text.n), mac, id)) {
			if (is_id)
				*id = sv_sub(text, 0, n);
			return true;
		}
	return false;
}

bool token_at(struct sv pattern, struct sv text, struct sv *id)
{
	return match(pattern, text, true, id) || match(pattern, text, false, id);
}

bool token_within(struct sv pattern, struct sv text, struct sv *id)
{
	for (size_t i = 0; i < text.n && i < 1000; i++)
		if (token_at(pattern, sv_sub(text, i, text.n), id))
			return true;
	return false;
}
