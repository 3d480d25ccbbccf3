/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.c: a library to be preloaded: the file that CLOCK_SAYS names has two numbers, by how many seconds the
 * time of day is ahead, and 1 if the kernel is to say that a time server keeps it. It is read again and again, so the clock
 * jumps under a program that runs; the clocks that only count go on as they are.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <time.h>

static void said(long *ahead_s, int *synced)
{
	const char *path = getenv("CLOCK_SAYS");
	FILE *f = path ? fopen(path, "re") : NULL;

	if (!f || fscanf(f, "%ld %d", ahead_s, synced) != 2) {
		*ahead_s = 0;
		*synced = 0;
	}
	if (f)
		fclose(f);
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int (*real)(clockid_t, struct timespec *);
	long ahead_s;
	int synced, rc;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	rc = real(clock, t);
	if (!rc && clock == CLOCK_REALTIME) {
		said(&ahead_s, &synced);
		t->tv_sec += ahead_s;
	}
	return rc;
}

int adjtimex(struct timex *t)
{
	long ahead_s;
	int synced;

	said(&ahead_s, &synced);
	*t = (struct timex){ .status = synced ? STA_PLL : STA_UNSYNC };
	return synced ? TIME_OK : TIME_ERROR;
}
