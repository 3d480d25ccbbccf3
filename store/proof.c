/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c: evidence as bits and back, see proof.h.
 */
#include "store/proof.h"

#include <string.h>

enum { BY_WORDS, BY_BYTES, AT_END };
enum { TENTH = 100, TENTHS = 31, WORDS_MAX = 24, TOPIC_BASE = 1000, RULE_BITS = 17 };

/* A word here: bytes that are letters, digits or not ASCII, as many as stand together. */
static const uint64_t letters[4] = { 0x03ff000000000000, 0x07fffffe07fffffe, UINT64_MAX,
				     UINT64_MAX };

static inline bool in_word(char c)
{
	return letters[(uint8_t)c >> 6] >> ((uint8_t)c & 63) & 1;
}

/* The next word from *at on: *from up to *at. False: there is none. */
static bool next_word(struct sv s, size_t *at, size_t *from)
{
	while (*at < s.n && !in_word(s.p[*at]))
		++*at;
	*from = *at;
	while (*at < s.n && in_word(s.p[*at]))
		++*at;
	return *from < *at;
}

/* ---- writing ----------------------------------------------------------------------- */

struct walk {
	struct sv s;
	size_t from, at; /* of the word at hand */
	uint32_t word;
	bool on; /* there is one */
};

/* How many words @span has, if it begins and ends with words; @w moves to its first. */
static unsigned span_words(struct walk *w, struct span span)
{
	struct walk end;

	while (w->on && w->from < span.start) {
		w->on = next_word(w->s, &w->at, &w->from);
		w->word++;
	}
	if (!w->on || w->from != span.start)
		return 0;
	end = *w;
	for (unsigned n = 1; n <= WORDS_MAX && end.on && end.at <= span.end; n++) {
		if (end.at == span.end)
			return n;
		end.on = next_word(end.s, &end.at, &end.from);
	}
	return 0;
}

static void put_tenths(struct bit_writer *w, int32_t v)
{
	int32_t place = v / TENTH + TENTHS + 1;
	bool short_way = v % TENTH == 0 && place >= 0 && v / TENTH <= TENTHS;

	bits_put(w, !short_way, 1);
	if (short_way)
		bits_put(w, (uint64_t)place, 6);
	else
		bits_put_number(w, bits_zigzag(v), 8);
}

/* 0: the usual ones; 01: of a phrase; 011 and a bit's number; 111 and all of them. */
static void put_rules(struct bit_writer *w, uint32_t rules, uint32_t usual)
{
	if (rules == usual)
		bits_put(w, 0, 1);
	else if (rules == RULE_PHRASE)
		bits_put(w, 1, 2);
	else if (rules && !(rules & (rules - 1)))
		bits_put(w, 3 | (uint64_t)__builtin_ctz(rules) << 3, 8);
	else {
		bits_put(w, 7, 3);
		bits_put_number(w, rules, RULE_BITS);
	}
}

static void put_weights(struct bit_writer *w, const struct evidence *e, unsigned topic,
			uint32_t usual)
{
	put_rules(w, e->rules, usual);
	if (topic)
		bits_put(w, e->base != TOPIC_BASE, 1);
	if (!topic || e->base != TOPIC_BASE)
		put_tenths(w, e->base);
	bits_put(w, e->weight != e->base, 1);
	if (e->weight != e->base)
		put_tenths(w, e->weight);
}

/* The document's n-th topic (1..), or 0 for sentiment. */
static unsigned topic_place(const struct verdict *v, uint16_t topic)
{
	for (unsigned i = 0; i < v->topic_count; i++)
		if (v->topics[i].topic == topic)
			return i + 1;
	return 0;
}

static void put_clause(struct bit_writer *w, int clause, int before)
{
	if (clause == before)
		bits_put(w, 0, 1);
	else if (clause == before + 1)
		bits_put(w, 1, 2);
	else {
		bits_put(w, 3, 2);
		bits_put_number(w, bits_zigzag(clause - before), 3);
	}
}

void proof_put(struct bit_writer *w, const struct verdict *v, struct sv comment)
{
	struct walk walk = { .s = comment };
	uint32_t word = 0;
	int clause = 0;

	walk.on = next_word(comment, &walk.at, &walk.from);
	for (unsigned i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];
		bool at_end = e->span.start == comment.n && e->span.end == comment.n;
		unsigned topic = topic_place(v, e->topic);
		struct walk try = walk;
		unsigned words = at_end ? 0 : span_words(&try, e->span);

		if (words) {
			walk = try;
			bits_put(w, 0, 1);
			bits_put_number(w, walk.word - word, 2);
			bits_put(w, (1ULL << (words - 1)) - 1, words);
			word = walk.word;
		} else if (at_end)
			bits_put(w, 1, 2);
		else {
			bits_put(w, 3, 2);
			bits_put_number(w, e->span.start, 7);
			bits_put_number(w, e->span.end - e->span.start, 4);
		}
		bits_put(w, topic != 0, 1);
		if (topic)
			bits_put_number(w, topic - 1, 1);
		put_clause(w, e->clause, clause);
		clause = e->clause;
		put_weights(w, e, topic, at_end ? (uint32_t)RULE_BIAS : RULE_WORD);
	}
}

/* ---- reading ----------------------------------------------------------------------- */

static int32_t get_tenths(struct bit_reader *r)
{
	int64_t v;

	if (!bits_get(r, 1))
		return TENTH * ((int32_t)bits_get(r, 6) - TENTHS - 1);
	v = bits_unzigzag(bits_get_number(r, 8));
	r->bad |= v != (int32_t)v;
	return (int32_t)v;
}

static uint32_t get_rules(struct bit_reader *r, uint32_t usual)
{
	uint64_t v;

	if (!bits_get(r, 1))
		return usual;
	if (!bits_get(r, 1))
		return RULE_PHRASE;
	if (!bits_get(r, 1))
		return 1U << bits_get(r, 5);
	v = bits_get_number(r, RULE_BITS);
	r->bad |= v > UINT32_MAX;
	return (uint32_t)v;
}

static void get_weights(struct bit_reader *r, struct evidence *e, uint32_t usual)
{
	bool full;

	e->rules = get_rules(r, usual);
	full = !e->topic || bits_get(r, 1);
	e->base = full ? get_tenths(r) : TOPIC_BASE;
	e->weight = bits_get(r, 1) ? get_tenths(r) : e->base;
}

static int get_clause(struct bit_reader *r, int before)
{
	int64_t v;

	if (!bits_get(r, 1))
		return before;
	if (!bits_get(r, 1))
		v = before + 1;
	else
		v = before + bits_unzigzag(bits_get_number(r, 3));
	r->bad |= v < 0 || v > UINT16_MAX;
	return r->bad ? 0 : (int)v;
}

static void get_span(struct bit_reader *r, struct proof_piece *p, uint32_t *word)
{
	if (!bits_get(r, 1)) {
		p->mode = BY_WORDS;
		*word += (uint32_t)bits_get_number(r, 2);
		p->from = *word;
		for (p->length = 1; bits_get(r, 1) && p->length <= WORDS_MAX;)
			p->length++;
	} else if (!bits_get(r, 1))
		p->mode = AT_END;
	else {
		p->mode = BY_BYTES;
		p->from = (uint32_t)bits_get_number(r, 7);
		p->length = (uint32_t)bits_get_number(r, 4);
	}
}

struct proof_piece *proof_get(struct bit_reader *r, struct arena *arena,
			      struct evidence *e, size_t count)
{
	struct proof_piece *p = arena_zero(arena, count + 1, sizeof(*p));
	uint32_t word = 0;
	int clause = 0;

	for (size_t i = 0; p && i < count && !r->bad; i++) {
		uint64_t topic;

		get_span(r, &p[i], &word);
		topic = bits_get(r, 1) ? bits_get_number(r, 1) + 1 : 0;
		r->bad |= topic > VERDICT_TOPICS_MAX;
		e[i].topic = r->bad ? 0 : (uint16_t)topic;
		clause = get_clause(r, clause);
		e[i].clause = (uint16_t)clause;
		get_weights(r, &e[i],
			    p[i].mode == AT_END ? (uint32_t)RULE_BIAS : RULE_WORD);
	}
	return p;
}

/* Where the words begin and end, as far as the pieces ask. */
static struct span *words_of(struct sv comment, size_t *count, struct arena *arena)
{
	struct span *w = arena_take(arena, (comment.n / 2 + 2) * sizeof(*w));
	size_t at = 0, from;

	*count = 0;
	while (w && next_word(comment, &at, &from))
		w[(*count)++] = (struct span){ (uint32_t)from, (uint32_t)at };
	return w;
}

bool proof_place(const struct proof_piece *p, struct evidence *e, size_t count,
		 struct sv comment, struct arena *arena)
{
	size_t words = 0;
	struct span *w = words_of(comment, &words, arena);

	if (!w)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint64_t end = (uint64_t)p[i].from + p[i].length;

		if (p[i].mode == BY_WORDS) {
			if (end > words)
				return false;
			e[i].span = (struct span){ w[p[i].from].start, w[end - 1].end };
		} else if (p[i].mode == AT_END)
			e[i].span =
				(struct span){ (uint32_t)comment.n, (uint32_t)comment.n };
		else if (end > RECORD_COMMENT_MAX)
			return false;
		else
			e[i].span = (struct span){ p[i].from, (uint32_t)end };
	}
	return true;
}
