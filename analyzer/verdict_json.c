/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict_json.c: a verdict as the one line that other programs read. The shape is a contract
 * (design.md 5): fields may be added at the end, never renamed.
 */
#include <string.h>

#include "analyzer/opinia_analyzer.h"

/*
 * The room for the whole line is taken once; behind that, everything is written to a bare
 * pointer. The bound is generous: every byte of a text may become six.
 */
enum { ROOM_LINE = 400, ROOM_ITEM = 160, ROOM_NUMBER = 16, ESCAPED = 6 };

#define PUT(p, literal)                                                                  \
	(memcpy((p), literal, sizeof(literal) - 1), (p) + sizeof(literal) - 1)

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
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	if (v < 1000) { /* nearly all of ours: places and thousandths */
		uint32_t hundreds = v / 100, tens = v / 10;

		*p = (char)('0' + hundreds);
		p += hundreds != 0;
		p[0] = (char)('0' + tens % 10);
		p[1] = (char)('0' + v % 10);
		return p + 2;
	}
	return put_large(p, v);
}

static char *put_milli(char *p, int32_t milli)
{
	uint32_t v = milli < 0 ? 0u - (uint32_t)milli : (uint32_t)milli, part = v % 1000;

	if (milli < 0)
		*p++ = '-';
	p = put_u32(p, v / 1000);
	if (!part)
		return p;
	p[0] = '.';
	p[1] = (char)('0' + part / 100);
	p[2] = (char)('0' + part / 10 % 10);
	p[3] = (char)('0' + part % 10);
	return p + (part % 10 ? 4 : part % 100 ? 3 : 2);
}

static char *put_z(char *p, const char *z)
{
	while (*z)
		*p++ = *z++;
	return p;
}

static char *put_sv(char *p, struct sv s)
{
	if (s.n)
		memcpy(p, s.p, s.n);
	return p + s.n;
}

/* Is a byte among these eight a control character, a quote or a backslash? */
static inline bool needs_escape(uint64_t v)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
	uint64_t quote = v ^ ones * '"', backslash = v ^ ones * '\\';

	return ((v - ones * 0x20) & ~v & tops) | ((quote - ones) & ~quote & tops) |
	       ((backslash - ones) & ~backslash & tops);
}

/* Copies eight bytes at a time, the last eight over again; false: somebody has to escape. */
static inline bool put_plain(char *p, struct sv s)
{
	uint64_t v, seen = 0;
	uint32_t head, tail;

	if (s.n >= 8) {
		for (size_t i = 0; i + 8 < s.n; i += 8) {
			memcpy(&v, s.p + i, 8);
			memcpy(p + i, &v, 8);
			seen |= needs_escape(v);
		}
		memcpy(&v, s.p + s.n - 8, 8);
		memcpy(p + s.n - 8, &v, 8);
		return !(seen | needs_escape(v));
	}
	if (s.n < 4)
		return false;
	memcpy(&head, s.p, 4);
	memcpy(&tail, s.p + s.n - 4, 4);
	memcpy(p, &head, 4);
	memcpy(p + s.n - 4, &tail, 4);
	return !needs_escape(head | (uint64_t)tail << 32);
}

static char *put_text(char *p, struct sv s)
{
	static const char hex[] = "0123456789abcdef";

	*p++ = '"';
	if (put_plain(p, s)) {
		p[s.n] = '"';
		return p + s.n + 1;
	}
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
	*p++ = '"';
	return p;
}

static char *put_span(char *p, struct span s)
{
	p = PUT(p, "\"start\":");
	p = put_u32(p, s.start);
	p = PUT(p, ",\"end\":");
	return put_u32(p, s.end);
}

/* The rule that matters most to a reader: what turned the word before what strengthened it. */
static const char *main_rule(uint32_t rules)
{
	static const enum rule order[] = {
		RULE_LEARNED,	 RULE_BIAS,	   RULE_BARE_NEGATOR, RULE_IRONY,
		RULE_WISH,	 RULE_NEGATION,	   RULE_RESOLVED,     RULE_CONTRAST,
		RULE_CONCESSION, RULE_INTENSIFIER, RULE_DIMINISHER,   RULE_ELONGATION,
		RULE_CAPITALS,	 RULE_EMOJI,	   RULE_TOPIC_TERM,   RULE_HALF_EXACT,
		RULE_RATING,	 RULE_PHRASE,
	};

	for (size_t i = 0; rules && i < sizeof(order) / sizeof(order[0]); i++)
		if (rules & (uint32_t)order[i])
			return rule_name(order[i]);
	return rule_name(RULE_WORD);
}

void opinia_rules_text(uint32_t rules, struct buf *out)
{
	bool any = false;

	for (uint32_t bit = 1; bit <= RULE_RATING; bit <<= 1)
		if (rules & bit) {
			buf_str(out, any ? ", " : "");
			buf_str(out, rule_name((enum rule)bit));
			any = true;
		}
	if (!any)
		buf_str(out, rule_name(RULE_WORD));
}

static char *put_sentiment(char *p, uint8_t label, int16_t score)
{
	p = PUT(p, "\"sentiment\":{\"label\":\"");
	p = put_z(p, sentiment_name(label));
	p = PUT(p, "\",\"score\":");
	return put_milli(p, score);
}

static char *put_topic_evidence(char *p, const struct verdict *v, uint16_t topic)
{
	bool any = false;

	for (uint16_t k = 0; k < v->evidence_count; k++) {
		if (v->evidence[k].topic != topic)
			continue;
		if (any)
			*p++ = ',';
		*p++ = '{';
		p = put_span(p, v->evidence[k].span);
		p = PUT(p, ",\"term\":");
		p = put_text(p, v->evidence[k].term);
		*p++ = '}';
		any = true;
	}
	return p;
}

static char *put_topics(char *p, const struct opinia_analyzer *a, const struct verdict *v)
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
		p = put_topic_evidence(p, v, t->topic);
		p = PUT(p, "]}");
	}
	return p;
}

static char *put_evidence(char *p, const struct verdict *v)
{
	bool any = false;

	p = PUT(p, "],\"evidence\":[");
	for (uint16_t i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];

		if (e->topic != TOPIC_NONE)
			continue;
		if (any)
			*p++ = ',';
		*p++ = '{';
		p = put_span(p, e->span);
		p = PUT(p, ",\"term\":");
		p = put_text(p, e->term);
		p = PUT(p, ",\"weight\":");
		p = put_milli(p, e->weight);
		p = PUT(p, ",\"rule\":\"");
		p = put_z(p, main_rule(e->rules));
		p = PUT(p, "\"}");
		any = true;
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

	if (!p)
		return;
	p = PUT(p, "{\"id\":");
	p = put_sv(p, id);
	p = PUT(p, ",\"lang\":");
	p = put_text(p, language);
	*p++ = ',';
	p = put_sentiment(p, v->sentiment, v->score);
	p = PUT(p, ",\"conf\":");
	p = put_milli(p, v->conf);
	*p++ = '}';
	p = put_topics(p, a, v);
	p = put_evidence(p, v);
	p = put_pii(p, v);
	p = PUT(p, "],\"lexicon\":\"");
	p = put_sv(p, opinia_analyzer_hash(a));
	p = PUT(p, "\"}");
	buf_took(out, (size_t)(p - from));
}
