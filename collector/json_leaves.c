/* SPDX-License-Identifier: Apache-2.0 */
/* json_leaves.c: see json_leaves.h. */
#include "collector/json_leaves.h"

#include <stdio.h>
#include <string.h>

#include "core/json_in.h"

struct walk {
	struct json_in json;
	char path[JSON_LEAF_PATH];
	size_t n; /* of the path of the value that comes next */
	size_t prefix[JSON_DEPTH_MAX + 1];
	uint32_t index[JSON_DEPTH_MAX + 1]; /* of an array's next element; 0: an object */
	bool lost[JSON_DEPTH_MAX + 1];	    /* the path did not fit */
};

struct sv json_first(struct sv *rest)
{
	size_t from = 0, depth = 0;
	bool quoted = false;

	while (from < rest->n && rest->p[from] != '{' && rest->p[from] != '[')
		from++;
	for (size_t i = from; i < rest->n; i++) {
		char c = rest->p[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
			continue;
		}
		quoted = c == '"';
		depth += c == '{' || c == '[';
		if ((c == '}' || c == ']') && --depth == 0) {
			struct sv one = sv_sub(*rest, from, i + 1 - from);

			*rest = sv_sub(*rest, i + 1, rest->n);
			return one;
		}
	}
	*rest = sv_sub(*rest, from, rest->n);
	return *rest; /* not closed: whoever walks it will say so */
}

/* What stands behind the prefix of this depth: @n bytes, or more than there is room for. */
static void extend(struct walk *w, unsigned depth, int n)
{
	size_t at = w->prefix[depth];

	w->lost[depth] = n < 0 || (size_t)n >= sizeof(w->path) - at;
	w->n = w->lost[depth] ? at : at + (size_t)n;
}

static void next_key(struct walk *w, struct sv key)
{
	size_t at = w->prefix[w->json.depth];

	extend(w, w->json.depth,
	       snprintf(w->path + at, sizeof(w->path) - at, "%s" SV_FMT, at ? "." : "",
			SV_ARG(key)));
}

static void next_element(struct walk *w, unsigned depth)
{
	size_t at = w->prefix[depth];

	if (w->index[depth])
		extend(w, depth,
		       snprintf(w->path + at, sizeof(w->path) - at, "[%u]",
				w->index[depth]++ - 1));
}

static void enter(struct walk *w, bool array, bool lost)
{
	w->prefix[w->json.depth] = w->n;
	w->index[w->json.depth] = array;
	w->lost[w->json.depth] = lost;
}

static bool is_lost(const struct walk *w)
{
	for (unsigned d = 0; d <= w->json.depth; d++)
		if (w->lost[d])
			return true;
	return false;
}

static struct sv scalar(const struct walk *w, enum json_event e, struct sv text)
{
	if (e == JSON_STRING)
		return text;
	if (e == JSON_NUMBER)
		return w->json.text;
	return e == JSON_TRUE ? SV("true") : SV("false");
}

int json_leaves(struct sv document, struct arena *a,
		void (*leaf)(void *self, struct sv path, struct sv value), void *self,
		struct err *err)
{
	struct walk w = { .n = 0 };
	enum json_event e;

	json_begin(&w.json, document);
	while ((e = json_next(&w.json)) != JSON_END) {
		struct sv text = { NULL, 0 };

		if (e == JSON_ERROR)
			return json_why(&w.json, err);
		if (e == JSON_OBJECT_END || e == JSON_ARRAY_END)
			continue;
		if ((e == JSON_KEY || e == JSON_STRING) && !json_text(&w.json, a, &text))
			return err_set(err, ERR_INPUT, "far too much text");
		if (e == JSON_KEY) {
			next_key(&w, text);
			continue;
		}
		if (e == JSON_OBJECT || e == JSON_ARRAY) {
			next_element(&w, w.json.depth - 1u);
			enter(&w, e == JSON_ARRAY, false);
			continue;
		}
		next_element(&w, w.json.depth);
		if (e != JSON_NULL && !is_lost(&w))
			leaf(self, (struct sv){ w.path, w.n }, scalar(&w, e, text));
	}
	return 0;
}
