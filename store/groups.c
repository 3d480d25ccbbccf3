/* SPDX-License-Identifier: Apache-2.0 */
/*
 * groups.c: the door's opinia_groups() and opinia_totals_of(): choose the way, sort the
 * rows. The two ways are group_rolls.c and group_bits.c; tests/store/test_groups.c
 * holds both against a recount over the documents.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "store/grouping.h"

enum { CELLS_AT_ONCE = 16 };

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

static struct cell *append(struct grouping *g, const uint32_t value[AXES_MAX])
{
	struct cell *c;

	if (!g->spares) {
		g->spare = arena_zero(&g->arena, CELLS_AT_ONCE, sizeof(*c));
		g->spares = CELLS_AT_ONCE;
	}
	if (!g->spare) {
		g->spares = 0;
		g->failed = true;
		return NULL;
	}
	c = g->spare++;
	g->spares--;
	memcpy(c->value, value, sizeof(c->value));
	g->cells[g->count++] = c;
	return c;
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
	c = append(g, value);
	if (c)
		g->table[at] = (uint32_t)g->count;
	return c;
}

struct cell *grouping_new_cell(struct grouping *g, const uint32_t value[AXES_MAX])
{
	if (g->count == g->room) {
		size_t room = g->room ? 2 * g->room : 128;
		struct cell **cells = realloc(g->cells, room * sizeof(struct cell *));

		if (!cells) {
			g->failed = true;
			return NULL;
		}
		g->cells = cells;
		g->room = room;
	}
	return append(g, value);
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

/* Both ways meet scales in different order; people see neither. */
static void sort_scales(struct counts *c)
{
	for (int k = 0; k < SCORE_KINDS; k++)
		if (c->scales[k] > 1)
			qsort(c->score[k], c->scales[k], sizeof(c->score[k][0]),
			      by_scale);
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
	if (c->rolled) {
		rolled_counts(c->rolled, c->at, out);
		sort_scales(out);
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
	sort_scales(out);
}

/* ---- order ----------------------------------------------------------------------- */

/* A value of an axis, named once however many cells have it. */
struct named_value {
	uint32_t value, rank;
	struct sv key;
	int32_t order;
	uint64_t begins; /* the first bytes of @key, in order; of a shorter one zeros */
};

/* The values of one axis, and which of them each cell has. */
struct naming {
	struct named_value *all, **sorted;
	uint32_t *of_cell;
	uint32_t *table; /* open addressing: index + 1 */
	size_t count, table_size;
};

static int by_name(const void *a, const void *b)
{
	const struct named_value *x = *(struct named_value *const *)a;
	const struct named_value *y = *(struct named_value *const *)b;

	if (x->key.n && y->key.n && x->order == y->order && x->begins != y->begins)
		return x->begins < y->begins ? -1 : 1;
	return axis_compare(x->key, x->order, y->key, y->order);
}

static uint64_t begins_of(struct sv key)
{
	uint64_t v = 0;

	if (key.n)
		memcpy(&v, key.p, key.n < sizeof(v) ? key.n : sizeof(v));
	return be64toh(v);
}

static bool naming_open(struct grouping *g, struct naming *n)
{
	*n = (struct naming){ .table_size = 16 };
	while (n->table_size < 2 * g->count)
		n->table_size *= 2;
	n->all = arena_take(&g->arena, (g->count + 1) * sizeof(*n->all));
	n->sorted = arena_take(&g->arena, (g->count + 1) * sizeof(struct named_value *));
	n->of_cell = arena_take(&g->arena, (g->count + 1) * sizeof(*n->of_cell));
	n->table = arena_zero(&g->arena, n->table_size, sizeof(*n->table));
	return n->all && n->sorted && n->of_cell && n->table;
}

/* The index of @value; UINT32_MAX: memory. */
static uint32_t name_value(struct txn_cursor *names, const struct axis *axis,
			   struct naming *n, uint32_t value, struct arena *arena)
{
	size_t at = (value * 0x9e3779b97f4a7c15ull >> 32) & (n->table_size - 1);
	struct named_value *v;

	for (; n->table[at]; at = (at + 1) & (n->table_size - 1))
		if (n->all[n->table[at] - 1].value == value)
			return n->table[at] - 1;
	v = &n->all[n->count];
	v->value = value;
	if (!axis_name(names, axis, value, arena, &v->key, &v->order))
		return UINT32_MAX;
	v->begins = begins_of(v->key);
	n->sorted[n->count] = v;
	n->table[at] = (uint32_t)++n->count;
	return (uint32_t)n->count - 1;
}

static bool name_cells(struct grouping *g, size_t a, struct naming *n,
		       struct arena *arena)
{
	struct txn_cursor names;
	bool ok = true;

	txn_cursor_open(&names, &g->snap->txn, DB_NAMES);
	for (size_t i = 0; ok && i < g->count; i++) {
		uint32_t value = g->cells[i]->value[a];

		/* neighbours mostly share a channel or topic */
		n->of_cell[i] =
			i && value == g->cells[i - 1]->value[a]
				? n->of_cell[i - 1]
				: name_value(&names, &g->axes[a], n, value, arena);
		ok = n->of_cell[i] != UINT32_MAX;
	}
	txn_cursor_close(&names);
	return ok;
}

/* Weeks and days come so. */
static bool in_names_order(const struct naming *n)
{
	for (size_t i = 1; i < n->count; i++)
		if (by_name(&n->sorted[i - 1], &n->sorted[i]) > 0)
			return false;
	return true;
}

/* All cells' values of an axis, named and ranked. */
static bool name_axis(struct grouping *g, size_t a, struct naming *n, struct arena *arena)
{
	if (!naming_open(g, n) || !name_cells(g, a, n, arena))
		return false;
	if (!in_names_order(n))
		qsort(n->sorted, n->count, sizeof(struct named_value *), by_name);
	for (size_t i = 0; i < n->count; i++) {
		bool same = i && by_name(&n->sorted[i - 1], &n->sorted[i]) == 0;

		n->sorted[i]->rank = same ? n->sorted[i - 1]->rank : (uint32_t)i;
	}
	return true;
}

/* @from, which are cells, into @to by their rank; those of one rank stay in order. */
static bool by_rank(struct grouping *g, const struct naming *n, const uint32_t *from,
		    uint32_t *to)
{
	uint32_t *at = arena_zero(&g->arena, n->count + 1, sizeof(*at));

	if (!at)
		return false;
	for (size_t i = 0; i < g->count; i++)
		at[n->all[n->of_cell[i]].rank + 1]++;
	for (size_t i = 1; i < n->count; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < g->count; i++)
		to[at[n->all[n->of_cell[from[i]]].rank]++] = from[i];
	return true;
}

/* The cells in order of their names, the first axis before the others; NULL: memory. */
static uint32_t *in_order(struct grouping *g, const struct naming *n)
{
	uint32_t *one = arena_take(&g->arena, (g->count + 1) * sizeof(*one));
	uint32_t *other = arena_take(&g->arena, (g->count + 1) * sizeof(*other));

	for (uint32_t i = 0; one && i < g->count; i++)
		one[i] = i;
	for (size_t a = g->axis_count; one && other && a-- > 0;) {
		uint32_t *was = one;

		if (!by_rank(g, &n[a], one, other))
			return NULL;
		one = other;
		other = was;
	}
	return other ? one : NULL;
}

static int rows_of(struct grouping *g, struct arena *arena, struct opinia_group **out,
		   struct err *err)
{
	struct naming names[AXES_MAX];
	uint32_t *order;

	*out = arena_take(arena, (g->count + 1) * sizeof(**out));
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t a = 0; a < g->axis_count; a++)
		if (!name_axis(g, a, &names[a], arena))
			return err_set(err, ERR_SYSTEM, "out of memory");
	order = in_order(g, names);
	if (!order)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < g->count; i++) {
		struct opinia_group *to = &(*out)[i];

		memset(to->key, 0, sizeof(to->key));
		memset(to->order, 0, sizeof(to->order));
		for (size_t a = 0; a < g->axis_count; a++) {
			const struct named_value *v =
				&names[a].all[names[a].of_cell[order[i]]];

			to->key[a] = v->key;
			to->order[a] = v->order;
		}
		grouping_counts(g, g->cells[order[i]], &to->counts);
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

static int groups(struct opinia_snapshot *snap, const struct filter *f,
		  const struct opinia_by *by, size_t by_count, bool moods,
		  struct arena *arena, struct opinia_group **out, size_t *count,
		  struct err *err)
{
	struct grouping g = { .snap = snap, .moods = moods };
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

int opinia_groups(struct opinia_snapshot *snap, const struct filter *f,
		  const struct opinia_by *by, size_t by_count, struct arena *arena,
		  struct opinia_group **out, size_t *count, struct err *err)
{
	return groups(snap, f, by, by_count, false, arena, out, count, err);
}

int opinia_group_moods(struct opinia_snapshot *snap, const struct filter *f,
		       const struct opinia_by *by, size_t by_count, struct arena *arena,
		       struct opinia_group **out, size_t *count, struct err *err)
{
	return groups(snap, f, by, by_count, true, arena, out, count, err);
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
