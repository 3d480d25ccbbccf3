/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates.c: which entries of the lexicon compete at one word: phrases that begin there, the
 * word itself, its stems; and which of them wins.
 *
 * The longest wins: phrase, then whole word, then the longest stem. The clause's own language is
 * asked first; entries of others speak only where it is silent and does not know the word.
 */
#include "analyzer/match.h"
#include "analyzer/spelling.h"

enum {
	PROBES_MAX = 200, /* edges tried from one word: a table cannot make us wander */
	FOREIGN_WORD_MIN = 3, /* letters; shorter words of other languages do not speak */
	FOREIGN_STEM_MIN = 4,
};

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

/*
 * The state behind @state and @key, which goes on, 0: there is none; what ends there becomes
 * a candidate.
 */
static inline uint32_t step(struct matcher *m, uint32_t state, uint32_t key,
			    uint16_t depth)
{
	const struct opinia_scratch *s = m->s;
	const struct table_range *r;
	uint32_t next = phrase_edge(s->t, state, key);

	r = &s->t->states[next];
	if (next && r->kinds & STATE_PACK && !s->packs)
		return 0; /* and nothing counts it */
	m->probes++;
	if (next && r->kinds & s->kinds)
		add(m, (struct candidate){ r->entries, r->count, depth,
					   r->kinds & s->kinds, 0 });
	return next;
}

static void walk(struct matcher *m, uint32_t state, const struct token *k,
		 uint16_t depth);

/* The same with each key of @k, and on from there. */
static void walk_all(struct matcher *m, uint32_t state, const struct token *k,
		     uint16_t depth)
{
	const struct opinia_scratch *s = m->s;
	const uint32_t *key = &s->keys[k->sense.keys], *end = key + k->sense.count;
	bool more = depth < PHRASE_MAX && phrase_goes_on(k + 1);

	for (; key < end && m->probes < PROBES_MAX; key++) {
		uint32_t next;

		if (!(s->t->keys[*key].flags & KEY_GOES_ON))
			continue;
		next = step(m, state, *key, depth);
		if (next && more)
			walk(m, next, k + 1, (uint16_t)(depth + 1));
	}
}

/* All phrases that go on from @state with @k, which is the @depth-th and goes on. */
static void walk(struct matcher *m, uint32_t state, const struct token *k, uint16_t depth)
{
	while (m->probes < PROBES_MAX) {
		if (k->sense.flags & TOKEN_MANY_ON) {
			walk_all(m, state, k, depth);
			return;
		}
		state = step(m, state, k->sense.onward - 1, depth);
		k++;
		if (!state || depth == PHRASE_MAX || !phrase_goes_on(k))
			return;
		depth++;
	}
}

void matcher_add_phrases(struct matcher *m, const struct token *k)
{
	const struct opinia_scratch *s = m->s;
	const uint32_t *mine = &s->keys[k->sense.keys];

	if (!(k->sense.flags & TOKEN_MANY)) {
		walk(m, k->sense.start, k + 1, 2);
		return;
	}
	for (uint32_t i = 0; i < k->sense.count; i++) {
		const struct table_key *key = &s->t->keys[mine[i]];

		if (key->start && !(key->flags & s->hidden & KEY_PACK_STARTS))
			walk(m, key->start, k + 1, 2);
	}
}

void matcher_add_word(struct matcher *m)
{
	const struct opinia_scratch *s = m->s;
	const struct sense *k = &s->tokens[m->at].sense;

	for (uint32_t i = 0; i < k->count && m->count < CANDIDATES_MAX; i++) {
		const struct table_key *key = &s->t->keys[s->keys[k->keys + i]];
		uint16_t said = key->kinds & s->kinds;

		if (!said)
			continue;
		m->all[m->count++] =
			(struct candidate){ key->entries, key->count, 1, said,
					    key->flags & KEY_STEM ? key->length : 0 };
		m->kinds |= said;
	}
}

/* Does our own language know this word, so that no other may claim it? */
static bool known(const struct opinia_scratch *s, const struct token *k)
{
	return k->sense.flags & TOKEN_WHOLE &&
	       s->t->keys[s->keys[k->sense.keys]].known >> s->own & 1;
}

static bool is_own(const struct opinia_scratch *s, const struct table_entry *e)
{
	return e->lang == 0 || e->lang == s->own;
}

static bool may_speak(const struct matcher *m, const struct candidate *c)
{
	const struct token *k = &m->s->tokens[m->at];

	if (k->sense.flags & TOKEN_TYPO)
		return false; /* a guess is one's own */
	if (c->tokens > 1)
		return true;
	if (c->stem ? c->stem < FOREIGN_STEM_MIN : k->length < FOREIGN_WORD_MIN)
		return false;
	return !known(m->s, k);
}

bool matcher_spelled(const struct matcher *m, const struct candidate *c,
		     const struct table_entry *e)
{
	const struct opinia_scratch *s = m->s;
	uint32_t from = s->tokens[m->at].start, to = s->tokens[m->at + c->tokens - 1].end;

	if (!(e->flags & ENTRY_EXACT) || !s->diacritics)
		return true;
	return spelling_fits(sv_sub(s->text, from, to - from),
			     table_string(s->t, e->term));
}

bool matcher_hears(const struct matcher *m, const struct candidate *c,
		   const struct table_entry *e)
{
	return SIDES & m->s->kinds & 1u << e->kind &&
	       (is_own(m->s, e) || may_speak(m, c));
}

const struct candidate *matcher_choose(const struct matcher *m, unsigned kinds,
				       bool foreign, uint8_t *lang)
{
	const struct table *t = m->s->t;

	if (!(m->kinds & kinds))
		return NULL;
	for (int other = 0; other <= foreign; other++)
		for (uint32_t i = 0; i < m->count; i++) {
			const struct candidate *c = &m->all[i];
			uint32_t count = c->kinds & kinds ? c->count : 0;

			for (uint32_t n = 0; n < count; n++) {
				const struct table_entry *e = &t->entries[c->entries + n];

				if (!(kinds >> e->kind & 1) || !speaks(m->s, e) ||
				    is_own(m->s, e) == (other == 1) ||
				    !matcher_spelled(m, c, e) ||
				    (other && !may_speak(m, c)))
					continue;
				*lang = e->lang;
				return c;
			}
		}
	return NULL;
}
