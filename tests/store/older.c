/* SPDX-License-Identifier: Apache-2.0 */
/* older.c: see older.h; store/migrate_0.c says what format 0 is. */
#include "tests/store/older.h"

#include <stdlib.h>
#include <string.h>

#include "store/docs.h"
#include "store/format.h"
#include "store/keys.h"
#include "store/meta.h"

static void drop_all(struct txn *t, enum db db)
{
	struct txn_cursor c;

	txn_cursor_open(&c, t, db);
	for (bool more = txn_first(&c); more; more = txn_next(&c))
		txn_cursor_delete(&c);
	txn_cursor_close(&c);
}

/* Each document becomes a value by itself. */
static void docs_apart(struct txn *t, uint32_t next_id)
{
	struct doc *all = calloc(next_id, sizeof(*all));
	struct arena arena;
	struct key k;
	struct doc d;

	arena_init(&arena, 0);
	for (uint32_t id = 1; all && id < next_id; id++)
		if (docs_read(t, id, &d, &t->err) ||
		    docs_copy(&d, &arena, &all[id], &t->err))
			break;
	drop_all(t, DB_DOC);
	for (uint32_t id = 1; all && id < next_id && !t->err.code; id++) {
		uint8_t *to;

		key_u32(&k, id);
		to = txn_reserve(t, DB_DOC, key_sv(&k), all[id].n + all[id].sealed.n,
				 true);
		if (to)
			doc_write(&all[id], to);
	}
	if (!all)
		txn_fail(t, ERR_SYSTEM, "out of memory");
	arena_release(&arena);
	free(all);
}

static void state_0(struct txn *t, const struct state *s)
{
	char v[4 + 4 + 4 * KIND_COUNT + 4 + 4 + 4], *p = v;

	le_set(p, s->next_id, 4);
	le_set(p + 4, s->next_customer, 4);
	p += 8;
	for (int i = 0; i < KIND_COUNT; i++, p += 4)
		le_set(p, s->kinds[i], 4);
	le_set(p, s->revisions, 4);
	le_set(p + 4, s->erasures, 4);
	le_set(p + 8, s->lexicon, 4);
	meta_put(t, "state", (struct sv){ v, sizeof(v) });
}

static void change(struct txn *t, const char *to)
{
	struct state s;
	uint8_t four[4];

	if (!strcmp(to, "before")) {
		meta_drop(t, "layout");
		le_set(four, 4, 4);
		meta_put(t, "format", (struct sv){ (char *)four, 4 });
		return;
	}
	format_put(t, (uint32_t)strtoul(to, NULL, 10));
	if (strcmp(to, "0") != 0)
		return;
	state_read(t, &s);
	docs_apart(t, s.next_id);
	drop_all(t, DB_ROLL);
	state_0(t, &s);
}

int older_make(struct env *env, const char *to, struct err *err)
{
	struct txn t;
	int rc = txn_write(&t, env, err);

	if (rc)
		return rc;
	change(&t, to);
	return txn_commit(&t, err);
}
