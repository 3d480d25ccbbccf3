/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.c: what the words around a sentiment word make of it.
 *
 * In this order, each on the result of the one before: negation, intensifiers, stress (letters
 * drawn out, capitals), wishes, irony, trouble that is over, contrast and concession; last,
 * a negator that found nothing to negate counts a little by itself. The arithmetic is whole
 * thousandths and percents.
 */
#include <utf8proc.h>

#include "analyzer/scratch.h"
#include "analyzer/utf8_in.h"

enum {
	NEGATION_SCOPE = 4, /* tokens, where the negator names no scope of its own */
	SPAN_MAX = 32,	    /* tokens: no phrase and no pair is longer */
	REACH = 2,	    /* tokens between an intensifier and its word, at most */
	WEIGHT_MAX = 6000,  /* milli: no stress lifts a word beyond */
	STRESS = 120,	    /* percent: drawn out letters; capitals */
	AFTER_CONTRAST = 130,
	BEFORE_CONTRAST = 70,
	CONCESSION = 70,
	RESOLVED = 60,
	IRONY_ALONE = -1500, /* milli */
	HIT_SAYS = 4000,     /* milli: one word, however strengthened, is one opinion */
	STRENGTHENS = 1 << SHIFT_INTENSIFIER | 1 << SHIFT_DIMINISHER,
};

static bool is_shifter(const struct hit *h, enum shifter kind)
{
	return h->entry->kind == ENTRY_SHIFTER && h->entry->topic == kind;
}

static int32_t percent(int32_t weight, int32_t by)
{
	int32_t w = weight * by / 100;

	return w > WEIGHT_MAX ? WEIGHT_MAX : w < -WEIGHT_MAX ? -WEIGHT_MAX : w;
}

/* ---- clauses ------------------------------------------------------------------------ */

static bool begins_clause(const struct hit *h)
{
	const unsigned begin =
		1u << SHIFT_CONTRAST | 1u << SHIFT_CLAUSE | 1u << SHIFT_CONCESSION;

	return h->entry->kind == ENTRY_SHIFTER && begin >> h->entry->topic & 1;
}

/* The first hit from @hit on that begins a clause; they are few. */
static uint32_t next_beginner(const struct opinia_scratch *s, uint32_t hit)
{
	const struct hit *h = s->hits + hit, *end = s->hits + s->hit_count;

	while (h < end && !begins_clause(h))
		h++;
	return (uint32_t)(h - s->hits);
}

/* A clause begins with token @i, and with all words that begin one there. */
static uint32_t add_clause(struct opinia_scratch *s, uint32_t i, uint32_t sentence,
			   uint32_t hit)
{
	struct clause *c = &s->clauses[s->clause_count++];

	*c = (struct clause){ .first = i, .sentence = sentence, .percent = 100 };
	for (; hit < s->hit_count && s->hits[hit].first == i;
	     hit = next_beginner(s, hit + 1)) {
		c->contrast |= is_shifter(&s->hits[hit], SHIFT_CONTRAST);
		c->concession |= is_shifter(&s->hits[hit], SHIFT_CONCESSION);
	}
	return hit;
}

/*
 * Hits lie in the order of the text: their clauses are found in one walk. Behind the last clause
 * stands one that no word is in.
 */
static void name_clauses(const struct clause *c, struct hit *h, uint32_t count)
{
	uint32_t next = c[1].first, at = 0;

	for (const struct hit *end = h + count; h < end; h++) {
		while (h->first >= next)
			next = c[++at + 1].first;
		h->clause = at;
	}
}

static void name_side_clauses(const struct clause *c, struct side_hit *h, uint32_t count)
{
	uint32_t next = c[1].first, at = 0;

	for (const struct side_hit *end = h + count; h < end; h++) {
		while (h->first >= next)
			next = c[++at + 1].first;
		h->clause = at;
	}
}

/* Clauses between punctuation and between the words that begin one. */
void clauses_split(struct opinia_scratch *s)
{
	const uint32_t *border = s->borders, *end = border + s->border_count;
	uint32_t hit = next_beginner(s, 0), sentence = 0, i = 0;

	s->clause_count = 0;
	while (i < s->token_count) {
		uint32_t begins;

		if (border < end && *border == i) {
			sentence += i && s->tokens[i].flags & TOKEN_SENTENCE;
			border++;
		}
		hit = add_clause(s, i, sentence, hit);
		begins = hit < s->hit_count ? s->hits[hit].first : UINT32_MAX;
		i = border < end && *border < begins ? *border : begins;
	}
	s->clauses[s->clause_count].first = UINT32_MAX;
	name_clauses(s->clauses, s->hits, s->hit_count);
	name_clauses(s->clauses, s->topics, s->topic_hit_count);
	name_side_clauses(s->clauses, s->sides, s->side_count);
}

/*
 * `a dar b`: a weighs less, b more; a contrast that opens a sentence looks one back. Each contrast
 * takes from all before it, so their number decides: one walk to see what is behind
 * a contrast, one back to count those that follow.
 */
static void weigh_clauses(struct opinia_scratch *s)
{
	uint32_t later = 0;
	bool behind = false;

	for (uint32_t i = 0; i < s->clause_count; i++) {
		struct clause *c = &s->clauses[i];

		behind = behind && i && c[-1].sentence == c->sentence;
		c->percent = behind ? AFTER_CONTRAST : c->percent;
		if (c->concession)
			c->percent = percent(c->percent, CONCESSION);
		if (c->contrast) {
			c->percent = AFTER_CONTRAST;
			behind = true;
		}
	}
	for (uint32_t i = s->clause_count; i-- > 0;) {
		struct clause *c = &s->clauses[i];

		if (i + 1 == s->clause_count)
			later = 0;
		else if (c[1].sentence != c->sentence)
			later = c[1].contrast;
		for (uint32_t n = later; n && c->percent; n--)
			c->percent = percent(c->percent, BEFORE_CONTRAST);
		later += c->contrast;
	}
}

/* ---- single words ------------------------------------------------------------------- */

static void negate(struct opinia_scratch *s, struct hit *h)
{
	const struct table_lang *l = &s->t->langs[h->entry->lang];
	int32_t w = h->weight;

	if (h->rules & RULE_TOPIC_TERM || h->entry->negated == DEFAULT)
		w = percent(w, l->set[w > 0 ? SET_NEG_POSITIVE : SET_NEG_NEGATIVE]);
	else
		w = h->rules & RULE_HALF_EXACT ? h->entry->negated / 2
					       : h->entry->negated;
	h->weight = w;
	h->rules |= RULE_NEGATION;
	s->clauses[h->clause].negated = true;
}

static void apply_negator(struct opinia_scratch *s, uint32_t at)
{
	const struct hit *n = &s->hits[at];
	uint32_t from = n->first + n->count;
	uint32_t to = from + NEGATION_SCOPE;

	if (n->entry->weight > 0)
		to = from + (uint16_t)n->entry->weight;
	for (uint32_t i = at + 1; i < s->hit_count && s->hits[i].first < to; i++) {
		struct hit *h = &s->hits[i];

		if (h->clause != n->clause || !h->counts || h->first < from)
			continue;
		s->clauses[n->clause].negated =
			true; /* even where an idiom does not turn */
		if (h->entry->flags & ENTRY_FIXED ||
		    h->rules & (RULE_NEGATION | RULE_EMOJI))
			continue;
		negate(s, h);
	}
}

/* The word that the intensifier at @at strengthens: the next one, else the one just before. */
static struct hit *strengthened(struct opinia_scratch *s, uint32_t at)
{
	const struct hit *x = &s->hits[at];
	uint32_t end = x->first + x->count;

	for (uint32_t i = at + 1; i < s->hit_count && s->hits[i].first <= end + REACH;
	     i++)
		if (s->hits[i].counts && s->hits[i].first >= end &&
		    s->hits[i].clause == x->clause && !(s->hits[i].rules & RULE_EMOJI))
			return &s->hits[i];
	for (uint32_t i = at; i > 0; i--) {
		struct hit *h = &s->hits[i - 1];

		if (h->first + SPAN_MAX < x->first)
			break;
		if (h->counts && h->clause == x->clause &&
		    h->first + h->count == x->first)
			return h;
	}
	return NULL;
}

static void apply_intensifier(struct opinia_scratch *s, uint32_t at)
{
	struct hit *x = &s->hits[at], *h = strengthened(s, at);

	if (!h)
		return;
	for (uint32_t i = at; i > 0 && s->hits[i - 1].first == x->first; i--)
		if (h->first > x->first)
			s->hits[i - 1].counts =
				false; /* `strasznie dobry`: dreadful no more */
	for (uint32_t i = at + 1; i < s->hit_count && s->hits[i].first == x->first; i++)
		if (h->first > x->first)
			s->hits[i].counts = false;
	if (h->rules & RULE_NEGATION && x->entry->topic == SHIFT_INTENSIFIER)
		return; /* `not very good` is no "very not good" */
	h->weight = percent(h->weight, x->entry->weight);
	h->rules |=
		x->entry->topic == SHIFT_INTENSIFIER ? RULE_INTENSIFIER : RULE_DIMINISHER;
}

static void apply_wish(struct opinia_scratch *s, uint32_t at)
{
	for (uint32_t i = at + 1;
	     i < s->hit_count && s->hits[i].clause == s->hits[at].clause; i++) {
		struct hit *h = &s->hits[i];

		if (!h->counts || h->weight <= 0)
			continue;
		h->weight = 0;
		h->rules |= RULE_WISH;
	}
}

static bool turn(struct hit *h)
{
	if (!h->counts || h->weight <= 0)
		return false;
	h->weight = -h->weight;
	h->rules |= RULE_IRONY;
	return true;
}

/* Turns what is good from its clause to the end of the sentence; says whether there was any. */
static bool turn_all(struct opinia_scratch *s, uint32_t at)
{
	const struct hit *x = &s->hits[at];
	uint32_t sentence = s->clauses[x->clause].sentence;
	bool turned = false;

	for (uint32_t i = at; i > 0 && s->hits[i - 1].clause == x->clause; i--)
		turned |= turn(&s->hits[i - 1]);
	for (uint32_t i = at; i < s->hit_count; i++) {
		if (s->clauses[s->hits[i].clause].sentence != sentence)
			break;
		turned |= turn(&s->hits[i]);
	}
	return turned;
}

/* With nothing to turn it is a reproach itself. */
static void apply_irony(struct opinia_scratch *s, uint32_t at, bool again)
{
	struct hit *x = &s->hits[at];

	if ((!again && turn_all(s, at)) || s->tokens[x->first].flags & TOKEN_COVERED)
		return;
	x->counts = true;
	x->base = x->weight = IRONY_ALONE;
	x->rules |= RULE_IRONY;
}

/* ---- stress ------------------------------------------------------------------------- */

static utf8proc_category_t category(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z'	? UTF8PROC_CATEGORY_LU
		       : cp >= 'a' && cp <= 'z' ? UTF8PROC_CATEGORY_LL
						: UTF8PROC_CATEGORY_PO;
	return utf8proc_category((utf8proc_int32_t)cp);
}

/* A mark over a letter that is stored apart from it says nothing of its own. */
static bool all_capitals(struct sv word)
{
	uint32_t letters = 0;

	if (word.n > 1 && word.p[1] >= 'a' && word.p[1] <= 'z')
		return false; /* nearly always: `Foarte` */
	while (word.n) {
		struct utf8_in c = utf8_in(word.p, word.n);
		utf8proc_category_t k = category(c.cp);

		word = sv_sub(word, c.bytes, word.n);
		if (c.cp == ' ' || k == UTF8PROC_CATEGORY_MN)
			continue;
		if (k != UTF8PROC_CATEGORY_LU)
			return false;
		letters++;
	}
	return letters >= 3;
}

/* Does the writer use small letters, so that capitals mean something? */
static bool mostly_small(struct sv text)
{
	size_t small = 0, capital = 0;

	for (size_t i = 0; i < text.n;) {
		struct utf8_in c = utf8_in(text.p + i, text.n - i);
		utf8proc_category_t k = category(c.cp);

		small += k == UTF8PROC_CATEGORY_LL;
		capital += k == UTF8PROC_CATEGORY_LU;
		i += c.bytes;
	}
	return small > capital;
}

static void apply_stress(struct opinia_scratch *s)
{
	const struct token *tokens = s->tokens;
	const char *text = s->text.p;
	int small = -1;

	for (struct hit *h = s->hits, *last = h + s->hit_count; h < last; h++) {
		const struct token *k = &tokens[h->first];

		if (!h->counts || k->kind >= TOKEN_EMOJI)
			continue;
		if (k->flags & TOKEN_SQUEEZED) {
			h->weight = percent(h->weight, STRESS);
			h->rules |= RULE_ELONGATION;
		}
		if ((text[k->start] >= 'a' && text[k->start] <= 'z') ||
		    !all_capitals(
			    sv_sub(s->text, k->start, k[h->count - 1u].end - k->start)))
			continue;
		if (small < 0)
			small = mostly_small(s->text);
		if (small) {
			h->weight = percent(h->weight, STRESS);
			h->rules |= RULE_CAPITALS;
		}
	}
}

/* ---- the whole ---------------------------------------------------------------------- */

static void apply_resolved(struct opinia_scratch *s)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < s->hit_count; i++)
		if (s->hits[i].counts && s->hits[i].entry->kind == ENTRY_SENTIMENT &&
		    s->hits[i].entry->flags & ENTRY_RESOLVED &&
		    !(s->hits[i].rules & RULE_NEGATION))
			last = i;
	for (uint32_t i = 0; i < last; i++) {
		struct hit *h = &s->hits[i];

		if (!h->counts || h->weight >= 0)
			continue;
		h->weight = percent(h->weight, RESOLVED);
		h->rules |= RULE_RESOLVED;
	}
}

/* A negator that nothing stands under, once a clause; negators together are one negation. */
static void apply_bare(struct opinia_scratch *s, struct hit *h)
{
	struct clause *c = &s->clauses[h->clause];

	if (c->negated || s->tokens[h->first].flags & TOKEN_COVERED)
		return;
	c->negated = true;
	h->counts = true;
	h->base = h->weight = s->t->langs[h->entry->lang].set[SET_NEG_BARE];
	h->rules |= RULE_BARE_NEGATOR;
}

/* For `mixed`: praise and complaint apart, before contrast weighs them; a concession gives in. */
static void hear(struct clause *c, int32_t weight)
{
	if (c->concession)
		return;
	if (weight > 0)
		c->up += weight < HIT_SAYS ? weight : HIT_SAYS;
	else
		c->down -= weight > -HIT_SAYS ? weight : -HIT_SAYS;
}

/* @turned: some clause begins with a contrast or a concession. */
static void apply_clauses(struct opinia_scratch *s, bool turned)
{
	struct clause *clauses = s->clauses;

	if (turned)
		weigh_clauses(s);
	for (struct hit *h = s->hits, *last = h + s->hit_count; h < last; h++) {
		struct clause *c = &clauses[h->clause];

		if (!h->counts)
			continue;
		hear(c, h->weight);
		if (c->percent != 100) {
			h->weight = percent(h->weight, c->percent);
			h->rules |= c->concession ? RULE_CONCESSION : RULE_CONTRAST;
		}
		c->sum += h->weight;
		c->hits++;
		s->said++;
	}
}

/*
 * Wishes, irony and trouble that is over: rare, and looked for only where there are any. Behind
 * the first wish of a clause, or the first irony of a sentence, a second one finds nothing.
 */
static void apply_turns(struct opinia_scratch *s, unsigned shifters, unsigned flags)
{
	uint32_t wished = UINT32_MAX, mocked = UINT32_MAX;
	uint32_t count =
		shifters & (1u << SHIFT_WISH | 1u << SHIFT_IRONY) ? s->hit_count : 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct hit *h = &s->hits[i];
		uint32_t sentence = s->clauses[h->clause].sentence;

		if (is_shifter(h, SHIFT_WISH) && h->clause != wished) {
			apply_wish(s, i);
			wished = h->clause;
		}
		if (is_shifter(h, SHIFT_IRONY)) {
			apply_irony(s, i, sentence == mocked);
			mocked = sentence;
		}
	}
	if (flags & ENTRY_RESOLVED)
		apply_resolved(s);
}

void rules_apply(struct opinia_scratch *s)
{
	unsigned shifters = 0, flags = 0; /* of all hits: what need not be asked for */

	for (uint32_t i = 0; i < s->hit_count; i++) {
		struct hit *h = &s->hits[i];
		const struct table_entry *e = h->entry;

		flags |= e->flags;
		if (e->flags & ENTRY_EMOJI && h->counts)
			h->rules |= RULE_EMOJI;
		if (e->kind != ENTRY_SHIFTER)
			continue;
		shifters |= 1u << e->topic;
		if (e->topic == SHIFT_NEGATOR)
			apply_negator(s, i);
	}
	s->said = 0;
	s->ironic = shifters >> SHIFT_IRONY & 1;
	if (!s->hit_count)
		return;
	for (uint32_t i = 0; shifters & STRENGTHENS && i < s->hit_count; i++)
		if (is_shifter(&s->hits[i], SHIFT_INTENSIFIER) ||
		    is_shifter(&s->hits[i], SHIFT_DIMINISHER))
			apply_intensifier(s, i);
	apply_stress(s);
	apply_turns(s, shifters, flags);
	for (uint32_t i = 0; shifters >> SHIFT_NEGATOR & 1 && i < s->hit_count; i++)
		if (is_shifter(&s->hits[i], SHIFT_NEGATOR))
			apply_bare(s, &s->hits[i]);
	apply_clauses(s, shifters & (1u << SHIFT_CONTRAST | 1u << SHIFT_CONCESSION));
}
