/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docs.c: documents by id and their history, see docs.h: a value each.
 */
#include "store/docs.h"

#include <string.h>

#include "store/keys.h"

/* ---- the present ------------------------------------------------------------------- */

int docs_read(struct txn *t, uint32_t id, struct doc *out, struct err *err)
{
	struct key k;
	struct sv v;

	key_u32(&k, id);
	if (txn_get(t, DB_DOC, key_sv(&k), &v))
		return doc_view(v, id, out, err);
	if (txn_failed(t, err))
		return (int)t->err.code;
	return err_set(err, ERR_MISSING, "there is no record %u", id);
}

uint64_t docs_count(struct txn *t)
{
	return txn_count(t, DB_DOC);
}

static void docs_put(struct txn *t, uint32_t id, const struct doc_fields *f,
		     struct sv sealed, bool append, struct doc *out)
{
	size_t n = doc_fixed_bytes(f);
	struct doc d = { .id = id, .sealed = sealed };
	struct key k;
	uint8_t *to;

	key_u32(&k, id);
	to = txn_reserve(t, DB_DOC, key_sv(&k), n + sealed.n, append);
	if (!to)
		return;
	doc_encode(f, id, sealed, to);
	doc_take(&d, to, n);
	if (out)
		*out = d;
}

void docs_append(struct txn *t, uint32_t id, const struct doc_fields *f, struct sv sealed,
		 struct doc *out)
{
	docs_put(t, id, f, sealed, true, out);
}

void docs_replace(struct txn *t, uint32_t id, const struct doc_fields *f,
		  struct sv sealed, struct doc *out)
{
	docs_put(t, id, f, sealed, false, out);
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
