/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs_part.c: documents that are to be changed, unpacked: a block, or those at the end.
 */
#include <stdlib.h>
#include <string.h>

#include "store/docs_inside.h"
#include "store/keys.h"

void docs_part_empty(struct docs_part *p, uint32_t first)
{
	arena_reset(&p->arena);
	p->first = first;
	p->count = p->stored = 0;
	p->sealed = 0;
	p->changed = p->joined = false;
}

uint8_t *docs_part_room(struct txn *t, struct docs_part *p, uint32_t i, size_t fixed,
			size_t sealed)
{
	struct doc_row *r;
	uint8_t *to;

	if (!p->rows)
		p->rows = calloc(BLOCK_ROWS, sizeof(*p->rows));
	to = arena_take(&p->arena, fixed + sealed);
	if (!p->rows || !to || i >= BLOCK_ROWS) {
		txn_fail(t, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	r = &p->rows[i];
	if (i == p->count) {
		p->count++;
		r->sealed = 0;
	}
	p->sealed += sealed - r->sealed;
	*r = (struct doc_row){ to, (uint32_t)fixed, (uint32_t)sealed };
	p->changed = true;
	return to;
}

static void part_add(struct txn *t, struct docs_part *p, const struct doc *d)
{
	uint8_t *to = docs_part_room(t, p, p->count, d->n, d->sealed.n);

	if (!to)
		return;
	memcpy(to, d->p, d->n);
	if (d->sealed.n)
		memcpy(to + d->n, d->sealed.p, d->sealed.n);
}

void docs_part_open(struct txn *t, struct docs_held *h, struct sv value, uint32_t first)
{
	struct doc d;
	struct err err = ERR_NONE;
	int rc = block_view(value, first, &h->at, &err);

	if (!rc && !block_sealed_sound(&h->at))
		rc = docs_damaged(first, &err);
	docs_part_empty(&h->block, first);
	for (uint32_t i = 0; !rc && i < h->at.count && i < BLOCK_ROWS; i++) {
		rc = block_read(&h->at, first + i, &d, &err);
		if (!rc)
			part_add(t, &h->block, &d);
	}
	h->at.first = 0;
	h->block.changed = false;
	if (rc)
		txn_fail(t, err.code, "%s", err.text);
	if (t->err.code)
		h->block.first = 0;
}

/* Is the value at the cursor a document by itself, the one before the tail? */
static bool before_tail(const struct docs_part *p, const struct txn_cursor *c)
{
	return p->first > 1 && p->count < BLOCK_ROWS - 1 && c->key.n == 4 &&
	       be_get(c->key.p, 4) == p->first - 1 && c->value.n > DOC_HEAD_BYTES &&
	       c->value.p[DOC_AT_VERSION] == DOC_VERSION;
}

/* The newest are met first, so the rows are put in order when all are there. */
void docs_tail_join(struct txn *t, struct docs_held *h)
{
	struct docs_part *p = &h->tail;
	struct docs_part was = *p;
	struct txn_cursor c;
	struct key k;
	struct doc d;

	p->rows = NULL;
	p->count = 0;
	p->sealed = 0;
	txn_cursor_open(&c, t, DB_DOC);
	key_u32(&k, p->first);
	for (bool more = txn_seek(&c, key_sv(&k)) ? txn_prev(&c) : txn_last(&c);
	     more && p->count + was.count < BLOCK_ROWS - 1 && before_tail(p, &c);
	     more = txn_prev(&c)) {
		if (doc_view(c.value, p->first - 1, &d, &t->err))
			break;
		part_add(t, p, &d);
		p->first--;
	}
	txn_cursor_close(&c);
	for (uint32_t i = 0; p->rows && i < p->count / 2; i++) {
		struct doc_row swap = p->rows[i];

		p->rows[i] = p->rows[p->count - 1 - i];
		p->rows[p->count - 1 - i] = swap;
	}
	p->stored = p->count;
	if (p->rows)
		memcpy(p->rows + p->count, was.rows, was.count * sizeof(*was.rows));
	else
		p->rows = was.rows;
	if (p->rows != was.rows)
		free(was.rows);
	p->count += was.count;
	p->sealed += was.sealed;
	p->joined = true;
}
