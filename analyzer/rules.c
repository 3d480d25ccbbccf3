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

/* The bit of its kind, 0: it is none. */
static inline unsigned shifter_of(const struct hit *h)
{
	return (unsigned)(h->entry->kind == ENTRY_SHIFTER) << (h->entry->topic & 31);
}

/* ---- clauses ------------------------------------------------------------------------ */

/* Where clauses begin: at their marks, and at the words that begin one. A bit a token. */
static void find_begins(struct opinia_scratch *s)
{
	const uint32_t *border = s->borders, *end = border + s->border_count;
	const unsigned begin =
		1u << SHIFT_CONTRAST | 1u << SHIFT_CLAUSE | 1u << SHIFT_CONCESSION;

	for (uint32_t i = 0; i <= s->token_count / POINTS; i++)
		s->begins[i] = 0;
	s->begins[0] = 1;
	for (; border < end; border++)
		s->begins[*border / POINTS] |= 1ull << *border % POINTS;
	for (const struct hit *h = s->hits, *last = h + s->hit_count; h < last; h++) {
		uint64_t begins = shifter_of(h) & begin ? 1 : 0;

		s->begins[h->first / POINTS] |= begins << h->first % POINTS;
	}
}

/* One for each of them. */
static void add_clauses(struct opinia_scratch *s)
{
	const struct token *k = s->tokens;
	uint32_t count = 0, sentence = 0;

	for (uint32_t i = 0; i < s->token_count; i += POINTS)
		for (uint64_t bits = s->begins[i / POINTS]; bits; bits &= bits - 1) {
			uint32_t first = i + (uint32_t)__builtin_ctzll(bits);

			sentence += first && k[first].flags & TOKEN_SENTENCE;
			s->clauses[count++] = (struct clause){ .first = first,
							       .sentence = sentence,
							       .percent = 100 };
		}
	s->clause_count = count;
	s->clauses[count].first = UINT32_MAX; /* one that no word is in */
}

/* Of each token, in which it is. */
static void name_clauses(struct opinia_scratch *s)
{
	uint32_t *of = s->clause_of, *last = of + s->token_count, clause = UINT32_MAX;

	for (const uint64_t *begins = s->begins; of < last; begins++) {
		uint32_t *end = last - of < POINTS ? last : of + POINTS;

		for (uint64_t bits = *begins; of < end; bits >>= 1)
			*of++ = clause += bits & 1;
	}
}

/* Clauses between punctuation and between the words that begin one. */
void clauses_split(struct opinia_scratch *s)
{
	const uint32_t *clause = s->clause_of;

	find_begins(s);
	add_clauses(s);
	name_clauses(s);
	for (struct hit *h = s->hits, *end = h + s->hit_count; h < end; h++) {
		unsigned shifter = shifter_of(h);

		h->clause = clause[h->first];
		s->clauses[h->clause].contrast |= shifter >> SHIFT_CONTRAST & 1;
		s->clauses[h->clause].concession |= shifter >> SHIFT_CONCESSION & 1;
	}
	for (struct hit *h = s->topics, *end = h + s->topic_hit_count; h < end; h++)
		h->clause = clause[h->first];
	for (struct side_hit *h = s->sides, *end = h + s->side_count; h < end; h++)
		h->clause = clause[h->first];
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

/* Nearly all words are written small, and nothing is drawn out in them. */
static inline bool may_be_stressed(const struct opinia_scratch *s, const struct hit *h)
{
	const struct token *k = &s->tokens[h->first];
	unsigned char c = (unsigned char)s->text.p[k->start];
	unsigned odd = (k->flags & TOKEN_SQUEEZED) | (unsigned char)(c - 'a') / 26u;

	return (odd != 0) & h->counts & (k->kind < TOKEN_EMOJI);
}

static void apply_stress(struct opinia_scratch *s)
{
	int small = -1;

	for (struct hit *h = s->hits, *last = h + s->hit_count; h < last; h++) {
		const struct token *k = &s->tokens[h->first];

		if (!may_be_stressed(s, h))
			continue;
		if (k->flags & TOKEN_SQUEEZED) {
			h->weight = percent(h->weight, STRESS);
			h->rules |= RULE_ELONGATION;
		}
		if (!all_capitals(
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
static inline void hear(struct clause *c, int32_t weight)
{
	int32_t w = c->concession ? 0 : weight;

	w = w < HIT_SAYS ? w : HIT_SAYS;
	w = w > -HIT_SAYS ? w : -HIT_SAYS;
	c->up += w > 0 ? w : 0;
	c->down -= w < 0 ? w : 0;
}

/* @turned: some clause begins with a contrast or a concession. */
static void apply_clauses(struct opinia_scratch *s, bool turned)
{
	struct clause *clauses = s->clauses;
	uint32_t said = 0;

	if (turned)
		weigh_clauses(s);
	for (struct hit *h = s->hits, *last = h + s->hit_count; h < last; h++) {
		struct clause *c = &clauses[h->clause];
		uint32_t counts = h->counts;

		hear(c, counts ? h->weight : 0);
		if (c->percent != 100 && counts) {
			h->weight = percent(h->weight, c->percent);
			h->rules |= c->concession ? RULE_CONCESSION : RULE_CONTRAST;
		}
		c->sum += counts ? h->weight : 0;
		c->hits += counts;
		said += counts;
	}
	s->said = said;
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
		unsigned shifter = shifter_of(h);

		flags |= h->entry->flags;
		h->rules |= h->entry->flags & ENTRY_EMOJI && h->counts ? RULE_EMOJI : 0u;
		shifters |= shifter;
		if (shifter & 1u << SHIFT_NEGATOR)
			apply_negator(s, i);
	}
	s->said = 0;
	s->ironic = shifters >> SHIFT_IRONY & 1;
	if (!s->hit_count)
		return;
	for (uint32_t i = 0; shifters & STRENGTHENS && i < s->hit_count; i++)
		if (shifter_of(&s->hits[i]) & STRENGTHENS)
			apply_intensifier(s, i);
	apply_stress(s);
	apply_turns(s, shifters, flags);
	for (uint32_t i = 0; shifters >> SHIFT_NEGATOR & 1 && i < s->hit_count; i++)
		if (is_shifter(&s->hits[i], SHIFT_NEGATOR))
			apply_bare(s, &s->hits[i]);
	apply_clauses(s, shifters & (1u << SHIFT_CONTRAST | 1u << SHIFT_CONCESSION));
}
