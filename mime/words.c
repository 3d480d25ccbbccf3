/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c: see words.h. Neighbours of one charset are decoded together, because some
 * programs cut a letter of several bytes in two.
 */
#include "mime/words.h"

#include <string.h>

#include "mime/charset.h"

struct word {
	struct sv charset, text;
	bool base64;
};

/* The encoded word that @s begins with; its length, or 0. */
static size_t word_at(struct sv s, struct word *w)
{
	struct sv rest = sv_sub(s, 2, s.n), how;
	ptrdiff_t end;

	if (s.n < 8 || s.p[0] != '=' || s.p[1] != '?')
		return 0;
	w->charset = sv_cut(&rest, '?');
	how = sv_cut(&rest, '?');
	end = sv_find(rest, SV("?="));
	if (!w->charset.n || w->charset.n > 64 || how.n != 1 || end < 0)
		return 0;
	if (!strchr("bBqQ", how.p[0]))
		return 0;
	w->base64 = (how.p[0] | 32) == 'b';
	w->text = sv_sub(rest, 0, (size_t)end);
	for (size_t i = 0; i < w->charset.n; i++)
		if (w->charset.p[i] == '*') /* RFC 2231: a language behind it */
			w->charset.n = i;
	return (size_t)(rest.p + end + 2 - s.p);
}

static int digit16(char c)
{
	const char *all = "0123456789ABCDEFabcdef", *at = c ? strchr(all, c) : NULL;

	return !at ? -1 : at - all > 15 ? (int)(at - all - 6) : (int)(at - all);
}

static void put_q(struct buf *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n ? digit16(s.p[i + 1]) : -1;
		int low = high >= 0 ? digit16(s.p[i + 2]) : -1;

		if (s.p[i] == '=' && low >= 0) {
			buf_char(out, (char)(high << 4 | low));
			i += 2;
		} else {
			buf_char(out, s.p[i] == '_' ? ' ' : s.p[i]);
		}
	}
}

static void put_b(struct buf *out, struct sv s)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789+/";
	unsigned bits = 0, have = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(all, s.p[i]) : NULL;

		if (!at)
			continue;
		bits = (bits << 6 | (unsigned)(at - all)) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_char(out, (char)(bits >> have & 0xff));
		}
	}
}

static size_t blanks(struct sv s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n;
}

/* All encoded words of one charset from here on; how many bytes of @s they are. */
static size_t put_run(struct buf *out, struct sv s, struct word first, size_t n)
{
	struct word w = first;
	struct buf bytes;
	size_t used = 0, gap = 0;

	buf_init(&bytes, 0);
	while (n && sv_ieq(w.charset, first.charset)) {
		(w.base64 ? put_b : put_q)(&bytes, w.text);
		used += gap + n;
		gap = blanks(sv_sub(s, used, s.n));
		n = word_at(sv_sub(s, used + gap, s.n), &w);
	}
	charset_put(out, buf_sv(&bytes), first.charset);
	buf_release(&bytes);
	return n ? used + gap
		 : used; /* another charset follows: the blanks are nothing */
}

void words_put(struct buf *out, struct sv line)
{
	struct word w;

	while (line.n) {
		ptrdiff_t at = sv_find(line, SV("=?"));
		size_t plain = at < 0 ? line.n : (size_t)at, n;

		charset_put(out, sv_sub(line, 0, plain), (struct sv){ NULL, 0 });
		line = sv_sub(line, plain, line.n);
		n = line.n ? word_at(line, &w) : 0;
		if (n) {
			n = put_run(out, line, w, n);
		} else if (line.n) {
			buf_str(out, "=?");
			n = 2;
		}
		line = sv_sub(line, n, line.n);
	}
}
