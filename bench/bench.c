/* SPDX-License-Identifier: Apache-2.0 */
/* bench.c: see bench.h. */
#include "bench/bench.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double seconds_now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double seconds_worked(void)
{
	return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

void rounds_add(struct rounds *r, double value)
{
	if (r->n < ROUNDS_MAX)
		r->at[r->n++] = value;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double rounds_median(const struct rounds *r)
{
	double sorted[ROUNDS_MAX];

	if (!r->n)
		return 0;
	memcpy(sorted, r->at, r->n * sizeof(sorted[0]));
	qsort(sorted, r->n, sizeof(sorted[0]), by_value);
	return r->n % 2 ? sorted[r->n / 2]
			: (sorted[r->n / 2 - 1] + sorted[r->n / 2]) / 2;
}

double rounds_low(const struct rounds *r)
{
	double low = r->n ? r->at[0] : 0;

	for (size_t i = 1; i < r->n; i++)
		low = r->at[i] < low ? r->at[i] : low;
	return low;
}

double rounds_high(const struct rounds *r)
{
	double high = 0;

	for (size_t i = 0; i < r->n; i++)
		high = r->at[i] > high ? r->at[i] : high;
	return high;
}

void die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void must(int rc, const struct err *err)
{
	if (rc)
		die("%s", err->text);
}

void *take_memory(size_t bytes)
{
	void *p = calloc(1, bytes ? bytes : 1);

	if (!p)
		die("out of memory");
	return p;
}

struct sv read_whole(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long n;

	if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0)
		die("%s cannot be read", path);
	rewind(f);
	p = take_memory((size_t)n + 1);
	if (fread(p, 1, (size_t)n, f) != (size_t)n)
		die("%s cannot be read", path);
	fclose(f);
	return (struct sv){ p, (size_t)n };
}

struct sv *cut_lines(struct sv whole, size_t *count)
{
	struct sv rest = whole, *lines;
	size_t n = 0;

	for (size_t i = 0; i < whole.n; i++)
		n += whole.p[i] == '\n';
	lines = take_memory((n + 1) * sizeof(*lines));
	for (n = 0; rest.n;)
		lines[n++] = sv_cut(&rest, '\n');
	*count = n;
	return lines;
}

static void run_on(bool one)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long i = one ? cores - 1 : 0; i < cores; i++)
		CPU_SET((size_t)i, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void run_on_one_core(void)
{
	run_on(true);
}

void run_on_all_cores(void)
{
	run_on(false);
}

uint64_t random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t random_below(struct random *r, uint32_t n)
{
	return n ? (uint32_t)(random_next(r) >> 33) % n : 0;
}

double random_unit(struct random *r)
{
	return (double)(random_next(r) >> 11) / 9007199254740992.0;
}

bool random_percent(struct random *r, double percent)
{
	return random_unit(r) * 100 < percent;
}

const char *argument(int argc, char **argv, const char *name, const char *preset)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i] + 2, name) == 0)
			return argv[i + 1];
	return preset;
}

long argument_number(int argc, char **argv, const char *name, long preset)
{
	const char *text = argument(argc, argv, name, NULL);
	int64_t n;

	if (!text)
		return preset;
	if (!sv_i64(sv_of(text), &n) || n < 1)
		die("--%s wants a number", name);
	return (long)n;
}

void table_title(const char *fmt, ...)
{
	va_list ap;

	putchar('\n');
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n%-52s %-38s %8s  %s\n", "engine", "figure", "ratio", "target");
}

void table_row(const char *engine, const char *ratio, const char *target, const char *fmt,
	       ...)
{
	char figure[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(figure, sizeof(figure), fmt, ap);
	va_end(ap);
	printf("%-52s %-38s %8s  %s\n", engine, figure, ratio, target);
	fflush(stdout);
}

void table_note(const char *fmt, ...)
{
	va_list ap;

	fputs("  ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

const char *ratio_text(double over, double under)
{
	static char texts[8][24];
	static unsigned next;
	char *out = texts[next++ % 8];

	if (under <= 0)
		return "-";
	snprintf(out, sizeof(texts[0]), over / under >= 100 ? "%.0fx" : "%.2fx",
		 over / under);
	return out;
}
