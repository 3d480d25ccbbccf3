/* SPDX-License-Identifier: Apache-2.0 */
/* text_make.c: writing the body of a run; the layout is in text_run.h. */
#include <stdlib.h>

#include "store/keys.h"
#include "store/text_inside.h"
#include "store/varint.h"

enum { KEY_BITS = 48, GROUPS_AN_ENTRY = 8, LISTED_BELOW = 4 };

static void put_varint(struct buf *b, uint32_t v)
{
	uint8_t p[5];

	buf_put(b, p, varint_set(p, v));
}

void text_maker_init(struct text_maker *m, const struct text_slots *slots,
		     uint32_t places, uint32_t groups)
{
	memset(m, 0, sizeof(*m));
	m->slots = slots;
	buf_init(&m->heads, UINT32_MAX);
	buf_init(&m->postings, UINT32_MAX);
	buf_init(&m->directory, UINT32_MAX);
	m->places = places;
	while (m->directory_bits < 20 &&
	       groups >> m->directory_bits >= 2 * GROUPS_AN_ENTRY)
		m->directory_bits++;
}

void text_maker_release(struct text_maker *m)
{
	buf_release(&m->heads);
	buf_release(&m->postings);
	buf_release(&m->directory);
	free(m->scratch);
	m->scratch = NULL;
}

static bool scratch_for(struct text_maker *m, size_t n)
{
	uint32_t *p;

	if (n <= m->scratch_room)
		return true;
	p = realloc(m->scratch, 2 * n * sizeof(*p));
	if (!p)
		return false;
	m->scratch = p;
	m->scratch_room = 2 * n;
	return true;
}

/* Directory entries up to @bucket point to where the next group goes. */
static void fill_directory(struct text_maker *m, uint32_t bucket)
{
	for (; m->next <= bucket; m->next++) {
		le_put(&m->directory, m->heads.n, 4);
		le_put(&m->directory, m->postings.n, 4);
	}
}

/* How many records @n ascending places are in. */
static uint32_t records_at(const struct text_slots *s, const uint32_t *place, uint32_t n)
{
	uint32_t records = 0, end = 0;

	for (uint32_t i = 0; i < n; i++)
		if (place[i] >= end) {
			end = s->starts[text_slot(s, place[i]) + 1];
			records++;
		}
	return records;
}

/* One form's head and postings; @alone: it has no other forms beside it. */
static void put_form(struct text_maker *m, uint32_t tag, uint32_t n, bool alone)
{
	le_put(&m->heads, tag, 3);
	put_varint(&m->heads, n);
	if (n > 1 && !alone)
		put_varint(&m->heads, n - records_at(m->slots, m->scratch, n));
	sorted_put(m->scratch, n, m->places, &m->postings);
}

void text_maker_group(struct text_maker *m, const struct text_posting *p, size_t n,
		      uint32_t records)
{
	uint32_t forms = 0;

	if (m->failed || !scratch_for(m, n)) {
		m->failed = true;
		return;
	}
	fill_directory(m, (uint32_t)(p->group >> (KEY_BITS - m->directory_bits)));
	for (size_t i = 0; i < n; i++)
		forms += i == 0 || p[i].form != p[i - 1].form;
	le_put(&m->heads, p->group, 6);
	put_varint(&m->heads, forms);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i; j < n && p[j].form == p[i].form; j++)
			m->scratch[j - i] = p[j].place;
		put_form(m, p[i].form, (uint32_t)(j - i), forms == 1);
	}
	if (n > 1)
		put_varint(&m->heads, (uint32_t)n - records);
	m->groups++;
}

/* Where each slot begins; slots without a record begin where the next record does. */
static uint32_t *slot_starts(const uint16_t *lows, const uint32_t *starts, bool listed,
			     uint32_t slots)
{
	uint32_t *out = malloc(slots * sizeof(*out));

	for (uint32_t slot = 0, i = 0; out && slot < slots; slot++) {
		out[slot] = starts[i];
		if (listed || lows[0] + slot == lows[i])
			i++;
	}
	return out;
}

static void put_header(const struct text_maker *m, char *p, uint16_t first, bool listed,
		       const uint32_t numbers[8])
{
	memset(p, 0, TEXT_RUN_HEAD);
	le_set(p + 8, TEXT_RUN_VERSION, 4);
	le_set(p + 12, first, 2);
	p[14] = (char)m->directory_bits;
	p[15] = listed;
	for (unsigned i = 0; i < 8; i++)
		le_set(p + 16 + 4 * i, numbers[i], 4);
}

/* The sums; @at is where the run begins in @out. */
static void seal(struct buf *out, size_t at, uint32_t records)
{
	char *p = out->p + at;
	size_t n = out->n - at;

	le_set(p + 44, n, 4);
	le_set(p + 48, records, 4);
	le_set(p + 4, sum32(p + TEXT_RUN_HEAD, n - TEXT_RUN_HEAD, 'B'), 4);
	le_set(p, sum32(p + 4, TEXT_RUN_HEAD - 4, 'H'), 4);
}

bool text_maker_finish(struct text_maker *m, const uint16_t *lows, const uint32_t *starts,
		       uint32_t n, struct buf *out)
{
	uint32_t span = (uint32_t)(lows[n - 1] - lows[0]) + 1;
	bool listed = span / LISTED_BELOW > n;
	uint32_t slots = listed ? n : span, at[8] = { slots, m->places, m->groups };
	uint32_t *begin = slot_starts(lows, starts, listed, slots);
	size_t from = out->n;

	fill_directory(m, 1u << m->directory_bits);
	if (!begin || m->failed || !buf_ok(&m->heads) || !buf_ok(&m->postings) ||
	    !buf_ok(&m->directory)) {
		free(begin);
		return false;
	}
	buf_room(out,
		 m->heads.n + m->postings.n + m->directory.n + 4 * (size_t)slots + 1024);
	at[3] = TEXT_RUN_HEAD;
	at[4] = at[3] + (uint32_t)sorted_bytes(slots, m->places + 1) +
		(listed ? 2 * slots : 0);
	at[5] = at[4] + (uint32_t)m->directory.n;
	at[6] = at[5] + (uint32_t)m->heads.n;
	if (buf_room(out, TEXT_RUN_HEAD)) {
		put_header(m, out->p + from, lows[0], listed, at);
		buf_took(out, TEXT_RUN_HEAD);
	}
	sorted_put(begin, slots, m->places + 1, out);
	for (uint32_t i = 0; listed && i < n; i++)
		le_put(out, lows[i], 2);
	buf_sv_put(out, buf_sv(&m->directory));
	buf_sv_put(out, buf_sv(&m->heads));
	buf_sv_put(out, buf_sv(&m->postings));
	le_put(out, 0, SORTED_PAD);
	free(begin);
	if (buf_ok(out))
		seal(out, from, n);
	return buf_ok(out);
}
