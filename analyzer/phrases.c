/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phrases.c: at which words a phrase may begin, asked of all words before anybody matches.
 *
 * Half of all words begin a phrase somewhere and stand before a word that goes on in one; of those
 * one in five begins one here. Where the table has to be asked, the places of many words are
 * fetched at once, in as many rounds as one place names the next; one word after the other,
 * each would wait for memory by itself.
 */
#include "analyzer/bytes.h"
#include "analyzer/match.h"

enum {
	PAIRS = TOKEN_KEYS_MAX * TOKEN_KEYS_MAX,
	ROUND = 256,
};

/* A word, and the first edge of a phrase that may begin there. */
struct probe {
	uint32_t at;
	uint32_t start, key; /* from this state with this key  */
	uint32_t place;	     /* of the edge; then what is behind it */
};

struct round {
	uint32_t count;
	struct probe all[ROUND];
};

/* If the filter of edges lets it through: nearly always it is none. */
static inline uint32_t add(const struct table *t, struct round *x, uint32_t n,
			   struct probe p)
{
	uint64_t h = hash_pair(p.start, p.key);
	bool joint = table_joint(t, h);

	p.place = (uint32_t)(h >> (64 - t->edge_bits));
	x->all[n] = p;
	__builtin_prefetch(&t->edges[joint ? p.place : 0]);
	return n + joint;
}

/* From @start with each key of the next word. */
static inline uint32_t add_keys(const struct opinia_scratch *s, struct round *x,
				uint32_t count, uint32_t at, uint32_t start)
{
	const struct sense *next = &s->tokens[at + 1].sense;
	const uint32_t *key = &s->keys[next->keys], *end = key + next->count;

	for (; key < end; key++)
		count = add(s->t, x, count, (struct probe){ at, start, *key, 0 });
	return count;
}

/* Several keys of a word begin phrases, or phrases go on with several of the next. */
static uint32_t add_many(const struct opinia_scratch *s, struct round *x, uint32_t count,
			 uint32_t at)
{
	const struct sense *k = &s->tokens[at].sense;

	if (!(k->flags & TOKEN_MANY))
		return add_keys(s, x, count, at, k->start);
	for (uint32_t i = 0; i < k->count; i++) {
		uint32_t start = s->t->keys[s->keys[k->keys + i]].start;

		if (start)
			count = add_keys(s, x, count, at, start);
	}
	return count;
}

/* Of @n words from @from on those with which a clause begins; *@border: of the first of them. */
static uint64_t clauses_at(const struct opinia_scratch *s, uint32_t from, uint32_t n,
			   uint32_t *border)
{
	uint64_t bits = 0;

	for (; *border < s->border_count && s->borders[*border] < from + n; ++*border)
		bits |= 1ull << (s->borders[*border] - from);
	return bits;
}

/* What the words of @bits may begin, until the round is full; says which are left. */
static uint64_t probe(const struct opinia_scratch *s, uint32_t from, uint64_t bits,
		      struct round *x)
{
	uint32_t count = 0;

	for (; bits && count + PAIRS <= ROUND; bits &= bits - 1) {
		uint32_t at = from + (uint32_t)__builtin_ctzll(bits);
		const struct token *k = &s->tokens[at];

		if (k->sense.flags & TOKEN_MANY || k[1].sense.flags & TOKEN_MANY_ON)
			count = add_many(s, x, count, at);
		else
			count = add(s->t, x, count,
				    (struct probe){ at, k->sense.start,
						    k[1].sense.onward - 1, 0 });
	}
	x->count = count;
	return bits;
}

/* Leaves those of which there is an edge. */
static void follow(const struct table *t, struct round *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->count; i++) {
		struct probe p = x->all[i];

		p.place = phrase_edge_at(t, p.place, p.start, p.key);
		x->all[n] = p;
		n += p.place != 0;
		__builtin_prefetch(&t->states[p.place]);
	}
	x->count = n;
}

/*
 * Is there a phrase that ends in @state, or may one go on from there with @k, the third word? All
 * is asked at once: each answer is a toss-up.
 */
static inline unsigned leads_on(const struct opinia_scratch *s, uint32_t state,
				const struct token *k)
{
	const struct table_range *r = &s->t->states[state];
	unsigned ends = (r->kinds & s->kinds) != 0;
	uint64_t h = hash_pair(state, k->sense.onward - 1);
	unsigned joint = table_joint(s->t, h);

	__builtin_prefetch(&s->t->edges[joint ? h >> (64 - s->t->edge_bits) : 0]);
	__builtin_prefetch(&s->t->entries[ends ? r->entries : 0]);
	joint |= k->sense.flags / TOKEN_MANY_ON & 1u;
	return ends | (joint & (unsigned)phrase_goes_on(k));
}

/* Of each of these words it will be asked what it says by itself. */
FETCHES void fetch_entries(const struct opinia_scratch *s, uint32_t from, uint64_t bits)
{
	for (; bits; bits &= bits - 1) {
		const struct token *k =
			&s->tokens[from + (uint32_t)__builtin_ctzll(bits)];
		const uint32_t *which;

		if (!(k->flags & TOKEN_SHORT))
			continue;
		which = s->memo[k->sense.keys / MEMO_WORDS].said.entries;
		__builtin_prefetch(&s->t->entries[which[0]]);
		__builtin_prefetch(&s->t->entries[which[1]]);
	}
}

/* The words of @begins, from @from on: flags those at which a phrase may begin. */
static uint64_t leaders(struct opinia_scratch *s, uint32_t from, uint64_t begins)
{
	uint64_t found = 0;
	struct round x;

	while (begins) {
		begins = probe(s, from, begins, &x);
		follow(s->t, &x);
		for (uint32_t i = 0; i < x.count; i++) {
			uint32_t at = x.all[i].at;

			unsigned leads = leads_on(s, x.all[i].place, &s->tokens[at + 2]);

			s->tokens[at].flags |= (uint8_t)(leads * TOKEN_LEADS);
			found |= (uint64_t)leads << (at - from);
		}
	}
	return found;
}

void phrases_find(struct opinia_scratch *s)
{
	uint32_t border = 0;

	for (uint32_t from = 0; from < s->token_count; from += POINTS) {
		const char *marks = s->marks + from;
		uint32_t left = s->token_count - from, n = left < POINTS ? left : POINTS;
		uint64_t goes_on = bits_of(marks, 7), says = bits_of(marks, 6);
		uint64_t starts = bits_of(marks, 3), all = UINT64_MAX >> (POINTS - n);

		goes_on &= ~clauses_at(s, from, n, &border);
		goes_on = (goes_on & all) >> 1 |
			  (uint64_t)phrase_goes_on(&s->tokens[from + n]) << (n - 1);
		fetch_entries(s, from, says & all);
		s->points[from / POINTS] =
			(says & all) | leaders(s, from, starts & goes_on & all);
	}
}
