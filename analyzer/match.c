/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c: from keys to hits: which entry of the lexicon speaks at which word.
 *
 * At each word the longest entry wins: phrase, then whole word, then the longest stem; and it
 * consumes its words for its own purpose: sentiment and shifters together, topics apart. The
 * comment's own language is asked first; entries of others speak only where it is silent and does
 * not know the word.
 */
#include "analyzer/match.h"

enum { NO_CONTENT_MAX = 12 /* tokens */ };

static void put(struct hit *list, uint32_t *count, const struct matcher *m,
		const struct candidate *c, const struct table_entry *e)
{
	const struct opinia_scratch *s = m->s;
	struct hit *h = &list[*count];

	if (*count >= 2 * s->room)
		return;
	__builtin_prefetch(s->t->strings + e->term); /* for the evidence */
	*h = (struct hit){ .entry = e, .first = m->at, .count = c->tokens };
	h->rules = c->tokens > 1 ? RULE_PHRASE : 0;
	for (const struct token *k = &s->tokens[m->at], *end = k + c->tokens; k < end;
	     k++)
		if (k->sense.flags & TOKEN_TYPO)
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
static void speak_too(const struct matcher *m, const struct candidate *c, uint8_t lang)
{
	struct opinia_scratch *s = m->s;

	for (c++; c < m->all + m->count; c++)
		for (uint32_t n = 0; n < c->count; n++) {
			const struct table_entry *e = &s->t->entries[c->entries + n];

			if (e->kind != ENTRY_SENTIMENT || e->lang != lang ||
			    !matcher_spelled(m, c, e))
				continue;
			s->tokens[m->at].flags |= TOKEN_COVERED;
			if (!(e->flags & ENTRY_NULL))
				put(s->hits, &s->hit_count, m, c, e);
			return;
		}
}

/* Sentiment and shifters at the word at hand. */
static void take_sentiment(const struct matcher *m, const struct candidate *c,
			   uint8_t lang)
{
	struct opinia_scratch *s = m->s;
	bool spoken = false, mild = true;

	for (uint32_t n = 0; n < c->count; n++) {
		const struct table_entry *e = &s->t->entries[c->entries + n];

		if (e->lang != lang || !matcher_spelled(m, c, e))
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
}

/* @kind: ENTRY_TOPIC or ENTRY_REVIEW; neither knows what the other takes. */
static void take_topics(const struct matcher *m, const struct candidate *c, uint8_t lang,
			enum entry_kind kind)
{
	struct opinia_scratch *s = m->s;

	for (uint32_t n = 0; n < c->count; n++) {
		const struct table_entry *e = &s->t->entries[c->entries + n];

		if (e->kind == kind && e->lang == lang && speaks(s, e) &&
		    !(e->flags & ENTRY_NULL) && matcher_spelled(m, c, e))
			put(s->topics, &s->topic_hit_count, m, c, e);
	}
}

/* Members of `a ~ b`: they consume nothing, and every one counts. */
static void take_sides(const struct matcher *m)
{
	struct opinia_scratch *s = m->s;

	for (uint32_t i = 0; i < m->count; i++) {
		const struct candidate *c = &m->all[i];
		uint32_t count = c->kinds & SIDES ? c->count : 0;

		for (uint32_t n = 0; n < count; n++) {
			const struct table_entry *e = &s->t->entries[c->entries + n];

			if (s->side_count < 2 * s->room && matcher_hears(m, c, e))
				s->sides[s->side_count++] =
					(struct side_hit){ e->side, m->at, 0, c->tokens };
		}
	}
}

/* ---- word by word ----------------------------------------------------------------------- */

/* For each purpose the next word that no phrase has taken. */
struct from {
	uint32_t sentiment, topics, reviews;
};

static inline void put_plain(struct hit *h, const struct table *t, uint32_t which,
			     uint32_t at)
{
	const struct table_entry *e = &t->entries[which];
	int32_t weight = e->weight;
	bool counts = e->kind == ENTRY_SENTIMENT;

	__builtin_prefetch(t->strings + e->term); /* for the evidence */
	h->entry = e;
	h->first = at;
	h->count = 1;
	h->counts = counts;
	h->rules = 0;
	h->base = weight;
	h->weight = weight;
}

/*
 * One hit for each of the @n entries in @which. The first is written even where there is none, which
 * is a toss-up: there is room, and the next one overwrites it.
 */
static inline uint32_t put_all(struct hit *list, uint32_t count, const struct table *t,
			       const uint32_t *which, uint32_t n, uint32_t at)
{
	struct hit *h = list + count;

	put_plain(h, t, *which, at);
	for (uint32_t i = 1; i < n; i++)
		put_plain(++h, t, which[i], at);
	return count + n;
}

/* The three that say what @o says at word @at, each of one purpose. */

static inline void say_sentiment(struct opinia_scratch *s, const struct outcome *o,
				 uint32_t at)
{
	s->tokens[at].flags |= (uint8_t)(o->covers * TOKEN_COVERED);
	s->hit_count = put_all(s->hits, s->hit_count, s->t, o->entries, o->says, at);
}

static inline void say_topics(struct opinia_scratch *s, const struct outcome *o,
			      uint32_t at, enum entry_kind kind)
{
	const uint32_t *e = o->entries + o->says;
	uint32_t count = o->topics;

	if (kind == ENTRY_REVIEW) {
		e += o->topics;
		count = o->reviews;
	}
	s->topic_hit_count = put_all(s->topics, s->topic_hit_count, s->t, e, count, at);
}

static inline void say_sides(struct opinia_scratch *s, const struct outcome *o,
			     uint32_t at)
{
	const uint32_t *e = o->entries + o->says + o->topics + o->reviews;
	struct side_hit *x = s->sides + s->side_count;
	uint32_t n = o->sides;

	s->side_count += n;
	for (; n; n--, e++, x++) {
		x->side = *e;
		x->first = at;
		x->count = 1;
	}
}

static inline void say(struct opinia_scratch *s, const struct outcome *o, uint32_t at,
		       const struct from *from)
{
	if (at >= from->sentiment)
		say_sentiment(s, o, at);
	if (o->topics && at >= from->topics)
		say_topics(s, o, at, ENTRY_TOPIC);
	if (o->reviews && at >= from->reviews)
		say_topics(s, o, at, ENTRY_REVIEW);
	if (o->sides)
		say_sides(s, o, at);
}

/* The winners among all candidates; of each purpose that may speak here, and their languages. */
struct winners {
	const struct candidate *sentiment, *topic, *review;
	uint8_t lang[3];
};

/* With !@foreign: false where phrases of other languages wait for what the word itself says. */
static bool choose_all(const struct matcher *m, const struct from *from, bool foreign,
		       struct winners *w)
{
	unsigned kinds = m->kinds, open = 0;

	kinds &= m->at >= from->sentiment ? ~0u : ~(unsigned)SPEAKS;
	kinds &= m->at >= from->topics ? ~0u : ~(1u << ENTRY_TOPIC);
	kinds &= m->at >= from->reviews ? ~0u : ~(1u << ENTRY_REVIEW);
	*w = (struct winners){ NULL, NULL, NULL, { 0, 0, 0 } };
	if (kinds & SPEAKS)
		w->sentiment = matcher_choose(m, SPEAKS, foreign, &w->lang[0]);
	if (kinds >> ENTRY_TOPIC & 1)
		w->topic = matcher_choose(m, 1u << ENTRY_TOPIC, foreign, &w->lang[1]);
	if (kinds >> ENTRY_REVIEW & 1)
		w->review = matcher_choose(m, 1u << ENTRY_REVIEW, foreign, &w->lang[2]);
	open |= kinds & SPEAKS && !w->sentiment;
	open |= kinds >> ENTRY_TOPIC & 1 && !w->topic;
	open |= kinds >> ENTRY_REVIEW & 1 && !w->review;
	return foreign || !open;
}

/*
 * The same where it takes no choosing: one phrase of one entry, which is of the clause's own
 * language and may speak. False: choose.
 */
static bool choose_only(const struct matcher *m, const struct from *from,
			struct winners *w)
{
	const struct opinia_scratch *s = m->s;
	const struct candidate *c = &m->all[0];
	const struct table_entry *e = &s->t->entries[c->entries];

	if (m->count != 1 || c->count != 1 || e->kind > ENTRY_TOPIC ||
	    e->flags & ENTRY_EXACT || (e->lang != 0 && e->lang != s->own))
		return false;
	*w = (struct winners){ NULL, NULL, NULL, { e->lang, e->lang, 0 } };
	if (e->kind == ENTRY_TOPIC)
		w->topic = m->at >= from->topics ? c : NULL;
	else
		w->sentiment = m->at >= from->sentiment ? c : NULL;
	return true;
}

/* Candidates take what they have won; of the rest @o speaks, if not NULL. */
static void take(const struct matcher *m, struct from *from, const struct winners *w,
		 const struct outcome *o)
{
	struct opinia_scratch *s = m->s;

	if (w->sentiment) {
		take_sentiment(m, w->sentiment, w->lang[0]);
		from->sentiment = m->at + w->sentiment->tokens;
	} else if (o && m->at >= from->sentiment) {
		say_sentiment(s, o, m->at);
	}
	if (w->topic) {
		take_topics(m, w->topic, w->lang[1], ENTRY_TOPIC);
		from->topics = m->at + w->topic->tokens;
	} else if (o && m->at >= from->topics) {
		say_topics(s, o, m->at, ENTRY_TOPIC);
	}
	if (w->review) {
		take_topics(m, w->review, w->lang[2], ENTRY_REVIEW);
		from->reviews = m->at + w->review->tokens;
	} else if (o && m->at >= from->reviews) {
		say_topics(s, o, m->at, ENTRY_REVIEW);
	}
	if (m->kinds & SIDES)
		take_sides(m);
	if (o)
		say_sides(s, o, m->at);
}

/* What the word says outside phrases; NULL: that is to be looked at every time. */
static inline const struct outcome *known_outcome(struct opinia_scratch *s, uint32_t at)
{
	static const struct outcome silent = { .key = 0 };
	const struct token *k = &s->tokens[at];
	const struct outcome *o;

	if (!s->roomy)
		return NULL;
	if (!(k->sense.kinds & MATTERS))
		return &silent;
	if (!(k->flags & TOKEN_SHORT))
		return NULL;
	o = outcome_of(s, at);
	return o->ask ? NULL : o;
}

/* @m has phrases, if any begin here. */
static void match_slowly(struct matcher *m, struct from *from, const struct outcome *o)
{
	struct winners w;

	if (!o || m->count + TOKEN_KEYS_MAX > CANDIDATES_MAX ||
	    (!choose_only(m, from, &w) && !choose_all(m, from, false, &w))) {
		matcher_add_word(m);
		choose_all(m, from, true, &w);
		o = NULL;
	}
	take(m, from, &w, o);
}

/* Phrases where there are any, and the word itself. */
static void collect(struct matcher *m, struct opinia_scratch *s, uint32_t at)
{
	matcher_begin(m, s, at);
	if (s->tokens[at].sense.flags & TOKEN_STARTS &&
	    phrase_goes_on(&s->tokens[at + 1]))
		matcher_add_phrases(m, &s->tokens[at]);
	matcher_add_word(m);
}

/* Will all that is left find room, however much each word says? */
static bool is_roomy(const struct opinia_scratch *s, uint32_t at)
{
	size_t most =
		s->hit_count > s->topic_hit_count ? s->hit_count : s->topic_hit_count;

	most = most > s->side_count ? most : s->side_count;
	return most + (size_t)(s->token_count - at) * OUTCOME_ENTRIES <= 2 * s->room;
}

/* At word @i, which says something by itself or may begin a phrase. */
static inline void match_one(struct matcher *m, struct opinia_scratch *s, uint32_t i,
			     struct from *from)
{
	const struct token *k = &s->tokens[i];
	const struct outcome *o;

	if (k->flags & TOKEN_LEADS) {
		matcher_begin(m, s, i);
		matcher_add_phrases(m, k);
		if (m->count) {
			match_slowly(m, from, known_outcome(s, i));
			s->roomy = is_roomy(s, i + 1);
			return;
		}
	}
	if (!(k->sense.kinds & MATTERS))
		return;
	o = known_outcome(s, i);
	if (o) {
		say(s, o, i, from);
		return;
	}
	matcher_begin(m, s, i);
	match_slowly(m, from, NULL);
	s->roomy = is_roomy(s, i + 1);
}

/* Of the words from @from on those with which a clause begins: a bit each. */
static uint64_t beginners(const struct opinia_scratch *s, uint32_t from)
{
	uint64_t bits = 0;

	for (uint32_t i = 0; i < POINTS && from + i < s->token_count; i++)
		bits |= (uint64_t)(s->tokens[from + i].flags / TOKEN_CLAUSE & 1) << i;
	return bits;
}

void match(struct opinia_scratch *s)
{
	struct matcher m;
	struct from from = { 0, 0, 0 };

	s->hit_count = s->topic_hit_count = s->side_count = 0;
	s->roomy = is_roomy(s, 0);
	for (uint32_t first = 0; first < s->token_count; first += POINTS) {
		uint64_t points = s->points[first / POINTS];

		if (s->mixed)
			points |= beginners(s, first);
		for (; points; points &= points - 1) {
			uint32_t at = first + (uint32_t)__builtin_ctzll(points);

			if (s->mixed && s->tokens[at].flags & TOKEN_CLAUSE)
				s->own = language_of_clause(s, at);
			match_one(&m, s, at, &from);
		}
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
	while (i < s->token_count) {
		const struct token *k = &s->tokens[i];
		uint16_t taken;

		if (k->kind >= TOKEN_EMOJI || !(k->sense.kinds >> ENTRY_NOCONTENT & 1 ||
						k->sense.flags & TOKEN_STARTS))
			return false;
		collect(&m, (struct opinia_scratch *)s, i);
		taken = nothing_said(&m);
		if (!taken)
			return false;
		i += taken;
	}
	return true;
}
