/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topics.c: from topic terms to topics, each with the sentiment of what was said about it.
 *
 * A topic's weight is the best of its terms in each clause, summed over the clauses; at 1.0 it
 * fires. A NOT term takes the topic out of its clause. The sentiment is that of the clauses in
 * which the topic is spoken of; where such a clause says nothing, of its neighbours in the
 * sentence.
 */
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"

enum { NEAR = 5 /* tokens between the two of `a ~ b` */, MEETINGS = 32 };

/* One more hit behind a list, until take_in() is called. */
static void append(struct hit *list, uint32_t *count, size_t room, const struct hit *h)
{
	if (*count < 2 * room)
		list[(*count)++] = *h;
}

/*
 * What stands in @list from @from on was appended; both parts are in the order of the text. It goes
 * to its places, behind those that begin with the same word: once for all, or a long text of one
 * word would take for ever.
 */
static void take_in(const struct opinia_scratch *s, struct hit *list, uint32_t from,
		    uint32_t count)
{
	struct hit *more = s->spare;
	uint32_t at = count, left = count - from;

	if (!from || !left || list[from - 1].first <= list[from].first)
		return;
	memcpy(more, list + from, left * sizeof(*more));
	while (left)
		if (from && list[from - 1].first > more[left - 1].first)
			list[--at] = list[--from];
		else
			list[--at] = more[--left];
}

/* Two sides that stand near each other; and where the table has them, if it does. */
struct meeting {
	const struct side_hit *x, *y;
	uint32_t place;
};

struct meetings {
	uint32_t count;
	struct meeting all[MEETINGS];
};

/* If the filter lets them through: nearly always it is none. Memory may fetch the place. */
static inline void meet(const struct table *t, struct meetings *m,
			const struct side_hit *x, const struct side_hit *y)
{
	uint32_t low = x->side < y->side ? x->side : y->side;
	uint64_t h = hash_pair(low, x->side ^ y->side ^ low);
	bool joint = table_joint(t, h);
	uint32_t place = (uint32_t)(h >> (64 - t->pair_bits));

	m->all[m->count] = (struct meeting){ x, y, place };
	m->count += joint;
	__builtin_prefetch(&t->pairs[joint ? place : 0]);
}

static inline const struct table_pair *pair(const struct table *t,
					    const struct meeting *m)
{
	const struct table_pair *all = t->pairs;
	uint32_t x = m->x->side, y = m->y->side;
	uint32_t low = x < y ? x : y, high = x < y ? y : x;

	for (uint32_t i = m->place; all[i].low; i = (i + 1) & t->pair_mask)
		if (all[i].low == low && all[i].high == high)
			return &all[i];
	return NULL;
}

static void add_pair(struct opinia_scratch *s, const struct table_pair *p,
		     const struct side_hit *x, const struct side_hit *y)
{
	for (uint32_t i = 0; i < p->count; i++) {
		const struct table_entry *e = &s->t->entries[p->entries + i];
		struct hit h = { .entry = e, .first = x->first, .rules = RULE_PHRASE };

		if (e->flags & ENTRY_NULL || !speaks(s, e))
			continue;
		h.count = (uint16_t)(y->first + y->count - x->first);
		h.clause = x->clause;
		h.base = h.weight = e->weight;
		append(s->topics, &s->topic_hit_count, s->room, &h);
	}
}

static bool covered(const struct opinia_scratch *s, const struct hit *h)
{
	for (uint32_t i = h->first; i < h->first + h->count; i++)
		if (s->tokens[i].flags & TOKEN_COVERED)
			return true;
	return false;
}

/* What topic terms say themselves, where no sentiment word has said it. */
static void add_own_sentiment(struct opinia_scratch *s, enum entry_kind kind)
{
	uint32_t from = s->hit_count;

	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		const struct hit *x = &s->topics[i];
		struct hit h;

		if (x->entry->kind != kind || !x->entry->sentiment ||
		    x->entry->flags & ENTRY_NOT || covered(s, x))
			continue;
		h = *x;
		for (uint32_t k = x->first; k < x->first + x->count; k++)
			s->tokens[k].flags |= TOKEN_COVERED;
		h.base = h.weight = x->entry->sentiment;
		h.rules |= RULE_TOPIC_TERM;
		h.counts = true;
		append(s->hits, &s->hit_count, s->room, &h);
	}
	take_in(s, s->hits, from, s->hit_count);
}

static void add_pairs(struct opinia_scratch *s, struct meetings *m)
{
	for (uint32_t i = 0; i < m->count; i++) {
		const struct table_pair *p = pair(s->t, &m->all[i]);

		if (p)
			add_pair(s, p, m->all[i].x, m->all[i].y);
	}
	m->count = 0;
}

void topics_pair(struct opinia_scratch *s)
{
	const struct side_hit *end = s->sides + s->side_count;
	uint32_t own = s->topic_hit_count;
	struct meetings m;

	m.count = 0;
	for (const struct side_hit *x = s->sides; x < end; x++) {
		uint32_t from = x->first + x->count, to = x->first + NEAR;
		const struct side_hit *y = x + 1;

		while (y < end && y->first < from)
			y++;
		for (; y < end && y->first <= to && y->clause == x->clause; y++) {
			meet(s->t, &m, x, y);
			if (m.count == MEETINGS)
				add_pairs(s, &m);
		}
	}
	add_pairs(s, &m);
	take_in(s, s->topics, own, s->topic_hit_count);
	add_own_sentiment(s, ENTRY_TOPIC);
	if (s->packs) /* after them: what the service's terms say stays as it is */
		add_own_sentiment(s, ENTRY_REVIEW);
}

/* ---- weights ------------------------------------------------------------------------ */

static void add_clause(struct topic_sum *t, const struct clause *c)
{
	t->sentiment += c->sum;
	t->hits += c->hits;
	if (c->sum > 0)
		t->up += c->sum;
	else
		t->down -= c->sum;
}

/* What was said in the clause at @at of topic @t. */
static void feel(struct opinia_scratch *s, struct topic_sum *t, uint32_t at)
{
	const struct clause *c = &s->clauses[at];

	if (c->hits) {
		add_clause(t, c);
		return;
	}
	if (at && c[-1].sentence == c->sentence)
		add_clause(t, c - 1);
	if (at + 1 < s->clause_count && c[1].sentence == c->sentence)
		add_clause(t, c + 1);
}

static void fire(struct opinia_scratch *s, uint32_t topic)
{
	s->fired[topic / 64] |= 1ull << topic % 64;
	s->fired_count++;
}

static void settle(struct opinia_scratch *s, struct topic_sum *t)
{
	if (t->clause && !t->taken && t->best > 0) {
		bool before = t->weight >= TOPIC_FIRES;

		t->weight += t->best;
		if (!before && t->weight >= TOPIC_FIRES)
			fire(s, (uint32_t)(t - s->sums));
		feel(s, t, t->clause - 1);
	}
	t->best = 0;
	t->taken = false;
	t->clause = 0;
}

/* Did the same term count in this clause already? */
static bool said_before(const struct opinia_scratch *s, const struct hit *h)
{
	const struct table_entry *e = h->entry;
	uint32_t clause = h->clause;

	for (; h > s->topics && h[-1].clause == clause; h--)
		if (h[-1].entry == e)
			return true;
	return false;
}

void topics_weigh(struct opinia_scratch *s)
{
	s->fired_count = 0;
	if (!s->topic_hit_count)
		return; /* and nobody looks at the sums */
	for (uint32_t i = 0; i <= s->t->topic_count / 64; i++)
		s->fired[i] = 0;
	for (uint32_t i = 0; i < s->topic_hit_count; i++)
		s->sums[s->topics[i].entry->topic] = (struct topic_sum){ .weight = 0 };
	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		const struct hit *h = &s->topics[i];
		struct topic_sum *t = &s->sums[h->entry->topic];

		if (t->clause && t->clause != h->clause + 1)
			settle(s, t);
		t->clause = h->clause + 1;
		t->taken |= (h->entry->flags & ENTRY_NOT) != 0;
		if (!said_before(s, h))
			t->best += h->weight;
	}
	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		struct topic_sum *t = &s->sums[s->topics[i].entry->topic];

		if (t->clause)
			settle(s, t);
	}
}
