/* SPDX-License-Identifier: Apache-2.0 */
/* walk.c: see walk.h. Delivery reports are in report.c. */
#include "mime/walk.h"

#include <string.h>

#include "core/i18n.h"
#include "core/mime_wire.h"
#include "mime/charset.h"
#include "mime/flowed.h"
#include "mime/html.h"

/* Which kinds of text are wanted. */
enum { WANT_PLAIN = 1, WANT_HTML = 2, WANT_ANY = 3 };

GByteArray *walk_bytes(struct walk *w, GMimeObject *part)
{
	GMimeDataWrapper *content =
		GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
	GByteArray *bytes;
	GMimeStream *to;

	if (!content || w->wrong)
		return NULL;
	bytes = g_byte_array_new();
	to = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(to), FALSE);
	g_mime_data_wrapper_write_to_stream(content, to);
	g_object_unref(to);
	w->decoded += bytes->len;
	if (w->decoded > MIME_DECODED_MAX)
		w->wrong = N_("its parts are over 50 MiB together");
	if (!w->wrong)
		return bytes;
	g_byte_array_free(bytes, TRUE);
	return NULL;
}

static struct sv param(GMimeObject *part, const char *name)
{
	return sv_of(g_mime_object_get_content_type_parameter(part, name));
}

static bool is_type(GMimeObject *part, const char *type, const char *subtype)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(part), type,
					   subtype);
}

static bool attached(GMimeObject *part)
{
	const char *how = g_mime_object_get_disposition(part);

	return how && strcasecmp(how, "attachment") == 0;
}

/* One part more; false: too many, too deep. */
static bool allowed(struct walk *w, unsigned depth)
{
	if (depth > MIME_DEPTH_MAX)
		w->wrong = N_("its parts are nested deeper than 32");
	if (++w->parts > MIME_PARTS_MAX)
		w->wrong = N_("it has more than 1000 parts");
	return !w->wrong;
}

static bool blank(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(" \t\r\n", s.p[i]) && (unsigned char)s.p[i] != 0xc2 &&
		    (unsigned char)s.p[i] != 0xa0)
			return false;
	return true;
}

/* ---- text -------------------------------------------------------------------------------- */

static void put_text(struct walk *w, GMimeObject *part, struct buf *text)
{
	GByteArray *bytes = walk_bytes(w, part);
	bool html = is_type(part, "text", "html");
	struct buf clean;

	if (!bytes)
		return;
	buf_init(&clean, 0);
	charset_put(&clean,
		    sv_sub((struct sv){ (char *)bytes->data, bytes->len }, 0, TEXT_MAX),
		    param(part, "charset"));
	g_byte_array_free(bytes, TRUE);
	if (html)
		html_text(buf_sv(&clean), text);
	else if (sv_ieq(param(part, "format"), SV("flowed")))
		flowed_text(buf_sv(&clean), sv_ieq(param(part, "delsp"), SV("yes")),
			    text);
	else
		buf_sv_put(text, buf_sv(&clean));
	if (text->n && text->p[text->n - 1] != '\n')
		buf_char(text, '\n');
	buf_release(&clean);
}

static void text_of(struct walk *w, GMimeObject *part, int want, unsigned depth,
		    struct buf *text);

/* The plain one if it says anything, else the one in HTML. */
static void text_of_either(struct walk *w, GMimeMultipart *m, int want, unsigned depth,
			   struct buf *text)
{
	size_t from = text->n;

	for (int pass = WANT_PLAIN; pass <= WANT_HTML; pass++)
		for (int i = 0; (pass & want) && i < g_mime_multipart_get_count(m); i++) {
			text->n = from;
			text_of(w, g_mime_multipart_get_part(m, i), pass, depth + 1,
				text);
			if (!blank(sv_sub(buf_sv(text), from, text->n)))
				return;
		}
	text->n = from;
}

static void text_of(struct walk *w, GMimeObject *part, int want, unsigned depth,
		    struct buf *text)
{
	if (!part || !allowed(w, depth))
		return;
	if (GMIME_IS_MULTIPART(part)) {
		GMimeMultipart *m = GMIME_MULTIPART(part);

		if (is_type(part, "multipart", "alternative")) {
			text_of_either(w, m, want, depth, text);
			return;
		}
		for (int i = 0; i < g_mime_multipart_get_count(m); i++)
			text_of(w, g_mime_multipart_get_part(m, i), want, depth + 1,
				text);
	} else if (!attached(part) && text->n < TEXT_MAX) {
		bool html = is_type(part, "text", "html");

		if (want & (html ? WANT_HTML : WANT_PLAIN) &&
		    (html || is_type(part, "text", "plain")))
			put_text(w, part, text);
	}
}

void walk_text(struct walk *w, GMimeObject *top, struct buf *text)
{
	w->parts = 0;
	text_of(w, top, WANT_ANY, 0, text);
	if (text->n > TEXT_MAX) /* at a letter, not in it */
		for (text->n = TEXT_MAX; text->n && (text->p[text->n] & 0xc0) == 0x80;)
			text->n--;
}

/* ---- tables ------------------------------------------------------------------------------ */

static bool named(GMimeObject *part, const char *suffix)
{
	struct sv name = sv_of(g_mime_part_get_filename(GMIME_PART(part)));
	size_t n = strlen(suffix);

	return name.n > n && sv_ieq(sv_sub(name, name.n - n, n), sv_of(suffix));
}

static bool is_table(GMimeObject *part)
{
	return is_type(part, "text", "csv") || is_type(part, "application", "json") ||
	       is_type(part, "text", "json") || named(part, ".csv") ||
	       named(part, ".json");
}

static void tables_of(struct walk *w, GMimeObject *part, unsigned depth)
{
	GByteArray *bytes;
	struct buf clean;

	if (!part || !allowed(w, depth))
		return;
	for (int i = 0; GMIME_IS_MULTIPART(part) &&
			i < g_mime_multipart_get_count(GMIME_MULTIPART(part));
	     i++)
		tables_of(w, g_mime_multipart_get_part(GMIME_MULTIPART(part), i),
			  depth + 1);
	if (!GMIME_IS_PART(part) || !is_table(part) || w->tables == TABLES_MAX)
		return;
	bytes = walk_bytes(w, part);
	if (!bytes)
		return;
	buf_init(&clean, 0);
	if (bytes->len <= TABLE_MAX)
		charset_put(&clean, (struct sv){ (char *)bytes->data, bytes->len },
			    param(part, "charset"));
	if (clean.n) {
		mime_put(w->out, MIME_TABLE, buf_sv(&clean));
		w->tables++;
	}
	buf_release(&clean);
	g_byte_array_free(bytes, TRUE);
}

void walk_tables(struct walk *w, GMimeObject *top)
{
	w->parts = 0;
	tables_of(w, top, 0);
}
