/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum_wide.h: the two ways of sum32() (keys.h), which give the same sums. The wide one takes half the
 * instructions of long values and may be called only where wide_here() says so.
 */
#ifndef OPINIA_STORE_SUM_WIDE_H
#define OPINIA_STORE_SUM_WIDE_H

#include <stddef.h>

#include "core/wide.h"

uint32_t sum32_plain(const void *p, size_t n, uint64_t seed);
uint32_t sum32_wide(const void *p, size_t n, uint64_t seed);

#endif
