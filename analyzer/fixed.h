/* SPDX-License-Identifier: Apache-2.0 */
/* fixed.h: roots and curves in thousandths, of whole numbers: the same on every machine. */
#ifndef OPINIA_ANALYZER_FIXED_H
#define OPINIA_ANALYZER_FIXED_H

#include <stdint.h>

/* The root of @v, in thousandths. */
static inline int64_t root_milli(uint32_t v)
{
	uint64_t x = (uint64_t)v * 1000000, r = 0;

	for (uint64_t bit = 1ull << ((63 - __builtin_clzll(x | 1)) & ~1); bit; bit >>= 2)
		if (x >= r + bit) {
			x -= r + bit;
			r = (r >> 1) + bit;
		} else {
			r >>= 1;
		}
	return (int64_t)r;
}

/* tanh(@x), both in thousandths, by the continued fraction x(27 + x²) / (27 + 9x²). */
static inline int32_t squash(int64_t x)
{
	int64_t square;

	if (x >= 3000 || x <= -3000)
		return x > 0 ? 1000 : -1000;
	square = x * x / 1000;
	return (int32_t)(x * (27000 + square) / (27000 + 9 * square));
}

/* Of one in a thousand: 1 / (1 + e^-x), @x in thousandths. Right to two thousandths. */
static inline int32_t logistic(int64_t x)
{
	static const int16_t at[] = {
		/* each quarter */
		500, 562, 622, 679, 731, 777, 818, 852, 881, 905,  924,
		940, 953, 963, 971, 977, 982, 986, 989, 991, 993,  995,
		996, 997, 998, 998, 998, 999, 999, 999, 999, 1000, 1000,
	};
	int64_t size = x < 0 ? -x : x, step = size / 250, rest = size % 250;
	int32_t y = 1000;

	if (step < (int64_t)(sizeof(at) / sizeof(at[0])) - 1)
		y = at[step] + (int32_t)((at[step + 1] - at[step]) * rest / 250);
	return x < 0 ? 1000 - y : y;
}

#endif
