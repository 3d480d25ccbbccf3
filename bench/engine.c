/* SPDX-License-Identifier: Apache-2.0 */
/* engine.c: see engine.h. */
#include "bench/engine.h"

#include <sys/resource.h>

#include "core/when.h"

enum { ROUNDS_LEAST = 3, SECONDS_MOST = 10 };

const char *const asked_names[ASKED] = {
	[ASK_WEEKLY] = "q1",
	[ASK_WEEKLY_SCAN] = "q1_scan",
	[ASK_RISING] = "q2",
	[ASK_RISING_SCAN] = "q2_scan",
	[ASK_COUNT] = "q3_count",
	[ASK_NEWEST] = "q3_newest",
	[ASK_WORD] = "q4_word",
	[ASK_PHRASE] = "q4_phrase",
	[ASK_ANY] = "q4_any_inflection",
	[ASK_NOTHING] = "nothing",
};

int32_t about_year_last(const struct about *a)
{
	return day_week_start(a->last) - 1;
}

int32_t about_year_first(const struct about *a)
{
	return about_year_last(a) - 52 * 7 + 1;
}

double ask_microseconds(const struct engine *engine, void *self, enum asked what,
			long rounds)
{
	double began = seconds_now();
	struct rounds r = { .n = 0 };

	for (long i = 0; i < rounds; i++) {
		struct answer answer;
		double t = seconds_now();

		engine->ask(self, what, &answer);
		rounds_add(&r, (seconds_now() - t) * 1e6);
		if (i + 1 >= ROUNDS_LEAST && seconds_now() - began > SECONDS_MOST)
			break;
	}
	return rounds_median(&r);
}

static double process_worked(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

void cost_begin(struct cost *c)
{
	c->wall -= seconds_now();
	c->worked -= process_worked();
}

void cost_end(struct cost *c)
{
	c->wall += seconds_now();
	c->worked += process_worked();
}

/* Squares, so that what moved from one group to another shows. */
void answer_week(struct answer *a, int64_t week, int64_t channel,
		 const uint64_t figures[6])
{
	static const uint64_t weights[6] = { 1, 3, 5, 7, 11, 13 };
	uint64_t n = (uint64_t)week * 64 + (uint64_t)channel;

	for (int i = 0; i < 6; i++)
		n += weights[i] * figures[i];
	a->value += n * n;
	a->size++;
}

void answer_topic(struct answer *a, uint64_t now, uint64_t before)
{
	a->value += 3 * now * now + 5 * before * before;
	a->size += now > 0;
}

void answer_text(struct answer *a, size_t bytes)
{
	a->size++;
	a->value += a->size * bytes;
}
