/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meta.c: see meta.h.
 */
#include "store/meta.h"

#include <sodium.h>

#include "store/keys.h"

enum { STATE_BYTES = 4 + 4 + 4 + 8 * KIND_COUNT + 8 + 8 + 4 + 4, SHIFT_BYTES = 4 + 4 };

struct sv meta_get(struct txn *t, const char *name)
{
	struct sv v;

	return txn_get(t, DB_META, sv_of(name), &v) ? v : (struct sv){ 0 };
}

void meta_put(struct txn *t, const char *name, struct sv value)
{
	txn_put(t, DB_META, sv_of(name), value);
}

void meta_drop(struct txn *t, const char *name)
{
	txn_delete(t, DB_META, sv_of(name));
}

void state_read(struct txn *t, struct state *out)
{
	struct sv v = meta_get(t, "state");
	const char *p = v.p;

	*out = (struct state){ .next_id = 1, .next_customer = 1 };
	if (v.n != STATE_BYTES || le_get(p, 4) != sum32(p + 4, STATE_BYTES - 4, 0)) {
		txn_fail(t, ERR_INPUT, "the store's counters are damaged");
		return;
	}
	out->next_id = (uint32_t)le_get(p + 4, 4);
	out->next_customer = (uint32_t)le_get(p + 8, 4);
	p += 12;
	for (int i = 0; i < KIND_COUNT; i++, p += 8)
		out->kinds[i] = le_get(p, 8);
	out->revisions = le_get(p, 8);
	out->erasures = le_get(p + 8, 8);
	out->lexicon = (uint32_t)le_get(p + 16, 4);
	out->gone = (uint32_t)le_get(p + 20, 4);
}

void state_write(struct txn *t, const struct state *s)
{
	char v[STATE_BYTES], *p = v + 12;

	le_set(v + 4, s->next_id, 4);
	le_set(v + 8, s->next_customer, 4);
	for (int i = 0; i < KIND_COUNT; i++, p += 8)
		le_set(p, s->kinds[i], 8);
	le_set(p, s->revisions, 8);
	le_set(p + 8, s->erasures, 8);
	le_set(p + 16, s->lexicon, 4);
	le_set(p + 20, s->gone, 4);
	le_set(v, sum32(v + 4, STATE_BYTES - 4, 0), 4);
	meta_put(t, "state", (struct sv){ v, STATE_BYTES });
}

uint32_t shift_read(struct txn *t)
{
	struct sv v = meta_get(t, "shift");

	if (!v.n)
		return 0;
	if (v.n == SHIFT_BYTES && le_get(v.p, 4) == sum32(v.p + 4, 4, 'S'))
		return (uint32_t)le_get(v.p + 4, 4);
	txn_fail(t, ERR_INPUT, "where the store's new keys are is damaged");
	return 0;
}

uint32_t shift_draw(const struct state *s, uint32_t before)
{
	uint32_t next = s->next_id > s->next_customer ? s->next_id : s->next_customer;
	uint32_t left = UINT32_MAX - before;

	if (left < next) /* there is no such place any more */
		return randombytes_random();
	/* the other half is for what is to come */
	return before + next + randombytes_uniform((left - next) / 2 + 1);
}

void shift_write(struct txn *t, uint32_t shift)
{
	char v[SHIFT_BYTES];

	le_set(v + 4, shift, 4);
	le_set(v, sum32(v + 4, 4, 'S'), 4);
	meta_put(t, "shift", (struct sv){ v, SHIFT_BYTES });
}
