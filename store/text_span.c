/* SPDX-License-Identifier: Apache-2.0 */
/* text_span.c: the bytes of a row of counts; the layout is in text_span.h. */
#include "store/text_span.h"

#include <assert.h>
#include <stdlib.h>

#include "store/keys.h"
#include "store/varint.h"

enum {
	KEY_BITS = 48,
	BITS_MAX = 20,
	GROUPS_A_BUCKET = 16, /* at most, on average */
	SUM = 4,
	TAG = 3,
	VARINT_MAX = 6,
	BUCKET_MAX = 16
};

static unsigned rest_bits(unsigned directory_bits)
{
	return KEY_BITS - directory_bits;
}

static unsigned rest_bytes(unsigned directory_bits)
{
	return (rest_bits(directory_bits) + 7) / 8;
}

static uint64_t rest_mask(unsigned directory_bits)
{
	return (1ull << rest_bits(directory_bits)) - 1;
}

static bool varint(const uint8_t **p, const uint8_t *end, uint64_t *out)
{
	return varint_get(p, end, 40, out);
}

/* ---- reading ------------------------------------------------------------------------- */

bool text_span_open(struct sv body, uint16_t first, unsigned level, struct text_span *out)
{
	unsigned bits;

	if (body.n < TEXT_SPAN_HEAD ||
	    le_get(body.p, SUM) != sum32(body.p + SUM, TEXT_SPAN_HEAD - SUM, 'C') ||
	    le_get(body.p + 4, 4) != body.n || le_get(body.p + 12, 2) != first ||
	    (uint8_t)body.p[14] != level)
		return false;
	bits = (uint8_t)body.p[15];
	if (bits > BITS_MAX || body.n < TEXT_SPAN_HEAD + 4 * ((1ull << bits) + 1))
		return false;
	*out = (struct text_span){ body, (uint32_t)le_get(body.p + 8, 4), bits };
	return true;
}

/* False: outside, or not what was summed. */
static bool open_bucket(const struct text_span *s, uint32_t i, struct text_bucket *b)
{
	const char *entry = s->body.p + TEXT_SPAN_HEAD + 4 * (size_t)i;
	size_t begin = TEXT_SPAN_HEAD + 4 * ((1ull << s->directory_bits) + 1);
	uint64_t from = le_get(entry, 4), to = le_get(entry + 4, 4), n;
	const uint8_t *p = (const uint8_t *)s->body.p + begin;

	if (from + SUM > to || to > s->body.n - begin ||
	    le_get(p + from, SUM) != sum32(p + from + SUM, to - from - SUM, i))
		return false;
	b->keys = p + from + SUM;
	b->end = p + to;
	/* eight bytes may be read where the last key is: its entry is behind it */
	if (!varint(&b->keys, b->end, &n) ||
	    (n && (n - 1) * rest_bytes(s->directory_bits) + sizeof(uint64_t) >
			  (uint64_t)(b->end - b->keys)))
		return false;
	b->groups = (uint32_t)n;
	b->entry = b->keys + n * rest_bytes(s->directory_bits);
	return true;
}

static uint64_t key_at(const uint8_t *p, uint64_t mask)
{
	return le_get(p, sizeof(uint64_t)) & mask;
}

/* What an entry begins with; the tag of a single form is not passed. */
static bool read_entry(struct text_bucket *b, uint32_t *records, uint32_t *forms)
{
	uint64_t v, n = 1;

	if (!varint(&b->entry, b->end, &v) || v >> 1 > UINT32_MAX ||
	    ((v & 1) && !varint(&b->entry, b->end, &n)) || n > UINT32_MAX)
		return false;
	*records = (uint32_t)(v >> 1);
	*forms = (uint32_t)n;
	return true;
}

/* The next of the @forms of a group of @all records. */
static bool read_form(struct text_bucket *b, uint32_t forms, uint32_t all,
		      struct text_form_count *out)
{
	uint64_t n = all;

	if (b->end - b->entry < TAG)
		return false;
	out->tag = (uint32_t)le_get(b->entry, TAG);
	b->entry += TAG;
	if ((forms > 1 && !varint(&b->entry, b->end, &n)) || n > UINT32_MAX)
		return false;
	out->records = (uint32_t)n;
	return true;
}

static bool pass_entry(struct text_bucket *b)
{
	uint32_t forms, records;
	uint64_t n;

	if (!read_entry(b, &records, &forms))
		return false;
	if (forms == 1) {
		b->entry += TAG;
		return b->entry <= b->end;
	}
	for (; forms && b->end - b->entry > TAG; forms--) {
		b->entry += TAG;
		if (!varint(&b->entry, b->end, &n))
			return false;
	}
	return !forms;
}

/* The records of the entry at hand, in one form or in any. */
static bool count_entry(struct text_bucket *b, const uint32_t *form, uint32_t *out)
{
	uint32_t forms, records;
	struct text_form_count f;

	if (!read_entry(b, &records, &forms))
		return false;
	*out = form ? 0 : records;
	for (uint32_t i = 0; form && i < forms; i++) {
		if (!read_form(b, forms, records, &f))
			return false;
		if (f.tag == *form)
			*out = f.records;
	}
	return true;
}

bool text_span_records(const struct text_span *s, uint64_t group, const uint32_t *form,
		       uint32_t *out)
{
	unsigned rest = rest_bits(s->directory_bits),
		 bytes = rest_bytes(s->directory_bits);
	uint64_t mask = rest_mask(s->directory_bits), want = group & mask, here = 0;
	struct text_bucket b;
	uint32_t i = 0;

	*out = 0;
	assert(group >> KEY_BITS == 0);
	if (!open_bucket(s, (uint32_t)(group >> rest), &b))
		return false;
	while (i < b.groups && (here = key_at(b.keys + (size_t)i * bytes, mask)) < want)
		i++;
	if (i == b.groups || here != want)
		return true;
	while (i--)
		if (!pass_entry(&b))
			return false;
	return count_entry(&b, form, out);
}

/* ---- walking ------------------------------------------------------------------------- */

bool text_forms_add(struct text_forms *f, uint32_t tag, uint32_t records)
{
	if (f->n == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		struct text_form_count *p = realloc(f->p, room * sizeof(*p));

		if (!p)
			return false;
		f->p = p;
		f->room = room;
	}
	f->p[f->n++] = (struct text_form_count){ tag, records };
	return true;
}

bool text_span_next(struct text_span_walk *w, uint64_t *key, uint32_t *records,
		    struct text_forms *forms)
{
	unsigned bits = w->span->directory_bits, bytes = rest_bytes(bits);
	struct text_bucket *b = &w->bucket;
	uint32_t n;

	while (!w->failed && b->groups == 0) {
		if (w->next >> bits)
			return false;
		w->failed = !open_bucket(w->span, w->next++, b);
	}
	if (w->failed)
		return false;
	b->groups--;
	*key = (uint64_t)(w->next - 1) << rest_bits(bits) |
	       key_at(b->keys, rest_mask(bits));
	b->keys += bytes;
	w->failed = !read_entry(b, records, &n);
	for (uint32_t i = 0; i < n && !w->failed; i++) {
		struct text_form_count f;

		w->failed = !read_form(b, n, *records, &f) ||
			    !text_forms_add(forms, f.tag, f.records);
	}
	return !w->failed;
}

/* ---- making -------------------------------------------------------------------------- */

void text_span_maker_init(struct text_span_maker *m)
{
	*m = (struct text_span_maker){ .keys = NULL };
	buf_init(&m->entries, UINT32_MAX);
}

void text_span_maker_release(struct text_span_maker *m)
{
	free(m->keys);
	free(m->at);
	buf_release(&m->entries);
}

static bool room_for_one(struct text_span_maker *m)
{
	size_t room = m->room ? 2 * m->room : 1024;
	uint64_t *keys;
	uint32_t *at;

	if (m->n < m->room)
		return true;
	keys = realloc(m->keys, room * sizeof(*keys));
	if (keys)
		m->keys = keys;
	at = realloc(m->at, room * sizeof(*at));
	if (at)
		m->at = at;
	if (!keys || !at)
		return false;
	m->room = room;
	return true;
}

void text_span_put(struct text_span_maker *m, uint64_t key, uint32_t records,
		   const struct text_form_count *forms, size_t n)
{
	uint8_t *p, *q;

	if (m->failed || !room_for_one(m)) {
		m->failed = true;
		return;
	}
	m->keys[m->n] = key;
	m->at[m->n++] = (uint32_t)m->entries.n;
	p = (uint8_t *)buf_room(&m->entries, 2 * VARINT_MAX + n * (TAG + VARINT_MAX));
	if (!p)
		return;
	q = p + varint_set(p, (uint64_t)records << 1 | (n > 1));
	if (n > 1)
		q += varint_set(q, n);
	for (size_t i = 0; i < n; i++) {
		le_set(q, forms[i].tag, TAG);
		q += TAG;
		if (n > 1)
			q += varint_set(q, forms[i].records);
	}
	buf_took(&m->entries, (size_t)(q - p));
}

/* The groups @from up to before @to. */
static void put_bucket(const struct text_span_maker *m, uint32_t number, size_t from,
		       size_t to, unsigned bits, struct buf *out)
{
	size_t at = out->n, end = to < m->n ? m->at[to] : m->entries.n;
	size_t begin = from < m->n ? m->at[from] : end;
	uint8_t *p, *q;

	le_put(out, 0, SUM);
	p = (uint8_t *)buf_room(out, VARINT_MAX + (to - from) * rest_bytes(bits));
	if (!p)
		return;
	q = p + varint_set(p, to - from);
	for (size_t i = from; i < to; i++) { /* the bits above are the bucket's number */
		le_set(q, m->keys[i] & rest_mask(bits), rest_bytes(bits));
		q += rest_bytes(bits);
	}
	buf_took(out, (size_t)(q - p));
	buf_put(out, m->entries.p + begin, end - begin);
	if (buf_ok(out))
		le_set(out->p + at, sum32(out->p + at + SUM, out->n - at - SUM, number),
		       SUM);
}

bool text_span_finish(struct text_span_maker *m, uint16_t first, unsigned level,
		      struct buf *out)
{
	size_t from = out->n, begin, i = 0;
	unsigned bits = 0;
	char head[TEXT_SPAN_HEAD] = { 0 };

	while (bits < BITS_MAX && m->n >> bits >= GROUPS_A_BUCKET)
		bits++;
	if (m->failed || !buf_ok(&m->entries))
		return false;
	begin = from + TEXT_SPAN_HEAD + 4 * ((1ull << bits) + 1);
	buf_room(out, begin - from + m->entries.n + m->n * rest_bytes(bits) +
			      ((size_t)BUCKET_MAX << bits));
	buf_put(out, head, sizeof(head));
	for (size_t k = 0; k <= 1ull << bits; k++)
		le_put(out, 0, 4);
	for (uint32_t number = 0; number < 1u << bits && buf_ok(out); number++) {
		size_t to = i;

		while (to < m->n && m->keys[to] >> rest_bits(bits) == number)
			to++;
		put_bucket(m, number, i, to, bits, out);
		i = to;
		if (buf_ok(out))
			le_set(out->p + from + TEXT_SPAN_HEAD + 4 * ((size_t)number + 1),
			       out->n - begin, 4);
	}
	if (!buf_ok(out))
		return false;
	le_set(out->p + from + 4, out->n - from, 4);
	le_set(out->p + from + 8, m->n, 4);
	le_set(out->p + from + 12, first, 2);
	out->p[from + 14] = (char)level;
	out->p[from + 15] = (char)bits;
	le_set(out->p + from, sum32(out->p + from + SUM, TEXT_SPAN_HEAD - SUM, 'C'), SUM);
	return true;
}
