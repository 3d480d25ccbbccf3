/* SPDX-License-Identifier: Apache-2.0 */
/*
 * groups.c: the door's opinia_groups() and opinia_totals_of(): choose the way, sort the
 * rows. The two ways are group_rolls.c and group_bits.c; tests/store/test_groups.c
 * holds both against a recount over the documents.
 */
#include <stdlib.h>
#include <string.h>

#include "store/grouping.h"

/* ---- cells ----------------------------------------------------------------------- */

static size_t home(const struct grouping *g, const uint32_t value[AXES_MAX])
{
	uint64_t h = value[0] * 0x9e3779b97f4a7c15ull;

	h = (h ^ h >> 32 ^ value[1]) * 0xd6e8feb86659fd93ull;
	h = (h ^ h >> 32 ^ value[2]) * 0xd6e8feb86659fd93ull;
	return (h ^ h >> 32) & (g->table_size - 1);
}

static bool grow_table(struct grouping *g)
{
	size_t room = g->room ? 2 * g->room : 128;
	struct cell **cells = realloc(g->cells, room * sizeof(struct cell *));
	uint32_t *table = calloc(2 * room, sizeof(*table));

	if (cells)
		g->cells = cells;
	if (!cells || !table) {
		free(table);
		return false;
	}
	free(g->table);
	g->table = table;
	g->table_size = 2 * room;
	g->room = room;
	for (size_t i = 0; i < g->count; i++) {
		size_t at = home(g, g->cells[i]->value);

		while (table[at])
			at = (at + 1) & (g->table_size - 1);
		table[at] = (uint32_t)i + 1;
	}
	return true;
}

struct cell *grouping_cell(struct grouping *g, const uint32_t value[AXES_MAX])
{
	struct cell *c;
	size_t at;

	if (g->count == g->room && !grow_table(g)) {
		g->failed = true;
		return NULL;
	}
	for (at = home(g, value); g->table[at]; at = (at + 1) & (g->table_size - 1)) {
		c = g->cells[g->table[at] - 1];
		if (memcmp(c->value, value, sizeof(c->value)) == 0)
			return c;
	}
	c = arena_zero(&g->arena, 1, sizeof(*c));
	if (!c) {
		g->failed = true;
		return NULL;
	}
	memcpy(c->value, value, sizeof(c->value));
	g->cells[g->count++] = c;
	g->table[at] = (uint32_t)g->count;
	return c;
}

/* ---- cells to rows --------------------------------------------------------------- */

static int by_scale(const void *a, const void *b)
{
	const struct scale_counts *x = a, *y = b;

	if (x->min != y->min)
		return x->min < y->min ? -1 : 1;
	if (x->max != y->max)
		return x->max < y->max ? -1 : 1;
	return (int)x->low_is_good - (int)y->low_is_good;
}

/*
 * Both ways meet scales in different order, and one of them empty ones; people see
 * neither.
 */
static void tidy_scales(struct counts *c)
{
	for (int k = 0; k < SCORE_KINDS; k++) {
		uint8_t kept = 0;

		for (uint8_t i = 0; i < c->scales[k]; i++) {
			if (scale_total(&c->score[k][i]) == 0)
				continue;
			if (kept != i)
				c->score[k][kept] = c->score[k][i];
			kept++;
		}
		if (kept < c->scales[k])
			memset(&c->score[k][kept], 0,
			       (size_t)(c->scales[k] - kept) * sizeof(c->score[k][0]));
		c->scales[k] = kept;
		if (kept > 1)
			qsort(c->score[k], kept, sizeof(c->score[k][0]), by_scale);
	}
}

static void add_score(struct counts *out, uint32_t raw, uint64_t n)
{
	struct indexed_score s;
	struct scale_counts *scale = NULL;

	dims_score_of(raw, &s);
	if (s.kind < SCORE_KINDS && s.value - s.min < SCORE_POINTS_MAX)
		scale = counts_scale(out, (enum score_kind)s.kind, s.min, s.max,
				     s.low_is_good);
	if (scale)
		scale->at[s.value - s.min] += n;
	else
		out->unscaled += n;
}

void grouping_counts(const struct grouping *g, const struct cell *c, struct counts *out)
{
	if (c->whole) {
		*out = *c->whole;
		tidy_scales(out);
		return;
	}
	counts_zero(out);
	out->records = c->records;
	out->commented = c->commented;
	out->unscaled = c->unscaled;
	memcpy(out->sentiment, c->sentiment, sizeof(out->sentiment));
	for (uint32_t i = 0; i < c->score_room && i < g->score_count; i++)
		if (c->scores[i])
			add_score(out, g->score_values[i], c->scores[i]);
	for (uint32_t i = 0; c->rolled && i < c->rolled->count; i++) {
		const struct rolled_scale *s = &c->rolled->scale[i];

		out->score[s->kind][out->scales[s->kind]++] = s->counts;
	}
	tidy_scales(out);
}

struct row {
	struct sv key[AXES_MAX];
	int32_t order[AXES_MAX];
	const struct cell *cell;
};

static int by_keys(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	for (int i = 0; i < AXES_MAX; i++) {
		int c = axis_compare(x->key[i], x->order[i], y->key[i], y->order[i]);

		if (c)
			return c;
	}
	return 0;
}

/* Names that were written lately, by the low bits of their values. */
enum { NAMES_KNOWN = 64 };

struct naming {
	bool known;
	uint32_t value;
	struct sv key;
	int32_t order;
};

/* Weeks are seven values apart. */
static uint32_t step(const struct axis *a)
{
	return a->dim == DIM_WEEK ? 7 : 1;
}

static bool name_cell(struct grouping *g, const struct cell *c,
		      struct naming names[AXES_MAX][NAMES_KNOWN], struct arena *arena,
		      struct row *out)
{
	memset(out, 0, sizeof(*out));
	out->cell = c;
	for (size_t a = 0; a < g->axis_count; a++) {
		struct naming *n =
			&names[a][c->value[a] / step(&g->axes[a]) % NAMES_KNOWN];

		if (!n->known || c->value[a] != n->value) {
			n->known = true;
			n->value = c->value[a];
			if (!axis_name(g->snap, &g->axes[a], c->value[a], arena, &n->key,
				       &n->order))
				return false;
		}
		out->key[a] = n->key;
		out->order[a] = n->order;
	}
	return true;
}

static int rows_of(struct grouping *g, struct arena *arena, struct opinia_group **out,
		   struct err *err)
{
	struct row *rows = arena_take(&g->arena, (g->count + 1) * sizeof(*rows));
	struct naming names[AXES_MAX][NAMES_KNOWN];

	*out = arena_take(arena, (g->count + 1) * sizeof(**out));
	if (!rows || !*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	memset(names, 0, sizeof(names));
	for (size_t i = 0; i < g->count; i++)
		if (!name_cell(g, g->cells[i], names, arena, &rows[i]))
			return err_set(err, ERR_SYSTEM, "out of memory");
	qsort(rows, g->count, sizeof(*rows), by_keys);
	for (size_t i = 0; i < g->count; i++) {
		struct opinia_group *to = &(*out)[i];

		memcpy(to->key, rows[i].key, sizeof(to->key));
		memcpy(to->order, rows[i].order, sizeof(to->order));
		grouping_counts(g, rows[i].cell, &to->counts);
	}
	return txn_failed(&g->snap->txn, err);
}

/* ---- the door -------------------------------------------------------------------- */

static int fill(struct grouping *g, struct opinia_snapshot *snap, const struct filter *f,
		const struct opinia_by *by, size_t by_count, struct err *err)
{
	bool done = false;
	int rc = query_open(&g->q, snap, f, err);

	if (rc)
		return rc;
	for (size_t a = 0; a < by_count && !rc; a++)
		rc = axis_open(snap, by[a], &g->arena, &g->axes[a], err);
	g->axis_count = by_count;
	if (!rc)
		rc = group_by_rolls(g, f, &done, err);
	if (!rc && !done)
		rc = group_by_bits(g, err);
	query_close(&g->q);
	return rc;
}

static void grouping_release(struct grouping *g)
{
	free(g->cells);
	free(g->table);
	free(g->score_values);
	arena_release(&g->arena);
}

int opinia_groups(struct opinia_snapshot *snap, const struct filter *f,
		  const struct opinia_by *by, size_t by_count, struct arena *arena,
		  struct opinia_group **out, size_t *count, struct err *err)
{
	struct grouping g = { .snap = snap };
	int rc;

	*count = 0;
	if (by_count > AXES_MAX)
		return err_set(err, ERR_USAGE,
			       "numbers are grouped by at most three things");
	arena_init(&g.arena, 0);
	rc = fill(&g, snap, f, by, by_count, err);
	if (!rc)
		rc = rows_of(&g, arena, out, err);
	*count = rc ? 0 : g.count;
	grouping_release(&g);
	return rc;
}

int opinia_totals_of(struct opinia_snapshot *snap, const struct filter *f,
		     struct counts *out, struct err *err)
{
	struct grouping g = { .snap = snap };
	int rc;

	*out = (struct counts){ 0 };
	arena_init(&g.arena, 0);
	rc = fill(&g, snap, f, NULL, 0, err);
	if (!rc && g.count)
		grouping_counts(&g, g.cells[0], out);
	grouping_release(&g);
	return rc;
}
