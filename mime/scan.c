/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.c: see scan.h. It counts what costs memory: lines that may be boundaries, lines of
 * headers, wherever headers may begin (at the top, behind a boundary, in a mail inside).
 * What it cannot see is left to the ceilings of the process.
 */
#include "mime/scan.h"

#include <string.h>

#include "core/i18n.h"
#include "core/mime_wire.h"

enum { ALL_HEADERS_MAX = 8 * MIME_HEADERS_MAX, LOOKED_AT = 200 };

struct scan {
	bool head, top;	     /* in a header; in the first one */
	bool mail_inside;    /* this header says that another follows it */
	size_t lines, bytes; /* of this header */
	size_t all, boundaries;
};

static bool has(struct sv line, const char *word)
{
	size_t n = strlen(word);

	line = sv_sub(line, 0, LOOKED_AT);
	for (size_t i = 0; i + n <= line.n; i++)
		if (strncasecmp(line.p + i, word, n) == 0)
			return true;
	return false;
}

/* "Name: …", or the rest of the one before. */
static bool header_like(struct sv line)
{
	const char *colon = memchr(line.p, ':', line.n < LOOKED_AT ? line.n : LOOKED_AT);

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return true;
	return colon && !memchr(line.p, ' ', (size_t)(colon - line.p));
}

static void enter_head(struct scan *s)
{
	s->head = true;
	s->mail_inside = false;
	s->lines = s->bytes = 0;
}

static const char *head_line(struct scan *s, struct sv line)
{
	if (!line.n) {
		s->top = s->head = false;
		if (s->mail_inside)
			enter_head(s);
		return NULL;
	}
	if (!s->top && !header_like(line)) {
		s->head = false;
		return NULL;
	}
	s->mail_inside |= has(line, "message/");
	s->bytes += line.n + 1;
	if (++s->lines > MIME_HEADERS_MAX || ++s->all > ALL_HEADERS_MAX)
		return N_("it has too many lines of headers");
	return s->bytes > MIME_HEADER_BYTES ? N_("its header is over 64 KiB") : NULL;
}

const char *scan_mail(struct sv mail)
{
	struct scan s = { .head = true, .top = true };
	const char *why = NULL;

	if (!mail.n)
		return N_("it is empty");
	if (mail.n > MIME_MAIL_MAX)
		return N_("it is over 25 MiB");
	while (mail.n && !why) {
		struct sv line = sv_cut(&mail, '\n');

		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n > 2 && line.p[0] == '-' && line.p[1] == '-' && !s.top) {
			if (++s.boundaries > MIME_PARTS_MAX)
				return N_("it has more than 1000 parts");
			enter_head(&s);
		} else if (s.head) {
			why = head_line(&s, line);
		}
	}
	return why;
}
