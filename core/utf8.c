/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.c: see utf8.h. */
#include "core/utf8.h"

#include <endian.h>
#include <string.h>
#include <utf8proc.h>

enum { REPLACEMENT = 0xfffd };

/* Bytes of the sequence that starts with @lead, and the range of its second byte; 0: not a lead. */
static size_t sequence(unsigned char lead, unsigned char *lo, unsigned char *hi)
{
	*lo = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
	*hi = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

uint32_t utf8_next(struct sv s, size_t *bytes)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char lo, hi;
	size_t n = sequence(p[0], &lo, &hi);
	uint32_t cp;

	*bytes = 1;
	if (n == 1)
		return p[0];
	if (n == 0 || s.n < n || p[1] < lo || p[1] > hi)
		return REPLACEMENT;
	cp = p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		cp = cp << 6 | (p[i] & 0x3f);
	}
	*bytes = n;
	return cp;
}

/* How many bytes at the beginning of @s are ASCII. */
static inline size_t ascii_bytes(struct sv s)
{
	size_t at = 0;

	for (; s.n - at >= 8; at += 8) {
		uint64_t eight;

		memcpy(&eight, s.p + at, 8);
		eight = le64toh(eight) & 0x8080808080808080u;
		if (eight)
			return at + (size_t)__builtin_ctzll(eight) / 8;
	}
	while (at < s.n && !(s.p[at] & 0x80))
		at++;
	return at;
}

bool utf8_valid(struct sv s)
{
	while (s.n) {
		size_t n = ascii_bytes(s);

		s.p += n, s.n -= n;
		if (!s.n)
			break;
		/* two bytes are what nearly all letters here have that are not ASCII */
		if ((unsigned char)s.p[0] >= 0xc2 && (unsigned char)s.p[0] < 0xe0 &&
		    s.n >= 2 && (s.p[1] & 0xc0) == 0x80)
			n = 2;
		else if (utf8_next(s, &n) == REPLACEMENT && n == 1)
			return false;
		s.p += n, s.n -= n;
	}
	return true;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp,
					    (utf8proc_uint8_t *)out);
}

size_t utf8_count(struct sv s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

static size_t cp_width(uint32_t cp)
{
	int w = utf8proc_charwidth((utf8proc_int32_t)cp);

	return w < 0 ? 0 : (size_t)w;
}

size_t utf8_width(struct sv s)
{
	size_t w = 0, n;

	for (; s.n; s.p += n, s.n -= n)
		w += cp_width(utf8_next(s, &n));
	return w;
}

struct sv utf8_clip(struct sv s, size_t columns)
{
	struct sv rest = s;
	size_t w = 0, n, end = 0;
	utf8proc_int32_t before = 0, state = 0;

	while (rest.n) {
		uint32_t cp = utf8_next(rest, &n);

		if (before && utf8proc_grapheme_break_stateful(
				      before, (utf8proc_int32_t)cp, &state))
			end = (size_t)(rest.p - s.p);
		w += cp_width(cp);
		if (w > columns)
			return sv_sub(s, 0, end);
		before = (utf8proc_int32_t)cp;
		rest.p += n, rest.n -= n;
	}
	return s;
}

/* U+202A..202E, U+2066..2069, U+200E/F, U+061C: they turn the direction of what follows. */
static bool turns_direction(uint32_t cp)
{
	return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
	       cp == 0x200e || cp == 0x200f || cp == 0x061c;
}

void utf8_tame(struct sv s, struct buf *out)
{
	size_t n;

	for (; s.n; s.p += n, s.n -= n) {
		uint32_t cp = utf8_next(s, &n);

		if (cp == '\n' || cp == '\r' || cp == '\t' || cp == 0x2028 ||
		    cp == 0x2029)
			buf_char(out, ' ');
		else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || turns_direction(cp) ||
			 (cp == REPLACEMENT && n == 1))
			buf_str(out, "\xef\xbf\xbd");
		else
			buf_put(out, s.p, n);
	}
}

void utf8_plain(struct sv s, struct buf *out)
{
	size_t n;

	for (; s.n; s.p += n, s.n -= n) {
		utf8proc_int32_t parts[8], cp = (utf8proc_int32_t)utf8_next(s, &n);
		int boundary = 0;
		utf8proc_ssize_t got = utf8proc_decompose_char(
			cp, parts, 8,
			UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK,
			&boundary);

		for (utf8proc_ssize_t i = 0; i < got && i < 8; i++) {
			char bytes[4];
			uint32_t c = (uint32_t)parts[i];

			if (c == 0x142) /* ł has no decomposition */
				c = 'l';
			buf_put(out, bytes, utf8_encode(c, bytes));
		}
	}
}
