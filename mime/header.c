/* SPDX-License-Identifier: Apache-2.0 */
/* header.c: see header.h. Encoded words are in words.c. */
#include "mime/header.h"

#include <string.h>

#include "mime/charset.h"
#include "mime/words.h"

enum { ADDRESS_MAX = 320 };

struct sv header_block(struct sv mail)
{
	struct sv rest = mail;

	while (rest.n) {
		const char *at = rest.p;
		struct sv line = sv_cut(&rest, '\n');

		if (!line.n || (line.n == 1 && line.p[0] == '\r'))
			return (struct sv){ mail.p, (size_t)(at - mail.p) };
	}
	return mail;
}

bool header_next(struct sv *block, struct sv *name, struct sv *value)
{
	while (block->n) {
		struct sv line = sv_cut(block, '\n');
		const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

		while (block->n && (block->p[0] == ' ' || block->p[0] == '\t')) {
			struct sv more = sv_cut(block, '\n');

			line.n = (size_t)(more.p + more.n - line.p);
		}
		if (!colon || line.p[0] == ' ' || line.p[0] == '\t')
			continue;
		*name = sv_trim((struct sv){ line.p, (size_t)(colon - line.p) });
		*value = sv_trim(sv_sub(line, (size_t)(colon - line.p) + 1, line.n));
		return true;
	}
	return false;
}

static bool find(struct sv block, const char *name, struct sv *value)
{
	struct sv n;

	while (header_next(&block, &n, value))
		if (sv_ieq(n, sv_of(name)))
			return true;
	*value = (struct sv){ NULL, 0 };
	return false;
}

struct sv header_find(struct sv block, const char *name)
{
	struct sv value;

	find(block, name, &value);
	return value;
}

bool header_has(struct sv block, const char *name)
{
	struct sv value;

	return find(block, name, &value);
}

void header_text(struct sv value, struct buf *out)
{
	struct buf line;
	size_t from = out->n;

	buf_init(&line, 0);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			buf_char(&line, value.p[i] == '\t' ? ' ' : value.p[i]);
	words_put(out, buf_sv(&line));
	buf_release(&line);
	for (size_t i = from; i < out->n; i++)
		if (out->p[i] == '\n' || out->p[i] == '\t')
			out->p[i] = ' ';
}

/* ---- addresses --------------------------------------------------------------------------- */

/* Behind a quoted string or comment that begins at @i. */
static size_t behind(struct sv s, size_t i)
{
	char open = s.p[i], close = open == '(' ? ')' : open;
	unsigned depth = 1;

	for (i++; i < s.n && depth; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == close)
			depth--;
		else if (s.p[i] == open)
			depth++;
	}
	return i < s.n ? i : s.n;
}

static bool plain_address(struct sv s)
{
	const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;

	if (!at || at == s.p || at + 1 == s.p + s.n || s.n > ADDRESS_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return true;
}

static bool ends_word(char c)
{
	return (unsigned char)c <= ' ' || strchr(",;:<>()\"", c);
}

bool address_next(struct sv *rest, struct sv *address)
{
	size_t i = 0;

	while (i < rest->n) {
		size_t from = i;

		if (rest->p[i] == '"' || rest->p[i] == '(') {
			i = behind(*rest, i);
			continue;
		}
		while (i < rest->n && !ends_word(rest->p[i]))
			i++;
		*address = sv_sub(*rest, from, i - from);
		if (plain_address(*address)) {
			*rest = sv_sub(*rest, i, rest->n);
			return true;
		}
		i += i == from;
	}
	*rest = (struct sv){ NULL, 0 };
	return false;
}

bool id_next(struct sv *rest, struct sv *id)
{
	while (rest->n) {
		sv_cut(rest, '<');
		*id = sv_trim(sv_cut(rest, '>'));
		if (id->n && id->n <= 900)
			return true;
	}
	return false;
}
