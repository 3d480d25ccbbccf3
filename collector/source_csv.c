/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_csv.c: tables in text, whatever they are separated by. Opening looks at the first
 * megabyte three times (delimiter, header, values) and then begins again at the first row.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/source_csv.h"

enum { LOOK_ROWS = 20, NO_DELIMITER = 0x1f };

struct csv_source {
	struct file_source fs; /* first member */
	const struct table_plan *plan;
	uint64_t look_line; /* where looking begins again */
	size_t look_from;
};

static int csv_fits(struct sv head)
{
	return head.n ? 10 : 0; /* any text, if nobody knows better */
}

/* Begin again, while the window is held. */
static void look_again(struct csv_source *c, char delimiter)
{
	struct csv_reader *r = &c->fs.reader;
	bool comments = r->comments;

	c->fs.in.from = c->look_from;
	csv_begin(r, &c->fs.in, delimiter);
	r->comments = comments;
	r->by_rows = c->plan->sheet;
	r->next_line = c->look_line;
}

static void look_from_here(struct csv_source *c)
{
	c->look_from = c->fs.in.from;
	c->look_line = c->fs.reader.next_line;
}

/* Our own remark, or the spreadsheet's `sep=;`, in front of the header. */
static int take_preamble(struct csv_source *c, char *delimiter, struct err *err)
{
	struct csv_reader *r = &c->fs.reader;
	enum csv_result got;
	int rc = 0;

	look_from_here(c);
	*delimiter = c->plan->delimiter;
	if (c->plan->sheet)
		return 0;
	r->comments = sv_starts(input_window(&c->fs.in), CSV_MARK);
	if (!sv_starts(input_window(&c->fs.in), SV("sep=")))
		return 0;
	rc = csv_line(r, &got, err);
	if (!rc && got == CSV_ROW && r->raw.n == 5)
		*delimiter = r->raw.p[4];
	look_from_here(c);
	return rc;
}

/* How well does @delimiter cut the first rows? Per mille of them like the first, and its columns. */
static unsigned fit_of(struct csv_source *c, char delimiter)
{
	unsigned rows = 0, same = 0;
	size_t columns = 0;
	enum csv_result got;
	struct err why;

	look_again(c, delimiter);
	while (rows < LOOK_ROWS && csv_next(&c->fs.reader, &got, &why) == 0 &&
	       got != CSV_END) {
		if (!rows)
			columns = got == CSV_ROW ? c->fs.reader.count : 0;
		rows++;
		same += got == CSV_ROW && c->fs.reader.count == columns;
	}
	if (columns < 2)
		return 0;
	return same * 1000 / rows * 1000 + (unsigned)columns;
}

static char find_delimiter(struct csv_source *c)
{
	static const char candidates[] = { ';', ',', '\t', '|' };
	unsigned best = 0;
	char out = NO_DELIMITER;

	for (size_t i = 0; i < sizeof(candidates); i++) {
		unsigned fit = fit_of(c, candidates[i]);

		if (fit > best) {
			best = fit;
			out = candidates[i];
		}
	}
	return out;
}

/* The text of cell @i in UTF-8; *owned: it is in @a. */
static bool cell_text(struct csv_source *c, enum encoding e, size_t i, struct arena *a,
		      struct cell *out)
{
	const struct csv_field *f = &c->fs.reader.field[i];
	struct sv text;

	if (!csv_text(f, a, &text) || !encoding_decode(e, text, a, &out->text))
		return false;
	out->owned = f->doubled || out->text.p != text.p;
	return true;
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

/* The header is kept: as column names, and whole for the file of rejected rows. */
static int take_header(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	struct csv_reader *r = &fs->reader;
	enum encoding e = r->high ? encoding_of_row(r->raw, fs->usual) : ENC_UTF8;
	struct cell cell = { 0 };
	struct sv raw;

	for (size_t i = 0; i < r->count; i++) {
		if (!cell_text(c, e, i, &fs->arena, &cell) ||
		    !arena_copy(&fs->arena, cell_trim(cell.text), &cell.text))
			return no_memory(err);
		columns_add(&fs->columns, cell.text);
	}
	if (!encoding_decode(e, r->raw, &fs->arena, &raw) ||
	    !arena_copy(&fs->arena, raw, &fs->rejects.header))
		return no_memory(err);
	return 0;
}

static bool maps_by_number(const struct columns_told *told)
{
	bool all = told->map_count > 0;

	for (size_t i = 0; i < told->map_count; i++)
		all = all && strstr(told->maps[i], "=#") != NULL;
	return all;
}

/* There is no header: the columns are #1, #2 … and the first row is a row. */
static int number_columns(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	size_t count = fs->columns.count;

	fs->columns.count = 0;
	fs->columns.by_number = true;
	fs->rejects.header = (struct sv){ NULL, 0 };
	for (size_t i = 0; i < count; i++) {
		char *name = arena_printf(&fs->arena, "#%zu", i + 1);

		if (!name)
			return no_memory(err);
		columns_add(&fs->columns, sv_of(name));
	}
	return 0;
}

/* The next row as a header. */
static int next_header(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	enum csv_result got;
	int rc = csv_next(&fs->reader, &got, err);

	if (rc)
		return rc;
	if (got == CSV_BAD)
		return err_at(err, "line %llu", (unsigned long long)fs->reader.line);
	if (got == CSV_END)
		return err_set(err, ERR_INPUT, "there is no row in it");
	fs->columns.count = 0;
	return take_header(c, err);
}

static bool is_header(const struct file_source *fs)
{
	struct sv names[COLUMNS_MAX];

	for (size_t i = 0; i < fs->columns.count; i++)
		names[i] = fs->columns.at[i].name;
	return columns_any_known(&fs->columns, &fs->told) ||
	       export_find(names, fs->columns.count);
}

/* In a sheet, titles may stand above the header. */
static int find_header(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	struct csv_reader *r = &fs->reader;
	struct err why;

	for (int row = 0; c->plan->sheet && row < HEADER_ROWS; row++) {
		if (next_header(c, &why))
			break;
		if (r->count < 2 || !is_header(fs))
			continue;
		if (row)
			notes_add(&fs->notes, "the header is row %llu",
				  (unsigned long long)r->line);
		return 0;
	}
	look_again(c, r->delimiter);
	return next_header(c, err);
}

/*
 * The row below it says "Response", or the parts of a question, whose other columns have no
 * name above; its first cell is empty, which no answer's is.
 */
static int take_second_header(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	struct csv_reader *r = &fs->reader;
	struct sv first = fs->rejects.header;
	size_t from = fs->in.from, many = fs->columns.count;
	uint64_t line = r->next_line;
	struct sv names[COLUMNS_MAX];
	enum csv_result got;
	char *both;
	int rc;

	if (csv_next(r, &got, NULL) || got != CSV_ROW || r->count < 2 ||
	    r->field[0].text.n) {
		fs->in.from = from;
		r->next_line = line;
		return 0;
	}
	for (size_t i = 0; i < many; i++)
		names[i] = fs->columns.at[i].name;
	fs->columns.count = 0;
	rc = take_header(c, err);
	both = arena_printf(&fs->arena, SV_FMT "\n" SV_FMT, SV_ARG(first),
			    SV_ARG(fs->rejects.header));
	while (fs->columns.count < many)
		columns_add(&fs->columns, (struct sv){ NULL, 0 });
	fs->columns.count = many;
	for (size_t i = 0; i < many; i++)
		if (names[i].n)
			fs->columns.at[i].name = names[i];
	fs->rejects.header = sv_of(both);
	return rc;
}

/* The first row: is it a header? Then settle what the columns are. */
static int take_columns(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	int rc = find_header(c, err);

	if (rc)
		return rc;
	fs->base.seen.header = true;
	rc = file_source_export(fs, err);
	if (rc)
		return rc;
	if (fs->export && fs->export->second_header)
		rc = take_second_header(c, err);
	if (rc)
		return rc;
	if (fs->export || columns_any_known(&fs->columns, &fs->told)) {
		look_from_here(c);
	} else if (maps_by_number(&fs->told)) {
		fs->base.seen.header = false;
		rc = number_columns(c, err);
	} else {
		return err_set(
			err, ERR_USAGE,
			"line %llu: no column name is understood. If it is a header, "
			"say --map FIELD=NAME; if it is data, --map FIELD=#1",
			(unsigned long long)fs->reader.line);
	}
	return rc ? rc : columns_settle(&fs->columns, &fs->told, err);
}

static int look_at_values(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	struct arena scratch;
	enum csv_result got = CSV_ROW;
	struct err why;
	int rc = 0;

	arena_init(&scratch, 0);
	for (int row = 0; !rc && got != CSV_END && row < SAMPLE_ROWS; row++) {
		struct csv_reader *r = &fs->reader;
		struct cell cell = { 0 };
		enum encoding e;

		rc = csv_next(r, &got, &why);
		e = !rc && r->high ? encoding_of_row(r->raw, fs->usual) : ENC_UTF8;
		for (size_t i = 0; !rc && got == CSV_ROW && i < r->count; i++)
			if (cell_text(c, e, i, &scratch, &cell))
				sample_see(&fs->samples[i], &fs->columns.at[i].means,
					   &fs->shape, cell.text, &fs->arena);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	if (rc && err)
		*err = why;
	return rc;
}

static int look(struct csv_source *c, struct err *err)
{
	struct file_source *fs = &c->fs;
	char delimiter = 0;
	bool utf16 = fs->in.mark == MARK_UTF16LE || fs->in.mark == MARK_UTF16BE;
	int rc;

	fs->in.held = true;
	fs->usual = utf16 ? ENC_UTF16 : encoding_detect(input_window(&fs->in));
	rc = take_preamble(c, &delimiter, err);
	if (rc)
		return rc;
	if (!delimiter)
		delimiter = find_delimiter(c);
	look_again(c, delimiter);
	rc = take_columns(c, err);
	if (rc)
		return rc;
	look_again(c, delimiter);
	fs->reader.expect = fs->columns.count;
	rc = look_at_values(c, err);
	if (rc)
		return rc;
	fs->shape.comma |= delimiter == ';';
	file_source_decide(fs);
	fs->base.seen.delimiter =
		delimiter == NO_DELIMITER || c->plan->sheet ? 0 : delimiter;
	fs->rejects.bom =
		c->plan->sheet || fs->usual != ENC_UTF8 || fs->in.mark == MARK_UTF8;
	look_again(c, delimiter);
	fs->reader.expect = fs->columns.count;
	fs->in.held = false;
	return 0;
}

void csv_table_close(struct source *s)
{
	struct csv_source *c = (struct csv_source *)s;

	if (!c)
		return;
	file_source_release(&c->fs);
	free(c);
}

int csv_table_open(struct source **out, const struct table_plan *plan,
		   const struct source_config *config, struct err *err)
{
	struct csv_source *c = calloc(1, sizeof(*c));
	int rc;

	*out = NULL;
	if (!c)
		return no_memory(err);
	c->fs.in.fd = -1;
	c->plan = plan;
	rc = file_source_init(&c->fs, plan->adapter, config, err);
	if (!rc)
		rc = look(c, err);
	if (rc) {
		csv_table_close(&c->fs.base);
		return rc;
	}
	*out = &c->fs.base;
	return 0;
}

static int csv_open(struct source **out, const struct source_config *config,
		    struct err *err)
{
	static const struct table_plan plan = { &adapter_csv, 0, false };

	return csv_table_open(out, &plan, config, err);
}

/* "4410" of "https://…/conversations/4410". */
static struct sv last_part(struct sv s, char mark)
{
	size_t at;

	s = cell_trim(s);
	while (s.n && s.p[s.n - 1] == mark)
		s.n--;
	for (at = s.n; at && s.p[at - 1] != mark;)
		at--;
	return sv_sub(s, at, s.n);
}

/* A backslash and n are a line break. */
static bool unfold_breaks(struct cell *cell, struct arena *a)
{
	struct sv s = cell->text;
	size_t kept = 0;
	char *to;

	if (sv_find(s, SV("\\n")) < 0)
		return true;
	to = arena_take(a, s.n);
	if (!to)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool last = s.p[i] != '\\' || i + 1 == s.n;

		if (!last && s.p[i + 1] == 'n')
			to[kept++] = '\n', i++;
		else if (!last && s.p[i + 1] == 'r')
			i++;
		else
			to[kept++] = s.p[i];
	}
	*cell = (struct cell){ .text = { to, kept }, .owned = true };
	return true;
}

static int csv_fill(struct file_source *fs, struct batch *b, struct record *r,
		    bool *blank, struct err *err)
{
	struct csv_source *c = (struct csv_source *)fs;
	struct csv_reader *reader = &fs->reader;
	enum encoding e = ENC_UTF8;
	bool any = false;
	int rc = 0;

	if (reader->high && fs->doubtful) {
		e = encoding_of_row(reader->raw, fs->usual);
		fs->repaired = fs->usual != ENC_UTF16 && e != fs->usual;
	}
	for (size_t i = 0; !rc && i < reader->count; i++) {
		const struct meaning *means = &fs->columns.at[i].means;
		struct cell cell = { 0 };

		any |= reader->field[i].text.n != 0;
		if (means->field == FIELD_NONE || !reader->field[i].text.n)
			continue;
		if (!cell_text(c, e, i, &b->arena, &cell))
			return ERR_AGAIN;
		if (fs->export && fs->export->breaks_as_letters &&
		    !unfold_breaks(&cell, &b->arena))
			return ERR_AGAIN;
		if (fs->columns.at[i].behind)
			cell.text = last_part(cell.text, fs->columns.at[i].behind);
		rc = shape_put(&fs->shape, r, means, cell, &b->arena, err);
	}
	*blank = !any;
	return rc;
}

int csv_table_pull(struct source *s, struct sv cursor, struct batch *out, struct err *err)
{
	static const struct file_rows rows = { csv_next, csv_fill };

	(void)cursor; /* a file has none: importing it again changes nothing */
	return file_source_pull((struct file_source *)s, &rows, out, err);
}

const struct adapter adapter_csv = {
	.kind = "csv",
	.summary = "rows of a CSV or TSV file",
	.fits = csv_fits,
	.open = csv_open,
	.pull = csv_table_pull,
	.close = csv_table_close,
};
