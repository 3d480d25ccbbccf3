/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs.c: appending, merging and asking sorted runs, see runs.h.
 *
 * The runs of a level are numbered 0, 1, … without gaps: a merge takes all of a level
 * away. A run's level comes from its size, so that a thousand single landings and one big
 * import end in the same few runs.
 */
#include "store/runs.h"

#include <stdlib.h>
#include <string.h>

#include "store/keys.h"
#include "store/run_part.h"

enum { KEY_LEN = 10, LEVELS = 32 };

/* Where a cursor stands: which run, which part. */
struct run_at {
	uint8_t level;
	uint32_t seq, part;
};

static uint64_t part_seed(enum run_space space, const struct run_at *at)
{
	return (uint64_t)space << 60 | (uint64_t)at->level << 52 |
	       (uint64_t)at->seq << 24 | at->part;
}

void run_digest_u64(uint64_t v, uint8_t out[RUN_DIGEST])
{
	memset(out, 0, RUN_DIGEST);
	be_set(out, v, 8);
}

/* A bijection of 32 bits, so that numbers spread like digests. */
void run_digest_number(uint32_t n, uint8_t out[RUN_DIGEST])
{
	memset(out, 0, RUN_DIGEST);
	n = (n ^ n >> 16) * 0x7feb352dU;
	n = (n ^ n >> 15) * 0x846ca68bU;
	be_set(out, n ^ n >> 16, 4);
}

/* ---- walking over runs ------------------------------------------------------------- */

static bool at_of_key(struct sv key, enum run_space space, struct run_at *at)
{
	if (key.n != KEY_LEN || (uint8_t)key.p[0] != (uint8_t)space)
		return false;
	*at = (struct run_at){ .level = (uint8_t)key.p[1],
			       .seq = (uint32_t)be_get(key.p + 2, 4),
			       .part = (uint32_t)be_get(key.p + 6, 4) };
	return true;
}

bool runs_seed(struct sv key, enum run_space space, uint64_t *seed)
{
	struct run_at at;

	if (!at_of_key(key, space, &at))
		return false;
	*seed = part_seed(space, &at);
	return true;
}

/* The first part at or behind @at of this space; false at the end or on failure. */
static bool part_seek(struct txn_cursor *c, enum run_space space, struct run_at *at,
		      struct run_part *part)
{
	struct key k;

	key_run(&k, (uint8_t)space, at->level, at->seq, at->part);
	if (!txn_seek(c, key_sv(&k)) || !at_of_key(c->key, space, at))
		return false;
	if (part_view(c->value, space, part_seed(space, at), part))
		return true;
	txn_fail(c->txn, ERR_INPUT, "run %u of level %u in space %d is damaged (part %u)",
		 at->seq, at->level, (int)space, at->part);
	return false;
}

static void run_damaged(struct txn *t, enum run_space space, const struct run_at *at)
{
	txn_fail(t, ERR_INPUT, "run %u of level %u in space %d has damaged entries",
		 at->seq, at->level, (int)space);
}

static uint32_t part_of(const struct run_entry *e, unsigned bits)
{
	return bits ? (uint32_t)(run_head64(e) >> (64 - bits)) : 0;
}

/* ---- asking ------------------------------------------------------------------------ */

static void part_ask(struct txn *t, enum run_space space, const struct run_at *at,
		     const struct run_part *part, struct run_entry *q)
{
	int maybe = part_maybe(part, q);
	size_t first, i;

	if (maybe < 0)
		run_damaged(t, space, at);
	if (maybe <= 0)
		return;
	first = part_search(part, q);
	for (i = first; i < part->count; i++) {
		struct run_entry e = part_entry(part, i);

		if (run_compare(&e, q))
			break;
		if (e.value > q->value)
			q->value = e.value;
	}
	if (!part_sound(part, first ? first - 1 : 0, i))
		run_damaged(t, space, at);
}

/* Ask one run, whose first part the cursor stands on. */
static void run_ask(struct txn_cursor *c, enum run_space space, struct run_at at,
		    struct run_part part, struct run_entry *q, size_t count)
{
	struct run_at here = at;
	unsigned bits = part.bits;

	for (size_t i = 0; i < count && !c->txn->err.code; i++) {
		uint32_t want = part_of(&q[i], bits);

		if (space == RUN_IDENTITY && q[i].value)
			continue;
		if (want > here.part) {
			here.part = want;
			if (!part_seek(c, space, &here, &part) || here.seq != at.seq ||
			    here.level != at.level)
				return;
		}
		if (want == here.part)
			part_ask(c->txn, space, &here, &part, &q[i]);
	}
}

void runs_find(struct txn *t, enum run_space space, struct run_entry *q, size_t count)
{
	struct run_at at = { 0 };
	struct run_part part;
	struct txn_cursor c;

	for (size_t i = 0; i < count; i++)
		q[i].value = 0;
	if (!count)
		return;
	txn_cursor_open(&c, t, DB_RUNS);
	while (part_seek(&c, space, &at, &part)) {
		run_ask(&c, space, at, part, q, count);
		at.seq++;
		at.part = 0;
	}
	txn_cursor_close(&c);
}

static int u32_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* What a search for one digest collects. */
struct all {
	struct arena *arena;
	uint32_t *values;
	size_t count, room;
	bool failed;
};

static void all_add(struct all *all, uint32_t value)
{
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 16;
		uint32_t *more =
			arena_grow(all->arena, all->values, all->room * sizeof(*more),
				   room * sizeof(*more));

		if (!more) {
			all->failed = true;
			return;
		}
		all->values = more;
		all->room = room;
	}
	all->values[all->count++] = value;
}

static void part_all(struct txn *t, enum run_space space, const struct run_at *at,
		     const struct run_part *part, const struct run_entry *q,
		     struct all *all)
{
	size_t first = part_search(part, q), i;

	for (i = first; i < part->count; i++) {
		struct run_entry e = part_entry(part, i);

		if (run_compare(&e, q))
			break;
		all_add(all, e.value);
	}
	if (!part_sound(part, first ? first - 1 : 0, i))
		run_damaged(t, space, at);
}

int runs_all(struct txn *t, enum run_space space, const uint8_t digest[RUN_DIGEST],
	     struct arena *arena, uint32_t **values, size_t *count, struct err *err)
{
	struct all all = { .arena = arena };
	struct run_at at = { 0 };
	struct run_entry q = { .value = 0 };
	struct run_part part;
	struct txn_cursor c;
	size_t n = 0;

	memcpy(q.digest, digest, RUN_DIGEST);
	txn_cursor_open(&c, t, DB_RUNS);
	while (part_seek(&c, space, &at, &part)) {
		struct run_at want = at;

		want.part = part_of(&q, part.bits);
		if ((want.part == at.part || part_seek(&c, space, &want, &part)) &&
		    want.seq == at.seq && want.level == at.level &&
		    want.part == part_of(&q, part.bits))
			part_all(t, space, &want, &part, &q, &all);
		at.seq++;
		at.part = 0;
	}
	txn_cursor_close(&c);
	if (all.failed)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (all.count)
		qsort(all.values, all.count, sizeof(*all.values), u32_order);
	for (size_t i = 0; i < all.count; i++)
		if (!n || all.values[n - 1] != all.values[i])
			all.values[n++] = all.values[i];
	*values = all.values;
	*count = n;
	return txn_failed(t, err);
}

/* ---- adding ------------------------------------------------------------------------ */

static uint8_t level_of(size_t count)
{
	return (uint8_t)((63 - __builtin_clzll(count | 1)) / 3);
}

static unsigned bits_of(size_t count)
{
	unsigned bits = 0;

	/* half full on average, so that an uneven part still fits */
	while (count >> bits > RUN_PART_MAX / 2 && bits < RUN_PART_BITS_MAX)
		bits++;
	return bits;
}

/* How many runs the level has. */
static uint32_t level_runs(struct txn *t, enum run_space space, uint8_t level)
{
	struct txn_cursor c;
	struct run_at at = { 0 };
	struct key k;
	uint32_t n = 0;

	key_run(&k, (uint8_t)space, (uint8_t)(level + 1), 0, 0);
	txn_cursor_open(&c, t, DB_RUNS);
	if ((txn_seek(&c, key_sv(&k)) ? txn_prev(&c) : txn_last(&c)) &&
	    at_of_key(c.key, space, &at) && at.level == level)
		n = at.seq + 1;
	txn_cursor_close(&c);
	return n;
}

static void part_put(struct txn *t, enum run_space space, const struct run_at *at,
		     unsigned bits, const struct run_entry *e, size_t count)
{
	struct key k;
	uint8_t *out;

	if (!count)
		return;
	key_run(&k, (uint8_t)space, at->level, at->seq, at->part);
	out = txn_reserve(t, DB_RUNS, key_sv(&k), part_bytes(space, e, count), false);
	if (out)
		part_write(space, e, count, bits, part_seed(space, at), out);
}

/* Entries gathered for one part of a merged run. */
struct gather {
	struct run_entry *e;
	size_t count, room;
};

static bool gather_room(struct gather *g, size_t more)
{
	struct run_entry *e;
	size_t room = g->room ? g->room : 1024;

	while (room < g->count + more)
		room *= 2;
	if (room == g->room)
		return true;
	e = realloc(g->e, room * sizeof(*e));
	if (!e)
		return false;
	g->e = e;
	g->room = room;
	return true;
}

/* What @part has between the digests of part @want of 1 << bits, from @low on. */
static void gather_part(struct txn *t, const struct run_part *part,
			const struct run_entry *low, uint32_t want, unsigned bits,
			struct gather *g)
{
	size_t first = part_search(part, low), last;

	for (last = first; last < part->count; last++) {
		struct run_entry e = part_entry(part, last);

		if (part_of(&e, bits) != want)
			break;
		if (!gather_room(g, 1)) {
			txn_fail(t, ERR_SYSTEM, "out of memory");
			return;
		}
		g->e[g->count++] = e;
	}
	if (!part_sound(part, first ? first - 1 : 0, last))
		txn_fail(t, ERR_INPUT, "a sorted run has damaged entries");
}

/* Have part @at of 1 << @has and part @want of 1 << @bits digests in common? */
static bool parts_meet(uint32_t at, unsigned has, uint32_t want, unsigned bits)
{
	return has > bits ? at >> (has - bits) == want : want >> (bits - has) == at;
}

/*
 * The same of run @seq of the level. It may be cut in more parts than what it is merged into, if most
 * of it was erased since it was written.
 */
static void gather_run(struct txn_cursor *c, enum run_space space, uint8_t level,
		       uint32_t seq, uint32_t want, unsigned bits, struct gather *g)
{
	struct run_at at = { .level = level, .seq = seq };
	struct run_entry low = { .value = 0 };
	struct run_part part;
	bool more;

	if (bits)
		be_set(low.digest, (uint64_t)want << (64 - bits), 8);
	more = part_seek(c, space, &at, &part);
	if (more && part_of(&low, part.bits) > at.part) {
		at.part = part_of(&low, part.bits);
		more = part_seek(c, space, &at, &part);
	}
	while (more && at.level == level && at.seq == seq &&
	       parts_meet(at.part, part.bits, want, bits)) {
		gather_part(c->txn, &part, &low, want, bits, g);
		at.part++;
		more = part_seek(c, space, &at, &part);
	}
}

static uint64_t level_entries(struct txn *t, enum run_space space, uint8_t level)
{
	struct run_at at = { .level = level };
	struct run_part part;
	struct txn_cursor c;
	uint64_t n = 0;

	txn_cursor_open(&c, t, DB_RUNS);
	while (part_seek(&c, space, &at, &part) && at.level == level) {
		n += part.count;
		at.part++;
	}
	txn_cursor_close(&c);
	return n;
}

static void level_drop(struct txn *t, enum run_space space, uint8_t level)
{
	struct run_at at;
	struct txn_cursor c;
	struct key k;

	key_run(&k, (uint8_t)space, level, 0, 0);
	txn_cursor_open(&c, t, DB_RUNS);
	for (bool more = txn_seek(&c, key_sv(&k));
	     more && at_of_key(c.key, space, &at) && at.level == level;
	     more = txn_seek(&c, key_sv(&k)))
		txn_cursor_delete(&c);
	txn_cursor_close(&c);
}

/* Make one run of all runs of @level; returns the level it went to. */
static uint8_t level_merge(struct txn *t, enum run_space space, uint8_t level,
			   uint32_t runs)
{
	uint64_t total = level_entries(t, space, level);
	unsigned bits = bits_of(total);
	struct run_at to = { .level = level_of(total) };
	struct gather g = { 0 };
	struct txn_cursor c;

	if (to.level <= level)
		to.level = (uint8_t)(level + 1);
	to.seq = level_runs(t, space, to.level);
	for (; to.part < 1U << bits && !t->err.code; to.part++) {
		g.count = 0;
		txn_cursor_open(&c, t, DB_RUNS);
		for (uint32_t seq = 0; seq < runs; seq++)
			gather_run(&c, space, level, seq, to.part, bits, &g);
		txn_cursor_close(&c);
		runs_sort(g.e, g.count);
		part_put(t, space, &to, bits, g.e, g.count);
	}
	free(g.e);
	level_drop(t, space, level);
	return to.level;
}

void runs_add(struct txn *t, enum run_space space, struct run_entry *e, size_t count)
{
	struct run_at at = { .level = level_of(count) };
	unsigned bits = bits_of(count);
	size_t from = 0;
	uint32_t runs;

	if (!count)
		return;
	runs_sort(e, count);
	at.seq = level_runs(t, space, at.level);
	for (; at.part < 1U << bits; at.part++) {
		size_t n = 0;

		while (from + n < count && part_of(&e[from + n], bits) == at.part)
			n++;
		part_put(t, space, &at, bits, e + from, n);
		from += n;
	}
	while (!t->err.code && at.level < LEVELS) {
		runs = level_runs(t, space, at.level);
		if (runs < RUN_FAN)
			break;
		at.level = level_merge(t, space, at.level, runs);
	}
}

/* ---- checking ---------------------------------------------------------------------- */

uint64_t runs_walk(struct txn *t, enum run_space space,
		   void (*take)(void *self, const struct run_entry *e),
		   void (*damaged)(void *self, const char *what), void *self)
{
	struct run_at at = { 0 };
	struct run_entry before = { .value = 0 };
	struct run_part part;
	struct txn_cursor c;
	struct key k;
	uint64_t n = 0;
	bool more;

	key_run(&k, (uint8_t)space, 0, 0, 0);
	txn_cursor_open(&c, t, DB_RUNS);
	for (more = txn_seek(&c, key_sv(&k)); more && at_of_key(c.key, space, &at);
	     more = txn_next(&c)) {
		if (!part_view(c.value, space, part_seed(space, &at), &part) ||
		    !part_sound(&part, 0, part.count)) {
			damaged(self, "a sorted run has a wrong checksum");
			continue;
		}
		memset(&before, 0, sizeof(before));
		for (size_t i = 0; i < part.count; i++, n++) {
			struct run_entry e = part_entry(&part, i);

			if (part_of(&e, part.bits) != at.part || run_after(&before, &e))
				damaged(self, "a sorted run is not in order");
			if (part_maybe(&part, &e) != 1)
				damaged(self,
					"a filter of a sorted run denies what is there");
			before = e;
			take(self, &e);
		}
	}
	txn_cursor_close(&c);
	return n;
}
