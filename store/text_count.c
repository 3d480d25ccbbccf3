/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_count.c: a row of counts made of runs and of lower rows: they are walked side by side,
 * group by group. In a run where something was superseded the places say who is still there.
 */
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/text_span.h"
#include "store/text_spans.h"

struct counted {
	uint16_t first; /* segment */
	uint8_t level;	/* of a row; 0: a run */
	struct text_span row;
	struct text_span_walk row_walk;
	struct text_found found;
	struct text_walk walk;
	struct bits_set *dead; /* NULL: nobody; else with what follows */
	struct text_slots slots;
	uint32_t *seen, stamp; /* by slot */
	uint32_t records;      /* of the group at hand, its forms are in */
	struct text_forms forms;
};

struct counting {
	struct counted **in; /* they do not move: walks point into them */
	uint64_t *keys;	     /* of each its group at hand; NONE_LEFT */
	size_t n, room;
	struct text_forms forms;
	struct text_span_maker maker;
};

#define NONE_LEFT UINT64_MAX
enum { FEW = 24 /* forms: quicker than qsort() */ };

static void counted_free(struct counted *in)
{
	free(in->dead);
	free(in->seen);
	text_slots_release(&in->slots);
	free(in->forms.p);
	free(in);
}

static void counting_release(struct counting *c)
{
	for (size_t i = 0; i < c->n; i++)
		counted_free(c->in[i]);
	free(c->in);
	free(c->keys);
	free(c->forms.p);
	text_span_maker_release(&c->maker);
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- what is counted ----------------------------------------------------------------- */

static struct counted *one_more(struct counting *c)
{
	struct counted *in = calloc(1, sizeof(*in));

	if (in && c->n == c->room) {
		size_t room = c->room ? 2 * c->room : 16;
		struct counted **p = realloc(c->in, room * sizeof(struct counted *));
		uint64_t *keys = realloc(c->keys, room * sizeof(*keys));

		if (p)
			c->in = p;
		if (keys)
			c->keys = keys;
		if (!p || !keys) {
			free(in);
			return NULL;
		}
		c->room = room;
	}
	if (in)
		c->in[c->n++] = in;
	return in;
}

/* Who of a run is dead, and whose each place is. */
static int note_dead(struct counted *in, uint16_t segment, struct err *err)
{
	int rc = text_slots_of_run(&in->found.run, &in->slots);

	if (rc == ERR_INPUT)
		return text_damaged(err, segment, in->found.number);
	in->dead = calloc(1, sizeof(*in->dead));
	in->seen = calloc((size_t)in->slots.slots + 1, sizeof(*in->seen));
	if (rc || !in->dead || !in->seen)
		return no_memory(err);
	return bitmap_or(in->found.dead, in->dead->w)
		       ? 0
		       : text_damaged(err, segment, in->found.number);
}

static int add_runs(struct counting *c, struct txn *t, uint16_t segment, struct err *err)
{
	struct text_found f;
	struct txn_cursor cursor;
	int rc = 0;

	txn_cursor_open(&cursor, t, DB_TEXT);
	if (text_seek_runs(&cursor, segment))
		while (!rc && text_next_run(&cursor, segment, &f, &rc, err)) {
			struct counted *in = one_more(c);

			if (!in) {
				rc = no_memory(err);
				break;
			}
			in->first = segment;
			in->found = f;
			text_walk_start(&in->walk, &in->found.run);
			if (!text_run_sound(f.run.body))
				rc = text_damaged(err, segment, f.number);
			else if (f.dead.n)
				rc = note_dead(in, segment, err);
		}
	txn_cursor_close(&cursor);
	return rc ? rc : txn_failed(t, err);
}

/* All below a row of @level (0: a segment), with rows where there are some. */
static int add_below(struct counting *c, struct txn *t, uint32_t first, unsigned level,
		     bool rows, struct err *err)
{
	uint32_t step = level > 1 ? text_span_size(level - 1) : 1;
	int rc = 0;

	if (!level)
		return add_runs(c, t, (uint16_t)first, err);
	for (uint32_t s = first; !rc && s < first + text_span_size(level); s += step) {
		struct text_key k;
		struct sv body;
		struct counted *in;

		if (!rows || level == 1 ||
		    !txn_get(t, DB_TEXT, text_span_key((uint16_t)s, level - 1, &k),
			     &body)) {
			rc = add_below(c, t, s, level - 1, rows, err);
			continue;
		}
		in = one_more(c);
		if (!in)
			return no_memory(err);
		in->first = (uint16_t)s;
		in->level = (uint8_t)(level - 1);
		in->row_walk.span = &in->row;
		if (!text_span_open(body, (uint16_t)s, level - 1, &in->row))
			return text_span_damaged(err, (uint16_t)s, level - 1);
	}
	return rc ? rc : txn_failed(t, err);
}

/* ---- one group after the other ------------------------------------------------------- */

/* The living records of a group; false: memory. */
static bool count_living(struct counted *in, struct text_group *g)
{
	const struct text_slots *s = &in->slots;
	struct text_form form;

	in->records = 0;
	in->stamp++;
	while (text_group_form(g, &form)) {
		uint32_t place, records = 0, end = 0;
		struct sorted_cursor c;

		sorted_start(&c, &form.places);
		while ((place = sorted_next(&c)) < in->found.run.places) {
			uint32_t slot = text_slot(s, place);
			uint16_t low = text_run_low(&in->found.run, slot);

			if (place < end || (in->dead->w[low >> 6] >> (low & 63) & 1))
				continue;
			end = s->starts[slot + 1];
			records++;
			in->records += in->seen[slot] != in->stamp;
			in->seen[slot] = in->stamp;
		}
		if (records && !text_forms_add(&in->forms, form.tag, records))
			return false;
	}
	return true;
}

static bool count_all(struct counted *in, struct text_group *g)
{
	uint32_t tag, records;

	in->records = g->records;
	while (text_group_count(g, &tag, &records))
		if (!text_forms_add(&in->forms, tag, records))
			return false;
	return true;
}

/* The next group that somebody living has. */
static int next_group(struct counted *in, uint64_t *key, struct err *err)
{
	struct text_group g;
	bool ok = true;

	*key = NONE_LEFT;
	in->forms.n = 0;
	if (in->level) {
		if (!text_span_next(&in->row_walk, key, &in->records, &in->forms))
			*key = NONE_LEFT;
		return in->row_walk.failed ? text_span_damaged(err, in->first, in->level)
					   : 0;
	}
	while (ok && *key == NONE_LEFT &&
	       (in->dead ? text_walk_next : text_walk_next_head)(&in->walk, &g)) {
		ok = in->dead ? count_living(in, &g) : count_all(in, &g);
		if (in->records)
			*key = g.key;
	}
	if (!ok)
		return no_memory(err);
	return in->walk.ok ? 0 : text_damaged(err, in->first, in->found.number);
}

static int by_tag(const void *a, const void *b)
{
	const struct text_form_count *x = a, *y = b;

	return (x->tag > y->tag) - (x->tag < y->tag);
}

static void sort_few(struct text_form_count *p, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct text_form_count f = p[i];
		size_t at = i;

		for (; at > 0 && p[at - 1].tag > f.tag; at--)
			p[at] = p[at - 1];
		p[at] = f;
	}
}

/* The same forms of several runs are one. */
static void join_forms(struct text_forms *f)
{
	size_t n = 0;

	if (f->n > FEW)
		qsort(f->p, f->n, sizeof(*f->p), by_tag);
	else
		sort_few(f->p, f->n);
	for (size_t i = 0; i < f->n; i++) {
		if (n && f->p[n - 1].tag == f->p[i].tag)
			f->p[n - 1].records += f->p[i].records;
		else
			f->p[n++] = f->p[i];
	}
	f->n = n;
}

/* The group @key of all that have it, which go on to their next. */
static int take_group(struct counting *c, uint64_t key, struct err *err)
{
	uint32_t records = 0;
	int rc = 0;

	c->forms.n = 0;
	for (size_t i = 0; !rc && i < c->n; i++) {
		struct counted *in = c->in[i];

		if (c->keys[i] != key)
			continue;
		records += in->records;
		for (size_t k = 0; !rc && k < in->forms.n; k++)
			if (!text_forms_add(&c->forms, in->forms.p[k].tag,
					    in->forms.p[k].records))
				rc = no_memory(err);
		if (!rc)
			rc = next_group(in, &c->keys[i], err);
	}
	join_forms(&c->forms);
	if (!rc)
		text_span_put(&c->maker, key, records, c->forms.p, c->forms.n);
	return rc;
}

static int count_groups(struct counting *c, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < c->n; i++)
		rc = next_group(c->in[i], &c->keys[i], err);
	while (!rc) {
		uint64_t least = NONE_LEFT;

		for (size_t i = 0; i < c->n; i++)
			least = c->keys[i] < least ? c->keys[i] : least;
		if (least == NONE_LEFT)
			break;
		rc = take_group(c, least, err);
	}
	return rc;
}

int text_span_count(struct txn *t, uint16_t first, unsigned level, bool rows,
		    struct buf *out, struct err *err)
{
	struct counting c = { .n = 0 };
	int rc;

	text_span_maker_init(&c.maker);
	rc = add_below(&c, t, first, level, rows, err);
	if (!rc)
		rc = count_groups(&c, err);
	if (!rc && !text_span_finish(&c.maker, first, level, out))
		rc = no_memory(err);
	counting_release(&c);
	return rc;
}
