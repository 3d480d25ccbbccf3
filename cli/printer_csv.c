/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer_csv.c: RFC 4180, with a header. A cell that a spreadsheet would take for a formula gets
 * an apostrophe in front (numbers stay numbers), because the words are a stranger's.
 */
#include <string.h>

#include "cli/printer_format.h"
#include "core/json_out.h"

static void csv_end(struct printer *p, struct buf *b)
{
	buf_str(b, "\r\n");
	if (buf_ok(b))
		fwrite(b->p, 1, b->n, p->opt.out);
	buf_release(b);
}

static void csv_head(struct printer *p)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < p->column_count; i++) {
		const char *n = p->columns[i].name;

		if (i)
			buf_char(&b, ',');
		buf_str(&b, n);
		if (p->columns[i].type == COLUMN_METRIC)
			buf_printf(&b, ",%s_low,%s_high,%s_n", n, n, n);
	}
	csv_end(p, &b);
}

/* Does any line of it start like a formula: = + - @, or their full-width forms? */
static bool formula(struct sv s)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	while (s.n) {
		struct sv rest = sv_cut(&s, '\n');

		while (rest.n && strchr(" \t\r", rest.p[0]))
			rest = sv_sub(rest, 1, rest.n);
		while (sv_starts(rest, SV("\xc2\xa0")) ||
		       sv_starts(rest, SV("\xef\xbb\xbf")))
			rest = sv_sub(rest, rest.p[0] == '\xc2' ? 2 : 3, rest.n);
		if (rest.n && strchr("=+-@", rest.p[0]))
			return true;
		for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
			if (sv_starts(rest, sv_of(wide[i])))
				return true;
	}
	return false;
}

static void put_text(struct buf *b, struct sv s)
{
	bool quote = formula(s);

	for (size_t i = 0; !quote && i < s.n; i++)
		quote = strchr("\",\r\n;\t", s.p[i]) != NULL;
	if (!quote) {
		buf_sv_put(b, s);
		return;
	}
	buf_char(b, '"');
	if (formula(s))
		buf_char(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

static void put_metric(struct buf *b, const struct cell *c)
{
	if (c->known)
		json_put_number(b, c->value, 6);
	buf_char(b, ',');
	if (c->known && c->has_interval)
		json_put_number(b, c->low, 6);
	buf_char(b, ',');
	if (c->known && c->has_interval)
		json_put_number(b, c->high, 6);
	buf_printf(b, ",%llu", (unsigned long long)c->n);
}

static bool csv_row(struct printer *p, const struct cell *cells)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	for (size_t i = 0; i < p->column_count; i++) {
		const struct cell *c = &cells[i];

		if (i)
			buf_char(&b, ',');
		if (p->columns[i].type == COLUMN_METRIC)
			put_metric(&b, c);
		else if (!c->known)
			continue;
		else if (p->columns[i].type == COLUMN_COUNT)
			buf_printf(&b, "%llu", (unsigned long long)c->n);
		else if (p->columns[i].type == COLUMN_NUMBER)
			json_put_number(&b, c->value, 6);
		else
			put_text(&b, c->text);
	}
	ok = buf_ok(&b);
	csv_end(p, &b);
	return ok;
}

static void csv_foot(struct printer *p)
{
	(void)p;
}

const struct print_driver print_csv = { csv_head, csv_row, csv_foot };
