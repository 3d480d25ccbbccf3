/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_xlsx.c: the contract, kept by the adapter for workbooks, and what cells can be. */
#include "tests/collector/contract.h"
#include "collector/xlsx_book.h"
#include "tests/collector/xlsx_files.h"

#define ROW_1                                                                            \
	"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"  \
	"<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>"
#define ROW_2                                                                            \
	"<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" s=\"2\"><v>46082.4375</v></c>" \
	"<c r=\"C2\"><v>5</v></c><c r=\"D2\" t=\"s\"><v>4</v></c></row>"
#define ROW_BAD                                                                          \
	"<row r=\"3\"><c r=\"A3\"><v>9</v></c><c r=\"C3\" t=\"inlineStr\"><is>"          \
	"<t>nici, gând</t></is></c></row>"
#define ROW_3 "<row><c><v>2</v></c><c/><c><v>1</v></c></row>"
#define ROW_4 "<row><c><v>3</v></c><c/><c><v>2</v></c></row>"
#define TEXTS                                                                            \
	"<si><t>id</t></si><si><t>data</t></si><si><t>csat</t></si><si><t>komentarz</t>" \
	"</si><si><r><t>dobrze, </t></r><r><t xml:space=\"preserve\">\"bardzo\"</t></r>" \
	"<rPh><t>x</t></rPh></si>"

static struct sv lend(const char *rows)
{
	static struct buf books[8];
	static size_t next;
	struct buf *b = &books[next++ % 8];

	buf_release(b);
	buf_init(b, 0);
	book_of(rows, TEXTS, b);
	return buf_sv(b);
}

#define good_file lend(ROW_1 ROW_2 ROW_3 ROW_4)
#define spoiled_file lend(ROW_1 ROW_2 ROW_BAD ROW_3 ROW_4)
static const char spoiled_line[] = "9,,\"nici, gând\",\n";
#define SPOILED_LINE 3

ADAPTER_CONTRACT(xlsx)

/* clang-format off */
static const struct {
	const char *rows, *told; /* told: all of it; or why the file or the row is none */
} sheets[] = {
	{ ROW_1 ROW_2, "f.xlsx:2|feedback|other|1|dobrze, \"bardzo\"|csat=5/1..5|@1772361000\n" },
	/* a title and blank rows above; a cached value of a formula; TRUE; a text with a line break */
	{ "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>Raport pe martie</v></c></row>"
	  "<row r=\"4\"><c r=\"A4\" t=\"str\"><v>ID</v></c><c r=\"C4\" t=\"str\"><v>Nota</v></c>"
	  "<c r=\"D4\" t=\"str\"><v>Rezolvat</v></c><c r=\"E4\" t=\"str\"><v>Comentariu</v></c></row>"
	  "<row r=\"7\"><c r=\"A7\"><v>12</v></c><c r=\"C7\"><f>SUM(1,2)</f><v>3</v></c>"
	  "<c r=\"D7\" t=\"b\"><v>1</v></c><c r=\"E7\" t=\"str\"><v>a_x000D__x000A_b _x20_</v></c></row>"
	  "<row r=\"9\"><c r=\"A9\"><v>13</v></c><c r=\"C9\"><v>4</v></c></row>",
	  "f.xlsx:7|feedback|other|12|a\r\nb _x20_|csat=3/1..5|fcr=1/0..1\n"
	  "f.xlsx:9|feedback|other|13|csat=4/1..5\n" },
	/* a number that is no date stays one; digits that only binary has are rounded away */
	{ "<row><c t=\"str\"><v>id</v></c><c t=\"str\"><v>nps</v></c><c t=\"str\"><v>attr.days</v></c></row>"
	  "<row><c t=\"str\"><v>a</v></c><c><v>8.0000000000000004</v></c><c s=\"3\"><v>0.30000000000000004</v></c></row>",
	  "f.xlsx:2|feedback|other|a|nps=8/0..10|days=0.3\n" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\" t=\"e\"><v>#REF!</v></c></row>", "\"#REF!\" is no score" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\" t=\"e\"><v>#N/A</v></c><c r=\"D2\" t=\"s\"><v>4</v></c></row>",
	  "f.xlsx:2|feedback|other|dobrze, \"bardzo\"\n" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\"><v>4</v></c><c r=\"D2\" t=\"e\"><v>#N/A</v></c></row>",
	  "f.xlsx:2|feedback|other|csat=4/1..5\n" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\"><v>4</v></c><c r=\"F2\"><v>1</v></c></row>",
	  "6 columns where the header has 4" },
	{ "", "there is no row in it" },
	{ "<row><c t=\"str\"><v>nimic</v></c></row>", "no column name is understood" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\" t=\"s\"><v>99</v></c></row>", "a text that is not there" },
	{ ROW_1 "<row r=\"2\"><c r=\"C2\"/><c r=\"B2\"/></row>", "not in their order" },
	{ ROW_1 "<row r=\"1\"/>", "not in their order" },
	{ ROW_1 "<row r=\"1048577\"/>", "more than 1048576 rows" },
	{ ROW_1 "<row>", "mismatched tag" },
	{ "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
	  "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>",
	  "nested more than 64 deep" },
};
/* clang-format on */

/* All that reading @path says: records, then the rejected rows, or the error. */
static void told_by(const char *path, struct buf *told)
{
	static const struct import_options none = { .dry_run = true };
	struct opinia_import *imp = NULL;
	const struct import_reject *r;
	struct batch b;
	struct err err = ERR_NONE;
	size_t n;
	int rc = opinia_import_open(&imp, path, &none, &err);

	batch_init(&b);
	do {
		if (!rc)
			rc = opinia_import_pull(imp, &b, &err);
		for (size_t i = 0; i < b.count; i++)
			tell_record(told, &b.records[i]);
	} while (!rc && b.count);
	if (imp) {
		r = opinia_import_rejects(imp, &n);
		for (size_t i = 0; i < n; i++)
			buf_printf(told, "%s\n", r[i].why);
	}
	buf_str(told, err.text);
	opinia_import_close(imp);
	batch_release(&b);
}

Test(xlsx, cells_of_all_kinds_are_read_and_what_is_broken_is_said)
{
	for (size_t i = 0; i < COUNT(sheets); i++) {
		struct place p = place_of("f.xlsx", lend(sheets[i].rows));
		struct buf told;

		buf_init(&told, 0);
		told_by(p.path, &told);
		if (sv_starts(sv_of(sheets[i].told), SV("f.xlsx:")))
			cr_expect_str_eq(told.p, sheets[i].told);
		else
			cr_expect_geq(sv_find(buf_sv(&told), sv_of(sheets[i].told)), 0,
				      "%s\n%s", sheets[i].rows, told.p);
		place_clear(&p);
		buf_release(&told);
	}
}

Test(xlsx, archives_that_are_no_workbook_or_mean_harm_are_refused_with_what_to_do)
{
	static const char links[] = XLSX_LINKS;
	static const struct {
		struct xlsx_part_text parts[3];
		size_t count;
		const char *why;
	} rows[] = {
		{ { { "word/document.xml", "<w/>" } }, 1, "no Excel workbook" },
		{ { { "content.xml", "<o/>" } }, 1, "OpenDocument" },
		{ { { "xl/workbook.bin", "x" } }, 1, "binary Excel workbook" },
		{ { { "xl/workbook.xml", "<workbook/>" } }, 1, "has no xl/_rels" },
		{ { { "xl/workbook.xml", "<workbook/>" },
		    { "xl/_rels/workbook.xml.rels", links } },
		  2,
		  "has no sheet" },
		{ { { "xl/workbook.xml",
		      "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]>"
		      "<workbook>&b;</workbook>" },
		    { "xl/_rels/workbook.xml.rels", links } },
		  2,
		  "a document type" },
		{ { { "xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheet name=\"a\" "
					 "r:id=\"rId1\"/></workbook>" },
		    { "xl/_rels/workbook.xml.rels", links } },
		  2,
		  "has no xl/worksheets/sheet1.xml" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf book, told;
		struct place p;

		buf_init(&book, 0);
		buf_init(&told, 0);
		pack_parts(rows[i].parts, rows[i].count, &book);
		p = place_of("f.xlsx", buf_sv(&book));
		told_by(p.path, &told);
		cr_expect_geq(sv_find(buf_sv(&told), sv_of(rows[i].why)), 0, "%s",
			      told.p);
		place_clear(&p);
		buf_release(&book);
		buf_release(&told);
	}
}

Test(xlsx, the_first_sheet_whose_header_is_understood_is_read)
{
	static const char links[] = XLSX_LINKS;
	static const struct xlsx_part_text parts[] = {
		{ "xl/workbook.xml",
		  "<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets><sheet "
		  "name=\"Citește-mă\" sheetId=\"1\" r:id=\"rId1\"/><sheet "
		  "name=\"Răspunsuri\" sheetId=\"2\" "
		  "r:id=\"rId2\"/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels", links },
		{ "xl/styles.xml", XLSX_STYLES },
		{ "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c "
					      "t=\"str\"><v>Bine ați venit</v></c></row>"
					      "</sheetData></worksheet>" },
		{ "xl/worksheets/sheet2.xml",
		  "<worksheet><sheetData><row><c t=\"str\"><v>data</v></c><c "
		  "t=\"str\"><v>nota</v></c></row><row><c s=\"1\"><v>44620</v></c><c>"
		  "<v>4</v></c></row></sheetData></worksheet>" },
	};
	const struct import_options o = { .dry_run = true };
	struct opinia_import *imp = NULL;
	const struct import_recognised *seen;
	struct buf book, told;
	struct err err = ERR_NONE;
	struct place p;

	buf_init(&book, 0);
	buf_init(&told, 0);
	pack_parts(parts, COUNT(parts), &book);
	p = place_of("f.xlsx", buf_sv(&book));
	told_by(p.path, &told);
	cr_expect_str_eq(told.p, "f.xlsx:2|feedback|other|csat=4/1..5|@1772323200\n");
	cr_assert_eq(opinia_import_open(&imp, p.path, &o, &err), 0, "%s", err.text);
	seen = opinia_import_recognised(imp);
	cr_expect_geq(sv_find(seen->notes[seen->note_count - 1],
			      SV("the sheet \"Răspunsuri\" is read")),
		      0);
	opinia_import_close(imp);
	place_clear(&p);
	buf_release(&book);
	buf_release(&told);
}

Test(xlsx, numbers_become_dates_only_where_their_format_says_so)
{
	static const struct {
		const char *code;
		bool date;
	} formats[] = {
		{ "dd\\.mm\\.yyyy", true },
		{ "yyyy-mm-dd;@", true },
		{ "[$-415]d mmm yyyy", true },
		{ "h:mm AM/PM", true },
		{ "General", false },
		{ "0.00", false },
		{ "#,##0 \"dni\"", false },
		{ "[h]:mm:ss", false },
		{ "[Red]0;0 \"d\"", false },
		{ "@", false },
		{ "\\d0", false },
		{ "", false },
	};
	static const struct {
		const char *number, *date; /* NULL: it is none */
		bool since_1904;
	} days[] = {
		{ "46082", "2026-03-01", false },
		{ "46082.4375", "2026-03-01 10:30:00", false },
		{ "46082.427083333336", "2026-03-01 10:15:00", false },
		{ "46082.999999999", "2026-03-02", false },
		{ "61", "1900-03-01", false },
		{ "59", "1900-02-28", false },
		{ "60", NULL, false },
		{ "60", "1904-03-01", true },
		{ "44620", "2026-03-01", true },
		{ "0.5", "12:00:00", false },
		{ "2958465", "9999-12-31", false },
		{ "2958466", NULL, false },
		{ "-1", NULL, false },
		{ "1e400", NULL, false },
		{ "nan", NULL, false },
		{ "12x", NULL, false },
	};
	char out[32];

	for (size_t i = 0; i < COUNT(formats); i++)
		cr_expect_eq(xlsx_format_is_date(sv_of(formats[i].code)), formats[i].date,
			     "%s", formats[i].code);
	for (size_t i = 0; i < COUNT(days); i++) {
		bool is = xlsx_date(sv_of(days[i].number), days[i].since_1904, out);

		cr_expect_eq(is, days[i].date != NULL, "%s", days[i].number);
		if (is && days[i].date)
			cr_expect_str_eq(out, days[i].date);
	}
}
