/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx_sheet.c: see xlsx_sheet.h. The parser is stopped after a row once enough CSV waits to
 * be taken. Empty cells at the end of a row are not written.
 */
#include "collector/xlsx_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/csv.h"

enum { ENOUGH = 64 << 10, LONGEST_ROW = CSV_ROW_MAX + (64 << 10) };

enum cell_type {
	CELL_NUMBER,
	CELL_SHARED,
	CELL_TEXT,
	CELL_INLINE,
	CELL_YESNO,
	CELL_DATE,
	CELL_ERROR
};

struct xlsx_sheet {
	struct xlsx_book *book;
	bool own;
	struct part *part;
	struct buf out; /* CSV that waits; from @taken on */
	size_t taken;
	struct buf cell, row;
	uint64_t next_row;	 /* from 1 */
	size_t position, column; /* where the next cell is; of this one */
	size_t written;		 /* cells in @row, the empty ones among them too */
	enum cell_type type;
	bool date, in_cell, in_value, in_phonetic, ended;
};

/* ---- a cell ------------------------------------------------------------------------------ */

/* "AB12": column 27, from 0. @none where nothing is said. */
static size_t column_of(struct sv ref, size_t none)
{
	size_t n = 0, i = 0;

	for (; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++)
		n = n * 26 + (size_t)(ref.p[i] - 'A' + 1);
	return i ? n - 1 : none;
}

static enum cell_type type_of(struct sv t)
{
	static const struct {
		struct sv name;
		enum cell_type type;
	} types[] = {
		{ SV_INIT("s"), CELL_SHARED },	       { SV_INIT("str"), CELL_TEXT },
		{ SV_INIT("inlineStr"), CELL_INLINE }, { SV_INIT("b"), CELL_YESNO },
		{ SV_INIT("d"), CELL_DATE },	       { SV_INIT("e"), CELL_ERROR },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (sv_eq(t, types[i].name))
			return types[i].type;
	return CELL_NUMBER;
}

static void begin_cell(struct xlsx_sheet *s, const char *const *attrs)
{
	uint32_t style = 0;

	s->column = column_of(part_attr(attrs, SV("r")), s->position);
	s->type = type_of(part_attr(attrs, SV("t")));
	s->date = sv_u32(part_attr(attrs, SV("s")), &style) &&
		  style < s->book->style_count && s->book->is_date[style];
	buf_clear(&s->cell);
	s->in_cell = true;
	if (s->column < s->position)
		part_wrong(s->part, "row %llu: its cells are not in their order",
			   (unsigned long long)s->next_row);
	s->position = s->column + 1;
}

/* 0.30000000000000004 is 0.3 as Excel shows it; whole numbers stay as they are written. */
static struct sv number_text(struct sv raw, char out[40])
{
	char text[64], *end;
	double v;

	if (raw.n >= sizeof(text) || !memchr(raw.p, '.', raw.n))
		return raw;
	memcpy(text, raw.p, raw.n);
	text[raw.n] = 0;
	v = strtod(text, &end);
	if (end != text + raw.n)
		return raw;
	snprintf(out, 40, "%.15g", v);
	return sv_of(out);
}

static struct sv shared_text(struct xlsx_sheet *s, struct sv number)
{
	uint32_t i;

	if (sv_u32(number, &i) && i < s->book->text_count)
		return xlsx_text(s->book, i);
	part_wrong(s->part, "row %llu: a cell has a text that is not there",
		   (unsigned long long)s->next_row);
	return (struct sv){ NULL, 0 };
}

/* What the cell says; into @room where it is not as written. */
static struct sv cell_says(struct xlsx_sheet *s, char room[40])
{
	struct sv raw = buf_sv(&s->cell), trimmed = sv_trim(raw);

	switch (s->type) {
	case CELL_SHARED:
		return trimmed.n ? shared_text(s, trimmed) : trimmed;
	case CELL_YESNO:
		return sv_eq(trimmed, SV("1")) ? SV("TRUE") : SV("FALSE");
	case CELL_NUMBER:
		if (trimmed.n && s->date && xlsx_date(trimmed, s->book->since_1904, room))
			return sv_of(room);
		return trimmed.n ? number_text(trimmed, room) : trimmed;
	case CELL_TEXT:
	case CELL_INLINE:
		if (raw.n)
			raw.n = xlsx_unescape(s->cell.p, s->cell.n);
		return raw;
	case CELL_ERROR: /* a look-up that found nothing is nothing, in a comment too */
		return sv_eq(trimmed, SV("#N/A")) ? (struct sv){ NULL, 0 } : trimmed;
	default:
		return trimmed;
	}
}

static void put_cell(struct buf *row, struct sv text)
{
	bool quote = false;

	for (size_t i = 0; i < text.n && !quote; i++)
		quote = strchr(",\"\r\n", text.p[i]) != NULL;
	if (!quote) {
		buf_sv_put(row, text);
		return;
	}
	buf_char(row, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_char(row, '"');
		buf_char(row, text.p[i]);
	}
	buf_char(row, '"');
}

static void end_cell(struct xlsx_sheet *s)
{
	char room[40];
	struct sv text = cell_says(s, room);
	size_t from = s->written ? s->written - 1 : 0;

	s->in_cell = s->in_value = false;
	if (text.n && s->column < CSV_COLUMNS_MAX + 1 && s->row.n < LONGEST_ROW) {
		for (size_t i = from; i < s->column; i++)
			buf_char(&s->row, ',');
		put_cell(&s->row, text);
		s->written = s->column + 1;
	}
}

/* ---- a row ------------------------------------------------------------------------------- */

static void begin_row(struct xlsx_sheet *s, const char *const *attrs)
{
	int64_t number = (int64_t)s->next_row;
	struct sv said = part_attr(attrs, SV("r"));

	if (said.n && (!sv_i64(said, &number) || number < (int64_t)s->next_row)) {
		part_wrong(s->part, "its rows are not in their order");
		return;
	}
	if (number > XLSX_ROWS_MAX) {
		part_wrong(s->part, "more than %d rows", XLSX_ROWS_MAX);
		return;
	}
	for (; s->next_row < (uint64_t)number; s->next_row++)
		buf_char(&s->out, '\n');
	buf_clear(&s->row);
	s->position = s->written = 0;
}

static void end_row(struct xlsx_sheet *s)
{
	/* So long that it will be set aside: let it be one line. */
	for (size_t i = 0; s->row.n > CSV_ROW_MAX && i < s->row.n; i++)
		if (s->row.p[i] == '\n' || s->row.p[i] == '\r')
			s->row.p[i] = ' ';
	buf_sv_put(&s->out, buf_sv(&s->row));
	buf_char(&s->out, '\n');
	buf_clear(&s->row);
	s->next_row++;
	if (s->out.n - s->taken >= ENOUGH)
		part_pause(s->part);
}

/* ---- the sheet --------------------------------------------------------------------------- */

static void on_start(void *self, struct sv name, const char *const *attrs)
{
	struct xlsx_sheet *s = self;

	if (sv_eq(name, SV("row")))
		begin_row(s, attrs);
	else if (sv_eq(name, SV("c")))
		begin_cell(s, attrs);
	else if (sv_eq(name, SV("rPh")))
		s->in_phonetic = true;
	else if (s->in_cell)
		s->in_value = sv_eq(name, s->type == CELL_INLINE ? SV("t") : SV("v")) &&
			      !s->in_phonetic;
}

static void on_end(void *self, struct sv name)
{
	struct xlsx_sheet *s = self;

	if (sv_eq(name, SV("row")))
		end_row(s);
	else if (sv_eq(name, SV("c")) && s->in_cell)
		end_cell(s);
	else if (sv_eq(name, SV("rPh")))
		s->in_phonetic = false;
	s->in_value = false;
}

static void on_text(void *self, struct sv text)
{
	struct xlsx_sheet *s = self;

	if (!s->in_value)
		return;
	buf_sv_put(&s->cell, text);
	if (!buf_ok(&s->cell))
		part_wrong(s->part, "row %llu: a cell has more than %d KiB",
			   (unsigned long long)s->next_row, XLSX_CELL_MAX >> 10);
}

static int sheet_read(void *self, void *to, size_t room, size_t *n, struct err *err)
{
	struct xlsx_sheet *s = self;
	bool more = true;
	int rc = 0;

	if (s->taken == s->out.n) {
		buf_clear(&s->out);
		s->taken = 0;
	}
	while (!rc && !s->ended && s->out.n - s->taken < ENOUGH) {
		rc = part_more(s->part, &more, err);
		s->ended = !more;
	}
	if (!rc && (!buf_ok(&s->out) || !buf_ok(&s->row)))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	*n = s->out.n - s->taken < room ? s->out.n - s->taken : room;
	if (rc)
		return rc;
	if (*n)
		memcpy(to, s->out.p + s->taken, *n);
	s->taken += *n;
	return 0;
}

static void sheet_close(void *self)
{
	struct xlsx_sheet *s = self;

	part_close(s->part);
	buf_release(&s->out);
	buf_release(&s->cell);
	buf_release(&s->row);
	if (s->own)
		xlsx_book_close(s->book);
	free(s);
}

const struct input_feed xlsx_sheet_feed = { sheet_read, sheet_close };

int xlsx_sheet_open(struct xlsx_sheet **out, struct xlsx_book *book, size_t i,
		    struct err *err)
{
	static const struct part_reader reader = { on_start, on_end, on_text };
	struct xlsx_sheet *s = calloc(1, sizeof(*s));
	int rc;

	*out = NULL;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->book = book;
	s->next_row = 1;
	buf_init(&s->out, 0);
	buf_init(&s->cell, XLSX_CELL_MAX);
	buf_init(&s->row, 0);
	rc = part_open(&s->part, book->pack, book->sheets[i].part.p, XLSX_SHEET_BYTES_MAX,
		       &reader, s, err);
	if (rc) {
		sheet_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void xlsx_sheet_own(struct xlsx_sheet *s)
{
	s->own = true;
}
