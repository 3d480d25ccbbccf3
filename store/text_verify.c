/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_verify.c: does the index hold exactly the words that the documents hold?
 *
 * Each record's terms are summed up in one number that does not depend on their order,
 * once from the documents and once from the runs; one term more, less or elsewhere
 * changes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/text_inside.h"

struct tally {
	uint64_t sum;
	uint32_t terms, runs; /* runs: in how many it is alive */
};

struct verify {
	struct tally *want, *have; /* by low half */
	void (*tell)(void *self, const char *what);
	void *self;
	uint64_t *looked, *wrong;
	uint16_t segment;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ull;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93ull;
	return x ^ x >> 32;
}

static uint64_t term_sum(uint64_t group, uint32_t form, uint32_t place)
{
	return mix(mix(group << 16) + mix((uint64_t)form << 32 | place) * 3);
}

static void tell(struct verify *v, uint32_t number, bool run, const char *how)
{
	char what[120];

	snprintf(what, sizeof(what),
		 run ? "words of segment %u, run %u: %s"
		     : "words of segment %u, record %u: %s",
		 v->segment, number, how);
	v->tell(v->self, what);
	++*v->wrong;
}

/* The terms of one form; is it in as many records as is said? Dead ones count, too. */
static bool tally_form(struct verify *v, const struct text_found *f,
		       const struct text_slots *s, const struct bits_set *dead,
		       uint64_t key, const struct text_form *form)
{
	struct sorted_cursor c;
	uint32_t place, records = 0, end = 0;

	sorted_start(&c, &form->places);
	while ((place = sorted_next(&c)) != SORTED_END && place < f->run.places) {
		uint32_t slot = text_slot(s, place);
		uint16_t low = text_run_low(&f->run, slot);

		records += place >= end;
		end = s->starts[slot + 1];
		++*v->looked;
		if (dead->w[low >> 6] >> (low & 63) & 1)
			continue;
		v->have[low].sum += term_sum(key, form->tag, place - s->starts[slot]);
		v->have[low].terms++;
	}
	return records == form->records;
}

static void tally_run(struct verify *v, const struct text_found *f)
{
	struct bits_set dead = { { 0 } };
	struct text_slots s;
	struct text_walk w;
	struct text_group g;
	struct text_form form;
	bool counted = true;

	if (!text_run_sound(f->run.body) || text_slots_of_run(&f->run, &s)) {
		tell(v, f->number, true, "damaged");
		return;
	}
	if (f->dead.n && !bitmap_or(f->dead, dead.w))
		tell(v, f->number, true, "dead ids damaged");
	for (uint32_t slot = 0; slot < s.slots; slot++) {
		uint16_t low = text_run_low(&f->run, slot);

		if (s.starts[slot] < s.starts[slot + 1] &&
		    !(dead.w[low >> 6] >> (low & 63) & 1))
			v->have[low].runs++;
	}
	text_walk_start(&w, &f->run);
	while (text_walk_next(&w, &g))
		while (text_group_form(&g, &form))
			counted &= tally_form(v, f, &s, &dead, g.key, &form);
	if (!w.ok || !counted)
		tell(v, f->number, true, "damaged");
	text_slots_release(&s);
}

static void compare(struct verify *v)
{
	for (uint32_t low = 0; low < BITS_SEGMENT; low++) {
		const struct tally *w = &v->want[low], *h = &v->have[low];
		uint32_t id = (uint32_t)v->segment << 16 | low;

		if (h->runs > 1)
			tell(v, id, false, "is indexed twice");
		else if (w->terms && !h->terms)
			tell(v, id, false, "its words are missing");
		else if (!w->terms && h->terms)
			tell(v, id, false, "has words that its document has not");
		else if (w->terms != h->terms || w->sum != h->sum)
			tell(v, id, false, "not the words of its document");
	}
}

int text_verify(struct txn *t, uint16_t segment, const struct text_doc *docs,
		size_t count, void (*tell_of)(void *self, const char *what), void *self,
		uint64_t *looked, uint64_t *wrong, struct err *err)
{
	struct tally *both = calloc(2 * BITS_SEGMENT, sizeof(*both));
	struct verify v = { NULL, NULL, tell_of, self, looked, wrong, segment };
	struct txn_cursor c;
	struct text_found f;
	int rc = 0;

	if (!both)
		return err_set(err, ERR_SYSTEM, "out of memory");
	v.want = both;
	v.have = both + BITS_SEGMENT;
	for (size_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < docs[i].count; k++) {
			const struct text_term *x = &docs[i].terms[k];
			struct tally *w = &v.want[docs[i].id & 0xffff];

			w->sum += term_sum(x->group, x->form, x->place);
			w->terms++;
		}
	txn_cursor_open(&c, t, DB_TEXT);
	if (text_seek_runs(&c, segment))
		while (text_next_run(&c, segment, &f, &rc, err))
			tally_run(&v, &f);
	txn_cursor_close(&c);
	if (rc == ERR_INPUT) {
		v.tell(v.self, err ? err->text : "a run is damaged");
		++*wrong;
		rc = 0;
	}
	if (!rc)
		compare(&v);
	free(both);
	return rc ? rc : txn_failed(t, err);
}
