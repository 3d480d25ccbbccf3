/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wide.h: code that is there twice, for every processor and for those that count bits and handle
 * 32 bytes at once (AVX2, BMI2: nearly all since 2013). Which one runs is asked at run time, so one
 * program serves both; both must give the same bytes, and the tests hold them against each other.
 *
 * A body is an EACH_WAY function, which a plain function and a WIDE one call.
 */
#ifndef OPINIA_CORE_WIDE_H
#define OPINIA_CORE_WIDE_H

#include <stdbool.h>
#include <stdint.h>

#define EACH_WAY static inline __attribute__((always_inline))

#ifdef __x86_64__
#define WIDE __attribute__((target("avx2,bmi,bmi2,popcnt")))
static inline bool wide_here(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}
#else
#define WIDE
static inline bool wide_here(void)
{
	return false;
}
#endif

/* Four numbers at once, wherever they lie. */
typedef uint64_t wide_four __attribute__((vector_size(32), aligned(1), may_alias));

/* How many bits are set; the builtin is a call where the processor is not known to count them. */
EACH_WAY uint32_t wide_ones(uint64_t w, bool wide)
{
	if (wide)
		return (uint32_t)__builtin_popcountll(w);
	w -= w >> 1 & 0x5555555555555555ull;
	w = (w & 0x3333333333333333ull) + (w >> 2 & 0x3333333333333333ull);
	w = (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (uint32_t)(w * 0x0101010101010101ull >> 56);
}

#endif
