/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_reply.c: see mail_reply.h. Line by line: what is quoted goes, what announces a quote goes
 * with all behind it, unless the quote is marked with >; then what comes after it was written
 * by the customer, below or between the lines.
 */
#include "collector/mail_reply.h"

#include <string.h>

#include "collector/mail_quote.h"

enum { LINES_MAX = 50000 };

struct reply {
	struct mail_line *lines;
	size_t count;
	struct buf folded;
};

static bool quoted(struct sv line)
{
	size_t i = 0;

	while (i < line.n && strchr(" \t\r\v\f", line.p[i]) && line.p[i])
		i++;
	return i < line.n && line.p[i] == '>';
}

static bool split(struct reply *r, struct sv body, struct arena *arena)
{
	size_t n = 1, *at;

	for (size_t i = 0; i < body.n && n < LINES_MAX; i++)
		n += body.p[i] == '\n';
	r->lines = arena_zero(arena, n, sizeof(*r->lines));
	at = arena_zero(arena, n + 1, sizeof(*at));
	if (!r->lines || !at)
		return false;
	while (body.n && r->count < n) {
		struct mail_line *l = &r->lines[r->count++];

		l->raw = sv_cut(&body, '\n');
		while (l->raw.n && strchr("\r \t", l->raw.p[l->raw.n - 1]))
			l->raw.n--;
		l->quoted = quoted(l->raw);
		if (!l->quoted)
			mail_fold(l->raw, &r->folded);
		at[r->count] = r->folded.n;
	}
	for (size_t i = 0; i < r->count; i++)
		r->lines[i].plain = sv_sub(buf_sv(&r->folded), at[i], at[i + 1] - at[i]);
	return buf_ok(&r->folded);
}

/* Marks the lines that are the customer's: the others lose their text. */
static void sift(struct reply *r)
{
	bool signature = false;

	for (size_t i = 0; i < r->count;) {
		struct mail_line *l = &r->lines[i];
		size_t n = 1;

		if (l->quoted) {
			signature = false;
			l->raw.n = 0;
		} else if ((n = quote_begins(r->lines, r->count, i)) > 0) {
			bool marked = false;
			size_t k = i + n;

			while (k < r->count && !r->lines[k].quoted &&
			       !r->lines[k].plain.n)
				k++;
			marked = k < r->count && r->lines[k].quoted;
			for (size_t j = i; j < (marked ? k : r->count); j++)
				r->lines[j].raw.n = 0;
			n = marked ? k - i : r->count - i;
			signature = false;
		} else {
			n = 1;
			signature |= quote_signature(l);
			if (signature || quote_device(l))
				l->raw.n = 0;
		}
		i += n;
	}
}

/* What is left, one empty line where there were several. */
static bool gather(const struct reply *r, struct arena *arena, struct sv *out)
{
	size_t room = 1, n = 0;
	bool gap = false;
	char *to;

	for (size_t i = 0; i < r->count; i++)
		room += r->lines[i].raw.n + 2;
	to = arena_take(arena, room);
	if (!to)
		return false;
	for (size_t i = 0; i < r->count; i++) {
		struct sv raw = r->lines[i].raw;

		if (!raw.n) {
			gap = true;
			continue;
		}
		if (n)
			to[n++] = '\n';
		if (n && gap)
			to[n++] = '\n';
		gap = false;
		memcpy(to + n, raw.p, raw.n);
		n += raw.n;
	}
	*out = sv_trim((struct sv){ to, n });
	return true;
}

bool reply_text(struct sv body, struct arena *arena, struct sv *out)
{
	struct reply r = { .count = 0 };
	bool good;

	*out = (struct sv){ NULL, 0 };
	buf_init(&r.folded, 0);
	good = split(&r, body, arena);
	if (good) {
		sift(&r);
		good = gather(&r, arena, out);
	}
	buf_release(&r.folded);
	return good;
}

struct sv reply_subject(struct sv subject)
{
	char room[256];
	struct buf plain;

	buf_init(&plain, 0);
	for (;;) {
		const struct phrase *p;
		ptrdiff_t colon;

		subject = sv_trim(subject);
		colon = sv_find(sv_sub(subject, 0, 24), SV(":"));
		buf_clear(&plain);
		mail_fold(sv_sub(subject, 0, colon > 0 ? (size_t)colon : 0), &plain);
		p = phrase_at(&phrases_prefixes, buf_sv(&plain));
		if (!p || plain.n >= sizeof(room))
			break;
		/* "Re[2]:", "Re (3):" */
		if (plain.n != p->text.n && !strchr("[( ", plain.p[p->text.n]))
			break;
		subject = sv_sub(subject, (size_t)colon + 1, subject.n);
	}
	buf_release(&plain);
	return subject;
}
