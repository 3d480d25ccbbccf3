/* SPDX-License-Identifier: Apache-2.0 */
/* html.c: see html.h. One escape for text and attributes: what is safe in both is safe
 * in each. */
#include "report/html.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/utf8.h"

static void escape(struct buf *out, struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&':
			buf_str(out, "&amp;");
			break;
		case '<':
			buf_str(out, "&lt;");
			break;
		case '>':
			buf_str(out, "&gt;");
			break;
		case '"':
			buf_str(out, "&quot;");
			break;
		case '\'':
			buf_str(out, "&#39;");
			break;
		case '`':
			buf_str(out, "&#96;");
			break;
		default:
			buf_char(out, s.p[i]);
		}
}

void html_text(struct html *h, struct sv text)
{
	struct buf tame;

	buf_init(&tame, 0);
	utf8_tame(text, &tame);
	if (!buf_ok(&tame))
		h->out->failed = true;
	else
		escape(h->out, buf_sv(&tame));
	buf_release(&tame);
}

void html_z(struct html *h, const char *z)
{
	html_text(h, sv_of(z));
}

/* @text up to @bytes, not in the middle of a character. */
static struct sv head(struct sv text, size_t bytes)
{
	if (text.n <= bytes)
		return text;
	while (bytes && ((unsigned char)text.p[bytes] & 0xc0) == 0x80)
		bytes--;
	return sv_sub(text, 0, bytes);
}

void html_clip(struct html *h, struct sv text, size_t columns)
{
	/* a letter may carry any number of marks, and they have no width */
	struct sv clip = head(text, columns * 8);

	clip = utf8_clip(clip, columns);
	html_text(h, clip);
	if (clip.n < text.n)
		HTML(h, "…");
}

void html_say(struct html *h, const char *fmt, ...)
{
	char z[1024];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(z, sizeof(z), fmt, args);
	va_end(args);
	if (n > 0)
		html_text(h, head(sv_of(z), sizeof(z)));
}

void html_attr(struct html *h, const char *name, struct sv value)
{
	buf_char(h->out, ' ');
	buf_str(h->out, name);
	HTML(h, "=\"");
	html_text(h, value);
	HTML(h, "\"");
}
