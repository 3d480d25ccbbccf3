/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: see text.h: a landing's words made a run.
 *
 * What a record had before is marked dead where it lies (a few bytes) and leaves for
 * good with the next merge. Runs merge like a counter carries: when eight of a size
 * stand at the end, they become one of the next; and a segment that is full becomes one
 * run.
 */
#include "store/text.h"

#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/keys.h"
#include "store/slots.h"
#include "store/text_inside.h"
#include "store/text_spans.h"

enum { DIGIT_BITS = 12, DIGITS = 1 << DIGIT_BITS, SEEN_FIRST = 1024, FEW = 4096 };
enum { AHEAD = 8 /* words: so long memory takes */ };
enum { MUCH = 16384 /* records merged, as much as a landing brings at most */ };

/* ---- a landing's run ------------------------------------------------------------- */

/* A word of the run: most come again, so the words are sorted and not their postings. */
struct text_seen {
	uint64_t group;
	uint32_t form;
	uint32_t count; /* its postings; while they are sorted its number */
};

struct making {
	struct text_posting *p;
	uint32_t *which, *place; /* of each posting, as they came */
	struct text_seen *seen, *spare;
	uint32_t *slots; /* by hash: a place in @seen + 1, or 0; 2 * seen_room of them */
	size_t count, seen_count, seen_room;
	uint32_t *starts; /* of each record, and the end */
	uint16_t *lows;
	uint32_t records, places;
};

static void making_release(struct making *m)
{
	free(m->p);
	free(m->which);
	free(m->place);
	free(m->seen);
	free(m->spare);
	free(m->slots);
	free(m->starts);
	free(m->lows);
}

/* Where the look for a word begins. */
static inline size_t slot_at(const struct making *m, uint64_t group, uint32_t form)
{
	uint64_t h = (group ^ (uint64_t)form << 32) * 0x9e3779b97f4a7c15U;

	return (size_t)(h >> 32) & (2 * m->seen_room - 1);
}

static inline void fetch(const struct making *m, const struct text_term *t)
{
	__builtin_prefetch(&m->slots[slot_at(m, t->group, t->form)]);
}

static uint32_t *slot_of(const struct making *m, uint64_t group, uint32_t form)
{
	size_t mask = 2 * m->seen_room - 1;
	size_t at = slot_at(m, group, form);

	while (m->slots[at] && (m->seen[m->slots[at] - 1].group != group ||
				m->seen[m->slots[at] - 1].form != form))
		at = (at + 1) & mask;
	return &m->slots[at];
}

static bool seen_room(struct making *m)
{
	struct text_seen *seen =
		slots_grow(m->seen, sizeof(*seen), &m->slots, &m->seen_room, SEEN_FIRST);

	if (!seen)
		return false;
	m->seen = seen;
	for (size_t i = 0; i < m->seen_count; i++)
		*slot_of(m, seen[i].group, seen[i].form) = (uint32_t)i + 1;
	return true;
}

static bool take_term(struct making *m, const struct text_term *t)
{
	uint32_t *slot;

	if (m->seen_count == m->seen_room && !seen_room(m))
		return false;
	slot = slot_of(m, t->group, t->form);
	if (!*slot) {
		m->seen[m->seen_count++] = (struct text_seen){ t->group, t->form, 0 };
		*slot = (uint32_t)m->seen_count;
	}
	m->seen[*slot - 1].count++;
	m->which[m->count] = *slot - 1;
	m->place[m->count++] = m->places + t->place;
	return true;
}

static int gather(const struct text_doc *docs, size_t count, struct making *m,
		  struct err *err)
{
	size_t terms = 0;
	bool ok;

	for (size_t i = 0; i < count; i++)
		terms += docs[i].count;
	m->p = malloc((terms + 1) * sizeof(*m->p));
	m->which = malloc((terms + 1) * sizeof(*m->which));
	m->place = malloc((terms + 1) * sizeof(*m->place));
	m->starts = malloc((count + 1) * sizeof(*m->starts));
	m->lows = malloc((count + 1) * sizeof(*m->lows));
	ok = m->p && m->which && m->place && m->starts && m->lows;
	for (size_t i = 0; ok && i < count; i++) {
		const struct text_doc *d = &docs[i];

		if (!d->count)
			continue;
		m->lows[m->records] = (uint16_t)d->id;
		m->starts[m->records++] = m->places;
		for (uint32_t k = 0; ok && k < d->count; k++) {
			if (k + AHEAD < d->count && m->slots)
				fetch(m, &d->terms[k + AHEAD]);
			ok = take_term(m, &d->terms[k]);
		}
		m->places += d->terms[d->count - 1].place + 2;
	}
	if (!ok)
		return err_set(err, ERR_SYSTEM, "out of memory");
	m->starts[m->records] = m->places;
	return 0;
}

static uint32_t digit(const struct text_seen *s, unsigned pass)
{
	return (uint32_t)(pass < 2 ? s->form >> DIGIT_BITS * pass
				   : s->group >> DIGIT_BITS * (pass - 2) & (DIGITS - 1)) &
	       (DIGITS - 1);
}

static int by_group(const void *a, const void *b)
{
	const struct text_seen *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->form < y->form ? -1 : x->form > y->form;
}

/* By group, then form; each knows then by @count which it was, and @counts has the counts by that. */
static bool sort_seen(struct making *m, uint32_t *counts)
{
	uint32_t at[DIGITS];
	size_t n = m->seen_count;

	for (size_t i = 0; i < n; i++)
		counts[i] = m->seen[i].count;
	for (size_t i = 0; i < n; i++)
		m->seen[i].count = (uint32_t)i;
	if (n && n < FEW) { /* six tables of digits cost more than that */
		qsort(m->seen, n, sizeof(*m->seen), by_group);
		return true;
	}
	m->spare = malloc((n + 1) * sizeof(*m->spare));
	for (unsigned pass = 0; m->spare && pass < 6; pass++) {
		struct text_seen *spare = m->spare;
		uint32_t sum = 0;

		memset(at, 0, sizeof(at));
		for (size_t i = 0; i < n; i++)
			at[digit(&m->seen[i], pass)]++;
		for (unsigned i = 0; i < DIGITS; i++) {
			uint32_t here = at[i];

			at[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			spare[at[digit(&m->seen[i], pass)]++] = m->seen[i];
		m->spare = m->seen;
		m->seen = spare;
	}
	return m->spare;
}

/* By group, form, place: they came ordered by place. False: out of memory. */
static bool sort_postings(struct making *m)
{
	uint32_t *at = malloc((m->seen_count + 1) * sizeof(*at)), sum = 0;
	bool ok = at && sort_seen(m, at);

	for (size_t i = 0; ok && i < m->seen_count; i++) {
		struct text_seen *s = &m->seen[i];
		uint32_t n = at[s->count];

		at[s->count] = sum;
		for (uint32_t k = sum; k < sum + n; k++)
			m->p[k] = (struct text_posting){ s->group, s->form, 0 };
		sum += n;
	}
	for (size_t i = 0; ok && i < m->count; i++)
		m->p[at[m->which[i]]++].place = m->place[i];
	free(at);
	return ok;
}

/* How many records @n postings of one group are of, when these are ordered by form. */
static uint32_t records_of(const struct text_posting *p, size_t n,
			   const struct text_slots *s, uint32_t *seen, uint32_t stamp)
{
	uint32_t records = 0;

	if (n == 1)
		return 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t slot = text_slot(s, p[i].place);

		records += seen[slot] != stamp;
		seen[slot] = stamp;
	}
	return records;
}

static int make_body(struct making *m, struct buf *out, struct err *err)
{
	struct text_slots s = { NULL, NULL, 0 };
	uint32_t *seen = calloc(m->records, sizeof(*seen)), groups = 0;
	struct text_maker maker;
	bool ok = sort_postings(m);

	for (size_t i = 0; ok && i < m->count; i++)
		groups += i == 0 || m->p[i].group != m->p[i - 1].group;
	text_maker_init(&maker, &s, m->places, groups);
	ok = ok && seen && text_slots_of(m->starts, m->records, &s);
	groups = 0;
	for (size_t i = 0, j; ok && i < m->count; i = j) {
		for (j = i; j < m->count && m->p[j].group == m->p[i].group; j++)
			;
		text_maker_group(&maker, m->p + i, j - i,
				 records_of(m->p + i, j - i, &s, seen, ++groups));
	}
	ok = ok && text_maker_finish(&maker, m->lows, m->starts, m->records, out);
	text_maker_release(&maker);
	free(s.hint);
	free(seen);
	return ok ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- superseding ----------------------------------------------------------------- */

/* Which of @docs that may have been there are alive in @f: their low halves into @lows. */
static int alive_here(uint16_t segment, const struct text_found *f,
		      const struct text_doc *docs, size_t count, uint16_t *lows,
		      size_t *alive, struct err *err)
{
	struct text_slots s;
	size_t n = 0;
	int rc;

	*alive = 0;
	rc = text_slots_of_run(&f->run, &s);
	if (rc)
		return rc == ERR_INPUT ? text_damaged(err, segment, f->number)
				       : err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0, slot = 0; i < count; i++) {
		uint16_t low = (uint16_t)docs[i].id;

		if (!docs[i].had_words)
			continue;
		while (slot < s.slots && text_run_low(&f->run, (uint32_t)slot) < low)
			slot++;
		if (slot < s.slots && text_run_low(&f->run, (uint32_t)slot) == low &&
		    s.starts[slot] < s.starts[slot + 1])
			lows[n++] = low;
	}
	text_slots_release(&s);
	*alive = n;
	return 0;
}

static int write_dead(struct txn *t, uint16_t segment, const struct text_found *f,
		      const uint16_t *lows, size_t n, struct err *err)
{
	struct text_key k;
	struct buf out;
	int rc = 0;

	buf_init(&out, 0);
	buf_put(&out, "\0\0\0\0", 4);
	if (!bitmap_change(f->dead, lows, n, NULL, 0, &out)) {
		rc = buf_ok(&out) ? text_damaged(err, segment, f->number)
				  : err_set(err, ERR_SYSTEM, "out of memory");
	} else {
		le_set(out.p, sum32(out.p + 4, out.n - 4, 'D'), 4);
		txn_put(t, DB_TEXT, text_key(segment, f->number, TEXT_PART_DEAD, &k),
			buf_sv(&out));
		rc = txn_failed(t, err);
	}
	buf_release(&out);
	return rc;
}

static int supersede(struct txn *t, uint16_t segment, const struct text_doc *docs,
		     size_t count, uint16_t *lows, struct err *err)
{
	struct txn_cursor c;
	struct text_found f;
	uint32_t next = TEXT_RUN_FIRST;
	int rc = 0;
	bool more = true;

	/* Writing ends every view, so the cursor is placed anew for each run. */
	while (more && !rc) {
		struct text_key k;
		size_t n;

		txn_cursor_open(&c, t, DB_TEXT);
		more = txn_seek(&c, text_key(segment, next, 0, &k)) &&
		       text_next_run(&c, segment, &f, &rc, err);
		txn_cursor_close(&c);
		if (!more)
			break;
		next = f.number + 1;
		rc = alive_here(segment, &f, docs, count, lows, &n, err);
		if (!rc && n)
			rc = write_dead(t, segment, &f, lows, n, err);
	}
	return rc ? rc : txn_failed(t, err);
}

/* ---- landing --------------------------------------------------------------------- */

static unsigned size_class(uint32_t records)
{
	return records ? (31u - (unsigned)__builtin_clz(records)) / 3 : 0;
}

struct run_list {
	uint32_t number[TEXT_RUNS_MAX], records[TEXT_RUNS_MAX];
	size_t count;
};

static int list_runs(struct txn *t, uint16_t segment, struct run_list *l, struct err *err)
{
	struct txn_cursor c;
	struct text_found f;
	int rc = 0;

	l->count = 0;
	txn_cursor_open(&c, t, DB_TEXT);
	if (text_seek_runs(&c, segment))
		while (l->count < TEXT_RUNS_MAX &&
		       text_next_run(&c, segment, &f, &rc, err)) {
			l->number[l->count] = f.number;
			l->records[l->count++] = f.run.records;
		}
	txn_cursor_close(&c);
	return rc;
}

/* How many runs at the end should become one; 0: none. */
static size_t to_merge(const struct run_list *l)
{
	unsigned newest = l->count ? size_class(l->records[l->count - 1]) : 0;
	size_t n = 0;

	if (l->count >= TEXT_RUNS_MAX - 1)
		return l->count;
	while (n < l->count && size_class(l->records[l->count - 1 - n]) <= newest)
		n++;
	return n >= TEXT_FAN ? n : 0;
}

/* *much: a merge that took its time is not alone with it. */
static int tidy(struct txn *t, uint16_t segment, bool all, bool *much, struct err *err)
{
	struct run_list l;
	int rc;

	for (;;) {
		uint32_t merged = 0;
		size_t n;

		rc = list_runs(t, segment, &l, err);
		n = all && l.count > 1 ? l.count : to_merge(&l);
		if (rc || n == 0)
			return rc;
		rc = text_merge(t, segment, l.number + l.count - n, n, err);
		if (rc)
			return rc;
		for (size_t i = l.count - n; i < l.count; i++)
			merged += l.records[i];
		*much |= merged >= MUCH;
	}
}

/* Put the run behind the others of its segment; *first tells that there was none. */
static int put_run(struct txn *t, uint16_t segment, struct sv body, bool *first,
		   struct err *err)
{
	struct run_list l;
	struct text_key k;
	int rc = list_runs(t, segment, &l, err);

	if (rc)
		return rc;
	*first = l.count == 0;
	txn_put(t, DB_TEXT,
		text_key(segment, l.count ? l.number[l.count - 1] + 1 : TEXT_RUN_FIRST,
			 TEXT_PART_BODY, &k),
		body);
	return txn_failed(t, err);
}

static int land_words(struct txn *t, uint16_t segment, const struct text_doc *docs,
		      size_t count, struct err *err)
{
	struct making m = { 0 };
	struct buf body;
	bool first = false, much = false;
	unsigned made;
	int rc = gather(docs, count, &m, err);

	buf_init(&body, UINT32_MAX);
	if (!rc && m.records)
		rc = make_body(&m, &body, err);
	if (!rc && m.records)
		rc = put_run(t, segment, buf_sv(&body), &first, err);
	if (!rc && m.records)
		rc = tidy(t, segment, false, &much, err);
	if (!rc && first && segment)
		rc = tidy(t, (uint16_t)(segment - 1), true, &much, err);
	if (!rc && (first || (much && segment == text_newest_segment(t))))
		rc = text_spans_make(t, first ? 2 : 1, &made, err);
	buf_release(&body);
	making_release(&m);
	return rc;
}

int text_land(struct txn *t, const struct text_doc *docs, size_t count, struct err *err)
{
	uint16_t *lows = malloc((count + 1) * sizeof(*lows));
	int rc = 0;

	if (!lows)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0, j; !rc && i < count; i = j) {
		uint16_t segment = (uint16_t)(docs[i].id >> 16);
		bool had = false;

		for (j = i; j < count && docs[j].id >> 16 == segment; j++)
			had |= docs[j].had_words;
		text_spans_drop(t, segment);
		if (had)
			rc = supersede(t, segment, docs + i, j - i, lows, err);
		if (!rc)
			rc = land_words(t, segment, docs + i, j - i, err);
	}
	free(lows);
	return rc;
}

int text_purge(struct txn *t, uint16_t segment, struct err *err)
{
	struct run_list l;
	int rc = list_runs(t, segment, &l, err);

	for (size_t i = 0; !rc && i < l.count; i++) {
		struct text_key k;
		struct sv dead;

		if (txn_get(t, DB_TEXT,
			    text_key(segment, l.number[i], TEXT_PART_DEAD, &k), &dead))
			rc = text_merge(t, segment, &l.number[i], 1, err);
	}
	return rc ? rc : txn_failed(t, err);
}
