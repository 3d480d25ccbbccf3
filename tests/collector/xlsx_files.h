/* SPDX-License-Identifier: Apache-2.0 */
/* xlsx_files.h: workbooks made for a test, in memory, from the XML of their parts. */
#ifndef OPINIA_TESTS_COLLECTOR_XLSX_FILES_H
#define OPINIA_TESTS_COLLECTOR_XLSX_FILES_H

#include <criterion/criterion.h>
#include <zip.h>

#include "core/buf.h"

struct xlsx_part_text {
	const char *name, *text;
};

/* An archive of these parts, appended to @out. */
static inline void pack_parts(const struct xlsx_part_text *parts, size_t count,
			      struct buf *out)
{
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z = to ? zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, NULL) : NULL;
	zip_int64_t n;
	char bytes[4096];

	cr_assert(z != NULL);
	zip_source_keep(to);
	for (size_t i = 0; i < count; i++) {
		zip_source_t *s =
			zip_source_buffer(z, parts[i].text, strlen(parts[i].text), 0);

		cr_assert(s && zip_file_add(z, parts[i].name, s, 0) >= 0);
	}
	cr_assert_eq(zip_close(z), 0);
	cr_assert_eq(zip_source_open(to), 0);
	while ((n = zip_source_read(to, bytes, sizeof(bytes))) > 0)
		buf_put(out, bytes, (size_t)n);
	zip_source_close(to);
	zip_source_free(to);
}

#define XLSX_LINKS                                                                       \
	"<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" "                 \
	"Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" "                   \
	"Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"
#define XLSX_STYLES                                                                      \
	"<styleSheet><numFmts><numFmt numFmtId=\"164\" "                                 \
	"formatCode=\"[$-418]dd\\.mm\\.yyyy\\ hh:mm\"/><numFmt numFmtId=\"165\" "        \
	"formatCode=\"0.00\\ &quot;zile&quot;\"/></numFmts><cellStyleXfs><xf "           \
	"numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf "              \
	"numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs>"        \
	"</styleSheet>"

/* A workbook of one sheet with these rows; @texts: of <sst>, may be empty. */
static inline void book_of(const char *rows, const char *texts, struct buf *out)
{
	static const char links[] = XLSX_LINKS, styles[] = XLSX_STYLES;
	struct buf sheet, shared;
	struct xlsx_part_text parts[] = {
		{ "[Content_Types].xml", "<Types/>" },
		{ "xl/workbook.xml",
		  "<x:workbook xmlns:x=\"x\" xmlns:r=\"r\"><x:sheets><x:sheet "
		  "name=\"Date\" sheetId=\"7\" r:id=\"rId1\"/></x:sheets></x:workbook>" },
		{ "xl/_rels/workbook.xml.rels", links },
		{ "xl/styles.xml", styles },
		{ "xl/worksheets/sheet1.xml", NULL },
		{ "xl/sharedStrings.xml", NULL },
	};

	buf_init(&sheet, 0);
	buf_init(&shared, 0);
	buf_printf(&sheet,
		   "<?xml version=\"1.0\"?><worksheet><sheetData>%s</sheetData>"
		   "</worksheet>",
		   rows);
	buf_printf(&shared, "<sst>%s</sst>", texts);
	parts[4].text = sheet.p;
	parts[5].text = shared.p;
	pack_parts(parts, sizeof(parts) / sizeof(parts[0]), out);
	buf_release(&sheet);
	buf_release(&shared);
}

#endif
