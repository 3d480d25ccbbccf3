/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer_table.c: rows for people. All rows are kept until the end, because a column is as wide
 * as its widest cell. Widths are those of a terminal (wide and combining characters).
 */
#include <string.h>

#include "cli/printer_format.h"
#include "core/utf8.h"

struct table_row {
	struct table_row *next;
	struct sv *texts;
};

static void table_head(struct printer *p)
{
	p->first = NULL;
	p->end = &p->first;
}

static struct sv tamed(struct printer *p, struct sv s)
{
	struct sv out = { NULL, 0 };
	struct buf b;

	buf_init(&b, 0);
	utf8_tame(s, &b);
	if (!arena_copy(&p->arena, buf_sv(&b), &out))
		out = (struct sv){ "?", 1 };
	buf_release(&b);
	return out;
}

static void one_number(const struct printer *p, const struct column *c, double v,
		       char out[40])
{
	if (c->duration)
		duration_format(v, out);
	else
		number_format(p->opt.lang, v, c->decimals, out);
}

static struct sv metric_text(struct printer *p, const struct column *c,
			     const struct cell *cell)
{
	char v[40], lo[40], hi[40];
	char *z;

	one_number(p, c, cell->value, v);
	if (!cell->has_interval)
		return tamed(p, sv_of(v));
	one_number(p, c, cell->low, lo);
	one_number(p, c, cell->high, hi);
	z = arena_printf(&p->arena, "%s [%s … %s]", v, lo, hi);
	return sv_of(z ? z : "?");
}

static struct sv cell_show(struct printer *p, const struct column *c,
			   const struct cell *cell)
{
	char text[40];

	if (!cell->known)
		return c->type == COLUMN_TEXT ? SV("") : SV("NA");
	switch (c->type) {
	case COLUMN_TEXT:
	case COLUMN_JSON:
		return tamed(p, cell->text);
	case COLUMN_COUNT:
		snprintf(text, sizeof(text), "%llu", (unsigned long long)cell->n);
		return tamed(p, sv_of(text));
	case COLUMN_NUMBER:
		one_number(p, c, cell->value, text);
		return tamed(p, sv_of(text));
	default:
		return metric_text(p, c, cell);
	}
}

static bool shown(const struct column *c)
{
	return c->title != NULL;
}

static bool table_row(struct printer *p, const struct cell *cells)
{
	struct table_row *r = arena_zero(&p->arena, 1, sizeof(*r));

	if (!r)
		return false;
	r->texts = arena_zero(&p->arena, p->column_count, sizeof(*r->texts));
	if (!r->texts)
		return false;
	for (size_t i = 0; i < p->column_count; i++)
		if (shown(&p->columns[i]))
			r->texts[i] = cell_show(p, &p->columns[i], &cells[i]);
	*p->end = r;
	p->end = &r->next;
	return true;
}

static void pad(FILE *out, size_t n)
{
	while (n--)
		fputc(' ', out);
}

static void put(struct printer *p, const size_t *width, size_t i, struct sv text,
		bool is_last)
{
	bool left = p->columns[i].type == COLUMN_TEXT;
	size_t w = utf8_width(text), gap = width[i] > w ? width[i] - w : 0;

	if (!left)
		pad(p->opt.out, gap);
	fwrite(text.p, 1, text.n, p->opt.out);
	if (left && !is_last)
		pad(p->opt.out, gap);
	if (!is_last)
		pad(p->opt.out, 2);
}

/* A last text column that leaves the terminal is clipped, with an ellipsis. */
static struct sv clipped(struct printer *p, size_t i, size_t used, struct sv text)
{
	size_t room = p->opt.columns > used + 8 ? p->opt.columns - used : 8;
	char *z;

	if (!p->opt.columns || !p->columns[i].last || utf8_width(text) <= room)
		return text;
	text = utf8_clip(text, room - 1);
	z = arena_printf(&p->arena, SV_FMT "…", SV_ARG(text));
	return z ? sv_of(z) : text;
}

static void line(struct printer *p, const size_t *width, const struct sv *texts)
{
	size_t used = 0, last = 0;

	for (size_t i = 0; i < p->column_count; i++)
		if (shown(&p->columns[i]))
			last = i;
	for (size_t i = 0; i <= last; i++) {
		if (!shown(&p->columns[i]))
			continue;
		put(p, width, i, i == last ? clipped(p, i, used, texts[i]) : texts[i],
		    i == last);
		used += width[i] + 2;
	}
	fputc('\n', p->opt.out);
}

static void table_foot(struct printer *p)
{
	size_t *width = arena_zero(&p->arena, p->column_count, sizeof(*width));
	struct sv *titles = arena_zero(&p->arena, p->column_count, sizeof(*titles));

	if (!width || !titles || !p->rows)
		return;
	for (size_t i = 0; i < p->column_count; i++) {
		if (!shown(&p->columns[i]))
			continue;
		titles[i] = sv_of(p->columns[i].title);
		width[i] = utf8_width(titles[i]);
		for (struct table_row *r = p->first; r; r = r->next)
			if (utf8_width(r->texts[i]) > width[i])
				width[i] = utf8_width(r->texts[i]);
	}
	if (p->opt.colour)
		fputs("\033[1m", p->opt.out);
	line(p, width, titles);
	if (p->opt.colour)
		fputs("\033[0m", p->opt.out);
	for (struct table_row *r = p->first; r; r = r->next)
		line(p, width, r->texts);
}

const struct print_driver print_table = { table_head, table_row, table_foot };
