/* SPDX-License-Identifier: Apache-2.0 */
/* imap_data.c: what stands inside of responses: fetched mails, folders, numbers, dates, names. */
#include <string.h>

#include "collector/imap_parse.h"
#include "core/record.h"
#include "core/utf8.h"
#include "core/when.h"

/* ---- FETCH ------------------------------------------------------------------------------- */

static bool is_text(enum imap_token t)
{
	return t == IMAP_QUOTED || t == IMAP_LITERAL || t == IMAP_NIL;
}

/* One name of a FETCH is @name, its value begins with @t, @v. False: it is damaged. */
static bool fetched_item(struct imap_walk *w, struct sv name, enum imap_token t,
			 struct sv v, struct imap_fetched *out)
{
	const char *from = w->p - 1;
	int64_t n;

	if (sv_ieq(name, SV("UID")))
		return t == IMAP_ATOM && sv_u32(v, &out->uid) && out->uid;
	if (sv_ieq(name, SV("RFC822.SIZE"))) {
		if (t != IMAP_ATOM || !sv_i64(v, &n) || n < 0)
			return false;
		out->bytes = n;
		return true;
	}
	if (sv_ieq(name, SV("INTERNALDATE"))) {
		out->arrived_at = imap_date(v);
		return is_text(t);
	}
	if (name.n > 5 && sv_ieq(sv_sub(name, 0, 5), SV("BODY["))) {
		out->has_body = t != IMAP_NIL;
		if (out->has_body)
			out->body = v;
		return is_text(t);
	}
	out->has_flags |= sv_ieq(name, SV("FLAGS"));
	if (!imap_skip(w, t))
		return false;
	if (t == IMAP_OPEN && sv_ieq(name, SV("BODYSTRUCTURE")))
		out->structure = (struct sv){ from, (size_t)(w->p - from) };
	return true;
}

int imap_fetched(const struct imap_response *r, struct imap_fetched *out, struct err *err)
{
	struct imap_walk w = imap_walk(r->rest);
	enum imap_token t;
	struct sv name, v;

	*out = (struct imap_fetched){ .seq = r->number,
				      .bytes = -1,
				      .arrived_at = TIME_NONE };
	if (!r->numbered || imap_next(&w, &name) != IMAP_OPEN)
		return err_set(err, ERR_INPUT, "a FETCH without its list");
	while ((t = imap_next(&w, &name)) == IMAP_ATOM) {
		t = imap_next(&w, &v);
		if (!fetched_item(&w, name, t, v, out))
			return err_set(err, ERR_INPUT, "a FETCH that is damaged");
	}
	if (t != IMAP_CLOSE || imap_next(&w, &v) != IMAP_END)
		return err_set(err, ERR_INPUT, "a FETCH that is damaged");
	return 0;
}

/* ---- SEARCH, ESEARCH, LIST --------------------------------------------------------------- */

bool imap_number(struct sv *rest, uint32_t *n)
{
	struct sv word = { NULL, 0 };

	while (rest->n && !word.n)
		word = sv_cut(rest, ' ');
	return word.n && sv_u32(word, n);
}

bool imap_esearch(const struct imap_response *r, const char *what, uint32_t *n)
{
	struct imap_walk w = imap_walk(r->rest);
	enum imap_token t;
	struct sv word;

	while ((t = imap_next(&w, &word)) > IMAP_END) {
		if (t == IMAP_OPEN && !imap_skip(&w, t))
			return false;
		if (t != IMAP_ATOM || !sv_ieq(word, sv_of(what)))
			continue;
		return imap_next(&w, &word) == IMAP_ATOM && sv_u32(word, n);
	}
	return false;
}

/* The flags of LIST; true: the folder can be opened. */
static bool can_open(struct imap_walk *w, bool *fine)
{
	enum imap_token t;
	struct sv word;
	bool can = true;

	*fine = imap_next(w, &word) == IMAP_OPEN;
	while (*fine && (t = imap_next(w, &word)) != IMAP_CLOSE) {
		*fine = t == IMAP_ATOM;
		if (sv_ieq(word, SV("\\Noselect")) || sv_ieq(word, SV("\\NonExistent")))
			can = false;
	}
	return can;
}

bool imap_listed(const struct imap_response *r, struct buf *name, char *delimiter)
{
	struct imap_walk w = imap_walk(r->rest);
	struct buf raw;
	struct sv word;
	enum imap_token t;
	bool fine, can = can_open(&w, &fine);

	*delimiter = 0;
	if (!fine || !can)
		return false;
	t = imap_next(&w, &word);
	if (t != IMAP_NIL && t != IMAP_QUOTED)
		return false;
	if (t == IMAP_QUOTED && word.n)
		*delimiter = word.p[word.n - 1];
	t = imap_next(&w, &word);
	if (t != IMAP_ATOM && t != IMAP_QUOTED && t != IMAP_LITERAL)
		return false;
	buf_init(&raw, IMAP_LINE_MAX);
	if (t == IMAP_QUOTED)
		imap_unquote(word, &raw);
	else
		buf_sv_put(&raw, word);
	fine = buf_ok(&raw) && imap_utf8(buf_sv(&raw), name);
	buf_release(&raw);
	return fine && buf_ok(name);
}

/* ---- BODYSTRUCTURE ----------------------------------------------------------------------- */

enum { TOLD_MAX = 400 };

/* A body behind its "(": a leaf begins with two texts, a multipart with another body. */
static bool tell_body(struct imap_walk *w, struct buf *out)
{
	unsigned depth = w->depth;
	struct sv type, kind;
	enum imap_token t = imap_next(w, &type);
	bool leaf = t == IMAP_QUOTED, fine = leaf || t == IMAP_OPEN;

	for (; fine && t == IMAP_OPEN; t = imap_next(w, &type))
		fine = tell_body(w, out);
	if (leaf && imap_next(w, &kind) == IMAP_QUOTED && out->n < TOLD_MAX)
		buf_printf(out, "%s" SV_FMT "/" SV_FMT, out->n ? ", " : "", SV_ARG(type),
			   SV_ARG(kind));
	while (fine && w->depth >= depth)
		fine = imap_next(w, &kind) != IMAP_BROKEN;
	return fine;
}

void imap_structure(struct sv structure, struct buf *out)
{
	struct imap_walk w = imap_walk(structure);
	struct buf raw;
	struct sv word;

	buf_init(&raw, 2 * TOLD_MAX);
	if (imap_next(&w, &word) == IMAP_OPEN)
		tell_body(&w, &raw);
	utf8_plain(buf_sv(&raw), out);
	buf_release(&raw);
}

/* ---- dates ------------------------------------------------------------------------------- */

static bool digits(struct sv s, size_t at, size_t n, int *out)
{
	int64_t v;
	struct sv part = sv_trim(sv_sub(s, at, n));

	if (!part.n || part.p[0] < '0' || part.p[0] > '9' || !sv_i64(part, &v))
		return false;
	*out = (int)v;
	return true;
}

static int month_of(struct sv s)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int m = 0; m < 12; m++)
		if (sv_ieq(s, (struct sv){ months + 3 * m, 3 }))
			return m + 1;
	return 0;
}

static bool read_civil(struct sv s, struct civil *c)
{
	*c = (struct civil){ .month = month_of(sv_sub(s, 3, 3)) };
	return digits(s, 0, 2, &c->day) && digits(s, 7, 4, &c->year) &&
	       digits(s, 12, 2, &c->hour) && digits(s, 15, 2, &c->minute) &&
	       digits(s, 18, 2, &c->second) && civil_valid(c);
}

static bool read_zone(struct sv s, int64_t *east_ms)
{
	int hours, minutes;

	if ((s.p[21] != '+' && s.p[21] != '-') || !digits(s, 22, 2, &hours) ||
	    !digits(s, 24, 2, &minutes) || hours > 18 || minutes > 59)
		return false;
	*east_ms = hours * MS_HOUR + minutes * MS_MINUTE;
	if (s.p[21] == '-')
		*east_ms = -*east_ms;
	return true;
}

int64_t imap_date(struct sv s)
{
	struct civil c;
	int64_t east_ms;

	if (s.n != 26 || !read_civil(s, &c) || !read_zone(s, &east_ms))
		return TIME_NONE;
	return (int64_t)day_of(c.year, c.month, c.day) * MS_DAY + c.hour * MS_HOUR +
	       c.minute * MS_MINUTE + c.second * MS_SECOND - east_ms;
}

/* ---- names of folders -------------------------------------------------------------------- */

static const char base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct bits {
	uint32_t held;
	unsigned n;
};

static void bits_put(struct bits *b, uint32_t unit, struct buf *out)
{
	b->held = b->held << 16 | unit;
	for (b->n += 16; b->n >= 6; b->n -= 6)
		buf_char(out, base64[b->held >> (b->n - 6) & 63]);
}

static void bits_end(struct bits *b, bool *shifted, struct buf *out)
{
	if (!*shifted)
		return;
	if (b->n)
		buf_char(out, base64[b->held << (6 - b->n) & 63]);
	buf_char(out, '-');
	*shifted = false;
	*b = (struct bits){ 0 };
}

bool imap_utf7(struct sv utf8, struct buf *out)
{
	struct bits bits = { 0 };
	bool shifted = false;

	if (!utf8_valid(utf8))
		return false;
	while (utf8.n) {
		size_t n;
		uint32_t c = utf8_next(utf8, &n);

		utf8 = sv_sub(utf8, n, utf8.n);
		if (c < 0x20 || c == 0x7f)
			return false;
		if (c < 0x7f) {
			bits_end(&bits, &shifted, out);
			buf_char(out, (char)c);
			if (c == '&')
				buf_char(out, '-');
			continue;
		}
		if (!shifted)
			buf_char(out, '&');
		shifted = true;
		if (c > 0xffff) {
			bits_put(&bits, 0xd800 | (c - 0x10000) >> 10, out);
			c = 0xdc00 | ((c - 0x10000) & 0x3ff);
		}
		bits_put(&bits, c, out);
	}
	bits_end(&bits, &shifted, out);
	return true;
}

/* "AUI-": what stands between & and -. */
static bool shifted_part(struct sv part, struct buf *out)
{
	uint32_t held = 0, high = 0;
	unsigned n = 0;
	char utf8[4];

	for (size_t i = 0; i < part.n; i++) {
		const char *at = part.p[i] ? strchr(base64, part.p[i]) : NULL;
		uint32_t c;

		if (!at)
			return false;
		held = held << 6 | (uint32_t)(at - base64);
		n += 6;
		if (n < 16)
			continue;
		n -= 16;
		c = held >> n & 0xffff;
		if (high && (c & 0xfc00) != 0xdc00)
			return false;
		if ((c & 0xfc00) == 0xd800) {
			high = c;
			continue;
		}
		if (high)
			c = 0x10000 + ((high & 0x3ff) << 10) + (c & 0x3ff);
		else if ((c & 0xfc00) == 0xdc00 || c < 0x20)
			return false;
		high = 0;
		buf_put(out, utf8, utf8_encode(c, utf8));
	}
	return !high && n < 6;
}

/* A server of today (UTF8=ACCEPT) may send UTF-8 as it is. */
bool imap_utf8(struct sv utf7, struct buf *out)
{
	if (!utf8_valid(utf7))
		return false;
	while (utf7.n) {
		ptrdiff_t end;

		if (utf7.p[0] != '&') {
			buf_char(out, utf7.p[0]);
			utf7 = sv_sub(utf7, 1, utf7.n);
			continue;
		}
		end = sv_find(utf7, SV("-"));
		if (end < 0)
			return false;
		if (end == 1)
			buf_char(out, '&');
		else if (!shifted_part(sv_sub(utf7, 1, (size_t)end - 1), out))
			return false;
		utf7 = sv_sub(utf7, (size_t)end + 1, utf7.n);
	}
	return true;
}
