/* SPDX-License-Identifier: Apache-2.0 */
/* xlsx_book.c: see xlsx_book.h. */
#include "collector/xlsx_book.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"

enum { SMALL_PART = 16 << 20, FORMATS_MAX = 4096, STYLES_MAX = 65536, LINKS_MAX = 512 };

struct link {
	struct sv id, part;
};

/* Of all parts but the sheets; each reader uses its own. */
struct opening {
	struct xlsx_book *b;
	struct part *part;
	struct err *err;
	struct link links[LINKS_MAX];
	size_t link_count;
	uint32_t dates[FORMATS_MAX]; /* ids of formats of one's own that are dates */
	size_t date_count;
	bool in_cell_styles, in_text, in_phonetic;
	size_t text_from;
};

/* ---- texts that cells share -------------------------------------------------------------- */

static void text_start(void *self, struct sv name, const char *const *attrs)
{
	struct opening *o = self;

	(void)attrs;
	if (sv_eq(name, SV("si")))
		o->text_from = o->b->texts.n;
	o->in_phonetic |= sv_eq(name, SV("rPh"));
	o->in_text = sv_eq(name, SV("t")) && !o->in_phonetic;
}

static void text_text(void *self, struct sv text)
{
	struct opening *o = self;

	if (!o->in_text)
		return;
	buf_sv_put(&o->b->texts, text);
	if (!buf_ok(&o->b->texts))
		part_wrong(o->part, "its texts have more than %d MiB",
			   XLSX_TEXTS_MAX >> 20);
}

static bool more_room(struct xlsx_book *b)
{
	size_t room = b->text_room ? b->text_room * 2 : 1024;
	uint32_t *ends;

	if (b->text_count < b->text_room)
		return true;
	if (b->text_count >= XLSX_TEXT_COUNT_MAX)
		return false;
	ends = realloc(b->ends, room * sizeof(*ends));
	if (!ends)
		return false;
	b->ends = ends;
	b->text_room = room;
	return true;
}

static void text_end(void *self, struct sv name)
{
	struct opening *o = self;
	struct xlsx_book *b = o->b;

	o->in_text = false;
	if (sv_eq(name, SV("rPh")))
		o->in_phonetic = false;
	if (!sv_eq(name, SV("si")))
		return;
	if (!more_room(b)) {
		part_wrong(o->part, "more than %d texts", XLSX_TEXT_COUNT_MAX);
		return;
	}
	if (b->texts.n > o->text_from)
		b->texts.n = o->text_from + xlsx_unescape(b->texts.p + o->text_from,
							  b->texts.n - o->text_from);
	b->ends[b->text_count++] = (uint32_t)b->texts.n;
}

struct sv xlsx_text(const struct xlsx_book *b, uint64_t i)
{
	size_t from;

	if (i >= b->text_count)
		return (struct sv){ NULL, 0 };
	from = i ? b->ends[i - 1] : 0;
	return (struct sv){ b->texts.p + from, b->ends[i] - from };
}

/* ---- which styles are dates -------------------------------------------------------------- */

static bool own_format_is_date(const struct opening *o, uint32_t id)
{
	for (size_t i = 0; i < o->date_count; i++)
		if (o->dates[i] == id)
			return true;
	return false;
}

/* The formats that every workbook has: 14 to 22, 45 to 47; 27 to 36 and 50 to 58 in the East. */
static bool format_is_date(const struct opening *o, uint32_t id)
{
	if (id >= 164)
		return own_format_is_date(o, id);
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id == 45 || id == 47 ||
	       (id >= 50 && id <= 58) || own_format_is_date(o, id);
}

static void style_start(void *self, struct sv name, const char *const *attrs)
{
	struct opening *o = self;
	struct xlsx_book *b = o->b;
	uint32_t id = 0;

	if (sv_eq(name, SV("cellXfs")))
		o->in_cell_styles = true;
	sv_u32(part_attr(attrs, SV("numFmtId")), &id);
	if (sv_eq(name, SV("numFmt")) && o->date_count < FORMATS_MAX &&
	    xlsx_format_is_date(part_attr(attrs, SV("formatCode"))))
		o->dates[o->date_count++] = id;
	if (sv_eq(name, SV("xf")) && o->in_cell_styles && b->style_count < STYLES_MAX)
		b->is_date[b->style_count++] = format_is_date(o, id);
}

static void style_end(void *self, struct sv name)
{
	if (sv_eq(name, SV("cellXfs")))
		((struct opening *)self)->in_cell_styles = false;
}

/* ---- which sheets there are -------------------------------------------------------------- */

/* "worksheets/sheet1.xml" is beside the workbook; "/xl/…" is from the root. */
static void link_start(void *self, struct sv name, const char *const *attrs)
{
	struct opening *o = self;
	struct sv target = part_attr(attrs, SV("Target")), part;
	struct link *l = &o->links[o->link_count];

	if (!sv_eq(name, SV("Relationship")) || o->link_count == LINKS_MAX || !target.n ||
	    !sv_ends(part_attr(attrs, SV("Type")), SV("/worksheet")))
		return;
	if (target.p[0] == '/')
		part = sv_sub(target, 1, target.n);
	else
		part = sv_of(arena_printf(&o->b->arena, "xl/" SV_FMT, SV_ARG(target)));
	if (arena_copy(&o->b->arena, part, &l->part) &&
	    arena_copy(&o->b->arena, part_attr(attrs, SV("Id")), &l->id))
		o->link_count++;
}

/* `r:id` beside `sheetId`: the one with a prefix. */
static struct sv link_of(const struct opening *o, const char *const *attrs)
{
	struct sv id = part_attr(attrs, SV("id"));

	for (size_t i = 0; i < o->link_count; i++)
		if (sv_eq(o->links[i].id, id))
			return o->links[i].part;
	return (struct sv){ NULL, 0 };
}

static void book_start(void *self, struct sv name, const char *const *attrs)
{
	struct opening *o = self;
	struct xlsx_book *b = o->b;
	struct sv date1904 = part_attr(attrs, SV("date1904"));
	struct xlsx_sheet_name *s;

	if (sv_eq(name, SV("workbookPr")))
		b->since_1904 = sv_eq(date1904, SV("1")) || sv_eq(date1904, SV("true"));
	if (!sv_eq(name, SV("sheet")) || b->sheet_count == XLSX_SHEETS_MAX)
		return;
	s = &b->sheets[b->sheet_count];
	s->part = link_of(o, attrs);
	if (s->part.n && arena_copy(&b->arena, part_attr(attrs, SV("name")), &s->name))
		b->sheet_count++;
}

/* ---- all of it --------------------------------------------------------------------------- */

static int walk(struct opening *o, const char *name, uint64_t most,
		const struct part_reader *reader, struct err *err)
{
	bool more = true;
	int rc = part_open(&o->part, o->b->pack, name, most, reader, o, err);

	while (!rc && more)
		rc = part_more(o->part, &more, err);
	part_close(o->part);
	o->part = NULL;
	return rc;
}

static int what_is_it(const struct pack *p, struct err *err)
{
	if (pack_has(p, "xl/workbook.bin"))
		return err_set(err, ERR_INPUT,
			       "is a binary Excel workbook: save it as .xlsx or as CSV "
			       "UTF-8");
	if (pack_has(p, "content.xml"))
		return err_set(err, ERR_INPUT,
			       "is an OpenDocument sheet: save it as .xlsx or as CSV "
			       "UTF-8");
	return err_set(err, ERR_INPUT,
		       "is an archive and no Excel workbook: take the files out of it");
}

static int read_book(struct opening *o, struct err *err)
{
	static const struct part_reader links = { link_start, NULL, NULL },
					book = { book_start, NULL, NULL },
					styles = { style_start, style_end, NULL },
					texts = { text_start, text_end, text_text };
	struct xlsx_book *b = o->b;
	int rc;

	if (!pack_has(b->pack, "xl/workbook.xml"))
		return what_is_it(b->pack, err);
	b->is_date = arena_zero(&b->arena, STYLES_MAX, sizeof(*b->is_date));
	if (!b->is_date)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = walk(o, "xl/_rels/workbook.xml.rels", SMALL_PART, &links, err);
	if (!rc)
		rc = walk(o, "xl/workbook.xml", SMALL_PART, &book, err);
	if (!rc && !b->sheet_count)
		rc = err_set(err, ERR_INPUT, "the workbook has no sheet");
	if (!rc && pack_has(b->pack, "xl/styles.xml"))
		rc = walk(o, "xl/styles.xml", SMALL_PART * 4, &styles, err);
	if (!rc && pack_has(b->pack, "xl/sharedStrings.xml"))
		rc = walk(o, "xl/sharedStrings.xml", XLSX_SHEET_BYTES_MAX, &texts, err);
	return rc;
}

int xlsx_book_open(struct xlsx_book **out, const struct input *in, struct err *err)
{
	struct xlsx_book *b = calloc(1, sizeof(*b));
	struct opening *o = calloc(1, sizeof(*o));
	int rc = b && o ? 0 : err_set(err, ERR_SYSTEM, "out of memory");

	*out = NULL;
	if (!rc) {
		arena_init(&b->arena, 8 << 20);
		buf_init(&b->texts, XLSX_TEXTS_MAX);
		o->b = b;
		rc = pack_open(&b->pack, in, err);
	}
	if (!rc)
		rc = read_book(o, err);
	free(o);
	if (rc)
		xlsx_book_close(b);
	else
		*out = b;
	return rc;
}

void xlsx_book_close(struct xlsx_book *b)
{
	if (!b)
		return;
	pack_close(b->pack);
	arena_release(&b->arena);
	buf_release(&b->texts);
	free(b->ends);
	free(b);
}
