/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c: see progress.h. */
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>

#include "core/i18n.h"

enum { BAR = 24, EVERY_MS = 100 };

static int64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, const char *what, bool shown)
{
	*p = (struct progress){ .what = what, .shown = shown, .began_ms = clock_ms() };
}

void progress_step(struct progress *p, uint64_t done, uint64_t size, uint64_t items)
{
	int64_t now = clock_ms(), spent = now - p->began_ms;
	double part = size ? (double)done / (double)size : 0;
	int full = part >= 1 ? BAR : (int)(part * BAR);

	if (!p->shown || now - p->last_ms < EVERY_MS)
		return;
	p->last_ms = now;
	fprintf(stderr, "\r\033[K%s ", p->what);
	if (size) {
		for (int i = 0; i < BAR; i++)
			fputs(i < full ? "█" : "░", stderr);
		fprintf(stderr, " %3.0f %%", part * 100);
	}
	fprintf(stderr, "  %llu", (unsigned long long)items);
	if (spent > 500)
		fprintf(stderr, _("  %.0f a second"),
			(double)items * 1000 / (double)spent);
	if (part > 0.02 && spent > 1000)
		fprintf(stderr, _("  %.0f s left"),
			(double)spent / 1000 * (1 - part) / part);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown && p->last_ms)
		fputs("\r\033[K", stderr);
}
