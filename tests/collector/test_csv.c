/* SPDX-License-Identifier: Apache-2.0 */
/* test_csv.c: rows by hand, all short texts against libcsv, and rows that are broken. */
#include <csv.h>

#include "collector/csv.h"
#include "tests/collector/files.h"

/* Rows of @r as text: cells in [], BAD rows as !line:reason; columns and texts alike. */
static void tell_rows(struct csv_reader *r, struct buf *b)
{
	enum csv_result got;
	struct err why = ERR_NONE;
	struct arena a;

	arena_init(&a, 0);
	while (csv_next(r, &got, &why) == 0 && got != CSV_END) {
		if (got == CSV_BAD)
			buf_printf(b, "!%llu:" SV_FMT "(%s)\n",
				   (unsigned long long)r->line, SV_ARG(r->raw), why.text);
		for (size_t i = 0; got == CSV_ROW && i < r->count; i++) {
			struct sv text;

			cr_assert(csv_text(&r->field[i], &a, &text));
			buf_char(b, '[');
			buf_sv_put(b, text);
			buf_str(b, i + 1 == r->count ? "]\n" : "]");
		}
	}
	arena_release(&a);
}

static void tell_text(struct sv text, size_t expect, struct buf *b)
{
	struct csv_reader r;
	struct input in;

	cr_assert_eq(input_of_bytes(&in, text, NULL), 0);
	csv_begin(&r, &in, ',');
	r.expect = expect;
	buf_clear(b);
	tell_rows(&r, b);
	input_close(&in);
}

Test(csv, rows_and_cells_come_out_as_rfc_4180_says)
{
	/* clang-format off */
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a,b\nc,d\n", "[a][b]\n[c][d]\n" },
		{ "a,b\r\nc,d", "[a][b]\n[c][d]\n" },
		{ "a,b\rc,d\r", "[a][b]\n[c][d]\n" },
		{ "\"a\",\"b\"\n", "[a][b]\n" },
		{ "\"a,b\",c\n", "[a,b][c]\n" },
		{ "\"a\r\nb\",c\n", "[a\r\nb][c]\n" },
		{ "\"a \"\"b\"\" c\"\n", "[a \"b\" c]\n" },
		{ "\"\"\"\"\n", "[\"]\n" },
		{ "\"\"\n", "[]\n" },
		{ ",\n", "[][]\n" },
		{ "a,\n,b\n", "[a][]\n[][b]\n" },
		{ "\n\na\n\n", "[a]\n" },
		{ "a\n\r\n", "[a]\n" },
		{ "5\" screen,b\n", "[5\" screen][b]\n" },
		{ "\"a\" ,b\n", "[a][b]\n" },
		{ " a , b \n", "[ a ][ b ]\n" },
		{ "", "" },
	};
	/* clang-format on */
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tell_text(sv_of(rows[i].in), 0, &b);
		cr_expect(sv_eq(buf_sv(&b), sv_of(rows[i].out)), "%s gives %s",
			  rows[i].in, b.p ? b.p : "");
	}
	buf_release(&b);
}

Test(csv, a_broken_row_is_set_aside_and_the_next_line_is_read)
{
	/* clang-format off */
	static const struct {
		struct sv in;
		const char *out;
	} rows[] = {
		{ SV_INIT("a,b\n\"c,d\ne,f\n"),
		  "[a][b]\n!2:\"c,d(a quote is opened and never closed)\n[e][f]\n" },
		{ SV_INIT("\"a \"b\" c\",d\ne,f\n"),
		  "!1:\"a \"b\" c\",d(a quote inside of a quoted field must be doubled)\n[e][f]\n" },
		{ SV_INIT("a,b\nc\nd,e\n"),
		  "[a][b]\n!2:c(1 columns where the header has 2)\n[d][e]\n" },
		{ SV_INIT("a,b\nc,d,e\nf,g\n"),
		  "[a][b]\n!2:c,d,e(3 columns where the header has 2)\n[f][g]\n" },
		{ SV_INIT("a,b\nc,d,,\nf,g\n"), "[a][b]\n[c][d]\n[f][g]\n" },
		{ SV_INIT("a\0b,c\nd,e\n"), "!1:a" }, /* the NUL ends the comparison */
		{ SV_INIT("\"x\ny\",c,d\ne,f\n"),
		  "!1:\"x\ny\",c,d(3 columns where the header has 2)\n[e][f]\n" },
		{ SV_INIT("\"x,1\ny,2\nz\",3,4\ne,f\n"),
		  "!1:\"x,1(a quote is opened and never closed)\n[y][2]\n"
		  "!3:z\",3,4(3 columns where the header has 2)\n[e][f]\n" },
	};
	/* clang-format on */
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tell_text(rows[i].in, 2, &b);
		cr_expect_eq(strncmp(b.p, rows[i].out, strlen(rows[i].out)), 0,
			     "row %zu: %s", i, b.p);
	}
	buf_release(&b);
}

/* ---- against libcsv ------------------------------------------------------------------- */

struct theirs {
	struct buf *b;
	bool first;
};

static void their_cell(void *text, size_t n, void *self)
{
	struct theirs *t = self;

	buf_char(t->b, '[');
	buf_put(t->b, text ? text : "", n);
	buf_char(t->b, ']');
}

static void their_row(int c, void *self)
{
	(void)c;
	buf_char(((struct theirs *)self)->b, '\n');
}

static int no_space(unsigned char c)
{
	(void)c;
	return 0;
}

static void tell_libcsv(struct sv text, struct buf *b)
{
	struct csv_parser p;
	struct theirs t = { b, true };

	buf_clear(b);
	cr_assert_eq(csv_init(&p, 0), 0);
	csv_set_space_func(&p, no_space);
	csv_parse(&p, text.p, text.n, their_cell, their_row, &t);
	csv_fini(&p, their_cell, their_row, &t);
	csv_free(&p);
}

Test(csv, libcsv_reads_every_short_text_the_same)
{
	static const char letters[] = "a,\"\n\r";
	struct buf ours, theirs;
	char text[7];

	buf_init(&ours, 0);
	buf_init(&theirs, 0);
	for (unsigned n = 0; n < 5 * 5 * 5 * 5 * 5 * 5; n++) {
		unsigned v = n;

		for (size_t i = 0; i < 6; i++, v /= 5)
			text[i] = letters[v % 5];
		tell_text((struct sv){ text, 6 }, 0, &ours);
		if (sv_find(buf_sv(&ours), SV("!")) >= 0)
			continue; /* libcsv takes what is broken, we do not */
		tell_libcsv((struct sv){ text, 6 }, &theirs);
		cr_assert(sv_eq(buf_sv(&ours), buf_sv(&theirs)), "%.6s: %s and %s", text,
			  ours.p ? ours.p : "", theirs.p ? theirs.p : "");
	}
	buf_release(&ours);
	buf_release(&theirs);
}

/* Rows of all lengths, so that every byte is once at the end of a window. */
static void make_rows(struct buf *b, size_t bytes)
{
	unsigned seed = 7;

	while (b->n < bytes) {
		for (int cell = 0; cell < 4; cell++) {
			seed = seed * 1103515245 + 12345;
			buf_str(b, cell ? "," : "");
			if (seed >> 16 & 1) {
				buf_printf(b, "\"%*u\r\n \"\"q\"\" , %u\"",
					   (int)(seed >> 20 & 63), seed, seed);
				continue;
			}
			buf_printf(b, "%.*s", (int)(seed >> 18 & 31),
				   "plain text of some bytes");
		}
		buf_str(b, seed >> 17 & 1 ? "\r\n" : "\n");
	}
}

Test(csv, libcsv_reads_a_file_of_many_windows_the_same)
{
	struct buf file, ours, theirs;
	struct csv_reader r;
	struct place p;
	struct input in;

	buf_init(&file, 0);
	buf_init(&ours, 0);
	buf_init(&theirs, 0);
	make_rows(&file, 9 << 20);
	p = place_of("rows.csv", buf_sv(&file));
	cr_assert_eq(input_open(&in, p.path, NULL), 0);
	csv_begin(&r, &in, ',');
	tell_rows(&r, &ours);
	input_close(&in);
	tell_libcsv(buf_sv(&file), &theirs);
	cr_expect_gt(ours.n, 6u << 20);
	cr_expect(sv_eq(buf_sv(&ours), buf_sv(&theirs)));
	buf_release(&file);
	buf_release(&ours);
	buf_release(&theirs);
	place_clear(&p);
}

/* ---- ceilings -------------------------------------------------------------------------- */

Test(csv, a_line_over_the_ceiling_goes_aside_in_pieces_and_the_next_is_read)
{
	const size_t huge = 11 << 20;
	struct buf file;
	struct csv_reader r;
	struct input in;
	struct place p;
	struct err why;
	enum csv_result got;
	struct sv piece;
	size_t all;

	buf_init(&file, 0);
	buf_str(&file, "a,b\n");
	memset(buf_room(&file, huge), 'x', huge);
	buf_took(&file, huge);
	buf_str(&file, "\r\nc,d\n");
	p = place_of("huge.csv", buf_sv(&file));
	cr_assert_eq(input_open(&in, p.path, NULL), 0);
	csv_begin(&r, &in, ',');
	cr_assert(csv_next(&r, &got, &why) == 0 && got == CSV_ROW);
	cr_assert(csv_next(&r, &got, &why) == 0 && got == CSV_BAD && r.line == 2);
	all = r.raw.n;
	do {
		cr_assert_eq(csv_more(&r, &piece, &why), 0);
		all += piece.n;
	} while (piece.n);
	cr_expect_eq(all, huge, "%zu bytes", all);
	cr_assert(csv_next(&r, &got, &why) == 0 && got == CSV_ROW);
	cr_expect(r.line == 3 && sv_eq(r.field[0].text, SV("c")));
	cr_assert(csv_next(&r, &got, &why) == 0 && got == CSV_END);
	input_close(&in);
	buf_release(&file);
	place_clear(&p);
}

Test(csv, more_columns_than_the_ceiling_are_refused_and_no_more_than_that)
{
	struct buf file, b;

	buf_init(&file, 0);
	buf_init(&b, 0);
	for (int i = 0; i < CSV_COLUMNS_MAX - 1; i++)
		buf_char(&file, ',');
	tell_text(buf_sv(&file), 0, &b);
	cr_expect_eq(b.n, 2u * CSV_COLUMNS_MAX + 1);
	buf_str(&file, ",\na\n");
	tell_text(buf_sv(&file), 0, &b);
	cr_expect_geq(sv_find(buf_sv(&b), SV("(more than 512 columns)\n[a]\n")), 0);
	buf_release(&file);
	buf_release(&b);
}
