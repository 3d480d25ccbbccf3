/* SPDX-License-Identifier: Apache-2.0 */
/* map_json.c: see map_json.h. */
#include "collector/map_json.h"

#include <sodium.h>

#include "collector/encoding.h"
#include "core/utf8.h"

bool map_json_deep(struct sv s)
{
	int depth = 0;
	bool text = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (text) {
			i += c == '\\';
			text = c != '"';
		} else if (c == '"') {
			text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > MAP_DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

/* What is wrong, without the words around it that jansson would quote. */
static const char *why(const json_error_t *e)
{
	switch (json_error_code((json_error_t *)e)) {
	case json_error_premature_end_of_input:
		return "it ends too early";
	case json_error_end_of_input_expected:
		return "something follows it";
	case json_error_numeric_overflow:
		return "a number is too large";
	case json_error_invalid_utf8:
		return "it is no UTF-8";
	default:
		return "a mark is wrong";
	}
}

int map_json_parse(json_t **out, struct sv text, struct arena *a, struct err *err)
{
	json_error_t e;

	*out = NULL;
	if (sv_starts(text, SV("\xef\xbb\xbf")))
		text = sv_sub(text, 3, text.n);
	if (!utf8_valid(text) &&
	    !encoding_decode(encoding_of_bytes(text), text, a, &text))
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (map_json_deep(text))
		return err_set(err, ERR_INPUT, "JSON of more than %d levels",
			       MAP_DEPTH_MAX);
	*out = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL,
			  &e);
	if (*out)
		return 0;
	return err_set(err, ERR_INPUT, "no JSON (line %d, column %d: %s)", e.line,
		       e.column, why(&e));
}

int map_base64(struct sv text, struct arena *a, struct sv *out, struct err *err)
{
	unsigned char *bytes = arena_take(a, text.n / 4 * 3 + 4);
	const char *end = NULL;
	size_t n = 0;

	if (!bytes)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!text.n ||
	    sodium_base642bin(bytes, text.n / 4 * 3 + 4, text.p, text.n, " \r\n\t", &n,
			      &end, sodium_base64_VARIANT_ORIGINAL) ||
	    end != text.p + text.n)
		return err_set(err, ERR_INPUT, "no base64");
	*out = (struct sv){ (const char *)bytes, n };
	return 0;
}
