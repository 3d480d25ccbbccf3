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

#include "store/check.h"
#include "store/doc.h"
#include "store/keys.h"
#include "store/roll_block.h"

static int32_t block_of(int32_t day)
{
	return day >> 6; /* floor, also below 0 */
}

/* ---- what a record adds ------------------------------------------------------------ */

static bool says_something(const struct indexed *x)
{
	return x->commented && !x->no_content;
}

/* ---- gathering --------------------------------------------------------------------- */

struct roll_group {
	uint32_t topic;
	int32_t block;
	uint8_t channel;
	struct roll_columns columns;
};

struct rollup_delta {
	struct roll_group *all;
	size_t count, room;
	uint32_t *slots; /* hash → place in all + 1 */
	size_t slot_count;
	bool failed;
};

struct rollup_delta *rollup_delta_new(void)
{
	return calloc(1, sizeof(struct rollup_delta));
}

void rollup_delta_clear(struct rollup_delta *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->all[i].columns.all);
	d->count = 0;
	d->failed = false;
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
	free(d);
}

static uint32_t *group_slot(struct rollup_delta *d, uint32_t topic, uint8_t channel,
			    int32_t block)
{
	uint64_t h = ((uint64_t)topic << 40 ^ (uint64_t)channel << 32 ^ (uint32_t)block) *
		     0x9e3779b97f4a7c15U;
	size_t at = (size_t)(h >> 32) & (d->slot_count - 1);

	for (; d->slots[at]; at = (at + 1) & (d->slot_count - 1)) {
		const struct roll_group *g = &d->all[d->slots[at] - 1];

		if (g->topic == topic && g->channel == channel && g->block == block)
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
		*group_slot(d, all[i].topic, all[i].channel, all[i].block) =
			(uint32_t)i + 1;
	return true;
}

static struct roll_group *group_of(struct rollup_delta *d, uint32_t topic,
				   uint8_t channel, int32_t block)
{
	uint32_t *slot;

	if (!delta_room(d))
		return NULL;
	slot = group_slot(d, topic, channel, block);
	if (!*slot) {
		d->all[d->count++] =
			(struct roll_group){ topic, block, channel, { NULL, 0, 0 } };
		*slot = (uint32_t)d->count;
	}
	return &d->all[*slot - 1];
}

static void group_add(struct rollup_delta *d, struct roll_group *g, uint32_t counter,
		      unsigned day, int by)
{
	struct roll_column *c = roll_column(&g->columns, counter);

	if (c)
		c->day[day] += by;
	else
		d->failed = true;
}

static void rollup_add_to(struct rollup_delta *d, const struct indexed *x, uint32_t topic,
			  uint8_t label, int by)
{
	struct roll_group *g = group_of(d, topic, x->channel, block_of(x->day));
	unsigned day = (unsigned)x->day & (ROLL_DAYS - 1);

	if (!g) {
		d->failed = true;
		return;
	}
	group_add(d, g, ROLL_RECORDS, day, by);
	if (says_something(x))
		group_add(d, g, ROLL_COMMENTED, day, by);
	if (x->analyzed)
		group_add(d, g, ROLL_SENTIMENT + (uint32_t)label, day, by);
	for (unsigned i = 0; i < x->score_count; i++) {
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

	if (x->topic != y->topic)
		return x->topic < y->topic ? -1 : 1;
	if (x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

static void group_read(struct txn *t, struct roll_group *g, const struct key *k)
{
	struct roll_reader r;
	struct roll_view v;
	struct sv value;

	if (!txn_get(t, DB_ROLL, key_sv(k), &value))
		return;
	if (!roll_open(&r, value, sum32(k->p, k->n, 0)))
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
	while (roll_next(&r, &v)) {
		struct roll_column *c = roll_column(&g->columns, v.counter);
		size_t i = 0;

		if (!c) {
			txn_fail(t, ERR_SYSTEM, "out of memory");
			return;
		}
		for (uint64_t d = v.days; d; d &= d - 1)
			c->day[__builtin_ctzll(d)] += roll_value(&v, i++);
	}
	if (r.left)
		txn_fail(t, ERR_INPUT, "a roll-up of topic %u is damaged", g->topic);
}

static void group_write(struct txn *t, struct roll_group *g)
{
	struct key k;
	size_t n;
	uint8_t *out;

	key_roll(&k, g->topic, g->channel, g->block);
	group_read(t, g, &k);
	roll_sort(&g->columns);
	n = roll_bytes(&g->columns);
	if (n == SIZE_MAX) {
		txn_fail(t, ERR_BUG,
			 "a roll-up of topic %u would fall below 0; run `opinia check`",
			 g->topic);
		return;
	}
	if (!n) {
		txn_delete(t, DB_ROLL, key_sv(&k));
		return;
	}
	out = txn_reserve(t, DB_ROLL, key_sv(&k), n, false);
	if (out)
		roll_write(&g->columns, sum32(k.p, k.n, 0), out);
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

	for (size_t i = 0; i < count && !d->failed; i++) {
		struct roll_group *all =
			group_of(d, d->all[i].topic, ROLL_ALL_CHANNELS, d->all[i].block);

		if (!all || !columns_add(&all->columns, &d->all[i].columns))
			d->failed = true;
	}
}

void rollup_apply(struct txn *t, struct rollup_delta *d)
{
	add_channels(d);
	if (d->failed)
		txn_fail(t, ERR_SYSTEM, "out of memory");
	if (d->count)
		qsort(d->all, d->count, sizeof(*d->all), group_order);
	for (size_t i = 0; i < d->count && !t->err.code; i++)
		group_write(t, &d->all[i]);
}

/* ---- checking ---------------------------------------------------------------------- */

/*
 * What is left of the expected block once the stored one is taken out: nothing, or it is
 * wrong.
 */
static bool group_agrees(struct txn *t, struct roll_group *g)
{
	struct key k;

	for (size_t i = 0; i < g->columns.count; i++)
		for (unsigned d = 0; d < ROLL_DAYS; d++)
			g->columns.all[i].day[d] = -g->columns.all[i].day[d];
	key_roll(&k, g->topic, g->channel, g->block);
	group_read(t, g, &k);
	for (size_t i = 0; i < g->columns.count; i++)
		for (unsigned d = 0; d < ROLL_DAYS; d++)
			if (g->columns.all[i].day[d])
				return false;
	return true;
}

int rollup_verify(struct txn *t, struct rollup_delta *d,
		  void (*tell)(void *self, const char *what), void *self,
		  uint64_t *looked, uint64_t *wrong, struct err *err)
{
	char what[200];

	add_channels(d);
	for (size_t i = 0; i < d->count; i++) {
		struct roll_group *g = &d->all[i];

		++*looked;
		if (group_agrees(t, g) && !t->err.code)
			continue;
		++*wrong;
		snprintf(what, sizeof(what),
			 "the roll-up of topic %u, channel %u, days from %d on is not "
			 "what the "
			 "documents say%s",
			 g->topic, g->channel, g->block * ROLL_DAYS,
			 t->err.code ? " (damaged)" : "");
		tell(self, what);
		if (t->err.code == ERR_INPUT)
			t->err = ERR_NONE; /* told: the others are looked at as well */
	}
	if (txn_count(t, DB_ROLL) != d->count) {
		++*wrong;
		snprintf(what, sizeof(what), "there are %llu roll-ups and should be %zu",
			 (unsigned long long)txn_count(t, DB_ROLL), d->count);
		tell(self, what);
	}
	return d->failed ? err_set(err, ERR_SYSTEM, "out of memory") : txn_failed(t, err);
}
