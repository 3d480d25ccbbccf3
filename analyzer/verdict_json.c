/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_json.c: a verdict as the one line that other programs read. The shape is a contract
 * (design.md 5): fields may be added at the end, never renamed.
 */
#include <assert.h>
#include <string.h>

#include "analyzer/bytes.h"
#include "analyzer/opinia_analyzer.h"

/*
 * The room for the whole line is taken once; behind that, everything is written to a bare
 * pointer. The bound is generous: every byte of a text may become six.
 */
enum { ROOM_LINE = 400, ROOM_ITEM = 160, ROOM_NUMBER = 16, ESCAPED = 6 };

#define PUT(p, literal)                                                                  \
	(memcpy((p), literal, sizeof(literal) - 1), (p) + sizeof(literal) - 1)

/*
 * "0" .. "999" and the thousandths "" .. "999" without the noughts behind, each with how many
 * bytes it is: nearly all of our numbers are places in a text, and thousandths.
 */
#define TENS(one, a, b)                                                                  \
	one(a, b, 0), one(a, b, 1), one(a, b, 2), one(a, b, 3), one(a, b, 4),            \
		one(a, b, 5), one(a, b, 6), one(a, b, 7), one(a, b, 8), one(a, b, 9)
#define HUNDREDS(one, a)                                                                 \
	TENS(one, a, 0), TENS(one, a, 1), TENS(one, a, 2), TENS(one, a, 3),              \
		TENS(one, a, 4), TENS(one, a, 5), TENS(one, a, 6), TENS(one, a, 7),      \
		TENS(one, a, 8), TENS(one, a, 9)
#define THOUSAND(one)                                                                    \
	HUNDREDS(one, 0), HUNDREDS(one, 1), HUNDREDS(one, 2), HUNDREDS(one, 3),          \
		HUNDREDS(one, 4), HUNDREDS(one, 5), HUNDREDS(one, 6), HUNDREDS(one, 7),  \
		HUNDREDS(one, 8), HUNDREDS(one, 9)
#define WHOLE(a, b, c)                                                                   \
	{                                                                                \
		'0' + ((a)   ? (a)                                                       \
		       : (b) ? (b)                                                       \
			     : (c)),                                                     \
			'0' + ((a) ? (b) : (c)), '0' + (c),                              \
			(a)   ? 3                                                        \
			: (b) ? 2                                                        \
			      : 1                                                        \
	}
#define PART(a, b, c)                                                                    \
	{                                                                                \
		'0' + (a), '0' + (b), '0' + (c), (c) ? 3 : (b) ? 2 : (a) ? 1 : 0         \
	}

static const char wholes[1000][4] = { THOUSAND(WHOLE) };
static const char parts[1000][4] = { THOUSAND(PART) };

static char *put_large(char *p, uint32_t v)
{
	char digits[12];
	size_t n = sizeof(digits);

	do
		digits[--n] = (char)('0' + v % 10);
	while (v /= 10);
	memcpy(p, digits + n, sizeof(digits) - n);
	return p + sizeof(digits) - n;
}

static inline char *put_u32(char *p, uint32_t v)
{
	if (v >= 1000)
		return put_large(p, v);
	memcpy(p, wholes[v], 4);
	return p + wholes[v][3];
}

static inline char *put_milli(char *p, int32_t milli)
{
	uint32_t v = milli < 0 ? 0u - (uint32_t)milli : (uint32_t)milli, part = v % 1000;

	*p = '-';
	p = put_u32(p + (milli < 0), v / 1000);
	*p = '.';
	memcpy(p + 1, parts[part], 4);
	return p + (part ? 1 : 0) + parts[part][3];
}

/* The bytes of @s, the middle ones of a short one twice. */
static inline char *put_sv(char *p, struct sv s)
{
	uint64_t head, tail;
	uint32_t first, last;

	if (s.n > 16) {
		memcpy(p, s.p, s.n);
	} else if (s.n >= 8) {
		memcpy(&head, s.p, 8);
		memcpy(&tail, s.p + s.n - 8, 8);
		memcpy(p, &head, 8);
		memcpy(p + s.n - 8, &tail, 8);
	} else if (s.n >= 4) {
		memcpy(&first, s.p, 4);
		memcpy(&last, s.p + s.n - 4, 4);
		memcpy(p, &first, 4);
		memcpy(p + s.n - 4, &last, 4);
	} else {
		for (size_t i = 0; i < s.n; i++)
			p[i] = s.p[i];
	}
	return p + s.n;
}

/* Copies eight bytes at a time, the last ones over again; false: somebody has to escape. */
static inline bool put_plain(char *p, struct sv s)
{
	uint64_t head, tail;
	uint32_t first, last;

	if (s.n >= 8) {
		memcpy(&tail, s.p + s.n - 8, 8);
		for (size_t i = 0; i + 8 < s.n; i += 8) {
			memcpy(&head, s.p + i, 8);
			memcpy(p + i, &head, 8);
			if (need_escape(head, tail))
				return false;
		}
		memcpy(p + s.n - 8, &tail, 8);
		return s.n > 8 || !need_escape(tail, tail);
	}
	if (s.n < 4)
		return false;
	memcpy(&first, s.p, 4);
	memcpy(&last, s.p + s.n - 4, 4);
	memcpy(p, &first, 4);
	memcpy(p + s.n - 4, &last, 4);
	return !needs_escape(first | (uint64_t)last << 32);
}

static char *put_careful(char *p, struct sv s)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20) {
			p = PUT(p, "\\u00");
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
			continue;
		}
		if (c == '"' || c == '\\')
			*p++ = '\\';
		*p++ = (char)c;
	}
	return p;
}

static inline char *put_text(char *p, struct sv s)
{
	*p++ = '"';
	p = put_plain(p, s) ? p + s.n : put_careful(p, s);
	*p++ = '"';
	return p;
}

static inline char *put_span(char *p, struct span s)
{
	p = PUT(p, "\"start\":");
	p = put_u32(p, s.start);
	p = PUT(p, ",\"end\":");
	return put_u32(p, s.end);
}

/* The rule that matters most to a reader: what turned the word before what strengthened it. */
static struct sv main_rule(uint32_t rules)
{
	/* of each rule, by its bit; 0 speaks first */
	static const uint8_t rank[] = { 18, 5, 9,  10, 7,  8, 4, 3,  13, 11,
					12, 6, 15, 2,  14, 1, 0, 16, 17 };
	uint32_t best = 0, least = sizeof(rank);

	for (; rules & (2 * RULE_TYPO - 1); rules &= rules - 1) {
		uint32_t bit = (uint32_t)__builtin_ctz(rules);

		if (rank[bit] < least) {
			least = rank[bit];
			best = 1u << bit;
		}
	}
	return rule_text((enum rule)best);
}

void opinia_rules_text(uint32_t rules, struct buf *out)
{
	bool any = false;

	for (uint32_t bit = 1; bit <= RULE_TYPO; bit <<= 1)
		if (rules & bit) {
			buf_str(out, any ? ", " : "");
			buf_str(out, rule_name((enum rule)bit));
			any = true;
		}
	if (!any)
		buf_str(out, rule_name(RULE_WORD));
}

static inline char *put_sentiment(char *p, uint8_t label, int16_t score)
{
	p = PUT(p, "\"sentiment\":{\"label\":\"");
	p = put_sv(p, sentiment_text(label));
	p = PUT(p, "\",\"score\":");
	return put_milli(p, score);
}

/* Which evidence speaks of topics, and not of the comment: each is written apart. */
struct shares {
	const struct evidence *topic[VERDICT_EVIDENCE_MAX];
	uint32_t topics;
};

static void share_out(struct shares *x, const struct verdict *v)
{
	const struct evidence *e = v->evidence, *end = e + v->evidence_count;

	assert(v->evidence_count <= VERDICT_EVIDENCE_MAX);
	x->topics = 0;
	for (; v->topic_count && e < end; e++) {
		x->topic[x->topics] = e;
		x->topics += e->topic != TOPIC_NONE;
	}
}

static inline char *put_place(char *p, const struct evidence *e)
{
	*p++ = '{';
	p = put_span(p, e->span);
	p = PUT(p, ",\"term\":");
	return put_text(p, e->term);
}

static char *put_topic_evidence(char *p, const struct shares *x, uint16_t topic)
{
	bool any = false;

	for (uint32_t k = 0; k < x->topics; k++) {
		const struct evidence *e = x->topic[k];

		if (e->topic != topic)
			continue;
		*p = ',';
		p = put_place(p + any, e);
		*p++ = '}';
		any = true;
	}
	return p;
}

static char *put_topics(char *p, const struct opinia_analyzer *a, const struct verdict *v,
			const struct shares *x)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(a);

	p = PUT(p, ",\"topics\":[");
	for (uint16_t i = 0; i < v->topic_count; i++) {
		const struct topic_verdict *t = &v->topics[i];

		if (i)
			*p++ = ',';
		p = PUT(p, "{\"id\":");
		p = put_text(p, names->topics[t->topic].id);
		*p++ = ',';
		p = put_sentiment(p, t->label, t->score);
		p = PUT(p, "},\"evidence\":[");
		p = put_topic_evidence(p, x, t->topic);
		p = PUT(p, "]}");
	}
	return p;
}

static char *put_evidence(char *p, const struct verdict *v)
{
	const struct evidence *e = v->evidence, *end = e + v->evidence_count;
	bool any = false;

	p = PUT(p, "],\"evidence\":[");
	for (; e < end; e++) {
		if (e->topic != TOPIC_NONE)
			continue;
		*p = ',';
		p = put_place(p + any, e);
		any = true;
		p = PUT(p, ",\"weight\":");
		p = put_milli(p, e->weight);
		p = PUT(p, ",\"rule\":\"");
		p = e->rules ? put_sv(p, main_rule(e->rules)) : PUT(p, "word");
		p = PUT(p, "\"}");
	}
	return p;
}

static char *put_pii(char *p, const struct verdict *v)
{
	p = PUT(p, "],\"pii\":[");
	for (uint16_t i = 0; i < v->pii_count; i++) {
		if (i)
			*p++ = ',';
		p = PUT(p, "{\"kind\":\"");
		p = put_sv(p, sv_of(pii_kind_name(v->pii[i].kind)));
		p = PUT(p, "\",");
		p = put_span(p, v->pii[i].span);
		*p++ = '}';
	}
	return p;
}

static size_t room_for(const struct opinia_analyzer *a, const struct verdict *v,
		       struct sv id)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(a);
	size_t n = ROOM_LINE + id.n;

	n += ROOM_ITEM * ((size_t)v->topic_count + v->evidence_count + v->pii_count);
	for (uint16_t i = 0; i < v->topic_count; i++)
		n += ESCAPED * names->topics[v->topics[i].topic].id.n;
	for (uint16_t i = 0; i < v->evidence_count; i++)
		n += ESCAPED * v->evidence[i].term.n;
	return n;
}

void opinia_verdict_json(const struct opinia_analyzer *a, const struct verdict *v,
			 struct sv id, struct buf *out)
{
	uint8_t languages;
	struct sv language = opinia_analyzer_languages(a, &languages)[v->language].code;
	char *from = buf_room(out, room_for(a, v, id) + ESCAPED * language.n), *p = from;
	struct shares x;

	if (!p)
		return;
	share_out(&x, v);
	p = PUT(p, "{\"id\":");
	p = put_sv(p, id);
	p = PUT(p, ",\"lang\":");
	p = put_text(p, language);
	*p++ = ',';
	p = put_sentiment(p, v->sentiment, v->score);
	p = PUT(p, ",\"conf\":");
	p = put_milli(p, v->conf);
	*p++ = '}';
	p = put_topics(p, a, v, &x);
	p = put_evidence(p, v);
	p = put_pii(p, v);
	p = PUT(p, "],\"lexicon\":\"");
	p = put_sv(p, opinia_analyzer_hash(a));
	p = PUT(p, "\"}");
	buf_took(out, (size_t)(p - from));
}
