/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_rest.c: what cannot be recomputed has at least its checksum: history, names,
 * cursors, keys.
 */
#include "store/check.h"
#include "store/docs.h"
#include "store/erased.h"
#include "store/gone.h"
#include "store/keys.h"
#include "store/names.h"
#include "store/reckey.h"

static void check_history(struct checking *c)
{
	struct docs_walk w;
	uint64_t n = 0;

	docs_walk_start(&w, c->txn);
	for (bool more = docs_walk_seek(&w, 0); more; more = docs_walk_next(&w), n++) {
		struct err why = ERR_NONE;
		struct doc d;

		if (docs_walk_doc(&w, &d, &why))
			check_tell(c, "an earlier revision: %s", why.text);
		else if (doc_field(&d, DOC_REVISION) != w.revision)
			check_tell(c,
				   "an earlier revision of record %u is in a wrong place",
				   d.id);
	}
	docs_walk_end(&w);
	if (n != c->state.revisions)
		check_tell(c, "there are %llu earlier revisions, the counter says %llu",
			   (unsigned long long)n, (unsigned long long)c->state.revisions);
}

static void check_names_of(struct checking *c, enum name_dim dim)
{
	uint32_t count = names_count(c->txn, dim);

	for (uint32_t n = 1; n <= count; n++) {
		struct sv text = names_text(c->txn, dim, n);

		if (c->txn->err.code || (text.n && names_find(c->txn, dim, text) != n))
			check_tell(c,
				   "name %u of kind %d does not lead back to itself%s%s",
				   n, (int)dim, c->txn->err.code ? ": " : "",
				   c->txn->err.code ? c->txn->err.text : "");
		c->txn->err = ERR_NONE;
	}
}

static void check_cursors(struct checking *c)
{
	struct txn_cursor cur;

	txn_cursor_open(&cur, c->txn, DB_CURSOR);
	for (bool more = txn_first(&cur); more; more = txn_next(&cur))
		if (cur.value.n < 4 ||
		    le_get(cur.value.p, 4) != sum32(cur.value.p + 4, cur.value.n - 4,
						    sum32(cur.key.p, cur.key.n, 0)))
			check_tell(c, "what is remembered of a source is damaged");
	txn_cursor_close(&cur);
}

/* Is the audit trail whole? */
static int check_audit(struct checking *c)
{
	struct err why = ERR_NONE;
	uint64_t entries;
	int rc = opinia_audit_read(c->snap, NULL, NULL, &entries, &why);

	if (rc == ERR_NOTHING || rc == ERR_INPUT)
		check_tell(c, "%s", why.text);
	else if (rc)
		*c->err = why;
	return rc == ERR_NOTHING || rc == ERR_INPUT ? 0 : rc;
}

/* What an erasure has left to be done. */
static void check_erased(struct checking *c)
{
	struct erased_mark mark;

	c->out->unswept = meta_get(c->txn, "unswept").n != 0;
	c->out->key_pending = meta_get(c->txn, "destroy").n != 0;
	erased_mark_read(c->txn, &mark);
	c->out->list_short =
		c->snap->store->has_key && erased_short(c->snap->store, &mark);
}

int check_rest(struct checking *c)
{
	uint64_t keys;
	int rc = check_audit(c);

	if (rc)
		return rc;

	check_history(c);
	for (int dim = NAME_SOURCE; dim < NAME_DIM_END; dim++)
		check_names_of(c, (enum name_dim)dim);
	check_cursors(c);
	gone_verify(c->txn, check_damaged, c);
	check_erased(c);
	keys = reckey_verify(c->txn, check_damaged, c);
	if (keys < c->own_keys)
		check_tell(c, "there are %llu keys for %llu records without a customer",
			   (unsigned long long)keys, (unsigned long long)c->own_keys);
	return txn_failed(c->txn, c->err);
}
