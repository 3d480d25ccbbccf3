/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset.c: see charset.h. Only names of a table reach iconv(): a mail shall not choose
 * which of its many modules is loaded.
 */
#include "mime/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "core/utf8.h"

enum { CHUNK = 4096, BELIEVED = 4 };

/* What a charset is to us. */
enum { PLAIN, UTF8, ASCII, LATIN, SEVEN_BIT };

struct charset {
	struct sv name;
	const char *iconv;
	int is;
};

static const struct charset charsets[] = {
	{ SV_INIT("utf-8"), "UTF-8", UTF8 },
	{ SV_INIT("utf8"), "UTF-8", UTF8 },
	{ SV_INIT("us-ascii"), "US-ASCII", ASCII },
	{ SV_INIT("ascii"), "US-ASCII", ASCII },
	{ SV_INIT("ansi_x3.4-1968"), "US-ASCII", ASCII },
	{ SV_INIT("iso-8859-1"), "ISO-8859-1", LATIN },
	{ SV_INIT("iso8859-1"), "ISO-8859-1", LATIN },
	{ SV_INIT("latin1"), "ISO-8859-1", LATIN },
	{ SV_INIT("iso-8859-2"), "ISO-8859-2", LATIN },
	{ SV_INIT("iso8859-2"), "ISO-8859-2", LATIN },
	{ SV_INIT("iso_8859-2"), "ISO-8859-2", LATIN },
	{ SV_INIT("latin2"), "ISO-8859-2", LATIN },
	{ SV_INIT("iso-8859-3"), "ISO-8859-3", PLAIN },
	{ SV_INIT("iso-8859-4"), "ISO-8859-4", PLAIN },
	{ SV_INIT("iso-8859-5"), "ISO-8859-5", PLAIN },
	{ SV_INIT("iso-8859-7"), "ISO-8859-7", PLAIN },
	{ SV_INIT("iso-8859-9"), "ISO-8859-9", PLAIN },
	{ SV_INIT("iso-8859-13"), "ISO-8859-13", PLAIN },
	{ SV_INIT("iso-8859-15"), "ISO-8859-15", PLAIN },
	{ SV_INIT("iso-8859-16"), "ISO-8859-16", PLAIN },
	{ SV_INIT("latin10"), "ISO-8859-16", PLAIN },
	{ SV_INIT("windows-1250"), "CP1250", PLAIN },
	{ SV_INIT("cp1250"), "CP1250", PLAIN },
	{ SV_INIT("cp-1250"), "CP1250", PLAIN },
	{ SV_INIT("x-cp1250"), "CP1250", PLAIN },
	{ SV_INIT("windows-1251"), "CP1251", PLAIN },
	{ SV_INIT("windows-1252"), "CP1252", PLAIN },
	{ SV_INIT("cp1252"), "CP1252", PLAIN },
	{ SV_INIT("windows-1253"), "CP1253", PLAIN },
	{ SV_INIT("windows-1254"), "CP1254", PLAIN },
	{ SV_INIT("windows-1257"), "CP1257", PLAIN },
	{ SV_INIT("ibm852"), "IBM852", PLAIN },
	{ SV_INIT("cp852"), "IBM852", PLAIN },
	{ SV_INIT("koi8-r"), "KOI8-R", PLAIN },
	{ SV_INIT("koi8-u"), "KOI8-U", PLAIN },
	{ SV_INIT("gb2312"), "GB2312", PLAIN },
	{ SV_INIT("gbk"), "GBK", PLAIN },
	{ SV_INIT("gb18030"), "GB18030", PLAIN },
	{ SV_INIT("big5"), "BIG5", PLAIN },
	{ SV_INIT("shift_jis"), "SHIFT_JIS", PLAIN },
	{ SV_INIT("euc-jp"), "EUC-JP", PLAIN },
	{ SV_INIT("euc-kr"), "EUC-KR", PLAIN },
	{ SV_INIT("utf-7"), "UTF-7", SEVEN_BIT },
	{ SV_INIT("unicode-1-1-utf-7"), "UTF-7", SEVEN_BIT },
	{ SV_INIT("iso-2022-jp"), "ISO-2022-JP", SEVEN_BIT },
	{ SV_INIT("utf-16"), "UTF-16", SEVEN_BIT },
	{ SV_INIT("utf-16le"), "UTF-16LE", SEVEN_BIT },
	{ SV_INIT("utf-16be"), "UTF-16BE", SEVEN_BIT },
};

static const struct charset *charset_of(struct sv name)
{
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (sv_ieq(charsets[i].name, name))
			return &charsets[i];
	return NULL;
}

void clean_put(struct buf *out, struct sv text)
{
	static const char hole[] = "\xef\xbf\xbd";

	while (text.n) {
		size_t n = 1;
		unsigned char c = (unsigned char)text.p[0];
		uint32_t cp = c < 0x80 ? c : utf8_next(text, &n);

		if (c >= 0x80 && cp == 0xfffd)
			buf_str(out, hole);
		else if (cp == '\r' && (text.n == 1 || text.p[1] != '\n'))
			buf_char(out, '\n');
		else if (cp >= 0xa0 || (cp >= ' ' && cp < 0x7f) || cp == '\n' ||
			 cp == '\t')
			buf_put(out, text.p, n);
		text = sv_sub(text, n, text.n);
	}
}

/* By iconv; a byte that is nothing there becomes U+FFFD. False: it knows no such charset. */
static bool convert(struct buf *out, struct sv s, const char *from)
{
	iconv_t cd = iconv_open("UTF-8", from);
	char *in = (char *)s.p, chunk[CHUNK];
	size_t left = s.n;
	struct buf made;
	bool more = left > 0;

	if ((intptr_t)cd == -1)
		return false;
	buf_init(&made, 0);
	while (more) {
		char *to = chunk;
		size_t room = sizeof(chunk);
		size_t rc = iconv(cd, &in, &left, &to, &room);

		buf_put(&made, chunk, (size_t)(to - chunk));
		more = left > 0;
		if (rc != (size_t)-1 || errno == E2BIG)
			continue;
		buf_str(&made, "\xef\xbf\xbd");
		in++;
		more = --left > 0;
	}
	iconv_close(cd);
	clean_put(out, buf_sv(&made));
	buf_release(&made);
	return true;
}

static bool any_high(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] & 0x80)
			return true;
	return false;
}

static size_t among(struct sv s, const char *set)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0x80) && strchr(set, s.p[i]);
	return n;
}

static bool any_c1(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80 && (unsigned char)s.p[i] < 0xa0)
			return true;
	return false;
}

/*
 * Valid UTF-8 is rarely anything else. But "RÓŻ" in windows-1250 is valid, too, and a letter
 * of Cyrillic: where an eight-bit set was declared, a few letters must be Latin ones.
 */
static bool is_utf8(struct sv s, bool doubtful)
{
	size_t many = 0;
	bool strange = false;

	if (!utf8_valid(s))
		return false;
	while (doubtful && s.n && many < BELIEVED) {
		size_t n;
		uint32_t cp = utf8_next(s, &n);

		many += cp >= 0x80;
		strange |= cp >= 0x250 && cp < 0x2000;
		s = sv_sub(s, n, s.n);
	}
	return many >= BELIEVED || !strange;
}

/* Nothing helpful was said: ą ś ź (and capitals) are elsewhere in the two sets of the region. */
static const char *guess(struct sv s)
{
	if (any_c1(s))
		return "CP1250";
	return among(s, "\xb1\xb6\xbc\xa1\xa6\xac") > among(s, "\xb9\xa5") ? "ISO-8859-2"
									   : "CP1250";
}

/* What bytes that are no UTF-8 are in; NULL: UTF-8 with a letter cut in two. */
static const char *set_of(const struct charset *said, struct sv bytes)
{
	if (said && said->is == UTF8 && among(bytes, "\xc3\xc4\xc5\xc8\xe2") > 2)
		return NULL;
	if (!said || said->is == UTF8 || said->is == ASCII)
		return guess(bytes);
	return said->is == LATIN && any_c1(bytes) ? "CP1250" : said->iconv;
}

void charset_put(struct buf *out, struct sv bytes, struct sv declared)
{
	const struct charset *said = charset_of(sv_trim(declared));
	bool eight_bit = said && (said->is == PLAIN || said->is == LATIN);
	const char *from = NULL;

	if (said && said->is == SEVEN_BIT && convert(out, bytes, said->iconv))
		return;
	if (any_high(bytes) && !is_utf8(bytes, eight_bit))
		from = set_of(said, bytes);
	if (!from || !convert(out, bytes, from))
		clean_put(out, bytes);
}

void field_put(struct buf *out, enum mime_field field, struct sv bytes)
{
	struct buf clean;

	buf_init(&clean, 0);
	charset_put(&clean, bytes, (struct sv){ NULL, 0 });
	if (clean.n)
		mime_put(out, field, buf_sv(&clean));
	buf_release(&clean);
}
