/* SPDX-License-Identifier: Apache-2.0 */
/* program.h: what a whole process costs, from its start to its end. */
#ifndef OPINIA_BENCH_PROGRAM_H
#define OPINIA_BENCH_PROGRAM_H

struct ran {
	double wall, worked; /* seconds */
};

/* @argv ends with NULL. What it prints is thrown away; it gets no environment, and must end well. */
struct ran program_run(const char *const argv[]);

#endif
