/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.h: what all benchmarks share: a clock, medians, files in memory, random numbers that
 * are the same on every machine, and the table that a result is printed in.
 *
 * Anything that goes wrong ends the program with a sentence: a benchmark has no caller to tell.
 */
#ifndef OPINIA_BENCH_BENCH_H
#define OPINIA_BENCH_BENCH_H

#include <stdint.h>

#include "core/err.h"
#include "core/sv.h"

enum { ROUNDS_MAX = 1024 };

/* Times of several rounds; the neighbours of a machine make single ones worthless. */
struct rounds {
	double at[ROUNDS_MAX];
	size_t n;
};

double seconds_now(void);    /* of a clock that only goes forward */
double seconds_worked(void); /* of this thread on a core: neighbours do not count */
void rounds_add(struct rounds *r, double value);
double rounds_median(const struct rounds *r); /* 0 where there is none */
double rounds_low(const struct rounds *r);
double rounds_high(const struct rounds *r);

void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void must(int rc, const struct err *err); /* rc is not 0: say why and end */
void *take_memory(size_t bytes); /* zeroed, never freed: it lives as long as the run */
struct sv read_whole(const char *path); /* lives as long as the run */
struct sv *cut_lines(struct sv whole, size_t *count);
void run_on_one_core(void); /* this thread and those that it starts; the last core */
void run_on_all_cores(void);

/* splitmix64: the same numbers everywhere. */
struct random {
	uint64_t state;
};
uint64_t random_next(struct random *r);
uint32_t random_below(struct random *r, uint32_t n);
bool random_percent(struct random *r, double percent);
double random_unit(struct random *r); /* 0 <= x < 1 */

/* The value behind "--name" in @argv, else @preset. */
const char *argument(int argc, char **argv, const char *name, const char *preset);
long argument_number(int argc, char **argv, const char *name, long preset);

/* One table an area: engine, figure, ratio, target of docs/performance.md. */
void table_title(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void table_row(const char *engine, const char *ratio, const char *target, const char *fmt,
	       ...) __attribute__((format(printf, 4, 5)));
void table_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "3.4x" in a buffer that the next eight calls leave alone; "-" where @under is 0. */
const char *ratio_text(double over, double under);

#endif
