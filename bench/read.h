/* SPDX-License-Identifier: Apache-2.0 */
/* read.h: the peer of read.c that speaks C++. */
#ifndef OPINIA_BENCH_READ_H
#define OPINIA_BENCH_READ_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * All fields of all records of JSON Lines, looked at once; returns the bytes of their values,
 * 0 where something is wrong. @text has @n bytes.
 */
uint64_t simdjson_read(const char *text, size_t n);

#ifdef __cplusplus
}
#endif

#endif
