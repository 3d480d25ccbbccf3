/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs.c: documents by id, see docs.h.
 *
 * A value of `doc` holds one document or a block of them (doc_block.h); its key is the
 * first id. The newest are values of their own until there are enough for a block that
 * fills its pages, so that landing one record writes one record. A transaction that
 * changes documents unpacks what they are in and writes it once, when it is done with it.
 */
#include "store/docs.h"

#include <stdlib.h>
#include <string.h>

#include "core/short.h"
#include "store/docs_inside.h"
#include "store/keys.h"

struct docs_held *docs_held(struct txn *t)
{
	if (!t->docs)
		t->docs = calloc(1, sizeof(*t->docs));
	if (!t->docs)
		txn_fail(t, ERR_SYSTEM, "out of memory");
	return t->docs;
}

void docs_drop(struct txn *t)
{
	struct docs_held *h = t->docs;

	if (!h)
		return;
	t->docs = NULL;
	txn_cursor_close(&h->cursor);
	arena_release(&h->tail.arena);
	arena_release(&h->block.arena);
	free(h->tail.rows);
	free(h->block.rows);
	block_packer_free(h->packer);
	free(h->seen);
	free(h->out[0]);
	free(h->out[1]);
	free(h);
}

/* ---- finding ----------------------------------------------------------------------- */

uint32_t docs_find(struct txn *t, struct txn_cursor *c, uint32_t id)
{
	struct key k;
	uint32_t first;

	key_u32(&k, id);
	if (!txn_seek(c, key_sv(&k))) {
		if (t->err.code || !txn_last(c))
			return 0;
	} else if (memcmp(c->key.p, k.p, 4) != 0 && !txn_prev(c))
		return 0;
	if (c->key.n != 4)
		return 0;
	first = (uint32_t)be_get(c->key.p, 4);
	if (id - first >= block_count(c->value) && id != first)
		return 0;
	return first;
}

int docs_damaged(uint32_t first, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "the words of the documents from %u on are damaged", first);
}

static int missing(struct txn *t, uint32_t id, struct err *err)
{
	if (txn_failed(t, err))
		return (int)t->err.code;
	return err_set(err, ERR_MISSING, "there is no record %u", id);
}

static int read_row(const struct docs_part *p, uint32_t id, struct doc *out,
		    struct err *err)
{
	const struct doc_row *r = &p->rows[id - p->first];

	out->id = id;
	doc_take(out, r->p, r->fixed);
	out->sealed = (struct sv){ (const char *)r->p + r->fixed, r->sealed };
	return doc_sound(out)
		       ? 0
		       : err_set(err, ERR_INPUT, "document %u is damaged (values)", id);
}

static bool block_has(const struct doc_block *b, uint32_t id)
{
	return b->first && id - b->first < b->count;
}

/* In a transaction that writes, values move: nothing of them is kept. */
static struct doc_block *block_room(struct txn *t, struct docs_held *h)
{
	if (t->write)
		return &h->at;
	if (!h->seen)
		h->seen = calloc(DOCS_SEEN, sizeof(*h->seen));
	if (!h->seen) {
		memory_was_short();
		return &h->at;
	}
	h->last = h->next;
	h->next = (h->next + 1) % DOCS_SEEN;
	return &h->seen[h->last];
}

/* The block that has @id among those that were looked at; NULL: none. */
static struct doc_block *block_seen(struct docs_held *h, uint32_t id)
{
	if (!h->seen)
		return NULL;
	if (block_has(&h->seen[h->last], id))
		return &h->seen[h->last];
	for (unsigned i = 0; i < DOCS_SEEN; i++)
		if (block_has(&h->seen[i], id)) {
			h->last = i;
			return &h->seen[i];
		}
	return NULL;
}

static int read_stored(struct txn *t, struct docs_held *h, uint32_t id, struct doc *out,
		       struct err *err)
{
	struct doc_block *b;
	uint32_t first;
	int rc;

	if (!h->cursor.mdb)
		txn_cursor_open(&h->cursor, t, DB_DOC);
	first = docs_find(t, &h->cursor, id);
	if (!first)
		return missing(t, id, err);
	if (h->cursor.value.n < DOC_HEAD_BYTES ||
	    h->cursor.value.p[DOC_AT_VERSION] != BLOCK_VERSION)
		rc = doc_view(h->cursor.value, id, out, err);
	else {
		b = block_room(t, h);
		rc = block_view(h->cursor.value, first, b, err);
		if (!rc && t->write && !block_sealed_sound(b))
			rc = docs_damaged(first, err);
		if (!rc && !block_has(b, id))
			rc = missing(t, id, err);
		if (!rc)
			rc = block_read(b, id, out, err);
		if (rc)
			b->first = 0;
	}
	if (t->write)
		txn_cursor_close(&h->cursor);
	return rc;
}

int docs_read(struct txn *t, uint32_t id, struct doc *out, struct err *err)
{
	struct docs_held *h = docs_held(t);
	struct doc_block *b;

	out->mask = 0;
	out->n = out->flags = 0;
	out->sealed = (struct sv){ 0 };
	if (!h || t->err.code)
		return txn_failed(t, err);
	if (t->look)
		t->look->rows++;
	if (docs_part_has(&h->tail, id))
		return read_row(&h->tail, id, out, err);
	if (docs_part_has(&h->block, id))
		return read_row(&h->block, id, out, err);
	b = block_seen(h, id);
	if (b)
		return block_read(b, id, out, err);
	return read_stored(t, h, id, out, err);
}

/* The sealed parts of the block at @c, which nobody may have a key for. */
static void check_sealed(const struct txn_cursor *c, uint32_t first, docs_tell *tell,
			 void *self)
{
	struct doc_block b;
	struct err err = ERR_NONE;

	if (c->value.p[DOC_AT_VERSION] != BLOCK_VERSION ||
	    block_view(c->value, first, &b, NULL) || block_sealed_sound(&b))
		return; /* all else of it is told when it is read */
	docs_damaged(first, &err);
	tell(self, err.text);
}

uint64_t docs_count(struct txn *t, docs_tell *tell, void *self)
{
	struct txn_cursor c;
	uint64_t next = 1;

	txn_cursor_open(&c, t, DB_DOC);
	for (bool more = txn_first(&c); more; more = txn_next(&c)) {
		if (c.key.n != 4 || be_get(c.key.p, 4) != next)
			break;
		if (tell && c.value.n > DOC_AT_VERSION)
			check_sealed(&c, (uint32_t)next, tell, self);
		next += block_count(c.value);
	}
	txn_cursor_close(&c);
	return next - 1;
}

/* ---- history ----------------------------------------------------------------------- */

int docs_past(struct txn *t, uint32_t id, uint32_t revision, struct doc *out,
	      struct err *err)
{
	struct key k;
	struct sv v;

	key_hist(&k, id, revision);
	if (txn_get(t, DB_HIST, key_sv(&k), &v))
		return doc_view(v, id, out, err);
	if (txn_failed(t, err))
		return (int)t->err.code;
	return err_set(err, ERR_MISSING, "record %u has no revision %u", id, revision);
}

void docs_keep(struct txn *t, const struct doc *d)
{
	uint8_t *to;
	struct key k;

	key_hist(&k, d->id, (uint32_t)doc_field(d, DOC_REVISION));
	to = txn_reserve(t, DB_HIST, key_sv(&k), d->n + d->sealed.n, false);
	if (to)
		doc_write(d, to);
}

size_t docs_forget(struct txn *t, uint32_t id)
{
	struct docs_walk w;
	size_t n = 0;

	docs_walk_start(&w, t);
	for (bool more = docs_walk_seek(&w, id); more && w.id == id;
	     more = docs_walk_next(&w), n++)
		txn_cursor_delete(&w.cursor);
	docs_walk_end(&w);
	return n;
}

static bool walk_at(struct docs_walk *w, bool more)
{
	if (!more)
		return false;
	if (w->cursor.key.n != 8) {
		txn_fail(w->cursor.txn, ERR_INPUT, "the history has a damaged key");
		return false;
	}
	w->id = (uint32_t)be_get(w->cursor.key.p, 4);
	w->revision = (uint32_t)be_get(w->cursor.key.p + 4, 4);
	return true;
}

void docs_walk_start(struct docs_walk *w, struct txn *t)
{
	*w = (struct docs_walk){ .id = 0 };
	txn_cursor_open(&w->cursor, t, DB_HIST);
}

bool docs_walk_seek(struct docs_walk *w, uint32_t id)
{
	struct key k;

	key_hist(&k, id, 0);
	return walk_at(w, txn_seek(&w->cursor, key_sv(&k)));
}

bool docs_walk_next(struct docs_walk *w)
{
	return walk_at(w, txn_next(&w->cursor));
}

int docs_walk_doc(struct docs_walk *w, struct doc *out, struct err *err)
{
	return doc_view(w->cursor.value, w->id, out, err);
}

void docs_walk_end(struct docs_walk *w)
{
	txn_cursor_close(&w->cursor);
}

int docs_copy(const struct doc *d, struct arena *arena, struct doc *copy, struct err *err)
{
	*copy = *d;
	return arena_copy(arena, d->sealed, &copy->sealed)
		       ? 0
		       : err_set(err, ERR_SYSTEM, "out of memory");
}
