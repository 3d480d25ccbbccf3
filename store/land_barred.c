/* SPDX-License-Identifier: Apache-2.0 */
/*
 * land_barred.c: rows of somebody who was erased while they were made ready. Whoever comes again after an
 * erasure is somebody new; what was on its way when they asked to be forgotten is not. The list of the
 * erased (erased.h) says whose addresses were erased since a batch was prepared.
 */
#include <stdlib.h>
#include <string.h>

#include "store/erased.h"
#include "store/land.h"

struct barred {
	struct landing *l;
	struct list digests; /* RUN_DIGEST bytes each */
};

static int take_line(void *self, const struct erased_digest *d, size_t n, struct err *err)
{
	struct barred *b = self;

	for (size_t i = 0; i < n; i++) {
		uint8_t *to = d[i].kind == 'p'
				      ? landing_list(b->l, &b->digests, RUN_DIGEST)
				      : NULL;

		if (to)
			memcpy(to, d[i].digest, RUN_DIGEST);
	}
	return txn_failed(b->l->txn, err);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, RUN_DIGEST);
}

static void mark(struct landing *l, const struct barred *b)
{
	struct opinia_prepared *p = l->p;

	for (size_t i = 0; i < p->count; i++)
		for (unsigned t = 0; t < TIE_MAX && !p->rows[i].barred; t++)
			p->rows[i].barred =
				p->rows[i].person[t] != NO_PERSON &&
				bsearch(p->persons[p->rows[i].person[t]].digest,
					b->digests.p, b->digests.count, RUN_DIGEST,
					by_bytes);
}

int land_barred(struct landing *l, bool *some, struct err *err)
{
	struct erased_mark from = l->p->erased, now;
	struct barred b = { .l = l };
	int rc;

	*some = false;
	for (size_t i = 0; i < l->p->count; i++)
		l->p->rows[i].barred = false;
	if (!l->p->person_count || l->p->erasures == l->state.erasures)
		return 0;
	erased_mark_read(l->txn, &now);
	rc = txn_failed(l->txn, err);
	if (rc || now.number == from.number)
		return rc;
	rc = erased_follow(l->store, &from, take_line, &b, err);
	if (rc || !b.digests.count)
		return rc;
	qsort(b.digests.p, b.digests.count, RUN_DIGEST, by_bytes);
	mark(l, &b);
	*some = true;
	return 0;
}
