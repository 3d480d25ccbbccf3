/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.c: group commit: one transaction and one fsync for all threads that wait.
 *
 * The first to come leads: it takes what has queued up (bounded), lands it in one
 * transaction and wakes those it landed for, and one of the others, who leads next: nobody
 * is woken for nothing. A batch that fails for a reason
 * of its own is taken out, with those of the same caller that come after it, and the
 * others are done again, so nobody suffers for a neighbour.
 */
#include "store/group.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/inside.h"
#include "store/land.h"

enum { GROUP_BATCHES = 256, GROUP_ROWS = 16384, AT_ONCE = 256, TURNS = 32 };

/* A thread that waits for what it queued. */
struct party {
	unsigned turn;		   /* which of the queue's conditions it waits for */
	const struct waiter *last; /* of what it queued */
	bool leads, done;
};

struct waiter {
	struct waiter *next;
	struct party *party;
	struct opinia_prepared **p; /* one after the other */
	size_t count, rows;
	struct opinia_landing *result; /* of all that landed */
	struct err *err;	       /* why not; NULL: nobody asks */
	int rc;
};

struct landing_queue {
	pthread_mutex_t lock;
	/* The queue's, so that one may be told when its party is gone already. */
	pthread_cond_t turns[TURNS];
	unsigned next_turn;
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
	for (unsigned i = 0; i < TURNS; i++)
		pthread_cond_init(&q->turns[i], NULL);
	q->last = &q->first;
	return q;
}

void landing_queue_free(struct landing_queue *q)
{
	if (!q)
		return;
	landing_release(&q->landing);
	for (unsigned i = 0; i < TURNS; i++)
		pthread_cond_destroy(&q->turns[i]);
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

static int look_up(struct landing *l, struct waiter **w, size_t count, struct err *err)
{
	struct opinia_prepared **all;
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += w[i]->count;
	all = arena_take(&l->arena, (n + 1) * sizeof(struct opinia_prepared *));
	if (!all)
		return err_set(err, ERR_SYSTEM, "out of memory");
	n = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < w[i]->count; k++)
			all[n++] = w[i]->p[k];
	return landing_look_up(l, all, n, err);
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
	if (!rc)
		rc = look_up(l, w, count, err);
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
	if (w->err)
		*w->err = *err;
	*w->result = (struct opinia_landing){ 0 };
}

/* Keys of customers that are landed now. */
static void group_landed(const struct landing *l, struct waiter **w, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < w[i]->count; k++) {
			struct opinia_prepared *p = w[i]->p[k];

			if (p->who)
				customer_cache_put(l->store->customers, l->state.erasures,
						   p->who, p->person_count);
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
	group_landed(l, w, count);
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

/* Comes and goes with the lock held, and has let go of it when it wakes others. */
static void group_lead(struct landing_queue *q)
{
	struct waiter *w[GROUP_BATCHES], *all[GROUP_BATCHES];
	size_t n = group_take(q, w);
	uint32_t wake = 0;

	memcpy(all, w, n * sizeof(*w));
	pthread_mutex_unlock(&q->lock);
	group_land(&q->landing, w, n);
	pthread_mutex_lock(&q->lock);
	for (size_t i = 0; i < n; i++)
		if (all[i] == all[i]->party->last) {
			all[i]->party->done = true;
			wake |= 1u << all[i]->party->turn;
		}
	q->led = q->first != NULL;
	if (q->first) {
		q->first->party->leads = true;
		wake |= 1u << q->first->party->turn;
	}
	pthread_mutex_unlock(&q->lock);
	for (unsigned i = 0; i < TURNS; i++)
		if (wake >> i & 1)
			pthread_cond_broadcast(&q->turns[i]);
	pthread_mutex_lock(&q->lock);
}

/* Queue @w and come back when all of them are landed. */
static void group_wait(struct landing_queue *q, struct waiter *w, size_t count)
{
	struct party me = { .last = &w[count - 1] };

	for (size_t i = 0; i < count; i++) {
		w[i].party = &me;
		w[i].next = i + 1 < count ? &w[i + 1] : NULL;
	}
	pthread_mutex_lock(&q->lock);
	*q->last = w;
	q->last = &w[count - 1].next;
	me.turn = q->next_turn++ % TURNS;
	me.leads = !q->led;
	q->led = true;
	while (!me.done) {
		if (me.leads) {
			me.leads = false;
			group_lead(q);
		} else {
			pthread_cond_wait(&q->turns[me.turn], &q->lock);
		}
	}
	pthread_mutex_unlock(&q->lock);
}

void opinia_store_land_each(struct opinia_store *store, struct opinia_land *all,
			    size_t count)
{
	while (count) {
		struct waiter w[AT_ONCE];
		size_t n = count < AT_ONCE ? count : AT_ONCE;

		for (size_t i = 0; i < n; i++) {
			all[i].result = (struct opinia_landing){ 0 };
			all[i].err.code =
				ERR_OK; /* the rest is large, and says nothing then */
			all[i].err.text[0] = 0;
			w[i] = (struct waiter){ .p = &all[i].p,
						.count = 1,
						.rows = all[i].p->count,
						.result = &all[i].result,
						.err = &all[i].err };
		}
		group_wait(store->queue, w, n);
		for (size_t i = 0; i < n; i++)
			all[i].rc = w[i].rc;
		all += n;
		count -= n;
	}
}

int opinia_store_land_all(struct opinia_store *store, struct opinia_prepared **p,
			  size_t count, struct opinia_landing *result, struct err *err)
{
	struct waiter me = { .p = p, .count = count, .result = result, .err = err };

	for (size_t i = 0; i < count; i++)
		me.rows += p[i]->count;
	*result = (struct opinia_landing){ 0 };
	group_wait(store->queue, &me, 1);
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
