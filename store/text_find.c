/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_find.c: see text_find.h. Of a phrase the rarest word leads; the others are only
 * asked "have you this place?", which skips most of a frequent word's list undecoded.
 */
#include "store/text_find.h"

#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/text_spans.h"

/* Ascending places of one item: a list as it lies, or several merged. */
struct stream {
	struct sorted_cursor c;
	const uint32_t *list; /* NULL: use c */
	size_t n, i;
};

static uint32_t stream_seek(struct stream *s, uint32_t least)
{
	if (!s->list)
		return sorted_seek(&s->c, least);
	while (s->i < s->n && s->list[s->i] < least)
		s->i++;
	return s->i < s->n ? s->list[s->i] : SORTED_END;
}

void text_finder_open(struct text_finder *f, struct txn *t)
{
	memset(f, 0, sizeof(*f));
	txn_cursor_open(&f->cursor, t, DB_TEXT);
}

void text_finder_close(struct text_finder *f)
{
	txn_cursor_close(&f->cursor);
	free(f->room);
	f->room = NULL;
}

/* Mark the records that ascending places belong to. */
struct marker {
	const struct text_run *run;
	struct sorted_cursor starts;
	struct bits_set *out;
};

static void marker_start(struct marker *m, const struct text_run *run,
			 struct bits_set *out)
{
	m->run = run;
	m->out = out;
	sorted_start(&m->starts, &run->starts);
}

static void mark(struct marker *m, uint32_t place)
{
	uint32_t next = sorted_seek(&m->starts, place + 1), slot = m->starts.index - 1;
	uint16_t low;

	slot -= next != SORTED_END;
	low = text_run_low(m->run, slot);
	m->out->w[low >> 6] |= 1ull << (low & 63);
}

/* ---- one word -------------------------------------------------------------------- */

static void find_word(const struct text_run *run, const struct text_probe *p,
		      struct bits_set *out)
{
	struct text_group g;
	struct text_form form;

	if (!text_run_find(run, p->items[0].group, &g))
		return;
	while (text_group_form(&g, &form)) {
		struct sorted_cursor c;
		struct marker m;
		uint32_t place;

		if (!p->any_form && form.tag != p->items[0].form)
			continue;
		marker_start(&m, run, out);
		sorted_start(&c, &form.places);
		while ((place = sorted_next(&c)) != SORTED_END)
			mark(&m, place);
	}
}

/* ---- a phrase -------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* All places of a group in order, behind the @used numbers that f->room already holds. */
static bool merge_forms(struct text_finder *f, struct text_group *g, size_t *used)
{
	size_t need = *used + g->postings, from = *used;
	struct text_form form;

	if (need > f->room_count) {
		uint32_t *p = realloc(f->room, 2 * need * sizeof(*p));

		if (!p)
			return false;
		f->room = p;
		f->room_count = 2 * need;
	}
	while (text_group_form(g, &form)) {
		struct sorted_cursor c;
		uint32_t place;

		sorted_start(&c, &form.places);
		while (*used < need && (place = sorted_next(&c)) != SORTED_END)
			f->room[(*used)++] = place;
	}
	qsort(f->room + from, *used - from, sizeof(*f->room), by_number);
	return true;
}

struct phrase {
	struct stream s[TEXT_ITEMS_MAX];
	size_t from[TEXT_ITEMS_MAX]; /* in f->room */
	uint32_t size[TEXT_ITEMS_MAX];
	size_t lead;
};

/* The stream of one item; false: the run does not have it (or memory is out: *rc). */
static bool open_item(struct text_finder *f, const struct text_run *run,
		      const struct text_probe *p, size_t i, struct phrase *ph,
		      size_t *used, bool *memory)
{
	struct text_group g;
	struct text_form form;

	ph->s[i].list = NULL;
	ph->from[i] = SIZE_MAX;
	if (!text_run_find(run, p->items[i].group, &g))
		return false;
	if (p->any_form && g.forms > 1) {
		ph->from[i] = *used;
		*memory = merge_forms(f, &g, used);
		ph->size[i] = (uint32_t)(*used - ph->from[i]);
		return *memory;
	}
	while (text_group_form(&g, &form))
		if (p->any_form || form.tag == p->items[i].form) {
			sorted_start(&ph->s[i].c, &form.places);
			ph->size[i] = form.places.n;
			return true;
		}
	return false;
}

static void match_places(const struct text_probe *p, struct phrase *ph, struct marker *m)
{
	uint32_t lead_at = p->items[ph->lead].place, place, next = 0;

	while ((place = stream_seek(&ph->s[ph->lead], next)) != SORTED_END) {
		uint32_t first = place - lead_at;
		size_t i;

		next = place + 1;
		if (place < lead_at)
			continue;
		for (i = 0; i < p->count; i++)
			if (i != ph->lead &&
			    stream_seek(&ph->s[i], first + p->items[i].place) !=
				    first + p->items[i].place)
				break;
		if (i == p->count)
			mark(m, first);
	}
}

static int find_phrase(struct text_finder *f, const struct text_run *run,
		       const struct text_probe *p, struct bits_set *out, struct err *err)
{
	struct phrase ph;
	struct marker m;
	size_t used = 0;
	bool memory = true;

	ph.lead = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (!open_item(f, run, p, i, &ph, &used, &memory))
			return memory ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
		if (ph.size[i] < ph.size[ph.lead])
			ph.lead = i;
	}
	for (size_t i = 0; i < p->count; i++)
		if (ph.from[i] != SIZE_MAX) {
			ph.s[i].list = f->room + ph.from[i];
			ph.s[i].n = ph.size[i];
			ph.s[i].i = 0;
		}
	marker_start(&m, run, out);
	match_places(p, &ph, &m);
	return 0;
}

/* ---- a segment ------------------------------------------------------------------- */

static int find_in_run(struct text_finder *f, const struct text_found *found,
		       const struct text_probe *probes, size_t count,
		       struct bits_set *out, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && !rc; i++) {
		if (probes[i].count == 1)
			find_word(&found->run, &probes[i], out);
		else
			rc = find_phrase(f, &found->run, &probes[i], out, err);
	}
	return rc;
}

/* The same where something was superseded: that is left out. */
static int find_alive(struct text_finder *f, uint16_t segment,
		      const struct text_found *found, const struct text_probe *probes,
		      size_t count, struct bits_set *out, struct err *err)
{
	struct bits_set here = { { 0 } }, dead = { { 0 } };
	int rc;

	if (!found->dead.n)
		return find_in_run(f, found, probes, count, out, err);
	if (!bitmap_or(found->dead, dead.w))
		return text_damaged(err, segment, found->number);
	rc = find_in_run(f, found, probes, count, &here, err);
	for (unsigned i = 0; i < BITS_WORDS; i++)
		out->w[i] |= here.w[i] & ~dead.w[i];
	return rc;
}

int text_find(struct text_finder *f, uint16_t segment, const struct text_probe *probes,
	      size_t count, struct bits_set *out, struct err *err)
{
	struct text_found found;
	int rc = 0;

	if (text_seek_runs(&f->cursor, segment))
		while (!rc && text_next_run(&f->cursor, segment, &found, &rc, err))
			rc = find_alive(f, segment, &found, probes, count, out, err);
	return rc ? rc : txn_failed(f->cursor.txn, err);
}

int text_find_count(struct text_finder *f, uint16_t segment,
		    const struct text_probe *probes, size_t count, uint32_t *out,
		    struct err *err)
{
	struct text_found found;
	int rc = 0;

	*out = 0;
	if (!text_seek_runs(&f->cursor, segment))
		return txn_failed(f->cursor.txn, err);
	while (!rc && text_next_run(&f->cursor, segment, &found, &rc, err)) {
		if (found.dead.n) {
			struct bits_set set = { { 0 } };

			rc = find_alive(f, segment, &found, probes, count, &set, err);
			*out += bits_popcount(set.w);
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			const struct text_term *item = &probes[i].items[0];

			*out += probes[i].any_form
					? text_run_records(&found.run, item->group)
					: text_run_form_records(&found.run, item->group,
								item->form);
		}
	}
	return rc ? rc : txn_failed(f->cursor.txn, err);
}

int text_find_span(struct text_finder *f, uint16_t first, unsigned level,
		   const struct text_probe *probes, size_t count, uint64_t *out,
		   bool *there, struct err *err)
{
	struct text_span row;
	struct text_key k;

	*out = 0;
	*there = txn_seek_exact(&f->cursor, text_span_key(first, level, &k));
	if (!*there)
		return txn_failed(f->cursor.txn, err);
	if (!text_span_open(f->cursor.value, first, level, &row))
		return text_span_damaged(err, first, level);
	for (size_t i = 0; i < count; i++) {
		const struct text_term *item = &probes[i].items[0];
		uint32_t n;

		if (!text_span_records(&row, item->group,
				       probes[i].any_form ? NULL : &item->form, &n))
			return text_span_damaged(err, first, level);
		*out += n;
	}
	return 0;
}
