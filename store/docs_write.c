/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs_write.c: documents put in and replaced: blocks that fill their pages, and single
 * values behind them.
 */
#include <stdlib.h>
#include <string.h>

#include "store/docs_inside.h"
#include "store/keys.h"

/*
 * A value of more than half a page gets pages of its own, less 16 bytes: four of them.
 * A block that has grown by what was replaced in it is cut in two above twice that.
 */
enum { BLOCK_BYTES = 4 * 4096 - 16, BLOCK_GROWN = 2 * BLOCK_BYTES, ROW_GUESS = 40 };
enum { CUT_TRIES = 5, JOIN = 64 /* so often it is asked whether there is a block */ };

/* ---- packing ----------------------------------------------------------------------- */

static bool packer_ready(struct txn *t, struct docs_held *h)
{
	if (!h->packer)
		h->packer = block_packer_new();
	for (unsigned i = 0; i < 2; i++)
		if (!h->out[i])
			h->out[i] = malloc(BLOCK_BYTES);
	if (h->packer && h->out[0] && h->out[1])
		return true;
	txn_fail(t, ERR_SYSTEM, "out of memory");
	return false;
}

/* How many rows from the first on may be @bytes of a block. */
static uint32_t rows_within(const struct docs_part *p, unsigned row_cost, size_t bytes)
{
	size_t sum = BLOCK_HEAD;
	uint32_t n = 0;

	while (n < p->count && sum + p->rows[n].sealed + row_cost <= bytes)
		sum += p->rows[n++].sealed + row_cost;
	return n ? n : 1;
}

/*
 * Pack as many rows as fill a block's pages. What a row costs is known afterwards only,
 * so it is guessed from the block before and tried again. The bytes are in h->out[0].
 */
static size_t tail_pack(struct docs_held *h, uint32_t *rows)
{
	struct docs_part *p = &h->tail;
	uint32_t n = rows_within(p, h->row_cost, BLOCK_BYTES), best = 0,
		 over = p->count + 1;
	size_t bytes = 0;

	for (unsigned try = 0; try < CUT_TRIES && n > best && n < over; try++) {
		size_t got = block_pack(h->packer, p->first, p->rows, n, h->out[1],
					BLOCK_BYTES),
		       sealed = 0;
		uint8_t *swap = h->out[1];

		if (!got) {
			over = n;
			n -= n > 16 ? n / 32 + 1 : 1;
			n = n > best ? n : best + (over - best) / 2;
			continue;
		}
		h->out[1] = h->out[0];
		h->out[0] = swap;
		best = n;
		bytes = got;
		for (uint32_t i = 0; i < n; i++)
			sealed += p->rows[i].sealed;
		h->row_cost = (unsigned)((got - sealed) / n);
		n += (uint32_t)((BLOCK_BYTES - got) / (got / n + 1));
		n = n < over ? n : over - 1;
	}
	*rows = best;
	return bytes;
}

static void put_one(struct txn *t, uint32_t id, const struct doc_row *r, bool append)
{
	struct doc d = { .id = id };
	struct key k;
	uint8_t *to;

	doc_take(&d, r->p, r->fixed);
	d.sealed = (struct sv){ (const char *)r->p + r->fixed, r->sealed };
	key_u32(&k, id);
	to = txn_reserve(t, DB_DOC, key_sv(&k), r->fixed + (size_t)r->sealed, append);
	if (to)
		doc_write(&d, to);
}

static void delete_ones(struct txn *t, uint32_t first, uint32_t count)
{
	struct key k;

	for (uint32_t i = 0; i < count; i++) {
		key_u32(&k, first + i);
		txn_delete(t, DB_DOC, key_sv(&k));
	}
}

/* The first @n rows of the tail are in the store now. */
static void tail_shift(struct docs_part *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		p->sealed -= p->rows[i].sealed;
	memmove(p->rows, p->rows + n, (p->count - n) * sizeof(*p->rows));
	p->first += n;
	p->count -= n;
	p->stored = p->stored > n ? p->stored - n : 0;
}

/* One block off the tail; a document too large for it is one alone. */
static void tail_emit(struct txn *t, struct docs_held *h)
{
	struct docs_part *p = &h->tail;
	uint32_t rows;
	size_t bytes;
	struct key k;
	uint8_t *to;

	if (!packer_ready(t, h))
		return;
	bytes = tail_pack(h, &rows);
	if (!bytes)
		rows = 1;
	if (p->stored)
		delete_ones(t, p->first, rows < p->stored ? rows : p->stored);
	key_u32(&k, p->first);
	if (!bytes)
		put_one(t, p->first, p->rows, false);
	else if ((to = txn_reserve(t, DB_DOC, key_sv(&k), bytes, false)))
		memcpy(to, h->out[0], bytes);
	tail_shift(p, rows);
}

static bool tail_full(const struct docs_held *h)
{
	const struct docs_part *p = &h->tail;

	return p->count == BLOCK_ROWS ||
	       p->sealed + (size_t)p->count * h->row_cost > BLOCK_BYTES + BLOCK_BYTES / 8;
}

/* Write rows [from, to) of the unpacked block as one value, or as two when it grew. */
static void block_put(struct txn *t, struct docs_held *h, uint32_t from, uint32_t to)
{
	struct docs_part *p = &h->block;
	uint32_t n = to - from;
	size_t room = BLOCK_BYTES, bytes;
	uint8_t *out, *value;
	struct key k;

	for (uint32_t i = from; i < to; i++)
		room += p->rows[i].sealed + DOC_FIXED_MAX;
	out = malloc(room);
	if (!out || !packer_ready(t, h)) {
		free(out);
		txn_fail(t, ERR_SYSTEM, "out of memory");
		return;
	}
	bytes = block_pack(h->packer, p->first + from, p->rows + from, n, out, room);
	if (n > 1 && (!bytes || bytes > BLOCK_GROWN)) {
		free(out);
		block_put(t, h, from, from + n / 2);
		block_put(t, h, from + n / 2, to);
		return;
	}
	key_u32(&k, p->first + from);
	value = txn_reserve(t, DB_DOC, key_sv(&k), bytes, false);
	if (value)
		memcpy(value, out, bytes);
	free(out);
}

void docs_finish(struct txn *t)
{
	struct docs_held *h = t->docs;

	if (!h || !t->write)
		return;
	if (h->block.first && h->block.changed)
		block_put(t, h, 0, h->block.count);
	h->block.first = 0;
	for (uint32_t i = h->tail.stored; h->tail.first && i < h->tail.count; i++)
		put_one(t, h->tail.first + i, &h->tail.rows[i], true);
	h->tail.first = 0;
}

/* ---- changing ---------------------------------------------------------------------- */

static void write_row(struct txn *t, struct docs_part *p, uint32_t i, uint32_t id,
		      const struct doc_fields *f, struct sv sealed, struct doc *out)
{
	size_t n = doc_fixed_bytes(f);
	uint8_t *to = docs_part_room(t, p, i, n, sealed.n);

	if (!to)
		return;
	doc_encode(f, id, sealed, to);
	if (!out)
		return;
	out->id = id;
	doc_take(out, to, n);
	out->sealed = sealed;
}

void docs_append(struct txn *t, uint32_t id, const struct doc_fields *f, struct sv sealed,
		 struct doc *out)
{
	struct docs_held *h = docs_held(t);

	if (!h || t->err.code)
		return;
	if (!h->row_cost)
		h->row_cost = ROW_GUESS;
	if (!h->tail.first)
		docs_part_empty(&h->tail, id);
	write_row(t, &h->tail, h->tail.count, id, f, sealed, out);
	if (!h->tail.joined && (id % JOIN == 0 || tail_full(h)))
		docs_tail_join(t, h);
	while (!t->err.code && tail_full(h))
		tail_emit(t, h);
}

/* The part that @id is in, unpacked. */
static struct docs_part *part_of(struct txn *t, struct docs_held *h, uint32_t id)
{
	struct txn_cursor c;
	uint32_t first;

	if (docs_part_has(&h->tail, id))
		return &h->tail;
	if (docs_part_has(&h->block, id))
		return &h->block;
	docs_finish(t);
	txn_cursor_open(&c, t, DB_DOC);
	first = docs_find(t, &c, id);
	if (!first)
		txn_fail(t, ERR_BUG, "record %u is to be replaced and is not there", id);
	else if (c.value.p[DOC_AT_VERSION] == BLOCK_VERSION)
		docs_part_open(t, h, c.value, first);
	else
		first = 0;
	txn_cursor_close(&c);
	return first && docs_part_has(&h->block, id) ? &h->block : NULL;
}

void docs_replace(struct txn *t, uint32_t id, const struct doc_fields *f,
		  struct sv sealed, struct doc *out)
{
	struct docs_held *h = docs_held(t);
	struct docs_part *p;

	if (!h || t->err.code)
		return;
	p = part_of(t, h, id);
	if (t->err.code)
		return;
	if (p) {
		write_row(t, p, id - p->first, id, f, sealed, out);
		if (p == &h->tail && id - p->first < p->stored && !t->err.code)
			put_one(t, id, &p->rows[id - p->first], false);
		return;
	}
	p = &h->block; /* a value of its own: a part of one row, for a moment */
	docs_part_empty(p, id);
	write_row(t, p, 0, id, f, sealed, out);
	if (!t->err.code)
		put_one(t, id, p->rows, false);
	p->first = 0;
}
