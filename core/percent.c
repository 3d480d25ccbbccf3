/* SPDX-License-Identifier: Apache-2.0 */
/* percent.c: see percent.h. */
#include "core/percent.h"

int hex_digit(char c)
{
	char low = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

struct sv percent_decode(struct sv s, bool form, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;

		if (low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 2;
		} else {
			out[n++] = form && s.p[i] == '+' ? ' ' : s.p[i];
		}
	}
	return (struct sv){ out, n };
}
