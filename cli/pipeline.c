/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.c: see pipeline.h. A job of the pool is one batch on its way. */
#include "cli/pipeline.h"

#include <stdlib.h>

#include "cli/pool.h"
#include "cli/words.h"

enum { JOBS_A_THREAD = 3 };

struct job {
	struct batch batch;
	struct arena arena; /* of the verdicts */
	struct opinia_prepared *prepared;
};

struct run {
	struct pipeline *p;
	struct opinia_landing *total;
};

static int take(void *self, void *job, bool *more, struct err *err)
{
	struct run *r = self;
	struct job *j = job;
	int rc = r->p->pull(r->p->source, &j->batch, err);

	*more = !rc && (j->batch.count || j->batch.cursor.n);
	return rc;
}

int pipeline_read(struct opinia_analyzer *analyzer, const struct batch *batch,
		  struct arena *arena, struct verdict **out, struct err *err)
{
	struct opinia_scratch *scratch = words_scratch(analyzer, err);
	struct verdict *v = arena_zero(arena, batch->count + 1, sizeof(*v));
	int rc = 0;

	*out = v;
	if (!scratch)
		return (int)err->code;
	if (!v)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; !rc && i < batch->count; i++) {
		const struct record *r = &batch->records[i];

		if (r->kind == KIND_FEEDBACK)
			rc = opinia_analyze(analyzer, scratch, r->comment, r->language,
					    arena, &v[i], err);
	}
	return rc;
}

static int make_ready(void *self, void *job, struct err *err)
{
	struct pipeline *p = ((struct run *)self)->p;
	struct job *j = job;
	struct verdict *v;
	int rc;

	arena_reset(&j->arena);
	rc = pipeline_read(p->analyzer, &j->batch, &j->arena, &v, err);
	return rc ? rc
		  : opinia_store_prepare(p->store, &j->batch, v,
					 opinia_analyzer_hash(p->analyzer), &j->prepared,
					 err);
}

static int land(void *self, void *job, struct err *err)
{
	struct run *r = self;
	struct job *j = job;
	struct opinia_landing got = { .added = 0 };
	int rc = opinia_store_land(r->p->store, j->prepared, &got, err);

	opinia_prepared_free(j->prepared);
	j->prepared = NULL;
	if (rc)
		return rc;
	r->total->added += got.added;
	r->total->revised += got.revised;
	r->total->unchanged += got.unchanged;
	r->total->refused += got.refused;
	r->total->keyless += got.keyless;
	if (r->p->landed)
		r->p->landed(r->p->source, r->total);
	return 0;
}

int pipeline_run(struct pipeline *p, struct opinia_landing *total, struct err *err)
{
	long threads = p->threads > 0 ? p->threads : pool_cores();
	size_t count = (size_t)threads * JOBS_A_THREAD;
	struct job *jobs = calloc(count, sizeof(*jobs));
	struct run run = { p, total };
	struct pool_plan plan = {
		.self = &run,
		.jobs = jobs,
		.job_size = sizeof(*jobs),
		.job_count = count,
		.threads = threads,
		.fill = take,
		.work = make_ready,
		.drain = land,
	};
	int rc;

	*total = (struct opinia_landing){ .added = 0 };
	if (!jobs)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		batch_init(&jobs[i].batch);
		arena_init(&jobs[i].arena, 0);
	}
	rc = pool_run(&plan, err);
	for (size_t i = 0; i < count; i++) {
		opinia_prepared_free(jobs[i].prepared);
		batch_release(&jobs[i].batch);
		arena_release(&jobs[i].arena);
	}
	free(jobs);
	return rc;
}
