/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.c: sums become scores, labels, confidence and evidence.
 *
 * sum of the weights + bias, divided by the root of their number, through a tanh made of whole
 * numbers: that is the score. All in thousandths; no floating point, so that every machine says
 * the same.
 */
#include "analyzer/verdict.h"

#include <string.h>

#include "analyzer/fixed.h"
#include "analyzer/learned.h"

enum {
	CONF_STEEP = 1700,  /* milli: how fast confidence grows with margin */
	CONF_NO_WORD = 350, /* milli: nothing that we know was said         */
	CONF_NO_CONTENT = 950,
	TOPIC_ZONE = 50,    /* percent */
	SIDE = 800,	    /* milli: a clause that takes a side */
	SHORT_COMMENT = 25, /* words: each clause is meant */
};

static int64_t normal(int64_t sum, uint32_t hits)
{
	return sum * 1000 / root_milli(hits ? hits : 1);
}

/* Is the smaller side clear by itself, and so much of the larger one? */
static bool is_both(const struct table_lang *l, enum setting part, int64_t up,
		    int64_t down)
{
	int64_t low = up < down ? up : down, high = up < down ? down : up;

	return low >= l->set[SET_MIXED_MIN] && low * 100 >= high * l->set[part];
}

/* `dostawa ekspresowa, sam produkt do kosza`: few words, and a clause for each side. */
static bool takes_sides(const struct opinia_scratch *s)
{
	bool praise = false, complaint = false;

	for (uint32_t i = 0; i < s->clause_count; i++) {
		praise |= s->clauses[i].sum > SIDE;
		complaint |= s->clauses[i].sum < -SIDE;
	}
	return praise && complaint && s->word_count <= SHORT_COMMENT;
}

/* @part: of the neutral zone that holds here, in percent: a topic's clauses say less. */
static uint8_t label_of(const struct table_lang *l, int32_t part, int32_t score,
			int64_t up, int64_t down)
{
	if (is_both(l, SET_MIXED_PART, up, down))
		return SENTIMENT_MIXED;
	if (score <= l->set[SET_ZONE_NEG] * part / 100 && score < 0)
		return SENTIMENT_NEG;
	return score >= l->set[SET_ZONE_POS] * part / 100 && score > 0 ? SENTIMENT_POS
								       : SENTIMENT_NEU;
}

/* Grows with the distance from the border and with the share of words that we know. */
static int16_t confidence(const struct opinia_scratch *s, int64_t margin, uint32_t hits)
{
	int64_t covered =
		hits >= s->word_count ? 1000 : (int64_t)hits * 1000 / s->word_count;
	int64_t strength = margin < 0 ? -margin : margin;

	if (!hits)
		return CONF_NO_WORD;
	strength = strength * (700 + (covered > 300 ? 300 : covered)) / CONF_STEEP;
	return (int16_t)(500 + squash(strength) * 499 / 1000);
}

static int64_t weigh_first(const struct table_lang *l, const struct clause *c)
{
	int32_t sum = c->sum;

	return c->sentence ? sum : (int64_t)sum * l->set[SET_FIRST] / 100;
}

/* Little feeling for so many words: a long report with two polite words in it. */
static bool is_thin(const struct table_lang *l, int64_t sum, uint32_t words)
{
	int64_t root = root_milli(words ? words : 1);
	int64_t three_quarters =
		root_milli((uint32_t)((words ? words : 1) * root / 1000));

	return (sum < 0 ? -sum : sum) * 1000 <= l->set[SET_THIN] * three_quarters;
}

static int16_t between(int32_t low, int32_t v, int32_t high)
{
	if (v < low && low < 0)
		return (int16_t)low;
	return (int16_t)(v > high && high > 0 ? high : v);
}

/* People praise on the way to a complaint; a few words of nothing are on no way. */
static int32_t bias_of(const struct opinia_scratch *s)
{
	const struct table_lang *l = &s->t->langs[s->language];

	return s->said || s->word_count > (uint32_t)l->set[SET_BIAS_WORDS]
		       ? l->set[SET_BIAS]
		       : 0;
}

void verdict_score(const struct opinia_scratch *s, struct verdict *v)
{
	const struct table_lang *l = &s->t->langs[s->language];
	int64_t sum = bias_of(s), up = 0, down = 0, x;
	uint32_t hits = s->said;

	for (uint32_t i = 0; i < s->clause_count; i++) {
		sum += weigh_first(l, &s->clauses[i]);
		up += s->clauses[i].up;
		down += s->clauses[i].down;
	}
	if (!hits)
		sum += l->set[SET_NOHIT];
	x = normal(sum, hits) * 1000 / l->set[SET_SCALE];
	v->score = (int16_t)squash(x);
	v->sentiment = hits ? label_of(l, 100, v->score, up, down) : SENTIMENT_NEU;
	if (takes_sides(s) && is_both(l, SET_MIXED_SHORT, up, down))
		v->sentiment = SENTIMENT_MIXED;
	if (is_thin(l, sum, s->word_count) && v->sentiment != SENTIMENT_MIXED) {
		v->sentiment = SENTIMENT_NEU;
		v->score = between(l->set[SET_ZONE_NEG] + 1, v->score,
				   l->set[SET_ZONE_POS] - 1);
	}
	v->conf = confidence(s, x, hits);
	if (hits && v->sentiment == SENTIMENT_NEU) /* the nearer to nothing the surer */
		v->conf = (int16_t)(400 + (1000 - v->conf) * 4 / 10);
}

void verdict_plain(const struct opinia_scratch *s, struct verdict *v)
{
	v->plain = (struct plain_verdict){ .sentiment = v->sentiment,
					   .score = v->score,
					   .conf = v->conf };
	for (uint32_t i = 0; s->ironic && i < s->hit_count && !v->plain.irony; i++)
		v->plain.irony = s->hits[i].counts && s->hits[i].rules & RULE_IRONY;
}

/* ---- topics ------------------------------------------------------------------------- */

static bool fired(const struct opinia_scratch *s, uint16_t topic)
{
	return s->sums[topic].weight >= TOPIC_FIRES;
}

static struct topic_verdict topic_of(const struct opinia_scratch *s,
				     const struct table_lang *l, uint32_t topic)
{
	const struct topic_sum *t = &s->sums[topic];
	int32_t score = squash(normal(t->sentiment, t->hits) * 1000 / l->set[SET_SCALE]);

	return (struct topic_verdict){
		.topic = (uint16_t)topic,
		.label = label_of(l, TOPIC_ZONE, score, t->up, t->down),
		.score = (int16_t)score,
	};
}

int verdict_topics(const struct opinia_scratch *s, struct arena *arena, struct verdict *v)
{
	const struct table_lang *l = &s->t->langs[s->language];
	uint32_t count =
		s->fired_count < VERDICT_TOPICS_MAX ? s->fired_count : VERDICT_TOPICS_MAX;

	if (!count)
		return 0;
	v->topics = arena_take(arena, count * sizeof(*v->topics));
	if (!v->topics)
		return -1;
	for (uint32_t i = 0; v->topic_count < count; i += 64)
		for (uint64_t bits = s->fired[i / 64]; bits && v->topic_count < count;
		     bits &= bits - 1)
			v->topics[v->topic_count++] =
				topic_of(s, l, i + (uint32_t)__builtin_ctzll(bits));
	return 0;
}

/* ---- evidence ----------------------------------------------------------------------- */

static inline void put_evidence(const struct opinia_scratch *s, struct evidence *e,
				const struct hit *h, uint16_t topic)
{
	const struct token *first = &s->tokens[h->first];

	e->span = (struct span){ first->start, first[h->count - 1].end };
	e->term = table_string(s->t, h->entry->term);
	e->weight = h->weight;
	e->base = h->base;
	e->rules = h->rules;
	e->topic = topic;
	e->clause = (uint16_t)(h->clause < 0xffff ? h->clause : 0xffff);
}

/* Does @g say of the same topic what @h says, with more words, or the same before it? */
static bool outdoes(const struct hit *g, const struct hit *h, bool before)
{
	return g->first + g->count >= h->first + h->count &&
	       (g->count > h->count || (g->count == h->count && before)) &&
	       g->entry->topic == h->entry->topic && !(g->entry->flags & ENTRY_NOT);
}

/* Hits are in the order of their first token, and none is longer than PHRASE_MAX. */
static bool outdone(const struct opinia_scratch *s, uint32_t mine)
{
	const struct hit *h = &s->topics[mine], *g;

	for (uint32_t i = mine; i-- > 0;) {
		g = &s->topics[i];
		if (g->first + PHRASE_MAX < h->first)
			break;
		if (outdoes(g, h, true))
			return true;
	}
	for (uint32_t i = mine + 1; i < s->topic_hit_count; i++) {
		g = &s->topics[i];
		if (g->first != h->first)
			break;
		if (outdoes(g, h, false))
			return true;
	}
	return false;
}

static bool told(const struct opinia_scratch *s, uint32_t topic_hit)
{
	const struct hit *h = &s->topics[topic_hit];

	return !(h->entry->flags & ENTRY_NOT) && fired(s, h->entry->topic) &&
	       !outdone(s, topic_hit);
}

/* Notes in each topic hit whether it is told, so that nobody asks twice. */
static uint32_t evidence_count(const struct opinia_scratch *s, bool bias)
{
	uint32_t n = bias;

	for (uint32_t i = 0; i < s->hit_count; i++)
		n += s->hits[i].counts;
	for (uint32_t i = 0; i < s->topic_hit_count; i++) {
		s->topics[i].counts = told(s, i);
		n += s->topics[i].counts;
	}
	return n < VERDICT_EVIDENCE_MAX ? n : VERDICT_EVIDENCE_MAX;
}

static uint32_t learned_room(const struct opinia_scratch *s, uint32_t room)
{
	uint32_t want = s->t->learned && !s->plain ? learned_count(s) : 0;

	return want < VERDICT_EVIDENCE_MAX - room ? want : VERDICT_EVIDENCE_MAX - room;
}

/* Sentiment and topics in the order of the text, @room at most; says how many. */
static uint32_t merge_evidence(const struct opinia_scratch *s, struct evidence *e,
			       uint32_t room)
{
	const struct hit *h = s->hits, *hits = h + s->hit_count;
	const struct hit *t = s->topics, *topics = t + s->topic_hit_count;
	uint32_t n = 0;

	for (; n < room; n++) {
		while (h < hits && !h->counts)
			h++;
		while (t < topics && !t->counts)
			t++;
		if (h < hits && (t == topics || h->first <= t->first)) {
			put_evidence(s, &e[n], h, TOPIC_NONE);
			h++;
		} else if (t < topics) {
			put_evidence(s, &e[n], t, t->entry->topic);
			t++;
		} else {
			break;
		}
	}
	return n;
}

int verdict_evidence(const struct opinia_scratch *s, struct arena *arena,
		     struct verdict *v)
{
	const struct table_lang *l = &s->t->langs[s->language];
	int32_t bias = bias_of(s);
	uint32_t room = evidence_count(s, bias != 0);
	uint32_t more = learned_room(s, room);

	if (!room && !more)
		return 0;
	v->evidence = arena_take(arena, (room + more) * sizeof(*v->evidence));
	if (!v->evidence)
		return -1;
	v->evidence_count = (uint16_t)merge_evidence(s, v->evidence, room);
	if (v->evidence_count < room)
		v->evidence[v->evidence_count++] =
			(struct evidence){ .span = { (uint32_t)s->text.n,
						     (uint32_t)s->text.n },
					   .term = table_string(s->t, l->code),
					   .weight = bias,
					   .base = bias,
					   .rules = RULE_BIAS,
					   .topic = TOPIC_NONE };
	if (more)
		learned_evidence(s, v, more);
	return 0;
}

/* ---- nothing said ------------------------------------------------------------------- */

int verdict_no_content(int topic, struct arena *arena, struct verdict *v)
{
	v->sentiment = SENTIMENT_NEU;
	v->conf = CONF_NO_CONTENT;
	if (topic < 0)
		return 0;
	v->topics = arena_take(arena, sizeof(*v->topics));
	if (!v->topics)
		return -1;
	v->topics[0] = (struct topic_verdict){ .topic = (uint16_t)topic,
					       .label = SENTIMENT_NEU };
	v->topic_count = 1;
	return 0;
}
