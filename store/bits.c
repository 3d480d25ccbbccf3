/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits.c: see bits.h: reading and writing the bitmaps of dimensions.
 *
 * A landing makes some ten thousand changes to some hundred bitmaps, so they are sorted
 * (by radix: the keys are short) and each bitmap is decoded and encoded once.
 */
#include "store/bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/bits_inside.h"
#include "store/keys.h"

enum { CHANGES_MAX = 1 << 28 };

struct bits_change {
	uint64_t key; /* segment << 40 | dim << 32 | value */
	uint16_t low; /* of the id */
	int8_t by;    /* +1, -1 */
};

/* ---- collecting ------------------------------------------------------------------ */

void bits_delta_init(struct bits_delta *d)
{
	*d = (struct bits_delta){ NULL, NULL, 0, 0, false };
}

void bits_delta_release(struct bits_delta *d)
{
	free(d->changes);
	free(d->spare);
	bits_delta_init(d);
}

void bits_delta_clear(struct bits_delta *d)
{
	d->count = 0;
	d->failed = false;
}

static bool make_room(struct bits_delta *d)
{
	size_t room = d->room ? 2 * d->room : 4096;
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

static void note(struct bits_delta *d, enum bits_dim dim, uint32_t value, uint32_t id,
		 int8_t by)
{
	if (d->failed || (d->count == d->room && !make_room(d))) {
		d->failed = true;
		return;
	}
	d->changes[d->count++] =
		(struct bits_change){ bits_key_of((uint16_t)(id >> 16), dim, value),
				      (uint16_t)id, by };
}

void bits_add(struct bits_delta *d, enum bits_dim dim, uint32_t value, uint32_t id)
{
	note(d, dim, value, id, 1);
}

void bits_remove(struct bits_delta *d, enum bits_dim dim, uint32_t value, uint32_t id)
{
	note(d, dim, value, id, -1);
}

struct recording {
	struct bits_delta *d;
	uint32_t id;
	int8_t by;
};

static void record_value(void *self, enum bits_dim dim, uint32_t value)
{
	const struct recording *r = self;

	note(r->d, dim, value, r->id, r->by);
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

static uint8_t digit(const struct bits_change *c, unsigned pass)
{
	return (uint8_t)(pass < 2 ? (uint64_t)c->low >> 8 * pass
				  : c->key >> 8 * (pass - 2));
}

/* By key, then id: nine passes of a byte, those with one digit only left out. */
static void sort_changes(struct bits_delta *d)
{
	for (unsigned pass = 0; pass < BITS_KEY_BYTES + 2; pass++) {
		size_t at[256] = { 0 }, sum = 0;
		struct bits_change *spare = d->spare;

		for (size_t i = 0; i < d->count; i++)
			at[digit(&d->changes[i], pass)]++;
		if (d->count && at[digit(&d->changes[0], pass)] == d->count)
			continue;
		for (size_t i = 0; i < 256; i++) {
			size_t n = at[i];

			at[i] = sum;
			sum += n;
		}
		for (size_t i = 0; i < d->count; i++)
			spare[at[digit(&d->changes[i], pass)]++] = d->changes[i];
		d->spare = d->changes;
		d->changes = spare;
	}
}

/* The ids that one bitmap gains and loses. */
struct gains {
	uint16_t *add, *remove;
	size_t adds, removes;
};

/*
 * The net of the changes from @i on that share a key; returns where the next key
 * begins.
 */
static size_t net(const struct bits_delta *d, size_t i, struct gains *g)
{
	const struct bits_change *c = d->changes;
	uint64_t key = c[i].key;

	g->adds = g->removes = 0;
	while (i < d->count && c[i].key == key) {
		uint16_t low = c[i].low;
		int by = 0;

		for (; i < d->count && c[i].key == key && c[i].low == low; i++)
			by += c[i].by;
		if (by > 0)
			g->add[g->adds++] = low;
		else if (by < 0)
			g->remove[g->removes++] = low;
	}
	return i;
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

static int write_directory(struct txn *t, struct buf *b, const struct bits_delta *d,
			   struct err *err)
{
	static const struct bits_days none = { INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < d->count && buf_ok(b); i++) {
		const struct bits_change *c = &d->changes[i];
		size_t at = BITS_SUM_BYTES + (size_t)(c->key >> 40) * sizeof(none);
		struct bits_days now;

		if ((c->key >> 32 & 0xff) != BITS_DAY || c->by < 0)
			continue;
		while (buf_ok(b) && b->n < at + sizeof(none))
			buf_put(b, &none, sizeof(none));
		if (!buf_ok(b))
			break;
		memcpy(&now, b->p + at, sizeof(now));
		widen(&now, dims_day_of((uint32_t)c->key));
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
	if (!g.add || !g.remove)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		sort_changes(d);
	for (size_t i = 0; !rc && i < d->count;) {
		uint64_t key = d->changes[i].key;

		i = net(d, i, &g);
		if (g.adds || g.removes)
			rc = apply_one(t, key, &g, &out, err);
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
			 wanted = i < d->count ? d->changes[i].key : UINT64_MAX;

		if (more && c->key.n == BITS_KEY_BYTES && be_get(c->key.p, 2) == segment)
			stored = be_get(c->key.p, BITS_KEY_BYTES);
		if (stored == UINT64_MAX && wanted == UINT64_MAX)
			break;
		v->expected.adds = 0;
		if (wanted <= stored)
			i = net(d, i, &v->expected);
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
	for (size_t i = 0; i < d->count; i++) {
		int32_t day = dims_day_of((uint32_t)d->changes[i].key);

		if ((d->changes[i].key >> 32 & 0xff) != BITS_DAY)
			continue;
		if (day < days.first || day > days.last) {
			differs(v, d->changes[i].key, "not in the directory of days");
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

	if (!room || expected->failed) {
		free(room);
		return err_set(err, ERR_SYSTEM, "out of memory");
	}
	v.expected.add = room;
	v.expected.remove = room + BITS_SEGMENT;
	v.stored = room + 2 * BITS_SEGMENT;
	sort_changes(expected);
	txn_cursor_open(&c, t, DB_BITS);
	compare_segment(&v, &c, segment, expected);
	txn_cursor_close(&c);
	verify_days(&v, t, segment, expected);
	free(room);
	return txn_failed(t, err);
}
