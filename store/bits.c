/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits.c: see bits.h: reading and writing the bitmaps of dimensions.
 *
 * A landing makes some hundred thousand changes to some hundred bitmaps: each change knows its
 * bitmap by a number, only the bitmaps are sorted, and each is decoded and encoded once.
 */
#include "store/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/bits_inside.h"
#include "store/keys.h"
#include "store/slots.h"

enum { CHANGES_MAX = 1 << 28, FIRST_CHANGES = 4096, FIRST_KEYS = 256 };

struct bits_change {
	uint32_t which; /* of bits_delta.keys */
	uint16_t low;	/* of the id */
	int8_t by;	/* +1, -1 */
};

struct bits_keyed {
	uint64_t key;	    /* segment << 40 | dim << 32 | value */
	uint32_t count, at; /* its changes: how many, and once they are sorted where */
};

/* ---- collecting ------------------------------------------------------------------ */

void bits_delta_init(struct bits_delta *d)
{
	*d = (struct bits_delta){ .changes = NULL };
}

void bits_delta_release(struct bits_delta *d)
{
	free(d->changes);
	free(d->spare);
	free(d->keys);
	free(d->slots);
	bits_delta_init(d);
}

void bits_delta_clear(struct bits_delta *d)
{
	d->count = d->key_count = 0;
	d->last_id = 0;
	d->mixed = d->failed = false;
	if (d->slots)
		memset(d->slots, 0, 2 * d->key_room * sizeof(*d->slots));
}

static bool make_room(struct bits_delta *d)
{
	size_t room = d->room ? 2 * d->room : FIRST_CHANGES;
	struct bits_change *a, *b;

	if (room > CHANGES_MAX)
		return false;
	a = realloc(d->changes, room * sizeof(*a));
	if (!a)
		return false;
	d->changes = a;
	b = realloc(d->spare, room * sizeof(*b));
	if (!b)
		return false;
	d->spare = b;
	d->room = room;
	return true;
}

/* Where the number + 1 of @key is, or would be: half of all slots at least are 0. */
static uint32_t *slot_of(const struct bits_delta *d, uint64_t key)
{
	size_t mask = 2 * d->key_room - 1;
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15U >> 32) & mask;

	while (d->slots[at] && d->keys[d->slots[at] - 1].key != key)
		at = (at + 1) & mask;
	return &d->slots[at];
}

static bool make_key_room(struct bits_delta *d)
{
	struct bits_keyed *keys =
		slots_grow(d->keys, sizeof(*keys), &d->slots, &d->key_room, FIRST_KEYS);

	if (!keys)
		return false;
	d->keys = keys;
	for (size_t i = 0; i < d->key_count; i++)
		*slot_of(d, keys[i].key) = (uint32_t)i + 1;
	return true;
}

/* The number of @key + 1; 0: out of memory. */
static uint32_t number_of(struct bits_delta *d, uint64_t key)
{
	uint32_t *slot;

	if (d->key_count == d->key_room && !make_key_room(d))
		return 0;
	slot = slot_of(d, key);
	if (!*slot) {
		d->keys[d->key_count++] = (struct bits_keyed){ .key = key };
		*slot = (uint32_t)d->key_count;
	}
	return *slot;
}

void bits_note(struct bits_delta *d, enum bits_dim dim, uint32_t value, uint32_t id,
	       int8_t by)
{
	uint32_t number;

	if (d->failed || (d->count == d->room && !make_room(d))) {
		d->failed = true;
		return;
	}
	number = number_of(d, bits_key_of((uint16_t)(id >> 16), dim, value));
	if (!number) {
		d->failed = true;
		return;
	}
	d->keys[number - 1].count++;
	d->mixed |= id < d->last_id;
	d->last_id = id;
	d->changes[d->count++] = (struct bits_change){ number - 1, (uint16_t)id, by };
}

struct recording {
	struct bits_delta *d;
	uint32_t id;
	int8_t by;
};

static void record_value(void *self, enum bits_dim dim, uint32_t value)
{
	const struct recording *r = self;

	bits_note(r->d, dim, value, r->id, r->by);
}

void bits_change_record(struct bits_delta *d, uint32_t id, const struct indexed *was,
			const struct indexed *now)
{
	if (was)
		dims_each(was, record_value, &(struct recording){ d, id, -1 });
	if (now)
		dims_each(now, record_value, &(struct recording){ d, id, 1 });
}

/* ---- sorting --------------------------------------------------------------------- */

static int key_order(const void *a, const void *b)
{
	const struct bits_keyed *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void swap(struct bits_delta *d)
{
	struct bits_change *spare = d->spare;

	d->spare = d->changes;
	d->changes = spare;
}

/* One byte of the ids after the other: only where they did not come in order. */
static void sort_ids(struct bits_delta *d)
{
	for (unsigned shift = 0; shift < 16; shift += 8) {
		size_t at[256] = { 0 }, sum = 0;

		for (size_t i = 0; i < d->count; i++)
			at[d->changes[i].low >> shift & 255]++;
		for (size_t i = 0; i < 256; i++) {
			size_t n = at[i];

			at[i] = sum;
			sum += n;
		}
		for (size_t i = 0; i < d->count; i++)
			d->spare[at[d->changes[i].low >> shift & 255]++] = d->changes[i];
		swap(d);
	}
}

/* By key, then id. The keys are in order then too, and nothing more can be noted. */
static bool sort_changes(struct bits_delta *d)
{
	uint32_t *at = malloc((d->key_count + 1) * sizeof(*at)), sum = 0;

	if (!at)
		return false;
	if (d->mixed)
		sort_ids(d);
	for (size_t i = 0; i < d->key_count; i++)
		d->keys[i].at = (uint32_t)i;
	if (d->key_count)
		qsort(d->keys, d->key_count, sizeof(*d->keys), key_order);
	for (size_t i = 0; i < d->key_count; i++) {
		at[d->keys[i].at] = sum;
		d->keys[i].at = sum;
		sum += d->keys[i].count;
	}
	for (size_t i = 0; i < d->count; i++)
		d->spare[at[d->changes[i].which]++] = d->changes[i];
	swap(d);
	free(at);
	return true;
}

/* The ids that one bitmap gains and loses. */
struct gains {
	uint16_t *add, *remove;
	size_t adds, removes;
};

/* The net of the changes to one bitmap. */
static void net(const struct bits_delta *d, const struct bits_keyed *k, struct gains *g)
{
	const struct bits_change *c = d->changes + k->at, *end = c + k->count;

	g->adds = g->removes = 0;
	while (c < end) {
		uint16_t low = c->low;
		int by = 0;

		for (; c < end && c->low == low; c++)
			by += c->by;
		if (by > 0)
			g->add[g->adds++] = low;
		else if (by < 0)
			g->remove[g->removes++] = low;
	}
}

/* ---- writing --------------------------------------------------------------------- */

static int apply_one(struct txn *t, uint64_t key, const struct gains *g, struct buf *out,
		     struct err *err)
{
	struct bits_key k;
	struct sv name = bits_key_bytes(key, &k), value, old = { NULL, 0 };

	if (txn_get(t, DB_BITS, name, &value) && !bits_open(key, value, &old))
		return bits_damaged(err, key);
	buf_clear(out);
	buf_put(out, "\0\0\0\0", BITS_SUM_BYTES);
	if (!bitmap_change(old, g->add, g->adds, g->remove, g->removes, out))
		return buf_ok(out) ? bits_damaged(err, key)
				   : err_set(err, ERR_SYSTEM, "out of memory");
	if (out->n == BITS_SUM_BYTES) {
		txn_delete(t, DB_BITS, name);
		return txn_failed(t, err);
	}
	le_set(out->p, sum32(out->p + BITS_SUM_BYTES, out->n - BITS_SUM_BYTES, key),
	       BITS_SUM_BYTES);
	txn_put(t, DB_BITS, name, buf_sv(out));
	return txn_failed(t, err);
}

/* ---- the directory of days ------------------------------------------------------- */

static void widen(struct bits_days *d, int32_t day)
{
	d->first = day < d->first ? day : d->first;
	d->last = day > d->last ? day : d->last;
}

static bool gains_some(const struct bits_delta *d, const struct bits_keyed *k)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (d->changes[k->at + i].by > 0)
			return true;
	return false;
}

static int write_directory(struct txn *t, struct buf *b, const struct bits_delta *d,
			   struct err *err)
{
	static const struct bits_days none = { INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < d->key_count && buf_ok(b); i++) {
		const struct bits_keyed *k = &d->keys[i];
		size_t at = BITS_SUM_BYTES + (size_t)(k->key >> 40) * sizeof(none);
		struct bits_days now;

		if ((k->key >> 32 & 0xff) != BITS_DAY || !gains_some(d, k))
			continue;
		while (buf_ok(b) && b->n < at + sizeof(none))
			buf_put(b, &none, sizeof(none));
		if (!buf_ok(b))
			break;
		memcpy(&now, b->p + at, sizeof(now));
		widen(&now, dims_day_of((uint32_t)k->key));
		memcpy(b->p + at, &now, sizeof(now));
	}
	if (!buf_ok(b))
		return err_set(err, ERR_SYSTEM, "out of memory");
	le_set(b->p, sum32(b->p + BITS_SUM_BYTES, b->n - BITS_SUM_BYTES, 'D'),
	       BITS_SUM_BYTES);
	txn_put(t, DB_BITS, bits_directory_key, buf_sv(b));
	return txn_failed(t, err);
}

static int apply_directory(struct txn *t, const struct bits_delta *d, struct buf *b,
			   struct err *err)
{
	struct sv entries;

	if (!bits_directory_view(t, &entries))
		return err_set(err, ERR_INPUT, "the directory of days is damaged");
	buf_clear(b);
	buf_put(b, "\0\0\0\0", BITS_SUM_BYTES);
	buf_sv_put(b, entries);
	return write_directory(t, b, d, err);
}

int bits_apply(struct txn *t, struct bits_delta *d, struct err *err)
{
	struct gains g = { NULL, NULL, 0, 0 };
	struct buf out;
	int rc = txn_failed(t, err);

	if (d->failed)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (rc || d->count == 0)
		return rc;
	buf_init(&out, 0);
	g.add = malloc(BITS_SEGMENT * sizeof(*g.add));
	g.remove = malloc(BITS_SEGMENT * sizeof(*g.remove));
	if (!g.add || !g.remove || !sort_changes(d))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; !rc && i < d->key_count; i++) {
		net(d, &d->keys[i], &g);
		if (g.adds || g.removes)
			rc = apply_one(t, d->keys[i].key, &g, &out, err);
	}
	if (!rc)
		rc = apply_directory(t, d, &out, err);
	free(g.add);
	free(g.remove);
	buf_release(&out);
	return rc;
}

/* ---- checking -------------------------------------------------------------------- */

struct verify {
	void (*tell)(void *self, const char *what);
	void *self;
	uint64_t *looked, *wrong;
	struct gains expected;
	uint16_t *stored;
};

static void differs(struct verify *v, uint64_t key, const char *how)
{
	const struct dim *d = dims_find((enum bits_dim)(key >> 32 & 0xff));
	char what[160];

	snprintf(what, sizeof(what), "bitmap of %s %u, segment %u: %s", d ? d->name : "?",
		 (unsigned)(key & 0xffffffff), (unsigned)(key >> 40), how);
	v->tell(v->self, what);
	++*v->wrong;
}

static void compare_one(struct verify *v, uint64_t key, struct sv value)
{
	struct sv blob;
	int n;

	++*v->looked;
	if (!bits_open(key, value, &blob) || (n = bitmap_list(blob, v->stored)) < 0)
		differs(v, key, "damaged");
	else if ((size_t)n != v->expected.adds ||
		 memcmp(v->stored, v->expected.add, (size_t)n * sizeof(*v->stored)) != 0)
		differs(v, key, "does not say what the documents say");
}

/* Stored and expected keys side by side, both ascending. */
static void compare_segment(struct verify *v, struct txn_cursor *c, uint16_t segment,
			    const struct bits_delta *d)
{
	struct bits_key k;
	bool more = txn_seek(c, bits_key_bytes(bits_key_of(segment, 0, 0), &k));
	size_t i = 0;

	for (;;) {
		uint64_t stored = UINT64_MAX,
			 wanted = i < d->key_count ? d->keys[i].key : UINT64_MAX;

		if (more && c->key.n == BITS_KEY_BYTES && be_get(c->key.p, 2) == segment)
			stored = be_get(c->key.p, BITS_KEY_BYTES);
		if (stored == UINT64_MAX && wanted == UINT64_MAX)
			break;
		v->expected.adds = 0;
		if (wanted <= stored)
			net(d, &d->keys[i++], &v->expected);
		if (wanted < stored) {
			differs(v, wanted, "missing");
			continue;
		}
		compare_one(v, stored, c->value);
		more = txn_next(c);
	}
}

static void verify_days(struct verify *v, struct txn *t, uint16_t segment,
			const struct bits_delta *d)
{
	struct bits_days days = { INT32_MAX, INT32_MIN };
	struct sv entries;

	if (bits_directory_view(t, &entries) &&
	    (segment + 1u) * sizeof(days) <= entries.n)
		memcpy(&days, entries.p + segment * sizeof(days), sizeof(days));
	for (size_t i = 0; i < d->key_count; i++) {
		int32_t day = dims_day_of((uint32_t)d->keys[i].key);

		if ((d->keys[i].key >> 32 & 0xff) != BITS_DAY)
			continue;
		if (day < days.first || day > days.last) {
			differs(v, d->keys[i].key, "not in the directory of days");
			return;
		}
	}
}

int bits_verify(struct txn *t, uint16_t segment, struct bits_delta *expected,
		void (*tell)(void *self, const char *what), void *self, uint64_t *looked,
		uint64_t *wrong, struct err *err)
{
	struct verify v = { tell, self, looked, wrong, { NULL, NULL, 0, 0 }, NULL };
	uint16_t *room = malloc(3 * BITS_SEGMENT * sizeof(*room));
	struct txn_cursor c;

	if (!room || expected->failed || !sort_changes(expected)) {
		free(room);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	v.expected.add = room;
	v.expected.remove = room + BITS_SEGMENT;
	v.stored = room + 2 * BITS_SEGMENT;
	txn_cursor_open(&c, t, DB_BITS);
	compare_segment(&v, &c, segment, expected);
	txn_cursor_close(&c);
	verify_days(&v, t, segment, expected);
	free(room);
	return txn_failed(t, err);
}
