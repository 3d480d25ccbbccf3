/* SPDX-License-Identifier: Apache-2.0 */
/* imap_parse.c: see imap_parse.h. The stream is looked at once, whatever size the reads have. */
#include "collector/imap_parse.h"

#include <string.h>

/* ---- bytes to responses ------------------------------------------------------------------ */

void imap_frame_init(struct imap_frame *f)
{
	*f = (struct imap_frame){ .from = 0 };
	buf_init(&f->bytes, IMAP_RESPONSE_MAX + 2 * IMAP_READ);
}

void imap_frame_release(struct imap_frame *f)
{
	buf_release(&f->bytes);
}

bool imap_frame_half(const struct imap_frame *f)
{
	return f->bytes.n > f->from;
}

char *imap_frame_room(struct imap_frame *f)
{
	struct buf *b = &f->bytes;

	if (f->from && f->from + IMAP_READ > b->n / 2) {
		memmove(b->p, b->p + f->from, b->n - f->from);
		b->n -= f->from;
		f->line -= f->from;
		f->seen -= f->from;
		f->from = 0;
	}
	return buf_room(b, IMAP_READ);
}

void imap_frame_took(struct imap_frame *f, size_t n)
{
	buf_took(&f->bytes, n);
}

/* Does this line begin a response whose end is free text? */
static bool is_plain(struct sv line)
{
	static const struct sv words[] = { SV_INIT("OK"), SV_INIT("NO"), SV_INIT("BAD"),
					   SV_INIT("BYE"), SV_INIT("PREAUTH") };
	struct sv word;

	if (!line.n || line.p[0] != '*')
		return true;
	sv_cut(&line, ' ');
	word = sv_cut(&line, ' ');
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sv_ieq(word, words[i]))
			return true;
	return false;
}

/* "… {17}" or "… {17+}" at the end of a line. */
static int literal_of(struct sv line, bool *is, size_t *n, struct err *err)
{
	size_t at = line.n;
	int64_t size;

	*is = false;
	if (!at || line.p[at - 1] != '}')
		return 0;
	while (at && line.p[at - 1] != '{')
		at--;
	line = sv_sub(line, at, line.n - at - 1);
	if (line.n && line.p[line.n - 1] == '+')
		line.n--;
	if (!at || !line.n || line.p[0] < '0' || line.p[0] > '9')
		return 0;
	if (line.n > 10 || !sv_i64(line, &size))
		return 0;
	if (size > IMAP_LITERAL_MAX)
		return err_set(err, ERR_INPUT,
			       "a piece of %lld bytes is announced, %d at most are read",
			       (long long)size, IMAP_LITERAL_MAX);
	*is = true;
	*n = (size_t)size;
	return 0;
}

static int check_size(const struct imap_frame *f, struct err *err)
{
	if (!f->literal && f->seen - f->line > IMAP_LINE_MAX)
		return err_set(err, ERR_INPUT, "a line of more than %d bytes",
			       IMAP_LINE_MAX);
	if (f->seen - f->from > IMAP_RESPONSE_MAX)
		return err_set(err, ERR_INPUT, "an answer of more than %d bytes",
			       IMAP_RESPONSE_MAX);
	return 0;
}

/* A line has ended at @nl: is the response complete? */
static int line_ended(struct imap_frame *f, size_t nl, struct sv *out, bool *got,
		      struct err *err)
{
	size_t end = nl > f->line && f->bytes.p[nl - 1] == '\r' ? nl - 1 : nl;
	struct sv line = { f->bytes.p + f->line, end - f->line };
	bool literal = false;
	size_t n = 0;
	int rc = 0;

	f->seen = nl + 1;
	if (line.n > IMAP_LINE_MAX)
		return check_size(f, err);
	if (f->line == f->from)
		f->plain = is_plain(line);
	if (!f->plain)
		rc = literal_of(line, &literal, &n, err);
	if (rc)
		return rc;
	f->line = f->seen;
	f->literal = literal ? n : 0;
	if (literal)
		return 0;
	*out = (struct sv){ f->bytes.p + f->from, end - f->from };
	*got = true;
	f->from = f->seen;
	return 0;
}

int imap_frame_next(struct imap_frame *f, struct sv *out, bool *got, struct err *err)
{
	int rc = 0;

	*got = false;
	while (!rc && !*got && f->seen < f->bytes.n) {
		size_t left = f->bytes.n - f->seen;
		const char *nl;

		if (f->literal) {
			size_t n = f->literal < left ? f->literal : left;

			f->seen += n;
			f->literal -= n;
			f->line = f->seen;
			rc = check_size(f, err);
			continue;
		}
		nl = memchr(f->bytes.p + f->seen, '\n', left);
		if (nl) {
			rc = line_ended(f, (size_t)(nl - f->bytes.p), out, got, err);
			continue;
		}
		f->seen = f->bytes.n;
		rc = check_size(f, err);
	}
	return rc;
}

/* ---- one response ------------------------------------------------------------------------ */

static enum imap_status status_of(struct sv word)
{
	static const struct {
		struct sv word;
		enum imap_status status;
	} known[] = {
		{ SV_INIT("OK"), IMAP_OK },	      { SV_INIT("NO"), IMAP_NO },
		{ SV_INIT("BAD"), IMAP_BAD },	      { SV_INIT("BYE"), IMAP_BYE },
		{ SV_INIT("PREAUTH"), IMAP_PREAUTH },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sv_ieq(word, known[i].word))
			return known[i].status;
	return IMAP_DATA;
}

static void read_code(struct imap_response *r)
{
	struct sv rest = sv_trim(r->rest);

	if (rest.n && rest.p[0] == '[' && sv_find(rest, SV("]")) > 0) {
		rest = sv_sub(rest, 1, rest.n);
		r->code = sv_cut(&rest, ']');
	}
	r->rest = sv_trim(rest);
}

int imap_read(struct sv line, struct imap_response *out, struct err *err)
{
	struct sv word;

	*out = (struct imap_response){ .kind = IMAP_TAGGED };
	if (line.n && line.p[0] == '+') {
		out->kind = IMAP_CONTINUE;
		out->rest = sv_sub(line, 1, line.n);
		return 0;
	}
	out->rest = line;
	out->tag = sv_cut(&out->rest, ' ');
	if (sv_eq(out->tag, SV("*")))
		out->kind = IMAP_UNTAGGED;
	word = sv_cut(&out->rest, ' ');
	out->status = status_of(word);
	if (out->status != IMAP_DATA) {
		read_code(out);
		return 0;
	}
	if (out->kind == IMAP_TAGGED || !word.n)
		return err_set(err, ERR_INPUT, "this is not IMAP");
	out->numbered = sv_u32(word, &out->number);
	out->name = out->numbered ? sv_cut(&out->rest, ' ') : word;
	return 0;
}

bool imap_is(const struct imap_response *r, const char *name)
{
	return r->kind == IMAP_UNTAGGED && r->status == IMAP_DATA &&
	       sv_ieq(r->name, sv_of(name));
}

bool imap_code(const struct imap_response *r, const char *name, uint32_t *n)
{
	struct sv rest = r->code, word = sv_cut(&rest, ' ');

	return sv_ieq(word, sv_of(name)) && sv_u32(sv_trim(rest), n);
}

/* ---- tokens ------------------------------------------------------------------------------ */

struct imap_walk imap_walk(struct sv rest)
{
	const char *p = rest.p ? rest.p : "";

	return (struct imap_walk){ .p = p, .end = p + rest.n };
}

static enum imap_token broken(struct imap_walk *w)
{
	w->broken = true;
	return IMAP_BROKEN;
}

static enum imap_token quoted(struct imap_walk *w, struct sv *out)
{
	const char *from = ++w->p;

	while (w->p < w->end && *w->p != '"')
		w->p += *w->p == '\\' && w->p + 1 < w->end ? 2 : 1;
	if (w->p >= w->end)
		return broken(w);
	*out = (struct sv){ from, (size_t)(w->p - from) };
	w->p++;
	return IMAP_QUOTED;
}

static enum imap_token literal(struct imap_walk *w, struct sv *out)
{
	size_t n = 0, left;

	for (w->p++; w->p < w->end && *w->p >= '0' && *w->p <= '9' && n < SIZE_MAX / 16;
	     w->p++)
		n = n * 10 + (size_t)(*w->p - '0');
	if (w->p < w->end && *w->p == '+')
		w->p++;
	if (w->p >= w->end || *w->p++ != '}')
		return broken(w);
	if (w->p < w->end && *w->p == '\r')
		w->p++;
	if (w->p >= w->end || *w->p++ != '\n')
		return broken(w);
	left = (size_t)(w->end - w->p);
	if (n > left)
		return broken(w);
	*out = (struct sv){ w->p, n };
	w->p += n;
	return IMAP_LITERAL;
}

/* BODY[HEADER.FIELDS (FROM)]<0> is one, blanks and brackets included. */
static enum imap_token atom(struct imap_walk *w, struct sv *out)
{
	const char *from = w->p;
	bool inside = false;

	for (; w->p < w->end; w->p++) {
		if (*w->p == '[')
			inside = true;
		else if (*w->p == ']')
			inside = false;
		else if (!inside && strchr(" ()\"\r\n", *w->p) && *w->p)
			break;
	}
	*out = (struct sv){ from, (size_t)(w->p - from) };
	if (inside || !out->n)
		return broken(w);
	return sv_ieq(*out, SV("NIL")) ? IMAP_NIL : IMAP_ATOM;
}

enum imap_token imap_next(struct imap_walk *w, struct sv *out)
{
	*out = (struct sv){ NULL, 0 };
	if (w->broken)
		return IMAP_BROKEN;
	while (w->p < w->end && *w->p == ' ')
		w->p++;
	if (w->p == w->end)
		return w->depth ? broken(w) : IMAP_END;
	switch (*w->p) {
	case '(':
		w->p++;
		return ++w->depth > IMAP_DEPTH_MAX ? broken(w) : IMAP_OPEN;
	case ')':
		w->p++;
		if (!w->depth)
			return broken(w);
		w->depth--;
		return IMAP_CLOSE;
	case '"':
		return quoted(w, out);
	case '{':
		return literal(w, out);
	default:
		return atom(w, out);
	}
}

bool imap_skip(struct imap_walk *w, enum imap_token first)
{
	unsigned depth = w->depth;
	struct sv word;

	if (first != IMAP_OPEN)
		return first != IMAP_BROKEN && first != IMAP_END && first != IMAP_CLOSE;
	while (w->depth >= depth)
		if (imap_next(w, &word) == IMAP_BROKEN)
			return false;
	return true;
}

void imap_unquote(struct sv quoted, struct buf *out)
{
	for (size_t i = 0; i < quoted.n; i++) {
		if (quoted.p[i] == '\\' && i + 1 < quoted.n)
			i++;
		buf_char(out, quoted.p[i]);
	}
}
