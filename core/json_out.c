/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.c: see json_out.h. Numbers never go through the locale. */
#include "core/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

static void escape(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_str(b, "\\\"");
		break;
	case '\\':
		buf_str(b, "\\\\");
		break;
	case '\n':
		buf_str(b, "\\n");
		break;
	case '\r':
		buf_str(b, "\\r");
		break;
	case '\t':
		buf_str(b, "\\t");
		break;
	default:
		buf_printf(b, "\\u%04x", c);
	}
}

void json_put_text(struct buf *b, struct sv s)
{
	size_t n;

	buf_char(b, '"');
	while (s.n) {
		size_t run = 0;

		while (run < s.n && (unsigned char)s.p[run] >= 0x20 && s.p[run] != '"' &&
		       s.p[run] != '\\' && (unsigned char)s.p[run] < 0x7f)
			run++;
		buf_put(b, s.p, run);
		s = sv_sub(s, run, s.n);
		if (!s.n)
			break;
		if ((unsigned char)s.p[0] < 0x80) {
			escape(b, (unsigned char)s.p[0]);
			n = 1;
		} else if (utf8_next(s, &n) == 0xfffd && n == 1) {
			buf_str(b, "\xef\xbf\xbd");
		} else {
			buf_put(b, s.p, n);
		}
		s = sv_sub(s, n, s.n);
	}
	buf_char(b, '"');
}

void json_put_key(struct buf *b, const char *key)
{
	char before = b->n ? b->p[b->n - 1] : '{';

	if (before != '{' && before != '[' && before != '\n')
		buf_char(b, ',');
	json_put_text(b, sv_of(key));
	buf_char(b, ':');
}

/* Takes the zeros off a fraction's end, and the point when nothing is left behind it. */
static void trim_zeros(char *z)
{
	size_t n = strlen(z);

	if (!memchr(z, '.', n))
		return;
	while (z[n - 1] == '0')
		z[--n] = 0;
	if (z[n - 1] == '.')
		z[n - 1] = 0;
}

void json_put_number(struct buf *b, double v, int decimals)
{
	char text[64];

	if (!isfinite(v)) {
		buf_str(b, "null");
		return;
	}
	snprintf(text, sizeof(text), "%.*f", decimals, v);
	trim_zeros(text);
	buf_str(b, strcmp(text, "-0") == 0 ? "0" : text);
}

void json_put_milli(struct buf *b, int32_t milli)
{
	char text[32];
	long m = milli;

	snprintf(text, sizeof(text), "%s%ld.%03ld", m < 0 ? "-" : "", labs(m) / 1000,
		 labs(m) % 1000);
	trim_zeros(text);
	buf_str(b, text);
}
