/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c: from keys to hits: which entry of the lexicon speaks at which word.
 *
 * At each word the longest entry wins: phrase, then whole word, then the longest stem; and it
 * consumes its words for its own purpose: sentiment and shifters together, topics apart. The
 * comment's own language is asked first; entries of others speak only where it is silent and does
 * not know the word.
 */
#include <string.h>

#include "analyzer/hash.h"
#include "analyzer/scratch.h"
#include "analyzer/spelling.h"

enum {
	CANDIDATES_MAX = 24,
	PROBES_MAX = 200, /* edges tried from one word: a table cannot make us wander */
	FOREIGN_WORD_MIN = 3, /* letters; shorter words of other languages do not speak */
	FOREIGN_STEM_MIN = 4,
	NO_CONTENT_MAX = 12, /* tokens */
	SPEAKS = 1 << ENTRY_SENTIMENT | 1 << ENTRY_SHIFTER,
	SIDES = 1 << ENTRY_SIDE | 1 << ENTRY_REVIEW_SIDE,
	MATTERS = SPEAKS | SIDES | 1 << ENTRY_TOPIC | 1 << ENTRY_REVIEW,
};

struct candidate {
	uint32_t entries, count;
	uint16_t tokens;
	uint16_t kinds; /* of its entries that may speak: a bit each */
	uint16_t stem;	/* its letters, 0: a whole word or a phrase */
};

struct matcher {
	struct opinia_scratch *s;
	uint32_t at; /* the word at hand */
	struct candidate all[CANDIDATES_MAX];
	uint32_t count, probes;
	unsigned kinds; /* of all candidates */
};

static uint32_t edge(const struct table *t, uint32_t state, uint32_t key)
{
	uint32_t i = (uint32_t)hash_pair(state, key) & t->edge_mask;

	for (; t->edges[i].next; i = (i + 1) & t->edge_mask)
		if (t->edges[i].state == state && t->edges[i].key == key)
			return t->edges[i].next;
	return 0;
}

static void add(struct matcher *m, struct candidate c)
{
	uint32_t at = m->count;

	if (!c.kinds || m->count == CANDIDATES_MAX)
		return;
	while (at > 0 && m->all[at - 1].tokens < c.tokens) {
		m->all[at] = m->all[at - 1];
		at--;
	}
	m->all[at] = c;
	m->count++;
	m->kinds |= c.kinds;
}

/* May a phrase go on with word @at? Asked before anybody walks: for most words it may not. */
static inline bool goes_on(const struct opinia_scratch *s, uint32_t at)
{
	return at < s->token_count &&
	       (s->tokens[at].flags & (TOKEN_GOES_ON | TOKEN_CLAUSE)) == TOKEN_GOES_ON;
}

/* All phrases that go on from @state with word @at, which is the @depth-th and goes on. */
static void walk(struct matcher *m, uint32_t state, uint32_t at, uint16_t depth)
{
	const struct opinia_scratch *s = m->s;
	const struct token *k = &s->tokens[at];
	bool more = depth < PHRASE_MAX && goes_on(s, at + 1);

	for (uint32_t i = 0; i < k->key_count && m->probes < PROBES_MAX; i++) {
		uint32_t key = s->keys[k->keys + i], next;
		const struct table_range *r;

		if (!(s->t->keys[key].flags & KEY_GOES_ON))
			continue;
		next = edge(s->t, state, key);
		r = &s->t->states[next];
		if (next && r->kinds & STATE_PACK && !s->packs)
			continue; /* and nothing counts it */
		m->probes++;
		if (!next)
			continue;
		add(m, (struct candidate){ r->entries, r->count, depth,
					   r->kinds & s->kinds, 0 });
		if (more)
			walk(m, next, at + 1, (uint16_t)(depth + 1));
	}
}

static void walk_all(struct matcher *m, const struct token *k, uint32_t at)
{
	const struct opinia_scratch *s = m->s;

	for (uint32_t i = 0; i < k->key_count; i++) {
		const struct table_key *key = &s->t->keys[s->keys[k->keys + i]];

		if (key->start && !(key->flags & s->hidden & KEY_PACK_STARTS))
			walk(m, key->start, at + 1, 2);
	}
}

/* @more: goes_on() with the next word. Single words are the shortest: they come last. */
static inline void collect(struct matcher *m, uint32_t at, bool more)
{
	const struct opinia_scratch *s = m->s;
	const struct token *k = &s->tokens[at];
	const uint32_t *keys = &s->keys[k->keys];
	const struct table_key *all = s->t->keys;
	uint32_t count;
	unsigned kinds;

	m->at = at;
	m->count = m->probes = m->kinds = 0;
	if (more && k->flags & TOKEN_STARTS)
		walk_all(m, k, at);
	count = m->count;
	kinds = m->kinds;
	for (uint32_t i = 0; i < k->key_count && count < CANDIDATES_MAX; i++) {
		const struct table_key *key = &all[keys[i]];

		uint16_t said = key->kinds & s->kinds;

		if (!said)
			continue;
		m->all[count++] =
			(struct candidate){ key->entries, key->count, 1, said,
					    key->flags & KEY_STEM ? key->length : 0 };
		kinds |= said;
	}
	m->count = count;
	m->kinds = kinds;
}

/* Does our own language know this word, so that no other may claim it? */
static bool known(const struct opinia_scratch *s, const struct token *k)
{
	return k->flags & TOKEN_WHOLE && s->t->keys[s->keys[k->keys]].known >> s->own & 1;
}

static bool is_own(const struct opinia_scratch *s, const struct table_entry *e)
{
	return e->lang == 0 || e->lang == s->own;
}

static bool may_speak(const struct matcher *m, const struct candidate *c)
{
	const struct token *k = &m->s->tokens[m->at];

	if (k->typo)
		return false; /* a guess is one's own */
	if (c->tokens > 1)
		return true;
	if (c->stem ? c->stem < FOREIGN_STEM_MIN : k->length < FOREIGN_WORD_MIN)
		return false;
	return !known(m->s, k);
}

static bool spelled_so(const struct matcher *m, const struct candidate *c,
		       const struct table_entry *e)
{
	const struct opinia_scratch *s = m->s;
	uint32_t from = s->tokens[m->at].start, to = s->tokens[m->at + c->tokens - 1].end;

	if (!(e->flags & ENTRY_EXACT) || !s->diacritics)
		return true;
	return spelling_fits(sv_sub(s->text, from, to - from),
			     table_string(s->t, e->term));
}

/* The candidate that wins among entries of these @kinds, and its language; NULL: none. */
static const struct candidate *choose(const struct matcher *m, unsigned kinds,
				      uint8_t *lang)
{
	const struct table *t = m->s->t;

	for (int foreign = 0; foreign < 2; foreign++)
		for (uint32_t i = 0; i < m->count; i++) {
			const struct candidate *c = &m->all[i];
			uint32_t count = c->kinds & kinds ? c->count : 0;

			for (uint32_t n = 0; n < count; n++) {
				const struct table_entry *e = &t->entries[c->entries + n];

				if (!(kinds >> e->kind & 1) || !speaks(m->s, e) ||
				    is_own(m->s, e) == (foreign == 1) ||
				    !spelled_so(m, c, e) || (foreign && !may_speak(m, c)))
					continue;
				*lang = e->lang;
				return c;
			}
		}
	return NULL;
}

static void put(struct hit *list, uint32_t *count, const struct matcher *m,
		const struct candidate *c, const struct table_entry *e)
{
	const struct opinia_scratch *s = m->s;
	struct hit *h = &list[*count];

	if (*count >= 2 * s->room)
		return;
	*h = (struct hit){ .entry = e, .first = m->at, .count = c->tokens };
	h->rules = c->tokens > 1 ? RULE_PHRASE : 0;
	for (uint16_t i = 0; i < c->tokens; i++)
		if (s->tokens[m->at + i].typo)
			h->rules |= RULE_TYPO;
	h->base = h->weight = e->weight;
	h->counts = e->kind == ENTRY_SENTIMENT;
	if (e->flags & ENTRY_RATING) {
		h->weight = rating(s, m->at, c->tokens, e->weight);
		h->rules |= RULE_RATING;
		h->counts &= h->weight != 0;
	}
	if (e->flags & ENTRY_EXACT && !s->diacritics) {
		h->weight /= 2;
		h->rules |= RULE_HALF_EXACT;
	}
	++*count;
}

/*
 * A shifter that is the whole word does not silence the stem that says what the word is worth:
 * `brakuje` negates and complains. An intensifier does: `niezwykle` is not what `niezwykły` is.
 */
static void speak_too(struct matcher *m, const struct candidate *c, uint8_t lang)
{
	struct opinia_scratch *s = m->s;

	for (c++; c < m->all + m->count; c++)
		for (uint32_t n = 0; n < c->count; n++) {
			const struct table_entry *e = &s->t->entries[c->entries + n];

			if (e->kind != ENTRY_SENTIMENT || e->lang != lang ||
			    !spelled_so(m, c, e))
				continue;
			s->tokens[m->at].flags |= TOKEN_COVERED;
			if (!(e->flags & ENTRY_NULL))
				put(s->hits, &s->hit_count, m, c, e);
			return;
		}
}

/* Sentiment and shifters at the word at hand; returns how many words they take. */
static uint16_t take_sentiment(struct matcher *m)
{
	struct opinia_scratch *s = m->s;
	const struct candidate *c;
	bool spoken = false, mild = true;
	uint8_t lang;

	c = choose(m, SPEAKS, &lang);
	if (!c)
		return 1;
	for (uint32_t n = 0; n < c->count; n++) {
		const struct table_entry *e = &s->t->entries[c->entries + n];

		if (e->lang != lang || !spelled_so(m, c, e))
			continue;
		if (e->kind == ENTRY_SENTIMENT && !spoken) {
			spoken = true;
			for (uint16_t i = 0; i < c->tokens; i++)
				s->tokens[m->at + i].flags |= TOKEN_COVERED;
			if (!(e->flags & ENTRY_NULL))
				put(s->hits, &s->hit_count, m, c, e);
		} else if (e->kind == ENTRY_SHIFTER) {
			mild &= e->topic != SHIFT_INTENSIFIER;
			put(s->hits, &s->hit_count, m, c, e);
		}
	}
	if (mild && !spoken && c->tokens == 1)
		speak_too(m, c, lang);
	return c->tokens;
}

/* @kind: ENTRY_TOPIC or ENTRY_REVIEW; neither knows what the other takes. */
static uint16_t take_topics(struct matcher *m, enum entry_kind kind)
{
	struct opinia_scratch *s = m->s;
	const struct candidate *c;
	uint8_t lang;

	c = choose(m, 1u << kind, &lang);
	if (!c)
		return 1;
	for (uint32_t n = 0; n < c->count; n++) {
		const struct table_entry *e = &s->t->entries[c->entries + n];

		if (e->kind == kind && e->lang == lang && speaks(s, e) &&
		    !(e->flags & ENTRY_NULL) && spelled_so(m, c, e))
			put(s->topics, &s->topic_hit_count, m, c, e);
	}
	return c->tokens;
}

/* Members of `a ~ b`: they consume nothing, and every one counts. */
static void take_sides(struct matcher *m)
{
	struct opinia_scratch *s = m->s;

	for (uint32_t i = 0; i < m->count; i++) {
		const struct candidate *c = &m->all[i];
		uint32_t count = c->kinds & SIDES ? c->count : 0;

		for (uint32_t n = 0; n < count; n++) {
			const struct table_entry *e = &s->t->entries[c->entries + n];

			if (!(SIDES & s->kinds & 1u << e->kind) ||
			    s->side_count >= 2 * s->room ||
			    !(is_own(s, e) || may_speak(m, c)))
				continue;
			s->sides[s->side_count++] =
				(struct side_hit){ e->side, m->at, c->tokens };
		}
	}
}

void match(struct opinia_scratch *s)
{
	struct matcher m;
	const struct token *tokens = s->tokens;
	uint32_t count = s->token_count, sentiment_from = 0, topics_from = 0;
	uint32_t reviews_from = 0;

	m.s = s; /* collect() sets the rest, but for candidates that are not there */
	s->hit_count = s->topic_hit_count = s->side_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct token *k = &tokens[i];
		bool more;

		if (s->mixed && k->flags & TOKEN_CLAUSE)
			s->own = language_of_clause(s, i);
		if (!(k->kinds & MATTERS) && !(k->flags & TOKEN_STARTS))
			continue;
		more = goes_on(s, i + 1);
		if (!(k->kinds & MATTERS) && !more)
			continue;
		collect(&m, i, more);
		if (i >= sentiment_from && m.kinds & SPEAKS)
			sentiment_from = i + take_sentiment(&m);
		if (i >= topics_from && m.kinds >> ENTRY_TOPIC & 1)
			topics_from = i + take_topics(&m, ENTRY_TOPIC);
		if (i >= reviews_from && m.kinds >> ENTRY_REVIEW & 1)
			reviews_from = i + take_topics(&m, ENTRY_REVIEW);
		if (m.kinds & SIDES)
			take_sides(&m);
	}
	s->own = s->home;
}

/*
 * How many words the answer takes that says nothing, 0: none. A longer phrase that says something
 * is heard first: `all ok`, of two answers.
 */
static uint16_t nothing_said(const struct matcher *m)
{
	const struct table_entry *all = m->s->t->entries;

	for (uint32_t c = 0; c < m->count; c++) {
		const struct candidate *x = &m->all[c];
		bool speaks = false;

		for (uint32_t n = 0; n < x->count; n++) {
			const struct table_entry *e = &all[x->entries + n];

			if (e->kind == ENTRY_NOCONTENT)
				return x->tokens;
			speaks |= e->kind == ENTRY_SENTIMENT && !(e->flags & ENTRY_NULL);
		}
		if (speaks && x->tokens > 1)
			return 0;
	}
	return 0;
}

/* Are all words of the text answers that say nothing? */
bool no_content(const struct opinia_scratch *s)
{
	struct matcher m;
	uint32_t i = 0;

	if (s->token_count > NO_CONTENT_MAX)
		return false;
	m.s = (struct opinia_scratch *)s;
	while (i < s->token_count) {
		const struct token *k = &s->tokens[i];
		uint16_t taken;

		if (k->kind >= TOKEN_EMOJI ||
		    !(k->kinds >> ENTRY_NOCONTENT & 1 || k->flags & TOKEN_STARTS))
			return false;
		collect(&m, i, goes_on(s, i + 1));
		taken = nothing_said(&m);
		if (!taken)
			return false;
		i += taken;
	}
	return true;
}
