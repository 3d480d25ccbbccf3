/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_pool.c: jobs come out in the order they went in, a failure ends the run, and
 * ThreadSanitizer has nothing to say. A plain main(): TSan cannot run under Criterion.
 */
#include <stdatomic.h>
#include <stdio.h>

#include "cli/pool.h"

enum { JOBS = 5, TOTAL = 5000 };

struct job {
	int number, squared;
};

struct state {
	int filled, drained, fail_at;
	atomic_int worked;
	int wrong;
};

static int fill(void *self, void *job, bool *more, struct err *err)
{
	struct state *s = self;

	(void)err;
	*more = s->filled < TOTAL;
	((struct job *)job)->number = s->filled;
	s->filled += *more;
	return 0;
}

static int work(void *self, void *job, struct err *err)
{
	struct state *s = self;
	struct job *j = job;

	atomic_fetch_add(&s->worked, 1);
	j->squared = j->number * j->number;
	return j->number == s->fail_at ? err_set(err, ERR_INPUT, "job %d", j->number) : 0;
}

static int drain(void *self, void *job, struct err *err)
{
	struct state *s = self;
	struct job *j = job;

	(void)err;
	s->wrong += j->number != s->drained || j->squared != j->number * j->number;
	s->drained++;
	return 0;
}

static int run(int fail_at, int want_rc, int want_drained)
{
	static struct job jobs[JOBS];
	struct state s = { .fail_at = fail_at };
	struct pool_plan plan = {
		.self = &s,
		.jobs = jobs,
		.job_size = sizeof(jobs[0]),
		.job_count = JOBS,
		.threads = 4,
		.fill = fill,
		.work = work,
		.drain = drain,
	};
	struct err err = ERR_NONE;
	int rc = pool_run(&plan, &err);

	if (rc == want_rc && s.drained == want_drained && !s.wrong)
		return 0;
	printf("rc %d drained %d wrong %d: %s\n", rc, s.drained, s.wrong, err.text);
	return 1;
}

int main(void)
{
	int failed =
		run(-1, 0, TOTAL) + run(1234, ERR_INPUT, 1234) + run(0, ERR_INPUT, 0);

	printf("%d passed, %d failed\n", 3 - failed, failed);
	return failed != 0;
}
