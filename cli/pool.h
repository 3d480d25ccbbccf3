/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h: jobs that are filled in order, worked on by several threads, and drained in the same
 * order. What comes out does not depend on how many threads there are.
 *
 * fill and drain run in the calling thread, work in any. `tag` reads lines, tags, writes;
 * `import` reads records, analyzes and encrypts, lands.
 */
#ifndef OPINIA_CLI_POOL_H
#define OPINIA_CLI_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct pool_plan {
	void *self;
	void *jobs; /* an array of @job_count jobs of @job_size bytes, the caller's */
	size_t job_size, job_count;
	long threads; /* 0: one a core */
	/* Put work into @job; *more false: there was none left, @job is not used. */
	int (*fill)(void *self, void *job, bool *more, struct err *err);
	int (*work)(void *self, void *job, struct err *err);
	int (*drain)(void *self, void *job, struct err *err);
	/* Would fill wait for someone? Then what is done is drained first. NULL: never. */
	bool (*waits)(void *self);
};

long pool_cores(void);

/*
 * The first failure ends it: nothing after the failed job is drained; what was filled before a
 * failure of fill is. Returns that failure.
 */
int pool_run(const struct pool_plan *plan, struct err *err);

#endif
