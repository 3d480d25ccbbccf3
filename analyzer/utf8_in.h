/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8_in.h: one code point of bytes that may be wrong. A wrong sequence is U+FFFD with as many
 * bytes as could have begun a right one, at least one: what the Unicode standard and every
 * browser do, so that offsets agree with theirs.
 */
#ifndef OPINIA_ANALYZER_UTF8_IN_H
#define OPINIA_ANALYZER_UTF8_IN_H

#include <stddef.h>
#include <stdint.h>

struct utf8_in {
	uint32_t cp;
	uint32_t bytes; /* 1..4 */
};

static inline struct utf8_in utf8_in(const char *p, size_t n) /* n >= 1 */
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned low = 0x80, high = 0xBF, more, c = u[0];
	uint32_t cp;

	if (c < 0x80)
		return (struct utf8_in){ c, 1 };
	if (c < 0xC2 || c > 0xF4)
		return (struct utf8_in){ 0xFFFD, 1 };
	more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
	cp = c & (0x3Fu >> more);
	if (c == 0xE0)
		low = 0xA0; /* shorter forms exist */
	if (c == 0xED)
		high = 0x9F; /* surrogates */
	if (c == 0xF0)
		low = 0x90;
	if (c == 0xF4)
		high = 0x8F; /* beyond U+10FFFF */
	for (unsigned i = 1; i <= more; i++) {
		if (i >= n || u[i] < low || u[i] > high)
			return (struct utf8_in){ 0xFFFD, i };
		cp = cp << 6 | (u[i] & 0x3Fu);
		low = 0x80;
		high = 0xBF;
	}
	return (struct utf8_in){ cp, more + 1 };
}

#endif
