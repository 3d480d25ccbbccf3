/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c: evidence as bits and back, see proof.h.
 */
#include "store/proof.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

enum { BLOCK = 64 };

#ifdef __SSE2__
static uint64_t word_bits_of(const char *p)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i low = _mm_or_si128(v, _mm_set1_epi8(0x20));
		__m128i letter =
			_mm_and_si128(_mm_cmpgt_epi8(low, _mm_set1_epi8('a' - 1)),
				      _mm_cmplt_epi8(low, _mm_set1_epi8('z' + 1)));
		__m128i figure = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8('0' - 1)),
					       _mm_cmplt_epi8(v, _mm_set1_epi8('9' + 1)));

		/* the sign of @v: it is not ASCII */
		v = _mm_or_si128(v, _mm_or_si128(letter, figure));
		bits |= (uint64_t)(unsigned)_mm_movemask_epi8(v) << i;
	}
	return bits;
}
#endif

/* A bit for each byte of a word among BLOCK bytes of @s from @at on; there is one. */
static uint64_t word_bits(struct sv s, size_t at)
{
	uint64_t bits = 0;

#ifdef __SSE2__
	if (s.n - at >= BLOCK)
		return word_bits_of(s.p + at);
	if (s.n >= BLOCK)
		return word_bits_of(s.p + s.n - BLOCK) >> (BLOCK - (s.n - at));
#endif
	for (unsigned i = 0; i < BLOCK && i < s.n - at; i++)
		bits |= (uint64_t)in_word(s.p[at + i]) << i;
	return bits;
}

/* The bytes of a text by BLOCK; it only goes forward. */
struct walk {
	struct sv s;
	size_t at;	 /* where the block at hand begins */
	uint64_t in;	 /* its bytes that are of words */
	uint64_t begins; /* and those with which one begins */
	uint32_t words;	 /* that begin before it */
	size_t from;	 /* where the last span began */
};

static void walk_start(struct walk *w, struct sv s)
{
	*w = (struct walk){ .s = s, .in = s.n ? word_bits(s, 0) : 0 };
	w->begins = w->in & ~(w->in << 1);
}

static void walk_to(struct walk *w, size_t at)
{
	while (at - w->at >= BLOCK) {
		uint64_t before = w->in >> (BLOCK - 1);

		w->words += (uint32_t)__builtin_popcountll(w->begins);
		w->at += BLOCK;
		w->in = word_bits(w->s, w->at);
		w->begins = w->in & ~(w->in << 1 | before);
	}
}

/* How many words begin before @at or there; it is in the block at hand. */
static uint32_t words_until(const struct walk *w, size_t at)
{
	return w->words +
	       (uint32_t)__builtin_popcountll(w->begins & ((2ULL << (at - w->at)) - 1));
}

/*
 * How many words @span has, if it begins and ends with words and not before the last one did; @w
 * moves there, and *first is the number of its first word.
 */
static unsigned span_words(struct walk *w, struct span span, uint32_t *first)
{
	struct walk at = *w, last;
	uint32_t words;

	if (span.start < w->from || span.end <= span.start || span.end > w->s.n)
		return 0;
	walk_to(&at, span.start);
	last = at;
	walk_to(&last, span.end - 1);
	if (!(at.begins >> (span.start - at.at) & 1) ||
	    !(last.in >> (span.end - 1 - last.at) & 1) ||
	    (span.end < w->s.n && in_word(w->s.p[span.end])))
		return 0;
	words = words_until(&at, span.start) - 1;
	if (words_until(&last, span.end - 1) - words > WORDS_MAX)
		return 0;
	*w = at;
	w->from = span.start;
	*first = words;
	return words_until(&last, span.end - 1) - words;
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
	struct walk walk;
	uint32_t word = 0, first = 0;
	int clause = 0;

	walk_start(&walk, comment);
	for (unsigned i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];
		bool at_end = e->span.start == comment.n && e->span.end == comment.n;
		unsigned topic = topic_place(v, e->topic);
		unsigned words = at_end ? 0 : span_words(&walk, e->span, &first);

		if (words) {
			bits_put(w, 0, 1);
			bits_put_number(w, first - word, 2);
			bits_put(w, (1ULL << (words - 1)) - 1, words);
			word = first;
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
