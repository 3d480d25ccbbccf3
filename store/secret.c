/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret.c: the plaintext of the sealed part, written and read; see secret.h.
 *
 * First bits that say how long everything is, with the evidence, then all texts as one,
 * packed together. A reader that runs out of bits remembers it and is asked once at the
 * end.
 */
#include "store/secret.h"

#include <string.h>

#include "store/proof.h"

enum layout { PLAIN, PACKED, PACKED_FRAME, BY_LETTERS };
enum { PACK_FROM = 400, PACK_ROOM = 16, STRINGS = 8, ONLY_ID = 1 };

/* ---- writing ----------------------------------------------------------------------- */

bool secret_needed(const struct record *r, const struct verdict *v)
{
	bool some = r->external_id.n || r->interaction.n || r->customer.n ||
		    r->origin.n || r->language.n || r->email.n || r->phone.n ||
		    r->crm.n || r->comment.n || v->evidence_count || v->pii_count;

	for (unsigned i = 0; i < r->score_count; i++)
		some = some || r->scores[i].question.n;
	return some;
}

static void put_text(struct bit_writer *b, struct buf *text, struct sv s)
{
	bits_put_number(b, s.n, 4);
	buf_sv_put(text, s);
}

static void put_strings(struct bit_writer *b, struct buf *text, const struct record *r,
			const struct secret_known *known)
{
	const struct sv none = { 0 };
	const struct sv strings[STRINGS] = { r->external_id,
					     r->interaction,
					     known->customer ? none : r->customer,
					     known->origin ? none : r->origin,
					     r->language,
					     r->email,
					     r->phone,
					     r->crm };
	unsigned questions = 0, present = 0;

	for (unsigned i = 0; i < STRINGS; i++)
		present |= (strings[i].n ? 1U : 0) << i;
	bits_put(b, known->customer, 1);
	bits_put(b, present != ONLY_ID, 1);
	if (present != ONLY_ID)
		bits_put(b, present, STRINGS);
	for (unsigned i = 0; i < STRINGS; i++)
		if (strings[i].n)
			put_text(b, text, strings[i]);
	for (unsigned i = 0; i < r->score_count; i++)
		if (r->scores[i].question.n)
			questions = i + 1;
	bits_put_number(b, questions, 1);
	for (unsigned i = 0; i < questions; i++)
		put_text(b, text, r->scores[i].question);
}

static void put_verdict(struct bit_writer *b, const struct verdict *v, struct sv comment)
{
	bits_put_number(b, v->evidence_count, 3);
	proof_put(b, v, comment);
	bits_put_number(b, v->pii_count, 1);
	for (unsigned i = 0; i < v->pii_count; i++) {
		bits_put_number(b, v->pii[i].kind, 2);
		bits_put_number(b, v->pii[i].span.start, 7);
		bits_put_number(b, v->pii[i].span.end - v->pii[i].span.start, 4);
	}
}

/* Append the smallest that can be made of @text; *layout says what it is. */
static void put_packed(struct packing *w, struct sv text, struct buf *out,
		       enum layout *layout)
{
	size_t at = out->n, n, more = 0;
	char *room =
		buf_room(out, 2 * (text.n + PACK_ROOM)); /* both, one after the other */
	bool bare;

	*layout = PLAIN;
	if (!room)
		return;
	n = packing_letters(w, text, room, text.n);
	if (text.n >= PACK_FROM)
		more = packing_pack(w, text, room + text.n, text.n + PACK_ROOM, &bare);
	if (more && more < text.n && (!n || more < n)) {
		memmove(room, room + text.n, more);
		*layout = bare ? PACKED : PACKED_FRAME;
		n = more;
	} else if (n && n < text.n)
		*layout = BY_LETTERS;
	else {
		out->n = at;
		buf_sv_put(out, text);
		return;
	}
	buf_took(out, n);
}

void secret_write(const struct record *r, const struct verdict *v,
		  const struct secret_known *known, struct buf *bits, struct buf *text)
{
	struct bit_writer b = { .out = bits };

	bits_put(&b, PLAIN, 2);
	put_strings(&b, text, r, known);
	bits_put_number(&b, r->comment.n, 7);
	put_verdict(&b, v, r->comment);
	bits_end(&b);
	buf_sv_put(text, r->comment);
}

void secret_pack(struct packing *w, struct sv bits, struct sv text, struct buf *out)
{
	size_t layout_at = out->n;
	enum layout layout;

	buf_sv_put(out, bits);
	put_packed(w, text, out, &layout);
	if (buf_ok(out))
		out->p[layout_at] |= (char)layout;
}

/* ---- reading ----------------------------------------------------------------------- */

/* A number that must not be above @max. */
static uint32_t get_max(struct bit_reader *r, unsigned g, uint32_t max)
{
	uint64_t v = bits_get_number(r, g);

	if (v > max)
		r->bad = true;
	return r->bad ? 0 : (uint32_t)v;
}

/* The length of a text; where it is becomes known later. */
static void get_length(struct bit_reader *r, struct sv *s, size_t *total)
{
	*s = (struct sv){ NULL, get_max(r, 4, RECORD_COMMENT_MAX) };
	*total += s->n;
}

/* All texts in the order of their places in the plaintext. */
struct texts {
	struct sv *of[STRINGS + RECORD_SCORES_MAX + 1];
	unsigned count;
	size_t total;
};

static void get_strings(struct bit_reader *r, struct secret *out, struct texts *t)
{
	struct sv *const strings[STRINGS] = { &out->external_id, &out->interaction,
					      &out->customer,	 &out->origin,
					      &out->language,	 &out->email,
					      &out->phone,	 &out->crm };
	uint64_t present;

	out->customer_known = bits_get(r, 1);
	present = bits_get(r, 1) ? bits_get(r, STRINGS) : ONLY_ID;
	for (unsigned i = 0; i < STRINGS; i++)
		if (present >> i & 1) {
			get_length(r, strings[i], &t->total);
			t->of[t->count++] = strings[i];
		}
	out->question_count = get_max(r, 1, RECORD_SCORES_MAX);
	for (unsigned i = 0; i < out->question_count; i++) {
		get_length(r, &out->question[i], &t->total);
		t->of[t->count++] = &out->question[i];
	}
	out->comment = (struct sv){ NULL, get_max(r, 7, RECORD_COMMENT_MAX) };
	t->total += out->comment.n;
	t->of[t->count++] = &out->comment;
}

static struct proof_piece *get_verdict(struct bit_reader *r, struct arena *arena,
				       struct secret *out)
{
	struct proof_piece *p = NULL;

	out->evidence_count = (uint16_t)get_max(r, 3, VERDICT_EVIDENCE_MAX);
	out->evidence =
		arena_zero(arena, out->evidence_count + 1U, sizeof(*out->evidence));
	if (out->evidence)
		p = proof_get(r, arena, out->evidence, out->evidence_count);
	out->pii_count = (uint16_t)get_max(r, 1, UINT16_MAX);
	if (out->pii_count > 8 * (size_t)(r->end - r->p) + 64)
		r->bad = true;
	if (r->bad)
		out->pii_count = 0;
	out->pii = arena_zero(arena, out->pii_count + 1U, sizeof(*out->pii));
	for (unsigned i = 0; out->pii && i < out->pii_count; i++) {
		out->pii[i].kind = (uint8_t)get_max(r, 2, PII_KINDS - 1);
		out->pii[i].span.start = get_max(r, 7, RECORD_COMMENT_MAX);
		out->pii[i].span.end =
			out->pii[i].span.start + get_max(r, 4, RECORD_COMMENT_MAX);
	}
	if (!out->pii)
		r->bad = true;
	return p;
}

/* The texts, unpacked, each where it lies. False: they are not what was said. */
static bool get_texts(struct sv rest, struct packing *w, unsigned layout,
		      struct arena *arena, struct texts *t)
{
	struct sv all = rest;
	size_t at = 0;

	if (t->total > RECORD_COMMENT_MAX + (size_t)t->count * RECORD_COMMENT_MAX)
		return false;
	if (layout == BY_LETTERS && !packing_unletters(w, rest, t->total, arena, &all))
		return false;
	if ((layout == PACKED || layout == PACKED_FRAME) &&
	    !packing_unpack(w, rest, layout == PACKED, t->total, arena, &all))
		return false;
	if (all.n != t->total)
		return false;
	for (unsigned i = 0; i < t->count; i++) {
		size_t n = t->of[i]->n;

		*t->of[i] = n ? (struct sv){ all.p + at, n } : (struct sv){ 0 };
		at += n;
	}
	return true;
}

int secret_read(struct sv plain, struct packing *w, struct arena *arena,
		struct secret *out, struct err *err)
{
	struct bit_reader r = { .p = (const uint8_t *)plain.p,
				.end = (const uint8_t *)plain.p + plain.n };
	struct texts texts = { .count = 0 };
	struct proof_piece *p;
	unsigned layout;
	const char *rest;

	*out = (struct secret){ 0 };
	layout = (unsigned)bits_get(&r, 2);
	get_strings(&r, out, &texts);
	p = get_verdict(&r, arena, out);
	rest = (const char *)bits_rest(&r);
	if (!r.bad && p &&
	    get_texts((struct sv){ rest, (size_t)(plain.p + plain.n - rest) }, w, layout,
		      arena, &texts) &&
	    proof_place(p, out->evidence, out->evidence_count, out->comment, arena))
		return 0;
	*out = (struct secret){ 0 };
	return err_set(err, ERR_INPUT, "the sealed part of a record is damaged");
}
