/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup.c: counting into blocks, and taking a change back out of them; see rollup.h.
 *
 * A landing gathers its changes in memory by block, so that each block is read and
 * written once however many records touch it.
 */
#include "store/rollup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "store/check.h"
#include "store/doc.h"
#include "store/keys.h"
#include "store/roll_block.h"

/* ---- what a record adds ------------------------------------------------------------ */

static bool says_something(const struct indexed *x)
{
	return x->commented && !x->no_content;
}

/* ---- gathering --------------------------------------------------------------------- */

struct roll_group {
	uint32_t topic;
	int32_t block;
	uint8_t part;
	struct roll_columns columns;
};

/* Longer values are on pages of their own (LMDB, of 4 KiB). */
enum { IN_PAGE = 2000 };

struct rollup_delta {
	struct roll_group *all;
	size_t count, room;
	uint32_t *slots; /* hash → place in all + 1 */
	size_t slot_count;
	struct buf parts;  /* of the block that is being written */
	bool failed, many; /* @many: one has more columns than a part may have */
};

struct rollup_delta *rollup_delta_new(void)
{
	struct rollup_delta *d = calloc(1, sizeof(*d));

	if (d)
		buf_init(&d->parts, 0);
	return d;
}

void rollup_delta_clear(struct rollup_delta *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->all[i].columns.all);
	d->count = 0;
	d->failed = d->many = false;
	if (d->slots)
		memset(d->slots, 0, d->slot_count * sizeof(*d->slots));
}

void rollup_delta_free(struct rollup_delta *d)
{
	if (!d)
		return;
	rollup_delta_clear(d);
	free(d->all);
	free(d->slots);
	buf_release(&d->parts);
	free(d);
}

static uint32_t *group_slot(struct rollup_delta *d, uint32_t topic, uint8_t part,
			    int32_t block)
{
	uint64_t h = ((uint64_t)topic << 40 ^ (uint64_t)part << 32 ^ (uint32_t)block) *
		     0x9e3779b97f4a7c15U;
	size_t at = (size_t)(h >> 32) & (d->slot_count - 1);

	for (; d->slots[at]; at = (at + 1) & (d->slot_count - 1)) {
		const struct roll_group *g = &d->all[d->slots[at] - 1];

		if (g->topic == topic && g->part == part && g->block == block)
			break;
	}
	return &d->slots[at];
}

static bool delta_room(struct rollup_delta *d)
{
	size_t room = d->room ? 2 * d->room : 64;
	struct roll_group *all;
	uint32_t *slots;

	if (d->count < d->room)
		return true;
	all = realloc(d->all, room * sizeof(*all));
	if (all)
		d->all = all;
	slots = all ? calloc(2 * room, sizeof(*slots)) : NULL;
	if (!slots)
		return false;
	free(d->slots);
	d->slots = slots;
	d->room = room;
	d->slot_count = 2 * room;
	for (size_t i = 0; i < d->count; i++)
		*group_slot(d, all[i].topic, all[i].part, all[i].block) = (uint32_t)i + 1;
	return true;
}

static struct roll_group *group_of(struct rollup_delta *d, uint32_t topic, uint8_t part,
				   int32_t block)
{
	uint32_t *slot;

	if (!delta_room(d))
		return NULL;
	slot = group_slot(d, topic, part, block);
	if (!*slot) {
		d->all[d->count++] =
			(struct roll_group){ topic, block, part, { NULL, 0, 0 } };
		*slot = (uint32_t)d->count;
	}
	return &d->all[*slot - 1];
}

/* There was no column to be had in @c. */
static void no_column(struct rollup_delta *d, const struct roll_columns *c)
{
	*(c->count == ROLL_COLUMNS_MAX ? &d->many : &d->failed) = true;
}

static void group_add(struct rollup_delta *d, struct roll_group *g, uint32_t counter,
		      unsigned day, int by)
{
	struct roll_column *c = roll_column(&g->columns, counter);

	if (c)
		c->day[day] += by;
	else
		no_column(d, &g->columns);
}

static struct roll_group *group_for(struct rollup_delta *d, const struct indexed *x,
				    uint32_t topic, enum roll_class class)
{
	struct roll_group *g =
		group_of(d, topic, roll_part_id(roll_target(x->channel), class),
			 roll_block_of(x->day));

	d->failed |= !g;
	return g;
}

static void rollup_add_to(struct rollup_delta *d, const struct indexed *x, uint32_t topic,
			  uint8_t label, int by)
{
	unsigned day = (unsigned)(x->day - roll_first_day(roll_block_of(x->day)));
	struct roll_group *g = group_for(d, x, topic, ROLL_PLAIN);

	if (!g)
		return;
	group_add(d, g, ROLL_RECORDS, day, by);
	if (says_something(x))
		group_add(d, g, ROLL_COMMENTED, day, by);
	if (x->analyzed)
		group_add(d, g, ROLL_SENTIMENT + (uint32_t)label, day, by);
	g = x->score_count ? group_for(d, x, topic, ROLL_SCORES) : NULL;
	for (unsigned i = 0; g && i < x->score_count; i++) {
		const struct indexed_score *s = &x->scores[i];

		group_add(d, g,
			  ROLL_SCORE | doc_scale(s) << 4 | (uint32_t)(s->value - s->min),
			  day, by);
	}
}

void rollup_add(struct rollup_delta *d, const struct indexed *x, int by)
{
	if (x->kind != KIND_FEEDBACK)
		return;
	rollup_add_to(d, x, 0, x->sentiment, by);
	for (unsigned i = 0; i < x->topic_count; i++)
		rollup_add_to(d, x, x->topics[i].topic, x->topics[i].label, by);
}

/* ---- writing ----------------------------------------------------------------------- */

static int group_order(const void *a, const void *b)
{
	const struct roll_group *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->topic != y->topic)
		return x->topic < y->topic ? -1 : 1;
	return (int)x->part - (int)y->part;
}

/* How many groups from @i on are parts of one block. */
static size_t same_block(const struct rollup_delta *d, size_t i)
{
	size_t j = i + 1;

	while (j < d->count && d->all[j].topic == d->all[i].topic &&
	       d->all[j].block == d->all[i].block)
		j++;
	return j - i;
}

static void too_many(struct txn *t)
{
	txn_fail(t, ERR_INPUT,
		 "scores of more different scales than can be counted came in nine weeks "
		 "(%d points); are min and max what was asked?",
		 ROLL_COLUMNS_MAX);
}

static void part_read(struct txn *t, struct roll_group *g, struct roll_part part,
		      struct sv key)
{
	struct roll_reader r;
	struct roll_view v;

	if (!roll_open(&r, part.bytes, roll_seed(key, part.id)))
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
	while (roll_next(&r, &v)) {
		struct roll_column *c = roll_column(&g->columns, v.counter);
		size_t i = 0;

		if (!c && g->columns.count == ROLL_COLUMNS_MAX)
			too_many(t);
		else if (!c)
			txn_fail(t, ERR_SYSTEM, "out of memory");
		if (!c)
			return;
		for (uint64_t d = v.days; d; d &= d - 1)
			c->day[__builtin_ctzll(d)] +=
				(int64_t)roll_number(v.values, v.width, i++);
	}
	if (r.left)
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
}

/* The bytes of a changed part go to d->parts; 0: nothing is left of it. */
static size_t part_write(struct txn *t, struct rollup_delta *d, struct roll_group *g,
			 struct sv key)
{
	size_t n;
	char *out;

	roll_sort(&g->columns);
	n = roll_bytes(&g->columns);
	if (n == SIZE_MAX) {
		txn_fail(t, ERR_BUG,
			 "a roll-up of topic %u would fall below 0; run `opinia check`",
			 g->topic);
		return 0;
	}
	out = n ? buf_room(&d->parts, n) : NULL;
	if (!out)
		return 0;
	roll_write(&g->columns, roll_seed(key, g->part), (uint8_t *)out);
	buf_took(&d->parts, n);
	return n;
}

/*
 * The parts of a block as they will be: changed ones written anew, the others as they lie. Their number, and in *bytes how long the block was;
 * their bytes are in d->parts.
 */
static size_t block_parts(struct txn *t, struct rollup_delta *d, struct roll_group *g,
			  size_t count, struct sv key, size_t *bytes,
			  struct roll_part *out)
{
	struct roll_parts old = { 0 };
	struct roll_part was = { 0 };
	struct sv value = { NULL, 0 };
	size_t n = 0;
	bool more;

	if (txn_get(t, DB_ROLL, key, &value) && !roll_parts_open(&old, key, value))
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
	*bytes = value.n;
	more = roll_parts_next(&old, &was);
	for (size_t i = 0;
	     (more || i < count) && n<ROLL_PARTS_MAX; n += out[n].bytes.n> 0) {
		if (more && (i == count || was.id < g[i].part)) {
			buf_sv_put(&d->parts, was.bytes);
			out[n] = was;
			more = roll_parts_next(&old, &was);
			continue;
		}
		if (more && was.id == g[i].part) {
			part_read(t, &g[i], was, key);
			more = roll_parts_next(&old, &was);
		}
		out[n].id = g[i].part;
		out[n].bytes = (struct sv){ NULL, part_write(t, d, &g[i], key) };
		i++;
	}
	if (old.left)
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
	return n;
}

static void block_write(struct txn *t, struct rollup_delta *d, struct roll_group *g,
			size_t count)
{
	struct roll_part parts[ROLL_PARTS_MAX];
	struct key k;
	size_t n, was;
	uint8_t *out;

	key_roll(&k, g->block, g->topic);
	buf_clear(&d->parts);
	n = block_parts(t, d, g, count, key_sv(&k), &was, parts);
	if (!buf_ok(&d->parts))
		txn_fail(t, ERR_SYSTEM, "out of memory");
	if (t->err.code)
		return;
	/*
	 * A value that moves out of its page leaves it to be filled by nobody, unless it is
	 * deleted first: then LMDB puts what is left together with its neighbours.
	 */
	if (!n || (was && was <= IN_PAGE && roll_parts_bytes(n) + d->parts.n > IN_PAGE))
		txn_delete(t, DB_ROLL, key_sv(&k));
	if (!n)
		return;
	out = txn_reserve(t, DB_ROLL, key_sv(&k), roll_parts_bytes(n) + d->parts.n,
			  false);
	if (!out)
		return;
	roll_parts_write(parts, n, key_sv(&k), out);
	memcpy(out + roll_parts_bytes(n), d->parts.p, d->parts.n);
}

static bool columns_add(struct roll_columns *to, const struct roll_columns *from)
{
	for (size_t i = 0; i < from->count; i++) {
		struct roll_column *c = roll_column(to, from->all[i].counter);

		if (!c)
			return false;
		for (unsigned day = 0; day < ROLL_DAYS; day++)
			c->day[day] += from->all[i].day[day];
	}
	return true;
}

/* The sum of all channels, added up by block and not by record. */
static void add_channels(struct rollup_delta *d)
{
	size_t count = d->count;

	for (size_t i = 0; i < count && !d->failed && !d->many; i++) {
		enum roll_class class = d->all[i].part & 1;
		struct roll_group *all =
			group_of(d, d->all[i].topic,
				 roll_part_id(ROLL_ALL_CHANNELS, class), d->all[i].block);

		if (!all)
			d->failed = true;
		else if (!columns_add(&all->columns, &d->all[i].columns))
			no_column(d, &all->columns);
	}
}

void rollup_apply(struct txn *t, struct rollup_delta *d)
{
	size_t n;

	add_channels(d);
	if (d->failed)
		txn_fail(t, ERR_SYSTEM, "out of memory");
	if (d->many)
		too_many(t);
	if (d->count)
		qsort(d->all, d->count, sizeof(*d->all), group_order);
	for (size_t i = 0; i < d->count && !t->err.code; i += n) {
		n = same_block(d, i);
		block_write(t, d, &d->all[i], n);
	}
}

/* ---- checking ---------------------------------------------------------------------- */

struct verifying {
	struct txn *t;
	struct rollup_delta *d;
	void (*tell)(void *self, const char *what);
	void *self;
	uint64_t *looked, *wrong;
};

static void tell_wrong(struct verifying *v, const struct roll_group *g, bool damaged)
{
	char what[200];

	++*v->wrong;
	snprintf(what, sizeof(what),
		 "the roll-up of topic %u, part %u, days from %lld on is not what the "
		 "documents say%s",
		 g->topic, g->part, (long long)roll_first_day(g->block),
		 damaged ? " (damaged)" : "");
	v->tell(v->self, what);
}

/* Is @part what would be written now? Sums of weeks and all. */
static void part_verify(struct verifying *v, struct roll_group *g, struct roll_part part,
			struct sv key)
{
	struct roll_reader r;
	size_t n = roll_bytes(&g->columns);
	uint8_t *want = malloc(n + 1);

	++*v->looked;
	if (!want) {
		v->d->failed = true;
		return;
	}
	roll_sort(&g->columns);
	if (n)
		roll_write(&g->columns, roll_seed(key, g->part), want);
	if (n != part.bytes.n || !n || memcmp(want, part.bytes.p, n))
		tell_wrong(v, g, !roll_open(&r, part.bytes, roll_seed(key, g->part)));
	free(want);
}

static void block_verify(struct verifying *v, struct roll_group *g, size_t count)
{
	struct roll_parts parts = { 0 };
	struct roll_part part = { 0 };
	size_t matched = 0, there;
	struct sv value;
	struct key k;

	key_roll(&k, g->block, g->topic);
	if (!txn_get(v->t, DB_ROLL, key_sv(&k), &value)) {
		*v->looked += count;
		tell_wrong(v, g, false);
		return;
	}
	if (!roll_parts_open(&parts, key_sv(&k), value)) {
		*v->looked += count;
		tell_wrong(v, g, true);
		return;
	}
	there = parts.left;
	while (matched < count && roll_parts_next(&parts, &part) &&
	       part.id == g[matched].part)
		part_verify(v, &g[matched++], part, key_sv(&k));
	if (matched < count || there != count)
		tell_wrong(v, &g[matched < count ? matched : 0], false);
}

int rollup_verify(struct txn *t, struct rollup_delta *d,
		  void (*tell)(void *self, const char *what), void *self,
		  uint64_t *looked, uint64_t *wrong, struct err *err)
{
	struct verifying v = { t, d, tell, self, looked, wrong };
	uint64_t blocks = 0;
	char what[200];
	size_t n;

	add_channels(d);
	if (d->count)
		qsort(d->all, d->count, sizeof(*d->all), group_order);
	for (size_t i = 0; i < d->count; i += n, blocks++) {
		n = same_block(d, i);
		block_verify(&v, &d->all[i], n);
	}
	if (txn_count(t, DB_ROLL) != blocks) {
		++*wrong;
		snprintf(what, sizeof(what), "there are %llu roll-ups and should be %llu",
			 (unsigned long long)txn_count(t, DB_ROLL),
			 (unsigned long long)blocks);
		tell(self, what);
	}
	return d->failed || d->many ? err_set(err, ERR_SYSTEM, "out of memory")
				    : txn_failed(t, err);
}
