/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate_0.c: from format 0.
 *
 * No released program ever wrote format 0. It is the example by which migrations are tested, as the
 * shipped program does them: a test makes a store of it out of one of format 1. Whoever writes the
 * first migration of another kind may take this one as a pattern, and then drop it.
 *
 * Format 0: each document is a value by itself; there are no roll-ups; `state` has no checksum, counts in 32 bits, and does not know how many customer numbers are nobody's.
 */
#include "core/i18n.h"
#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/keys.h"
#include "store/migrations.h"
#include "store/rollup.h"

enum { STATE_0 = 4 + 4 + 4 * KIND_COUNT + 4 + 4 + 4, ROLL_AT_ONCE = 65536 };

static int state_0(struct migrating *m, struct state *out, struct err *err)
{
	struct sv v = meta_get(m->from, "state");
	const char *p = v.p;

	*out = (struct state){ .next_id = 1, .next_customer = 1 };
	if (v.n != STATE_0)
		return err_set(err, ERR_INPUT, "the store's counters are damaged");
	out->next_id = (uint32_t)le_get(p, 4);
	out->next_customer = (uint32_t)le_get(p + 4, 4);
	p += 8;
	for (int i = 0; i < KIND_COUNT; i++, p += 4)
		out->kinds[i] = le_get(p, 4);
	out->revisions = le_get(p, 4);
	out->erasures = le_get(p + 4, 4);
	out->lexicon = (uint32_t)le_get(p + 8, 4);
	for (uint32_t n = 1; n < out->next_customer; n++)
		out->gone += customer_gone(m->from, n);
	return txn_failed(m->from, err);
}

/* Documents into blocks, and all counters anew from them. */
static int carry_doc(struct migrating *m, uint32_t id, const struct zone *zone,
		     struct rollup_delta *roll, struct err *err)
{
	struct doc_fields fields;
	struct indexed x;
	struct doc d;
	int rc = docs_read(m->from, id, &d, err);

	if (rc)
		return rc;
	doc_fields_of(&d, &fields);
	docs_append(&m->to, id, &fields, d.sealed, NULL);
	doc_indexed(&d, zone, &x);
	rollup_add(roll, &x, 1);
	if (id % ROLL_AT_ONCE == 0) {
		rollup_apply(&m->to, roll);
		rollup_delta_clear(roll);
	}
	m->rows++;
	return migrating_pause(m, d.n + d.sealed.n, err);
}

static int carry_docs(struct migrating *m, const struct state *state, struct err *err)
{
	struct sv name = meta_get(m->from, "zone");
	struct rollup_delta *roll = rollup_delta_new();
	struct arena arena;
	struct zone *zone = NULL;
	char *text;
	int rc;

	arena_init(&arena, 0);
	text = arena_printf(&arena, SV_FMT, SV_ARG(name));
	rc = roll && text ? zone_open(&zone, text, err)
			  : err_set(err, ERR_SYSTEM, "out of memory");
	for (uint32_t id = 1; id < state->next_id && !rc; id++)
		rc = carry_doc(m, id, zone, roll, err);
	if (!rc)
		rollup_apply(&m->to, roll);
	zone_close(zone);
	rollup_delta_free(roll);
	arena_release(&arena);
	return rc ? rc : txn_failed(&m->to, err);
}

static int run(struct migrating *m, struct err *err)
{
	struct state state;
	int rc = state_0(m, &state, err);

	if (!rc)
		rc = carry_docs(m, &state, err);
	if (rc)
		return rc;
	state_write(&m->to, &state);
	return txn_failed(&m->to, err);
}

const struct migration migration_0 = {
	.from = 0,
	.what = N_("documents are packed into blocks, and daily counters are added up"),
	.own = 1U << DB_DOC | 1U << DB_ROLL,
	.run = run,
};
