/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum_wide.c: see sum_wide.h. The library's header decides by the compiler's options which
 * instructions it takes: CMakeLists.txt compiles this file with -mavx2 where there is such a thing.
 */
#include "store/sum_wide.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint32_t sum32_wide(const void *p, size_t n, uint64_t seed)
{
	return (uint32_t)XXH3_64bits_withSeed(p, n, seed);
}
