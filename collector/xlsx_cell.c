/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx_cell.c: the odd ways of cells (xlsx_book.h): days as numbers, formats that make them
 * dates, escapes in texts. Excel believes that 1900 was a leap year: day 60 does not exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/xlsx_book.h"
#include "core/utf8.h"
#include "core/when.h"

enum { NO_DAY_1900 = 60, DAYS_MAX = 2958465, SECONDS_A_DAY = 86400 };

/* Where the quoted text, the bracket or the escaped letter at @i ends; @i: none begins there. */
static size_t behind_literal(struct sv code, size_t i)
{
	char c = code.p[i], end = c == '"' ? '"' : ']';

	if (c == '\\' || c == '_' || c == '*')
		return i + 2;
	if (c != '"' && c != '[')
		return i;
	for (i++; i < code.n && code.p[i] != end; i++)
		;
	return i + 1;
}

/* Hours in brackets are a duration, and so no date. */
static bool is_duration(struct sv code, size_t i)
{
	return code.p[i] == '[' && i + 1 < code.n && code.p[i + 1] &&
	       strchr("hHmMsS", code.p[i + 1]);
}

bool xlsx_format_is_date(struct sv code)
{
	size_t i = 0, next;

	while (i < code.n && code.p[i] != ';' && !is_duration(code, i)) {
		next = behind_literal(code, i);
		if (next == i && code.p[i] && strchr("dDyYhHmMsS", code.p[i]))
			return true;
		i = next > i ? next : i + 1;
	}
	return false;
}

static int32_t first_day(int64_t day, bool since_1904)
{
	if (since_1904)
		return day_of(1904, 1, 1);
	return day_of(1899, 12, day < NO_DAY_1900 ? 31 : 30);
}

bool xlsx_date(struct sv number, bool since_1904, char out[32])
{
	char text[64], *end;
	int year, month, dom;
	double v;
	int64_t seconds, day;

	if (!number.n || number.n >= sizeof(text))
		return false;
	memcpy(text, number.p, number.n);
	text[number.n] = 0;
	v = strtod(text, &end);
	if (end != text + number.n || !(v >= 0 && v < DAYS_MAX + 1))
		return false;
	seconds = (int64_t)(v * SECONDS_A_DAY + 0.5);
	day = seconds / SECONDS_A_DAY;
	seconds %= SECONDS_A_DAY;
	if (!since_1904 && day == NO_DAY_1900)
		return false;
	day_civil(first_day(day, since_1904) + (int32_t)day, &year, &month, &dom);
	if (day == 0)
		snprintf(out, 32, "%02d:%02d:%02d", (int)(seconds / 3600),
			 (int)(seconds / 60 % 60), (int)(seconds % 60));
	else if (seconds)
		snprintf(out, 32, "%04d-%02d-%02d %02d:%02d:%02d", year % 10000, month,
			 dom, (int)(seconds / 3600), (int)(seconds / 60 % 60),
			 (int)(seconds % 60));
	else
		snprintf(out, 32, "%04d-%02d-%02d", year % 10000, month, dom);
	return true;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The letter of "_x0020_" at @p; 0: there is none that may be. */
static uint32_t escaped(const char *p, size_t n)
{
	uint32_t c = 0;

	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return 0;
	for (int i = 2; i < 6; i++) {
		if (hex_of(p[i]) < 0)
			return 0;
		c = c * 16 + (uint32_t)hex_of(p[i]);
	}
	return c >= 0xd800 && c < 0xe000 ? 0 : c;
}

size_t xlsx_unescape(char *p, size_t n)
{
	size_t kept = 0;
	uint32_t c;

	if (!memchr(p, '_', n))
		return n;
	for (size_t i = 0; i < n;) {
		c = escaped(p + i, n - i);
		if (c) {
			kept += utf8_encode(c, p + kept);
			i += 7;
		} else {
			p[kept++] = p[i++];
		}
	}
	return kept;
}
