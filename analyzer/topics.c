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

enum { NEAR = 5 /* tokens between the two of `a ~ b` */ };

/* One more hit, in its place by position. */
static void insert(struct hit *list, uint32_t *count, size_t room, struct hit h)
{
	uint32_t at = *count;

	if (at >= 2 * room)
		return;
	while (at > 0 && list[at - 1].first > h.first) {
		list[at] = list[at - 1];
		at--;
	}
	list[at] = h;
	++*count;
}

static const struct table_pair *pair(const struct table *t, uint32_t x, uint32_t y)
{
	uint32_t low = x < y ? x : y, high = x < y ? y : x;
	uint32_t i = (uint32_t)hash_pair(low, high) & t->pair_mask;

	for (; t->pairs[i].low; i = (i + 1) & t->pair_mask)
		if (t->pairs[i].low == low && t->pairs[i].high == high)
			return &t->pairs[i];
	return NULL;
}

static void add_pair(struct opinia_scratch *s, const struct table_pair *p,
		     const struct side_hit *x, const struct side_hit *y)
{
	for (uint32_t i = 0; p && i < p->count; i++) {
		const struct table_entry *e = &s->t->entries[p->entries + i];
		struct hit h = { .entry = e, .first = x->first, .rules = RULE_PHRASE };

		if (e->flags & ENTRY_NULL || !speaks(s, e))
			continue;
		h.count = (uint16_t)(y->first + y->count - x->first);
		h.clause = s->tokens[x->first].clause;
		h.base = h.weight = e->weight;
		insert(s->topics, &s->topic_hit_count, s->room, h);
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
	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		const struct hit *x = &s->topics[i];
		struct hit h = *x;

		if (x->entry->kind != kind || !x->entry->sentiment ||
		    x->entry->flags & ENTRY_NOT || covered(s, x))
			continue;
		for (uint32_t k = x->first; k < x->first + x->count; k++)
			s->tokens[k].flags |= TOKEN_COVERED;
		h.base = h.weight = x->entry->sentiment;
		h.rules |= RULE_TOPIC_TERM;
		h.counts = true;
		insert(s->hits, &s->hit_count, s->room, h);
	}
}

void topics_pair(struct opinia_scratch *s)
{
	for (uint32_t i = 0; i < s->side_count; i++) {
		const struct side_hit *x = &s->sides[i];

		for (uint32_t k = i + 1; k < s->side_count; k++) {
			const struct side_hit *y = &s->sides[k];

			if (y->first > x->first + NEAR)
				break;
			if (y->first < x->first + x->count ||
			    s->tokens[x->first].clause != s->tokens[y->first].clause)
				continue;
			add_pair(s, pair(s->t, x->side, y->side), x, y);
		}
	}
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

static void settle(struct opinia_scratch *s, struct topic_sum *t)
{
	if (t->clause && !t->taken && t->best > 0) {
		bool before = t->weight >= TOPIC_FIRES;

		t->weight += t->best;
		s->fired_count += !before && t->weight >= TOPIC_FIRES;
		feel(s, t, t->clause - 1);
	}
	t->best = 0;
	t->taken = false;
	t->clause = 0;
}

/* Did the same term count in this clause already? */
static bool said_before(const struct opinia_scratch *s, uint32_t at)
{
	const struct hit *h = &s->topics[at];

	for (uint32_t i = at; i > 0 && s->topics[i - 1].clause == h->clause; i--)
		if (s->topics[i - 1].entry == h->entry)
			return true;
	return false;
}

void topics_weigh(struct opinia_scratch *s)
{
	s->fired_count = 0;
	if (!s->topic_hit_count)
		return; /* and nobody looks at the sums */
	memset(s->sums, 0, s->t->topic_count * sizeof(*s->sums));
	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		const struct hit *h = &s->topics[i];
		struct topic_sum *t = &s->sums[h->entry->topic];

		if (t->clause != h->clause + 1)
			settle(s, t);
		t->clause = h->clause + 1;
		t->taken |= (h->entry->flags & ENTRY_NOT) != 0;
		if (!said_before(s, i))
			t->best += h->weight;
	}
	for (uint32_t i = 0; i < s->topic_hit_count; i++)
		settle(s, &s->sums[s->topics[i].entry->topic]);
}
