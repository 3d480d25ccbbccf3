/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcome.c: what a word says that stands in no phrase depends on its first key and on the
 * language of its clause alone, but where an entry wants its diacritics or is a rating. It is
 * worked out once and kept, so that the next comment with the same word copies it.
 */
#include "analyzer/match.h"

static void note(struct outcome *o, uint8_t *list, uint32_t what)
{
	uint32_t n = (uint32_t)o->says + o->topics + o->reviews + o->sides;

	if (n == OUTCOME_ENTRIES) {
		o->ask = true;
		return;
	}
	o->entries[n] = what;
	++*list;
}

/* The sentiment of a stem behind the shifter @c, as match.c has it: `brakuje`. */
static void settle_too(const struct matcher *m, struct outcome *o,
		       const struct candidate *c, uint8_t lang)
{
	for (c++; c < m->all + m->count; c++)
		for (uint32_t n = 0; n < c->count; n++) {
			const struct table_entry *e = &m->s->t->entries[c->entries + n];

			if (e->kind != ENTRY_SENTIMENT || e->lang != lang)
				continue;
			o->covers = true;
			if (!(e->flags & ENTRY_NULL))
				note(o, &o->says, c->entries + n);
			return;
		}
}

static void settle_sentiment(const struct matcher *m, struct outcome *o)
{
	uint8_t lang;
	const struct candidate *c = matcher_choose(m, SPEAKS, true, &lang);
	bool mild = c != NULL;

	for (uint32_t n = 0; c && n < c->count; n++) {
		const struct table_entry *e = &m->s->t->entries[c->entries + n];
		bool first = e->kind == ENTRY_SENTIMENT && !o->covers;

		if (e->lang != lang)
			continue;
		o->covers |= first;
		mild &= e->kind != ENTRY_SHIFTER || e->topic != SHIFT_INTENSIFIER;
		if (e->kind == ENTRY_SHIFTER || (first && !(e->flags & ENTRY_NULL)))
			note(o, &o->says, c->entries + n);
	}
	if (mild && !o->covers)
		settle_too(m, o, c, lang);
}

static void settle_topics(const struct matcher *m, struct outcome *o,
			  enum entry_kind kind, uint8_t *list)
{
	uint8_t lang;
	const struct candidate *c = matcher_choose(m, 1u << kind, true, &lang);

	for (uint32_t n = 0; c && n < c->count; n++) {
		const struct table_entry *e = &m->s->t->entries[c->entries + n];

		if (e->kind == kind && e->lang == lang && speaks(m->s, e) &&
		    !(e->flags & ENTRY_NULL))
			note(o, list, c->entries + n);
	}
}

static void settle_sides(const struct matcher *m, struct outcome *o)
{
	for (uint32_t i = 0; i < m->count; i++) {
		const struct candidate *c = &m->all[i];

		for (uint32_t n = 0; n < c->count; n++) {
			const struct table_entry *e = &m->s->t->entries[c->entries + n];

			o->ask |= (e->flags & (ENTRY_EXACT | ENTRY_RATING)) != 0;
			if (c->kinds & SIDES && matcher_hears(m, c, e))
				note(o, &o->sides, e->side);
		}
	}
}

static void settle(struct outcome *o, struct opinia_scratch *s, uint32_t at)
{
	struct matcher m;

	matcher_begin(&m, s, at);
	matcher_add_word(&m);
	if (m.kinds & SPEAKS)
		settle_sentiment(&m, o);
	if (m.kinds >> ENTRY_TOPIC & 1)
		settle_topics(&m, o, ENTRY_TOPIC, &o->topics);
	if (m.kinds >> ENTRY_REVIEW & 1)
		settle_topics(&m, o, ENTRY_REVIEW, &o->reviews);
	settle_sides(&m, o);
}

struct outcome *outcome_fill(struct outcome *o, struct opinia_scratch *s, uint32_t at,
			     uint32_t key)
{
	*o = (struct outcome){ .key = key + 1, .own = s->own };
	settle(o, s, at);
	return o;
}
