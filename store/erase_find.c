/* SPDX-License-Identifier: Apache-2.0 */
/* erase_find.c: who and what goes, see erasing.h. */
#include <stdlib.h>
#include <string.h>

#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/erasing.h"

/* ---- lists ------------------------------------------------------------------------- */

void numbers_add(struct erasing *e, struct numbers *n, uint32_t number)
{
	if (n->count == n->room) {
		size_t room = n->room ? 2 * n->room : 64;
		uint32_t *more = arena_grow(&e->arena, n->p, n->room * sizeof(*more),
					    room * sizeof(*more));

		if (!more) {
			e->failed = true;
			return;
		}
		n->p = more;
		n->room = room;
	}
	n->p[n->count++] = number;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void numbers_sort(struct numbers *n)
{
	size_t to = 0;

	if (n->count)
		qsort(n->p, n->count, sizeof(*n->p), by_number);
	for (size_t i = 0; i < n->count; i++)
		if (!to || n->p[to - 1] != n->p[i])
			n->p[to++] = n->p[i];
	n->count = to;
}

bool numbers_has(const struct numbers *n, uint32_t number)
{
	return n->count && bsearch(&number, n->p, n->count, sizeof(*n->p), by_number);
}

void erasing_digest(struct erasing *e, char kind, const uint8_t *digest)
{
	if (e->digest_count == e->digest_room) {
		size_t room = e->digest_room ? 2 * e->digest_room : 64;
		struct erased_digest *more =
			arena_grow(&e->arena, e->digests, e->digest_room * sizeof(*more),
				   room * sizeof(*more));

		if (!more) {
			e->failed = true;
			return;
		}
		e->digests = more;
		e->digest_room = room;
	}
	e->digests[e->digest_count].kind = kind;
	memcpy(e->digests[e->digest_count++].digest, digest, RUN_DIGEST);
}

/* ---- records of a person ----------------------------------------------------------- */

static bool names(const struct doc *d, uint32_t number)
{
	for (unsigned i = 0; i < TIE_MAX; i++)
		if (doc_field(d, tie_fields[i]) == number)
			return true;
	return false;
}

/* The records that name @number, or did in an earlier revision, to @take. */
static int each_record(struct erasing *e, uint32_t number,
		       void (*take)(struct erasing *e, const struct doc *d, bool now),
		       struct err *err)
{
	uint8_t digest[RUN_DIGEST];
	struct arena found;
	uint32_t *ids;
	size_t n;
	int rc;

	arena_init(&found, 0);
	run_digest_number(number, digest);
	rc = runs_all(e->txn, RUN_CUSTOMER, digest, &found, &ids, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		struct doc d;

		rc = docs_read(e->txn, ids[i], &d, err);
		if (!rc)
			take(e, &d, names(&d, number));
	}
	arena_release(&found);
	return rc;
}

static void take_record(struct erasing *e, const struct doc *d, bool now)
{
	numbers_add(e, now ? &e->ids : &e->past, d->id);
}

int erase_find(struct erasing *e, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < e->numbers.count; i++)
		rc = each_record(e, e->numbers.p[i], take_record, err);
	numbers_sort(&e->ids);
	numbers_sort(&e->past);
	if (!rc && e->failed)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	return rc;
}

/* ---- persons of whom nothing is left ----------------------------------------------- */

static void take_owner(struct erasing *e, const struct doc *d, bool now)
{
	/* the last number asked for is kept at the end of the list */
	if (now && !numbers_has(&e->ids, d->id))
		e->numbers.p[e->numbers.count - 1] = 0;
}

static void take_other(struct erasing *e, const struct doc *d, bool now)
{
	if (now && doc_kind(d) != KIND_CUSTOMER && !numbers_has(&e->ids, d->id))
		e->asked = 1; /* there is something else */
}

int erase_find_rows(struct erasing *e, const struct numbers *rows, struct err *err)
{
	struct numbers go = { NULL, 0, 0 };
	int rc = 0;

	for (size_t i = 0; !rc && i < rows->count; i++) {
		struct doc d;

		e->asked = 0;
		rc = docs_read(e->txn, rows->p[i], &d, err);
		for (unsigned t = 0; !rc && !e->asked && t < TIE_MAX; t++)
			if (doc_field(&d, tie_fields[t]))
				rc = each_record(e,
						 (uint32_t)doc_field(&d, tie_fields[t]),
						 take_other, err);
		if (!rc && !e->asked)
			numbers_add(e, &go, rows->p[i]);
	}
	for (size_t i = 0; i < go.count; i++)
		numbers_add(e, &e->ids, go.p[i]);
	numbers_sort(&e->ids);
	return rc;
}

int erase_find_empty(struct erasing *e, struct err *err)
{
	struct numbers owners = { NULL, 0, 0 };
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < e->ids.count; i++) {
		struct doc d;

		rc = docs_read(e->txn, e->ids.p[i], &d, err);
		for (unsigned t = 0; !rc && t < TIE_MAX; t++)
			if (doc_field(&d, tie_fields[t]))
				numbers_add(e, &owners,
					    (uint32_t)doc_field(&d, tie_fields[t]));
	}
	numbers_sort(&owners);
	for (size_t i = 0; !rc && i < owners.count && !e->failed; i++) {
		numbers_add(e, &e->numbers, owners.p[i]);
		if (!e->failed)
			rc = each_record(e, owners.p[i], take_owner, err);
	}
	for (size_t i = 0; i < e->numbers.count; i++)
		if (e->numbers.p[i])
			e->numbers.p[kept++] = e->numbers.p[i];
	e->numbers.count = kept;
	if (!rc && e->failed)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	return rc;
}
