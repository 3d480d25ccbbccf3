/* SPDX-License-Identifier: Apache-2.0 */
/* pool.c: see pool.h. A ring of jobs; @filled and @drained are positions that only grow. */
#include "cli/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

struct ticket {
	bool done;
	int rc;
	struct err err;
};

struct pool {
	const struct pool_plan *plan;
	struct ticket *tickets;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	size_t filled, taken, drained; /* filled >= taken >= drained */
	bool closing;
};

long pool_cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
}

static void *job_at(const struct pool *p, size_t position)
{
	return (char *)p->plan->jobs + position % p->plan->job_count * p->plan->job_size;
}

static void *worker(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct ticket *t;
		size_t mine;

		while (p->taken == p->filled && !p->closing)
			pthread_cond_wait(&p->work, &p->lock);
		if (p->taken == p->filled)
			break;
		mine = p->taken++;
		t = &p->tickets[mine % p->plan->job_count];
		pthread_mutex_unlock(&p->lock);
		t->rc = p->plan->work(p->plan->self, job_at(p, mine), &t->err);
		pthread_mutex_lock(&p->lock);
		t->done = true;
		pthread_cond_broadcast(&p->done);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static int drain_oldest(struct pool *p, struct err *err)
{
	struct ticket *t = &p->tickets[p->drained % p->plan->job_count];

	pthread_mutex_lock(&p->lock);
	while (!t->done)
		pthread_cond_wait(&p->done, &p->lock);
	pthread_mutex_unlock(&p->lock);
	if (t->rc) {
		if (err)
			*err = t->err;
		return t->rc;
	}
	p->drained++;
	return p->plan->drain(p->plan->self, job_at(p, p->drained - 1), err);
}

/* A failure of fill ends the filling; what was filled before is drained nevertheless. */
static int drive(struct pool *p, struct err *err)
{
	bool more = true;
	int rc = 0, ended = 0;

	while (!rc && (more || p->drained < p->filled)) {
		size_t open = p->filled - p->drained;
		bool later = open && p->plan->waits && p->plan->waits(p->plan->self);

		if (more && open < p->plan->job_count && !later) {
			struct ticket *t = &p->tickets[p->filled % p->plan->job_count];

			ended = p->plan->fill(p->plan->self, job_at(p, p->filled), &more,
					      err);
			if (ended)
				more = false;
			if (!more)
				continue;
			*t = (struct ticket){ .done = false, .err = ERR_NONE };
			pthread_mutex_lock(&p->lock);
			p->filled++;
			pthread_cond_signal(&p->work);
			pthread_mutex_unlock(&p->lock);
		} else {
			rc = drain_oldest(p, ended ? NULL : err);
		}
	}
	return ended ? ended : rc;
}

int pool_run(const struct pool_plan *plan, struct err *err)
{
	pthread_t threads[THREADS_MAX];
	long want = plan->threads > 0 ? plan->threads : pool_cores(), got = 0;
	struct pool p = { .plan = plan };
	int rc;

	if (want > THREADS_MAX)
		want = THREADS_MAX;
	assert(plan->job_count > 0);
	p.tickets = calloc(plan->job_count, sizeof(*p.tickets));
	if (!p.tickets)
		return err_set(err, ERR_SYSTEM, "out of memory");
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.work, NULL);
	pthread_cond_init(&p.done, NULL);
	while (got < want && pthread_create(&threads[got], NULL, worker, &p) == 0)
		got++;
	rc = got ? drive(&p, err) : err_set(err, ERR_AGAIN, "no thread could be started");
	pthread_mutex_lock(&p.lock);
	p.closing = true;
	p.taken = rc ? p.filled : p.taken; /* after a failure what waits is not begun */
	pthread_cond_broadcast(&p.work);
	pthread_mutex_unlock(&p.lock);
	while (got > 0)
		pthread_join(threads[--got], NULL);
	pthread_cond_destroy(&p.done);
	pthread_cond_destroy(&p.work);
	pthread_mutex_destroy(&p.lock);
	free(p.tickets);
	return rc;
}
