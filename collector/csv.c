/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.c: see csv.h. A row is parsed only while it is whole in the window; if it is not, the
 * window is filled and the row is begun anew: at most once for each INPUT_READ bytes.
 */
#include "collector/csv.h"

#include <string.h>

#include "collector/scan.h"

enum outcome { OUT_ROW, OUT_SHORT, OUT_LONG, OUT_OPEN, OUT_STRAY, OUT_WIDE };

struct walk {
	struct scan scan;
	const char *begin, *end,
		*at; /* at: behind the field: delimiter, line end or end */
	bool eof;
	uint64_t breaks; /* line ends inside quotes */
};

void csv_begin(struct csv_reader *r, struct input *in, char delimiter)
{
	r->in = in;
	r->delimiter = delimiter;
	r->comments = r->skipping = r->cut = r->high = r->nul = r->by_rows = false;
	r->expect = r->count = 0;
	r->next_line = r->line = 1;
	r->raw = (struct sv){ NULL, 0 };
}

static bool is_break(const char *p, const char *end)
{
	return *p == '\n' || (*p == '\r' && !(p + 1 < end && p[1] == '\n'));
}

/* From behind an opening quote to the one that closes it, *out. */
static enum outcome find_closing(struct walk *w, struct csv_field *f, const char **out)
{
	for (;;) {
		const char *p = scan_next(&w->scan);

		while (p < w->end && *p != '"') {
			w->breaks += *p != w->scan.delimiter && is_break(p, w->end);
			p = scan_next(&w->scan);
		}
		if (p == w->end)
			return w->eof ? OUT_OPEN : OUT_SHORT;
		if (p + 1 == w->end && !w->eof)
			return OUT_SHORT;
		*out = p;
		if (p + 1 == w->end || p[1] != '"')
			return OUT_ROW;
		f->doubled = true;
		scan_next(&w->scan);
	}
}

/* @from is an opening quote. */
static enum outcome take_quoted(struct walk *w, const char *from, struct csv_field *f)
{
	const char *p = from, *after;
	enum outcome o;

	scan_next(&w->scan); /* the opening quote itself */
	f->doubled = false;
	o = find_closing(w, f, &p);
	if (o != OUT_ROW)
		return o;
	after = scan_next(&w->scan);
	f->text = (struct sv){ from + 1, (size_t)(p - from - 1) };
	w->at = after;
	for (p++; p < after; p++)
		if (*p != ' ')
			return OUT_STRAY;
	if (after == w->end)
		return w->eof ? OUT_ROW : OUT_SHORT;
	return *after == '"' ? OUT_STRAY : OUT_ROW;
}

static enum outcome take_plain(struct walk *w, const char *from, struct csv_field *f)
{
	const char *p = scan_next(&w->scan);

	while (p < w->end && *p == '"')
		p = scan_next(&w->scan);
	f->doubled = false;
	f->text = (struct sv){ from, (size_t)(p - from) };
	w->at = p;
	return p == w->end && !w->eof ? OUT_SHORT : OUT_ROW;
}

/* A row from w->begin on. After OUT_ROW, w->at is its line end or the end. */
static enum outcome take_row(struct csv_reader *r, struct walk *w)
{
	const char *p = w->begin;

	scan_begin(&w->scan, p, w->end, r->delimiter);
	r->count = 0;
	for (;;) {
		enum outcome o;

		if (r->count == CSV_COLUMNS_MAX)
			return OUT_WIDE;
		o = p < w->end && *p == '"' ? take_quoted(w, p, &r->field[r->count])
					    : take_plain(w, p, &r->field[r->count]);
		if (o != OUT_ROW)
			return o;
		r->count++;
		if (w->at == w->end || *w->at != r->delimiter)
			break;
		p = w->at + 1;
	}
	if (w->at - w->begin > CSV_ROW_MAX)
		return OUT_LONG;
	/* CR at the very end of the window: is there a LF behind it? */
	return w->at + 1 == w->end && *w->at == '\r' && !w->eof ? OUT_SHORT : OUT_ROW;
}

/* How many bytes the line end at @p has. */
static size_t break_size(const char *p, const char *end)
{
	if (p == end)
		return 0;
	return *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
}

static const char *line_end(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));
	const char *stop = lf ? lf : end;
	const char *cr = memchr(p, '\r', (size_t)(stop - p));

	return cr ? cr : stop;
}

/* Set aside the physical line at the window's beginning, or its first piece. */
static int take_line(struct csv_reader *r, struct err *err)
{
	for (;;) {
		struct sv w = input_window(r->in);
		const char *e = line_end(w.p, w.p + w.n);
		bool got = false;
		int rc = 0;

		if (e + 1 >= w.p + w.n && !r->in->eof && w.n <= CSV_ROW_MAX)
			rc = input_more(r->in, &got, err);
		if (rc)
			return rc;
		if (got)
			continue;
		r->raw = (struct sv){ w.p, (size_t)(e - w.p) };
		r->cut = r->skipping = e == w.p + w.n && !r->in->eof && !r->in->held;
		r->in->from += r->raw.n + break_size(e, w.p + w.n);
		r->next_line = r->line + !r->cut;
		return 0;
	}
}

int csv_more(struct csv_reader *r, struct sv *piece, struct err *err)
{
	*piece = (struct sv){ NULL, 0 };
	while (r->skipping) {
		struct sv w = input_window(r->in);
		const char *e = line_end(w.p, w.p + w.n);
		bool got = true;
		int rc;

		if (w.n == 0 ||
		    (e + 1 == w.p + w.n && *e == '\r' && !r->in->eof && e == w.p)) {
			rc = input_more(r->in, &got, err);
			if (rc)
				return rc;
			if (got)
				continue;
		}
		if (e > w.p) {
			*piece = (struct sv){ w.p, (size_t)(e - w.p) };
			r->in->from += piece->n;
			return 0;
		}
		r->in->from += break_size(e, w.p + w.n);
		r->skipping = false;
		r->next_line++;
	}
	return 0;
}

static int bad(struct csv_reader *r, enum outcome o, enum csv_result *out,
	       struct err *why)
{
	int rc = take_line(r, why);

	if (rc)
		return rc;
	*out = CSV_BAD;
	if (o == OUT_LONG)
		err_set(why, ERR_INPUT, "the row has more than %d bytes", CSV_ROW_MAX);
	else if (o == OUT_OPEN)
		err_set(why, ERR_INPUT, "a quote is opened and never closed");
	else if (o == OUT_STRAY)
		err_set(why, ERR_INPUT,
			"a quote inside of a quoted field must be doubled");
	else
		err_set(why, ERR_INPUT, "more than %d columns", CSV_COLUMNS_MAX);
	return 0;
}

/* Find a whole row, or why there is none. OUT_SHORT: a held window ends here. */
static int find_row(struct csv_reader *r, struct walk *w, enum outcome *o,
		    struct err *err)
{
	bool got = true;
	int rc = 0;

	for (;;) {
		struct sv s = input_window(r->in);

		*w = (struct walk){ .begin = s.p, .end = s.p + s.n, .eof = r->in->eof };
		*o = s.n ? take_row(r, w) : OUT_SHORT;
		if (*o != OUT_SHORT)
			return 0;
		if (s.n > CSV_ROW_MAX) {
			*o = line_end(s.p, w->end) < w->end ? OUT_OPEN : OUT_LONG;
			return 0;
		}
		if (r->in->eof && !s.n)
			return 0;
		rc = input_more(r->in, &got, err);
		if (rc || (!got && !r->in->eof))
			return rc;
	}
}

/* A row over several lines with the wrong columns: is its second line a row by itself? Then an
 * unterminated quote swallowed it, and only the first line is wrong. */
static bool swallowed(struct csv_reader *r, const struct walk *w)
{
	struct walk second = { .end = w->end, .eof = w->eof };
	const char *e = line_end(w->begin, w->end);

	if (!w->breaks || r->by_rows)
		return false;
	second.begin = e + break_size(e, w->end);
	return second.begin < w->at && take_row(r, &second) == OUT_ROW &&
	       !second.breaks && r->count == r->expect;
}

static bool blank_row(const struct walk *w)
{
	return w->at == w->begin;
}

/* Empty cells behind the last column are a habit of spreadsheets. */
static void drop_empty_tail(struct csv_reader *r)
{
	while (r->expect && r->count > r->expect && r->field[r->count - 1].text.n == 0)
		r->count--;
}

static int judge(struct csv_reader *r, const struct walk *w, enum csv_result *out,
		 struct err *why)
{
	size_t columns;

	r->raw = (struct sv){ w->begin, (size_t)(w->at - w->begin) };
	scan_traits(r->raw, &r->nul, &r->high);
	drop_empty_tail(r);
	columns = r->count;
	*out = CSV_ROW;
	if (r->nul)
		err_set(why, ERR_INPUT, "a NUL byte is in the row");
	else if (r->expect && columns != r->expect &&
		 !(r->by_rows && columns < r->expect))
		err_set(why, ERR_INPUT, "%zu columns where the header has %zu", columns,
			r->expect);
	else
		return 0;
	*out = CSV_BAD;
	return columns != r->expect && !r->nul && swallowed(r, w)
		       ? bad(r, OUT_OPEN, out, why)
		       : -1;
}

/* Go on to where a row may begin: behind a line over the ceiling, behind comments. */
static int skip_to_row(struct csv_reader *r, struct err *err)
{
	bool got = true;
	struct sv w, rest;
	int rc = 0;

	for (;;) {
		while (!rc && r->skipping)
			rc = csv_more(r, &rest, err);
		r->cut = false;
		r->line = r->next_line;
		for (got = true; !rc && got && r->in->to - r->in->from < CSV_REMARK.n;)
			rc = input_more(r->in, &got, err);
		w = input_window(r->in);
		if (rc || !r->comments ||
		    !(sv_starts(w, CSV_REMARK) || sv_starts(w, CSV_MARK)))
			return rc;
		rc = take_line(r, err);
	}
}

int csv_next(struct csv_reader *r, enum csv_result *out, struct err *why)
{
	struct walk w;
	enum outcome o;
	int rc = 0;

	for (*out = CSV_END; !rc;) {
		rc = skip_to_row(r, why);
		if (rc)
			return rc;
		rc = find_row(r, &w, &o, why);
		if (rc || o == OUT_SHORT)
			return rc;
		if (o != OUT_ROW)
			return bad(r, o, out, why);
		if (!blank_row(&w)) {
			rc = judge(r, &w, out, why);
			if (*out == CSV_BAD && rc >= 0)
				return rc;
			rc = 0;
		}
		r->in->from += (size_t)(w.at - w.begin) + break_size(w.at, w.end);
		r->next_line += (r->by_rows ? 0 : w.breaks) + 1;
		if (*out != CSV_END)
			break;
	}
	return rc;
}

int csv_line(struct csv_reader *r, enum csv_result *out, struct err *why)
{
	int rc;

	for (*out = CSV_END;;) {
		rc = skip_to_row(r, why);
		if (rc || r->in->to == r->in->from)
			return rc;
		rc = take_line(r, why);
		if (rc || sv_trim(r->raw).n)
			break;
	}
	if (rc)
		return rc;
	*out = CSV_ROW;
	scan_traits(r->raw, &r->nul, &r->high);
	if (r->cut || r->raw.n > CSV_ROW_MAX) {
		*out = CSV_BAD;
		err_set(why, ERR_INPUT, "the row has more than %d bytes", CSV_ROW_MAX);
	}
	return 0;
}

bool csv_text(const struct csv_field *f, struct arena *a, struct sv *out)
{
	const char *p = f->text.p, *end = p + f->text.n;
	char *to;

	*out = f->text;
	if (!f->doubled)
		return true;
	to = arena_take(a, f->text.n + 1);
	if (!to)
		return false;
	out->p = to;
	while (p < end) {
		const char *q = memchr(p, '"', (size_t)(end - p));
		size_t n = (size_t)((q ? q + 1 : end) - p);

		memcpy(to, p, n);
		to += n;
		p += n + (q != NULL);
	}
	out->n = (size_t)(to - out->p);
	return true;
}
