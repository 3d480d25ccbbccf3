/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.c: the distinct values of a dimension, most frequent first: what a search box
 * offers while somebody types. Only sizes of sets are added up; no record is looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/grouping.h"

struct tally {
	struct grouping *g;
	struct bits_set feedback, layer;
	bool all_feedback; /* of this segment: sizes may be taken as they stand */
};

static int take(void *self, uint32_t raw, struct sv blob, struct err *err)
{
	struct tally *t = self;
	uint32_t value[AXES_MAX] = { 0 }, n = 0;
	struct cell *c;

	if (!axis_value(&t->g->axes[0], raw, &value[0]))
		return 0;
	if (t->all_feedback) {
		if (!bitmap_count(blob, &n))
			return err_set(err, ERR_INPUT, "a bitmap is damaged");
	} else {
		memset(&t->layer, 0, sizeof(t->layer));
		if (!bitmap_or(blob, t->layer.w))
			return err_set(err, ERR_INPUT, "a bitmap is damaged");
		for (unsigned i = 0; i < BITS_WORDS; i++)
			n += ones_of(t->layer.w[i] & t->feedback.w[i]);
	}
	if (n == 0)
		return 0;
	c = grouping_cell(t->g, value);
	if (!c)
		return err_set(err, ERR_SYSTEM, "out of memory");
	c->records += n;
	return 0;
}

static int tally_segment(struct tally *t, uint16_t segment, struct err *err)
{
	const struct axis *a = &t->g->axes[0];
	struct bits_reader *bits = &t->g->q.bits;
	struct bits_set others = { { 0 } };
	int rc;

	memset(&t->feedback, 0, sizeof(t->feedback));
	rc = bits_or(bits, segment, BITS_KIND, KIND_FEEDBACK, &t->feedback, err);
	if (!rc)
		rc = bits_or_range(bits, segment, BITS_KIND, KIND_FEEDBACK + 1,
				   UINT32_MAX, &others, err);
	t->all_feedback = bits_popcount(others.w) == 0;
	return rc ? rc : bits_walk(bits, segment, a->bits, a->low, a->high, take, t, err);
}

static int most_first(const void *a, const void *b)
{
	const struct opinia_group *x = a, *y = b;

	if (x->counts.records != y->counts.records)
		return x->counts.records < y->counts.records ? 1 : -1;
	return axis_compare(x->key[0], x->order[0], y->key[0], y->order[0]);
}

static int give(struct grouping *g, struct arena *arena, struct opinia_group **out,
		struct err *err)
{
	struct txn_cursor names;
	bool ok = true;

	*out = arena_zero(arena, g->count + 1, sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	txn_cursor_open(&names, &g->snap->txn, DB_NAMES);
	for (size_t i = 0; ok && i < g->count; i++) {
		struct opinia_group *to = &(*out)[i];

		to->counts.records = g->cells[i]->records;
		ok = axis_name(&names, &g->axes[0], g->cells[i]->value[0], arena,
			       &to->key[0], &to->order[0]);
	}
	txn_cursor_close(&names);
	if (!ok)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (g->count)
		qsort(*out, g->count, sizeof(**out), most_first);
	return txn_failed(&g->snap->txn, err);
}

int opinia_values(struct opinia_snapshot *snap, struct opinia_by by, struct arena *arena,
		  struct opinia_group **out, size_t *count, struct err *err)
{
	struct grouping g = { .snap = snap, .axis_count = 1 };
	struct tally t = { .g = &g };
	int rc = query_open(&g.q, snap, NULL, err);

	*count = 0;
	if (rc)
		return rc;
	arena_init(&g.arena, 0);
	rc = axis_open(snap, by, &g.arena, &g.axes[0], err);
	for (uint32_t segment = 0; segment < g.q.segments && !rc; segment++)
		rc = tally_segment(&t, (uint16_t)segment, err);
	if (!rc)
		rc = give(&g, arena, out, err);
	*count = rc ? 0 : g.count;
	query_close(&g.q);
	free(g.cells);
	free(g.table);
	arena_release(&g.arena);
	return rc;
}
