/* SPDX-License-Identifier: Apache-2.0 */
/* library.h: functions out of a shared library that is found at run time, so that none is needed. */
#ifndef OPINIA_BENCH_LIBRARY_H
#define OPINIA_BENCH_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

struct library_function {
	const char *name;
	void *to; /* where a pointer to the function goes */
};

/* Stays open until the program ends. */
void library_open(const char *path, const struct library_function *functions,
		  size_t count);

/* Bytes of all files in and below @path. */
uint64_t bytes_below(const char *path);
void remove_below(const char *path); /* and @path itself */

#endif
