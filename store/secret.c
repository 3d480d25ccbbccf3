/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret.c: the plaintext of the sealed part, written and read; see secret.h.
 *
 * Numbers are varints (7 bits a byte, lowest first), signed ones zigzag; a reader that
 * runs out of bytes remembers it and is asked once at the end.
 */
#include "store/secret.h"

#include <string.h>

enum { PLAIN = 0, PACKED = 1, PACK_FROM = 24, STRINGS = 8 };

/* ---- writing ----------------------------------------------------------------------- */

static void put_u(struct buf *b, uint64_t v)
{
	uint8_t bytes[10];
	size_t n = 0;

	for (; v > 127; v >>= 7)
		bytes[n++] = (uint8_t)(v | 128);
	bytes[n++] = (uint8_t)v;
	buf_put(b, bytes, n);
}

static void put_i(struct buf *b, int64_t v)
{
	put_u(b, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static void put_sv(struct buf *b, struct sv s)
{
	put_u(b, s.n);
	buf_sv_put(b, s);
}

/* The document's n-th topic (1..), or 0 for sentiment. */
static unsigned topic_place(const struct verdict *v, uint16_t topic)
{
	for (unsigned i = 0; i < v->topic_count; i++)
		if (v->topics[i].topic == topic)
			return i + 1;
	return 0;
}

static void put_verdict(struct buf *b, const struct verdict *v)
{
	uint32_t end = 0;

	put_u(b, v->evidence_count);
	for (unsigned i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];

		put_i(b, (int64_t)e->span.start - end);
		put_u(b, e->span.end - e->span.start);
		put_i(b, e->weight);
		put_i(b, (int64_t)e->base - e->weight);
		put_u(b, e->rules);
		put_u(b, topic_place(v, e->topic));
		put_u(b, e->clause);
		end = e->span.end;
	}
	put_u(b, v->pii_count);
	for (unsigned i = 0; i < v->pii_count; i++) {
		put_u(b, v->pii[i].kind);
		put_u(b, v->pii[i].span.start);
		put_u(b, v->pii[i].span.end - v->pii[i].span.start);
	}
}

static void put_comment(struct buf *b, struct sv comment, struct packing *w,
			size_t layout_at)
{
	size_t n = 0;
	char *room;

	put_u(b, comment.n);
	if (comment.n >= PACK_FROM) {
		room = buf_room(b, comment.n);
		n = room ? packing_pack(w, comment, room, comment.n - 1) : 0;
	}
	if (n) {
		buf_took(b, n);
		b->p[layout_at] = PACKED;
	} else
		buf_sv_put(b, comment);
}

bool secret_needed(const struct record *r, const struct verdict *v)
{
	bool some = r->external_id.n || r->interaction.n || r->customer.n ||
		    r->origin.n || r->language.n || r->email.n || r->phone.n ||
		    r->crm.n || r->comment.n || v->evidence_count || v->pii_count;

	for (unsigned i = 0; i < r->score_count; i++)
		some = some || r->scores[i].question.n;
	return some;
}

void secret_write(const struct record *r, const struct verdict *v, struct packing *w,
		  struct buf *b)
{
	const struct sv strings[STRINGS] = { r->external_id, r->interaction, r->customer,
					     r->origin,	     r->language,    r->email,
					     r->phone,	     r->crm };
	size_t layout_at = b->n;
	unsigned questions = 0, present = 0;

	for (unsigned i = 0; i < STRINGS; i++)
		present |= (strings[i].n ? 1U : 0) << i;
	buf_char(b, PLAIN);
	buf_char(b, (char)present);
	for (unsigned i = 0; i < STRINGS; i++)
		if (strings[i].n)
			put_sv(b, strings[i]);
	for (unsigned i = 0; i < r->score_count; i++)
		if (r->scores[i].question.n)
			questions = i + 1;
	put_u(b, questions);
	for (unsigned i = 0; i < questions; i++)
		put_sv(b, r->scores[i].question);
	put_verdict(b, v);
	put_comment(b, r->comment, w, layout_at);
}

/* ---- reading ----------------------------------------------------------------------- */

struct reader {
	const char *p, *end;
	bool bad;
};

static uint64_t get_u(struct reader *r)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte;

		if (r->p == r->end)
			break;
		byte = (uint8_t)*r->p++;
		v |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return v;
	}
	r->bad = true;
	return 0;
}

static int64_t get_i(struct reader *r)
{
	uint64_t v = get_u(r);

	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

/* A number that must not be above @max. */
static uint32_t get_max(struct reader *r, uint32_t max)
{
	uint64_t v = get_u(r);

	if (v > max)
		r->bad = true;
	return r->bad ? 0 : (uint32_t)v;
}

static unsigned get_byte(struct reader *r)
{
	if (r->p == r->end)
		r->bad = true;
	return r->bad ? 0 : (uint8_t)*r->p++;
}

static struct sv get_sv(struct reader *r)
{
	uint64_t n = get_u(r);
	struct sv s = { r->p, (size_t)n };

	if (r->bad || n > (size_t)(r->end - r->p)) {
		r->bad = true;
		return (struct sv){ 0 };
	}
	r->p += n;
	return n ? s : (struct sv){ 0 };
}

static void get_evidence(struct reader *r, struct evidence *e, uint32_t *end)
{
	int64_t start = *end + get_i(r);
	int64_t weight, base;

	if (start < 0 || start > RECORD_COMMENT_MAX)
		r->bad = true;
	e->span.start = r->bad ? 0 : (uint32_t)start;
	e->span.end = e->span.start + get_max(r, RECORD_COMMENT_MAX);
	weight = get_i(r);
	base = get_i(r);
	if (weight != (int32_t)weight || base < INT32_MIN || base > INT32_MAX)
		r->bad = true;
	e->weight = (int32_t)weight;
	e->base = (int32_t)(uint32_t)((uint64_t)weight + (uint64_t)base);
	e->rules = get_max(r, UINT32_MAX);
	e->topic = (uint16_t)get_max(r, VERDICT_TOPICS_MAX);
	e->clause = (uint16_t)get_max(r, UINT16_MAX);
	*end = e->span.end;
}

static void get_verdict(struct reader *r, struct arena *arena, struct secret *out)
{
	uint32_t end = 0;

	out->evidence_count = (uint16_t)get_max(r, VERDICT_EVIDENCE_MAX);
	out->evidence =
		arena_zero(arena, out->evidence_count + 1U, sizeof(*out->evidence));
	for (unsigned i = 0; out->evidence && i < out->evidence_count; i++)
		get_evidence(r, &out->evidence[i], &end);
	out->pii_count = (uint16_t)get_max(r, UINT16_MAX);
	if (out->pii_count > (size_t)(r->end - r->p))
		r->bad = true;
	if (r->bad)
		out->pii_count = 0;
	out->pii = arena_zero(arena, out->pii_count + 1U, sizeof(*out->pii));
	for (unsigned i = 0; out->pii && i < out->pii_count; i++) {
		out->pii[i].kind = (uint8_t)get_max(r, PII_KINDS - 1);
		out->pii[i].span.start = get_max(r, RECORD_COMMENT_MAX);
		out->pii[i].span.end =
			out->pii[i].span.start + get_max(r, RECORD_COMMENT_MAX);
	}
	if (!out->evidence || !out->pii)
		r->bad = true;
}

static void get_comment(struct reader *r, struct packing *w, unsigned layout,
			struct arena *arena, struct secret *out)
{
	uint32_t n = get_max(r, RECORD_COMMENT_MAX);
	struct sv rest = { r->p, (size_t)(r->end - r->p) };

	if (r->bad || !n)
		r->bad |= rest.n != 0;
	else if (layout == PACKED)
		r->bad |= !packing_unpack(w, rest, n, arena, &out->comment) ||
			  out->comment.n != n;
	else {
		r->bad |= rest.n != n;
		out->comment = rest;
	}
}

int secret_read(struct sv plain, struct packing *w, struct arena *arena,
		struct secret *out, struct err *err)
{
	struct reader r = { plain.p, plain.p + plain.n, false };
	struct sv *const strings[STRINGS] = { &out->external_id, &out->interaction,
					      &out->customer,	 &out->origin,
					      &out->language,	 &out->email,
					      &out->phone,	 &out->crm };
	unsigned layout = get_max(&r, PACKED), present = get_byte(&r);

	*out = (struct secret){ 0 };
	for (unsigned i = 0; i < STRINGS; i++)
		if (present >> i & 1)
			*strings[i] = get_sv(&r);
	out->question_count = get_max(&r, RECORD_SCORES_MAX);
	for (unsigned i = 0; i < out->question_count; i++)
		out->question[i] = get_sv(&r);
	get_verdict(&r, arena, out);
	get_comment(&r, w, layout, arena, out);
	if (!r.bad)
		return 0;
	*out = (struct secret){ 0 };
	return err_set(err, ERR_INPUT, "the sealed part of a record is damaged");
}
