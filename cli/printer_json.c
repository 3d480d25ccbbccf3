/* SPDX-License-Identifier: Apache-2.0 */
/* printer_json.c: one object a line. Other programs read it: keys and shapes are stable. */
#include "cli/printer_format.h"
#include "core/json_out.h"

enum { JSON_DECIMALS = 6 };

static void json_head(struct printer *p)
{
	(void)p;
}

static void put_metric(struct buf *b, const struct cell *c)
{
	buf_char(b, '{');
	json_put_key(b, "value");
	if (c->known)
		json_put_number(b, c->value, JSON_DECIMALS);
	else
		buf_str(b, "null");
	json_put_key(b, "low");
	if (c->known && c->has_interval)
		json_put_number(b, c->low, JSON_DECIMALS);
	else
		buf_str(b, "null");
	json_put_key(b, "high");
	if (c->known && c->has_interval)
		json_put_number(b, c->high, JSON_DECIMALS);
	else
		buf_str(b, "null");
	json_put_key(b, "n");
	buf_printf(b, "%llu}", (unsigned long long)c->n);
}

static void put_cell(struct buf *b, const struct column *col, const struct cell *c)
{
	if (col->type == COLUMN_METRIC)
		put_metric(b, c);
	else if (!c->known)
		buf_str(b, "null");
	else if (col->type == COLUMN_TEXT)
		json_put_text(b, c->text);
	else if (col->type == COLUMN_JSON)
		buf_sv_put(b, c->text);
	else if (col->type == COLUMN_COUNT)
		buf_printf(b, "%llu", (unsigned long long)c->n);
	else
		json_put_number(b, c->value, JSON_DECIMALS);
}

static bool json_row(struct printer *p, const struct cell *cells)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	buf_char(&b, '{');
	for (size_t i = 0; i < p->column_count; i++) {
		if (p->columns[i].type == COLUMN_METRIC && cells[i].text.n)
			buf_printf(&b, ",\"" SV_FMT "\":", SV_ARG(cells[i].text));
		else
			json_put_key(&b, p->columns[i].name);
		put_cell(&b, &p->columns[i], &cells[i]);
	}
	buf_str(&b, "}\n");
	ok = buf_ok(&b);
	if (ok)
		fwrite(b.p, 1, b.n, p->opt.out);
	buf_release(&b);
	return ok;
}

static void json_foot(struct printer *p)
{
	(void)p;
}

const struct print_driver print_json = { json_head, json_row, json_foot };
