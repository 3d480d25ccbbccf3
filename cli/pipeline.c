/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pipeline.c: see pipeline.h. A job of the pool is one batch on its way. What a few batches touch
 * together - bitmaps, counters, pages, the disk - is dear, so that many land as one.
 */
#include "cli/pipeline.h"

#include <stdlib.h>

#include "cli/pool.h"
#include "cli/words.h"

enum { JOBS_A_THREAD = 4, LAND_BATCHES = 8, LAND_BYTES = 32 << 20 };

struct job {
	struct batch batch;
	struct arena arena; /* of the verdicts */
	struct opinia_prepared *prepared;
};

struct run {
	struct pipeline *p;
	struct opinia_landing *total;
	/* ready to land, one after the other */
	struct opinia_prepared *ready[LAND_BATCHES];
	size_t ready_count, ready_bytes;
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

/* ---- one record at a time ------------------------------------------------------------------- */

struct reading {
	struct opinia_analyzer *analyzer;
	struct opinia_scratch *scratch;
	struct arena *arena; /* of the verdict and the words at hand */
};

static int read_one(void *self, const struct record *r, struct opinia_reading *out,
		    struct err *err)
{
	struct reading *x = self;
	int rc;

	if (r->kind != KIND_FEEDBACK)
		return 0;
	arena_reset(x->arena);
	rc = opinia_analyze(x->analyzer, x->scratch, r->comment, r->language, x->arena,
			    &out->verdict, err);
	if (rc || !r->comment.n)
		return rc;
	out->words = opinia_words_read(x->scratch, x->arena, &out->word_count);
	return out->words ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static int make_ready(void *self, void *job, struct err *err)
{
	struct pipeline *p = ((struct run *)self)->p;
	struct job *j = job;
	struct reading x = { p->analyzer, words_scratch(p->analyzer, err), &j->arena };
	struct opinia_readings readings = { &x, read_one };

	return x.scratch ? opinia_store_prepare_read(p->store, &j->batch, &readings,
						     opinia_analyzer_hash(p->analyzer),
						     &j->prepared, err)
			 : (int)err->code;
}

/* ---- landing -------------------------------------------------------------------------------- */

static int land_ready(struct run *r, struct err *err)
{
	struct opinia_landing got;
	int rc;

	if (!r->ready_count)
		return 0;
	rc = opinia_store_land_all(r->p->store, r->ready, r->ready_count, &got, err);
	for (size_t i = 0; i < r->ready_count; i++)
		opinia_prepared_free(r->ready[i]);
	r->ready_count = r->ready_bytes = 0;
	r->total->added += got.added;
	r->total->revised += got.revised;
	r->total->unchanged += got.unchanged;
	r->total->refused += got.refused;
	r->total->keyless += got.keyless;
	if (!rc && r->p->landed)
		r->p->landed(r->p->source, r->total);
	return rc;
}

static int drain(void *self, void *job, struct err *err)
{
	struct run *r = self;
	struct job *j = job;

	r->ready[r->ready_count++] = j->prepared;
	r->ready_bytes += j->batch.arena.used;
	j->prepared = NULL;
	return r->ready_count == LAND_BATCHES || r->ready_bytes > LAND_BYTES
		       ? land_ready(r, err)
		       : 0;
}

/* What is ready when the pool has ended lands, whatever ended it. */
static int land_rest(struct run *r, int rc, struct err *err)
{
	struct err other = ERR_NONE;
	int late = land_ready(r, rc ? &other : err);

	return rc ? rc : late;
}

int pipeline_run(struct pipeline *p, struct opinia_landing *total, struct err *err)
{
	long threads = p->threads > 0 ? p->threads : pool_cores();
	size_t count = (size_t)threads * JOBS_A_THREAD;
	struct job *jobs = calloc(count, sizeof(*jobs));
	struct run run = { .p = p, .total = total };
	struct pool_plan plan = {
		.self = &run,
		.jobs = jobs,
		.job_size = sizeof(*jobs),
		.job_count = count,
		.threads = threads,
		.fill = take,
		.work = make_ready,
		.drain = drain,
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
	rc = land_rest(&run, rc, err);
	for (size_t i = 0; i < count; i++) {
		opinia_prepared_free(jobs[i].prepared);
		batch_release(&jobs[i].batch);
		arena_release(&jobs[i].arena);
	}
	free(jobs);
	return rc;
}
