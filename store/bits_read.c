/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits_read.c: the half of bits.h that looks: one bitmap, a range of them, all of a
 * dimension.
 */
#include <string.h>

#include "store/bitmap.h"
#include "store/bits_inside.h"
#include "store/keys.h"

struct sv bits_key_bytes(uint64_t key, struct bits_key *k)
{
	be_set(k->p, key, BITS_KEY_BYTES);
	return (struct sv){ k->p, BITS_KEY_BYTES };
}

int bits_damaged(struct err *err, uint64_t key)
{
	const struct dim *d = dims_find((enum bits_dim)(key >> 32 & 0xff));

	return err_set(err, ERR_INPUT, "bitmap of %s %u, segment %u: damaged",
		       d ? d->name : "?", (unsigned)(key & 0xffffffff),
		       (unsigned)(key >> 40));
}

/* The bitmap inside a value, if its checksum is right. */
bool bits_open(uint64_t key, struct sv value, struct sv *blob)
{
	if (value.n < BITS_SUM_BYTES)
		return false;
	*blob = sv_sub(value, BITS_SUM_BYTES, value.n);
	return (uint32_t)le_get(value.p, BITS_SUM_BYTES) == sum32(blob->p, blob->n, key);
}

const struct sv bits_directory_key = { "D", 1 };

/* Its entries, or NULL with *count 0; false: damaged. */
bool bits_directory_view(struct txn *t, struct sv *entries)
{
	struct sv value;

	*entries = (struct sv){ NULL, 0 };
	if (!txn_get(t, DB_BITS, bits_directory_key, &value))
		return true;
	if (value.n < BITS_SUM_BYTES ||
	    (value.n - BITS_SUM_BYTES) % sizeof(struct bits_days))
		return false;
	*entries = sv_sub(value, BITS_SUM_BYTES, value.n);
	return (uint32_t)le_get(value.p, BITS_SUM_BYTES) ==
	       sum32(entries->p, entries->n, 'D');
}

/* ---- looking --------------------------------------------------------------------- */

void bits_reader_open(struct bits_reader *r, struct txn *t)
{
	txn_cursor_open(&r->cursor, t, DB_BITS);
}

void bits_reader_close(struct bits_reader *r)
{
	txn_cursor_close(&r->cursor);
}

/* The blob of @key; empty: there is none. */
static int find(struct bits_reader *r, uint64_t key, struct sv *blob, struct err *err)
{
	struct bits_key k;

	*blob = (struct sv){ NULL, 0 };
	if (!txn_seek_exact(&r->cursor, bits_key_bytes(key, &k)))
		return txn_failed(r->cursor.txn, err);
	return bits_open(key, r->cursor.value, blob) ? 0 : bits_damaged(err, key);
}

int bits_or(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	    struct bits_set *out, struct err *err)
{
	uint64_t key = bits_key_of(segment, dim, value);
	struct sv blob;
	int rc = find(r, key, &blob, err);

	if (rc || blob.n == 0)
		return rc;
	return bitmap_or(blob, out->w) ? 0 : bits_damaged(err, key);
}

int bits_and(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	     bool negated, struct bits_set *out, bool *any, struct err *err)
{
	uint64_t key = bits_key_of(segment, dim, value);
	struct bits_set none = { { 0 } };
	struct sv blob;
	int rc = find(r, key, &blob, err);

	*any = false;
	if (rc)
		return rc;
	if (blob.n == 0) {
		*any = bitmap_and_words(none.w, negated, out->w);
		return 0;
	}
	return bitmap_and(blob, negated, out->w, any) ? 0 : bits_damaged(err, key);
}

int bits_count(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	       uint32_t *out, struct err *err)
{
	uint64_t key = bits_key_of(segment, dim, value);
	struct sv blob;
	int rc = find(r, key, &blob, err);

	*out = 0;
	if (rc || blob.n == 0)
		return rc;
	return bitmap_count(blob, out) ? 0 : bits_damaged(err, key);
}

int bits_walk(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t first,
	      uint32_t last, bits_take *take, void *self, struct err *err)
{
	return bits_walk_some(r, segment, dim, first, last, NULL, take, self, err);
}

int bits_walk_some(struct bits_reader *r, uint16_t segment, enum bits_dim dim,
		   uint32_t first, uint32_t last, bits_wanted *wanted, bits_take *take,
		   void *self, struct err *err)
{
	struct txn_cursor *c = &r->cursor;
	uint64_t end = bits_key_of(segment, dim, last);
	struct bits_key k;
	int rc = 0;

	for (bool more =
		     txn_seek(c, bits_key_bytes(bits_key_of(segment, dim, first), &k));
	     more && !rc; more = txn_next(c)) {
		uint64_t key;
		struct sv blob;

		if (c->key.n != BITS_KEY_BYTES ||
		    (key = be_get(c->key.p, BITS_KEY_BYTES)) > end)
			break;
		if (wanted && !wanted(self, (uint32_t)key))
			continue;
		if (!bits_open(key, c->value, &blob))
			return bits_damaged(err, key);
		rc = take(self, (uint32_t)key, blob, err);
	}
	return rc ? rc : txn_failed(c->txn, err);
}

struct or_range {
	struct bits_set *out;
	uint64_t prefix;
};

static int or_blob(void *self, uint32_t value, struct sv blob, struct err *err)
{
	struct or_range *o = self;

	return bitmap_or(blob, o->out->w) ? 0 : bits_damaged(err, o->prefix | value);
}

int bits_or_range(struct bits_reader *r, uint16_t segment, enum bits_dim dim,
		  uint32_t first, uint32_t last, struct bits_set *out, struct err *err)
{
	struct or_range o = { out, bits_key_of(segment, dim, 0) };

	return bits_walk(r, segment, dim, first, last, or_blob, &o, err);
}

int bits_directory(struct txn *t, struct arena *arena, struct bits_days **out,
		   uint32_t *count, struct err *err)
{
	struct sv entries;

	if (!bits_directory_view(t, &entries))
		return err_set(err, ERR_INPUT, "the directory of days is damaged");
	*count = (uint32_t)(entries.n / sizeof(**out));
	*out = arena_take(arena, entries.n + 1);
	if (!*out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (entries.n)
		memcpy(*out, entries.p, entries.n);
	return txn_failed(t, err);
}
