/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_merge.c: some runs of a segment made one, without what is dead in them.
 *
 * The living records are laid out anew in order of ids; then all runs are walked side
 * by side, group by group and form by form, and every place moves with its record.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/keys.h"
#include "store/text_inside.h"

/* ---- shared with text.c and text_find.c ------------------------------------------ */

struct sv text_key(uint16_t segment, uint32_t run, uint8_t part, struct text_key *k)
{
	be_set(k->p, segment, 2);
	be_set(k->p + 2, run, 4);
	be_set(k->p + 6, part, 1);
	return (struct sv){ k->p, TEXT_KEY_LEN };
}

int text_damaged(struct err *err, uint16_t segment, uint32_t run)
{
	return err_set(err, ERR_INPUT, "words of segment %u, run %u: damaged", segment,
		       run);
}

bool text_seek_runs(struct txn_cursor *c, uint16_t segment)
{
	struct text_key k;

	return txn_seek(c, text_key(segment, TEXT_RUN_FIRST, 0, &k));
}

static bool open_dead(struct sv value, struct sv *dead)
{
	uint32_t card;

	*dead = sv_sub(value, 4, value.n);
	return value.n > 4 && le_get(value.p, 4) == sum32(dead->p, dead->n, 'D') &&
	       bitmap_count(*dead, &card);
}

bool text_next_run(struct txn_cursor *c, uint16_t segment, struct text_found *out,
		   int *rc, struct err *err)
{
	uint64_t key;

	*rc = 0;
	if (c->key.n != TEXT_KEY_LEN || be_get(c->key.p, 2) != segment)
		return false;
	key = be_get(c->key.p, TEXT_KEY_LEN);
	out->number = (uint32_t)(key >> 8);
	out->dead = (struct sv){ NULL, 0 };
	if ((key & 0xff) != TEXT_PART_BODY || !text_run_open(c->value, &out->run)) {
		*rc = text_damaged(err, segment, out->number);
		return false;
	}
	if (!txn_next(c))
		c->key.n = 0;
	else if (c->key.n == TEXT_KEY_LEN &&
		 be_get(c->key.p, TEXT_KEY_LEN) == (key | TEXT_PART_DEAD)) {
		if (!open_dead(c->value, &out->dead)) {
			*rc = text_damaged(err, segment, out->number);
			return false;
		}
		if (!txn_next(c))
			c->key.n = 0;
	}
	return true;
}

bool text_slots_of(uint32_t *starts, uint32_t n, struct text_slots *out)
{
	uint32_t places = starts[n];

	out->starts = starts;
	out->slots = n;
	out->hint = malloc(((places >> 5) + 1) * sizeof(*out->hint));
	if (!out->hint)
		return false;
	for (uint32_t i = 0, block = 0; block <= places >> 5; block++) {
		while (i + 1 < n && starts[i + 1] <= block << 5)
			i++;
		out->hint[block] = i;
	}
	return true;
}

int text_slots_of_run(const struct text_run *r, struct text_slots *out)
{
	uint32_t *starts = malloc((r->slots + 1) * sizeof(*starts)), last = 0;
	struct sorted_cursor c;

	*out = (struct text_slots){ NULL, NULL, 0 };
	if (!starts)
		return ERR_SYSTEM;
	sorted_start(&c, &r->starts);
	for (uint32_t i = 0; i < r->slots; i++) {
		starts[i] = sorted_next(&c);
		if (starts[i] < last || starts[i] > r->places) {
			free(starts);
			return ERR_INPUT;
		}
		last = starts[i];
	}
	starts[r->slots] = r->places;
	if (!text_slots_of(starts, r->slots, out)) {
		free(starts);
		*out = (struct text_slots){ NULL, NULL, 0 };
		return ERR_SYSTEM;
	}
	return 0;
}

void text_slots_release(struct text_slots *s)
{
	free(s->starts);
	free(s->hint);
}

/* ---- merging --------------------------------------------------------------------- */

struct input {
	struct text_found found;
	struct text_slots slots;
	uint32_t *moved; /* where each slot's record begins now; SORTED_END: dead */
	struct text_walk walk;
	struct text_group group; /* not yet merged; key UINT64_MAX: none left */
	struct text_form form;
	bool has_form;
};

struct merge {
	struct input in[TEXT_RUNS_MAX];
	size_t count;
	uint32_t low, span; /* low halves that take part: from @low on, so many */
	uint32_t *owner; /* by low half less @low: input << 16 | slot; SORTED_END: none */
	uint32_t *seen;	 /* by low half less @low */
	uint16_t *lows;
	uint32_t *starts;
	uint32_t records, places, groups;
	struct text_posting *p;
	size_t n, room;
	struct text_slots slots; /* of what is made */
	struct text_maker maker;
};

static void merge_release(struct merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		text_slots_release(&m->in[i].slots);
		free(m->in[i].moved);
	}
	free(m->owner);
	free(m->seen);
	free(m->lows);
	free(m->starts);
	free(m->slots.hint);
	free(m->p);
	text_maker_release(&m->maker);
	free(m);
}

/* Which input has each living record; false: two have it. */
static bool claim(struct merge *m, size_t which)
{
	struct input *in = &m->in[which];
	struct bits_set dead = { { 0 } };

	if (in->found.dead.n && !bitmap_or(in->found.dead, dead.w))
		return false;
	for (uint32_t slot = 0; slot < in->slots.slots; slot++) {
		uint16_t low = text_run_low(&in->found.run, slot);

		in->moved[slot] = SORTED_END;
		if (low < m->low || low - m->low >= m->span)
			return false;
		if (in->slots.starts[slot] == in->slots.starts[slot + 1] ||
		    (dead.w[low >> 6] >> (low & 63) & 1))
			continue;
		if (m->owner[low - m->low] != SORTED_END)
			return false;
		m->owner[low - m->low] = (uint32_t)which << 16 | slot;
	}
	return true;
}

static void lay_out(struct merge *m)
{
	for (uint32_t i = 0; i < m->span; i++) {
		uint32_t owner = m->owner[i], slot = owner & 0xffff;
		struct input *in;

		if (owner == SORTED_END)
			continue;
		in = &m->in[owner >> 16];
		assert(in->moved); /* claim() was there */
		in->moved[slot] = m->places;
		m->lows[m->records] = (uint16_t)(m->low + i);
		m->starts[m->records++] = m->places;
		m->places += in->slots.starts[slot + 1] - in->slots.starts[slot];
	}
}

static bool slots_made(struct merge *m)
{
	m->starts[m->records] = m->places;
	return !m->records || text_slots_of(m->starts, m->records, &m->slots);
}

static int open_inputs(struct merge *m, struct txn *t, uint16_t segment,
		       const uint32_t *numbers, struct err *err)
{
	struct txn_cursor c;
	size_t found = 0;
	int rc = 0;

	txn_cursor_open(&c, t, DB_TEXT);
	for (; !rc && found < m->count; found++) {
		struct input *in = &m->in[found];
		struct text_key k;

		if (!txn_seek(&c, text_key(segment, numbers[found], 0, &k)) ||
		    !text_next_run(&c, segment, &in->found, &rc, err) ||
		    in->found.number != numbers[found] ||
		    !text_run_sound(in->found.run.body) ||
		    text_slots_of_run(&in->found.run, &in->slots) == ERR_INPUT) {
			rc = rc ? rc : text_damaged(err, segment, numbers[found]);
			break;
		}
		in->moved = in->slots.starts
				    ? malloc((in->slots.slots + 1) * sizeof(*in->moved))
				    : NULL;
		if (!in->moved) {
			err_set(err, ERR_SYSTEM, "out of memory");
			rc = ERR_SYSTEM;
			break;
		}
		text_walk_start(&in->walk, &in->found.run);
	}
	txn_cursor_close(&c);
	return rc;
}

/* Small runs lie close together: room for the ids between their first and their last. */
static int claim_all(struct merge *m, uint16_t segment, const uint32_t *numbers,
		     struct err *err)
{
	uint32_t first = BITS_SEGMENT, last = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct text_run *r = &m->in[i].found.run;
		uint32_t low = text_run_low(r, 0), high = text_run_low(r, r->slots - 1);

		first = low < first ? low : first;
		last = high > last ? high : last;
	}
	m->low = first;
	m->span = last >= first ? last - first + 1 : 1;
	m->owner = malloc(m->span * sizeof(*m->owner));
	m->seen = calloc(m->span, sizeof(*m->seen));
	m->lows = malloc(m->span * sizeof(*m->lows));
	m->starts = malloc((m->span + 1) * sizeof(*m->starts));
	for (uint32_t i = 0; m->owner && i < m->span; i++)
		m->owner[i] = SORTED_END;
	if (!m->owner || !m->seen || !m->lows || !m->starts)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < m->count; i++)
		if (!claim(m, i))
			return text_damaged(err, segment, numbers[i]);
	return 0;
}

static bool keep_posting(struct merge *m, struct text_posting p)
{
	if (m->n == m->room) {
		size_t room = m->room ? 2 * m->room : 1024;
		struct text_posting *grown = realloc(m->p, room * sizeof(*grown));

		if (!grown)
			return false;
		m->p = grown;
		m->room = room;
	}
	m->p[m->n++] = p;
	return true;
}

/*
 * The living places of the form at @in, moved; *records counts records new to this
 * group.
 */
static bool take_form(struct merge *m, struct input *in, uint64_t key, uint32_t *records)
{
	struct sorted_cursor c;
	uint32_t place;

	sorted_start(&c, &in->form.places);
	while ((place = sorted_next(&c)) != SORTED_END) {
		uint32_t slot, moved;
		uint16_t low;

		if (place >= in->found.run.places)
			return false;
		slot = text_slot(&in->slots, place);
		moved = in->moved[slot];
		if (moved == SORTED_END)
			continue;
		low = text_run_low(&in->found.run, slot);
		*records += m->seen[low - m->low] != m->groups;
		m->seen[low - m->low] = m->groups;
		if (!keep_posting(m, (struct text_posting){
					     key, in->form.tag,
					     moved + place - in->slots.starts[slot] }))
			return false;
	}
	in->has_form = text_group_form(&in->group, &in->form);
	return true;
}

static int by_place(const void *a, const void *b)
{
	uint32_t x = ((const struct text_posting *)a)->place;
	uint32_t y = ((const struct text_posting *)b)->place;

	return (x > y) - (x < y);
}

/* Runs mostly follow one another, so one form's places mostly come in order. */
static void order(struct text_posting *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (p[i].place < p[i - 1].place) {
			qsort(p, n, sizeof(*p), by_place);
			return;
		}
}

static bool merge_group(struct merge *m, uint64_t key)
{
	uint32_t records = 0;

	m->n = 0;
	m->groups++;
	for (size_t i = 0; i < m->count; i++)
		m->in[i].has_form = m->in[i].group.key == key &&
				    text_group_form(&m->in[i].group, &m->in[i].form);
	for (;;) {
		uint32_t tag = UINT32_MAX;
		size_t from = m->n;

		for (size_t i = 0; i < m->count; i++)
			if (m->in[i].has_form && m->in[i].form.tag < tag)
				tag = m->in[i].form.tag;
		if (tag == UINT32_MAX)
			break;
		for (size_t i = 0; i < m->count; i++)
			if (m->in[i].has_form && m->in[i].form.tag == tag &&
			    !take_form(m, &m->in[i], key, &records))
				return false;
		order(m->p + from, m->n - from);
	}
	if (m->n)
		text_maker_group(&m->maker, m->p, m->n, records);
	return true;
}

static void next_group(struct input *in)
{
	if (!text_walk_next(&in->walk, &in->group))
		in->group.key = UINT64_MAX;
}

static bool merge_groups(struct merge *m)
{
	for (size_t i = 0; i < m->count; i++)
		next_group(&m->in[i]);
	for (;;) {
		uint64_t key = UINT64_MAX;

		for (size_t i = 0; i < m->count; i++)
			key = m->in[i].group.key < key ? m->in[i].group.key : key;
		if (key == UINT64_MAX)
			break;
		if (!merge_group(m, key))
			return false;
		for (size_t i = 0; i < m->count; i++)
			if (m->in[i].group.key == key)
				next_group(&m->in[i]);
	}
	for (size_t i = 0; i < m->count; i++)
		if (!m->in[i].walk.ok)
			return false;
	return true;
}

static int write_merged(struct merge *m, struct txn *t, uint16_t segment,
			const uint32_t *numbers, struct buf *body, struct err *err)
{
	struct text_key k;

	for (size_t i = 0; i < m->count; i++) {
		if (i || !m->records)
			txn_delete(t, DB_TEXT,
				   text_key(segment, numbers[i], TEXT_PART_BODY, &k));
		if (m->in[i].found.dead.n)
			txn_delete(t, DB_TEXT,
				   text_key(segment, numbers[i], TEXT_PART_DEAD, &k));
	}
	if (m->records)
		txn_put(t, DB_TEXT, text_key(segment, numbers[0], TEXT_PART_BODY, &k),
			buf_sv(body));
	return txn_failed(t, err);
}

int text_merge(struct txn *t, uint16_t segment, const uint32_t *numbers, size_t count,
	       struct err *err)
{
	struct merge *m = calloc(1, sizeof(*m));
	uint32_t groups = 0;
	struct buf body;
	int rc;

	if (!m)
		return err_set(err, ERR_SYSTEM, "out of memory");
	m->count = count;
	buf_init(&body, UINT32_MAX);
	rc = open_inputs(m, t, segment, numbers, err);
	if (!rc)
		rc = claim_all(m, segment, numbers, err);
	if (!rc) {
		lay_out(m);
		for (size_t i = 0; i < count; i++)
			groups = m->in[i].found.run.groups > groups
					 ? m->in[i].found.run.groups
					 : groups;
		text_maker_init(&m->maker, &m->slots, m->places, groups);
		if (!slots_made(m))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
		else if (!merge_groups(m))
			rc = text_damaged(err, segment, numbers[0]);
		else if (m->records && !text_maker_finish(&m->maker, m->lows, m->starts,
							  m->records, &body))
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (!rc)
		rc = write_merged(m, t, segment, numbers, &body, err);
	buf_release(&body);
	merge_release(m);
	return rc;
}
