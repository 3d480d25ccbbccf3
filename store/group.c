/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.c: group commit: one transaction and one fsync for all threads that wait.
 *
 * The first to come leads: it takes what has queued up (bounded), lands it in one
 * transaction and wakes everybody with their own result. A batch that fails for a reason
 * of its own is taken out, with those of the same caller that come after it, and the
 * others are done again, so nobody suffers for a neighbour.
 */
#include "store/group.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/land.h"

enum { GROUP_BATCHES = 64, GROUP_ROWS = 16384 };

struct waiter {
	struct waiter *next;
	struct opinia_prepared **p; /* one after the other */
	size_t count, rows;
	struct opinia_landing *result; /* of all that landed */
	struct err err;
	int rc;
	bool done;
};

struct landing_queue {
	pthread_mutex_t lock;
	pthread_cond_t change;
	struct waiter *first, **last; /* who waits, in order of coming */
	bool led;		      /* somebody is landing          */
	struct landing landing;	      /* the leader's                 */
};

struct landing_queue *landing_queue_new(struct opinia_store *store, struct err *err)
{
	struct landing_queue *q = calloc(1, sizeof(*q));

	if (!q || landing_init(&q->landing, store, err)) {
		free(q);
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->change, NULL);
	q->last = &q->first;
	return q;
}

void landing_queue_free(struct landing_queue *q)
{
	if (!q)
		return;
	landing_release(&q->landing);
	pthread_cond_destroy(&q->change);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

/* ---- one transaction --------------------------------------------------------------- */

/* All of @w's batches; *at tells the one that failed, or how many there are. */
static int waiter_try(struct landing *l, struct waiter *w, size_t *at, struct err *err)
{
	int rc = 0;

	*w->result = (struct opinia_landing){ 0 };
	for (*at = 0; *at < w->count; ++*at) {
		struct opinia_landing one;

		rc = landing_batch(l, w->p[*at], &one, err);
		if (rc)
			break;
		w->result->added += one.added;
		w->result->revised += one.revised;
		w->result->unchanged += one.unchanged;
		w->result->refused += one.refused;
		w->result->keyless += one.keyless;
		w->result->seen |= one.seen;
	}
	return rc;
}

/*
 * All of @w in one transaction. *culprit: whose batch, and which of them, *at, failed; or
 * @count.
 */
static int group_try(struct landing *l, struct waiter **w, size_t count, size_t *culprit,
		     size_t *at, struct txn *t, struct err *err)
{
	int rc = txn_write(t, l->store->env, err);

	*culprit = count;
	if (rc)
		return rc;
	rc = landing_start(l, t, err);
	for (size_t i = 0; i < count && !rc; i++) {
		rc = waiter_try(l, w[i], at, err);
		if (rc)
			*culprit = i;
	}
	if (!rc)
		rc = landing_finish(l, err);
	if (rc) {
		txn_abort(t);
		return rc;
	}
	return txn_commit(t, err);
}

static void waiter_fail(struct waiter *w, int rc, const struct err *err)
{
	w->rc = rc;
	w->err = *err;
	*w->result = (struct opinia_landing){ 0 };
}

/* Keys of customers that are landed now. */
static void group_landed(struct opinia_store *s, struct waiter **w, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < w[i]->count; k++) {
			struct opinia_prepared *p = w[i]->p[k];

			if (p->who)
				customer_cache_put(s->customers, p->who, p->person_count);
			p->who = NULL;
		}
}

/* Land all of @w; each gets its own result. */
static void group_land(struct landing *l, struct waiter **w, size_t count)
{
	struct opinia_store *s = l->store;

	while (count) {
		struct err err = ERR_NONE;
		struct txn t = { .full = false };
		size_t culprit, at = 0;
		int rc = group_try(l, w, count, &culprit, &at, &t, &err);

		if (!rc)
			break;
		if (t.full) {
			rc = env_grow(s->env, &err);
			if (!rc)
				continue;
			culprit = count;
		}
		if (culprit < count) {
			waiter_fail(w[culprit], rc, &err);
			w[culprit]->count = at; /* those before it may land */
			if (!at)
				memmove(w + culprit, w + culprit + 1,
					(--count - culprit) * sizeof(*w));
			continue;
		}
		for (size_t i = 0; i < count; i++)
			waiter_fail(w[i], rc, &err);
		count = 0;
	}
	group_landed(s, w, count);
}

/* ---- the queue --------------------------------------------------------------------- */

/* With the lock held: take a group off the queue. */
static size_t group_take(struct landing_queue *q, struct waiter **w)
{
	size_t n = 0, rows = 0;

	while (q->first && n < GROUP_BATCHES &&
	       (!n || rows + q->first->rows <= GROUP_ROWS)) {
		rows += q->first->rows;
		w[n++] = q->first;
		q->first = q->first->next;
	}
	if (!q->first)
		q->last = &q->first;
	return n;
}

static void group_lead(struct landing_queue *q)
{
	struct waiter *w[GROUP_BATCHES], *all[GROUP_BATCHES];
	size_t n = group_take(q, w);

	memcpy(all, w, n * sizeof(*w));
	q->led = true;
	pthread_mutex_unlock(&q->lock);
	group_land(&q->landing, w, n);
	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++)
		all[i]->done = true;
	q->led = false;
	pthread_cond_broadcast(&q->change);
}

int opinia_store_land_all(struct opinia_store *store, struct opinia_prepared **p,
			  size_t count, struct opinia_landing *result, struct err *err)
{
	struct landing_queue *q = store->queue;
	struct waiter me = { .p = p, .count = count, .result = result };

	for (size_t i = 0; i < count; i++)
		me.rows += p[i]->count;
	*result = (struct opinia_landing){ 0 };
	pthread_mutex_lock(&q->lock);
	*q->last = &me;
	q->last = &me.next;
	while (!me.done) {
		if (q->led)
			pthread_cond_wait(&q->change, &q->lock);
		else
			group_lead(q);
	}
	pthread_mutex_unlock(&q->lock);
	if (me.rc && err)
		*err = me.err;
	return me.rc;
}

int opinia_store_land(struct opinia_store *store, struct opinia_prepared *p,
		      struct opinia_landing *result, struct err *err)
{
	return opinia_store_land_all(store, &p, 1, result, err);
}

int opinia_store_put(struct opinia_store *store, const struct batch *batch,
		     const struct verdict *verdicts, struct sv lexicon,
		     struct opinia_landing *result, struct err *err)
{
	struct opinia_prepared *p;
	int rc = opinia_store_prepare(store, batch, verdicts, lexicon, &p, err);

	*result = (struct opinia_landing){ 0 };
	if (!rc)
		rc = opinia_store_land(store, p, result, err);
	opinia_prepared_free(p);
	return rc;
}
