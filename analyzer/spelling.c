/* SPDX-License-Identifier: Apache-2.0 */
/* spelling.c: see spelling.h; letters are compared decomposed, by utf8proc, without memory. */
#include "analyzer/spelling.h"

#include <utf8proc.h>

#include "analyzer/utf8_in.h"

enum { BETWEEN = -1, END = -2, STAR = -3, CEDILLA = 0x327, COMMA_BELOW = 0x326 };

struct letters {
	struct sv rest;
	utf8proc_int32_t queue[8];
	int count, at;
};

static bool is_letter(utf8proc_int32_t cp)
{
	utf8proc_category_t k = utf8proc_category(cp);

	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO;
}

/* The next decomposed, case-folded letter; BETWEEN for anything that is none. */
static utf8proc_int32_t next(struct letters *l)
{
	for (;;) {
		struct utf8_in c;
		int last = 0;

		if (l->at < l->count)
			return l->queue[l->at++];
		if (!l->rest.n)
			return END;
		c = utf8_in(l->rest.p, l->rest.n);
		l->rest = sv_sub(l->rest, c.bytes, l->rest.n);
		if (c.cp == '*')
			return STAR;
		if (utf8proc_get_property((utf8proc_int32_t)c.cp)->ignorable)
			continue;
		if (!is_letter((utf8proc_int32_t)c.cp))
			return BETWEEN;
		l->at = 0;
		l->count = (int)utf8proc_decompose_char(
			(utf8proc_int32_t)c.cp, l->queue, 8,
			UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD, &last);
		if (l->count < 1 || l->count > 8)
			return BETWEEN;
		for (int i = 0; i < l->count; i++)
			if (l->queue[i] == CEDILLA)
				l->queue[i] = COMMA_BELOW;
	}
}

static utf8proc_int32_t skip(struct letters *l, utf8proc_int32_t c)
{
	while (c == BETWEEN)
		c = next(l);
	return c;
}

bool spelling_fits(struct sv text, struct sv term)
{
	struct letters a = { .rest = text }, b = { .rest = term };

	for (;;) {
		utf8proc_int32_t x = next(&a), y = next(&b);

		if (y == STAR) {
			while (x >= 0)
				x = next(&a);
			y = next(&b);
		}
		if (x == BETWEEN || y == BETWEEN) {
			x = skip(&a, x);
			y = skip(&b, y);
		}
		if (x != y)
			return false;
		if (x == END)
			return true;
	}
}
