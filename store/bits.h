/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits.h: dimension = value -> set of record numbers, in DB_BITS.
 *
 * Key (7 bytes, big-endian): segment u16 | dimension u8 | value u32. A segment is
 * 65,536 consecutive ids, so what a landing touches lies together at the end, and one
 * segment's values of a dimension lie beside each other. Value: u32 checksum | bitmap
 * (bitmap.h) of the ids' low 16 bits. An empty set has no key. Key `D` (1
 * byte): u32 checksum, then for each segment its first and last day (int32 pairs),
 * which may be too wide, never too narrow.
 *
 * Nothing here keeps memory beyond its call but struct bits_delta, which its owner
 * releases. Errors: ERR_SYSTEM (disk, memory), ERR_INPUT (a blob is damaged: what,
 * where).
 */
#ifndef OPINIA_STORE_BITS_H
#define OPINIA_STORE_BITS_H

#include "core/arena.h"
#include "store/dims.h"
#include "store/txn.h"

enum { BITS_SEGMENT = 65536, BITS_WORDS = BITS_SEGMENT / 64 };

/* ---- changing -------------------------------------------------------------------- */

/* One landing's changes, any order; adding and taking away the same bit cancel out. */
struct bits_delta {
	struct bits_change *changes, *spare; /* @spare: for sorting, @room entries */
	size_t count, room;
	struct bits_keyed *keys; /* the bitmaps that change */
	size_t key_count, key_room;
	uint32_t *
		slots; /* by their hashes: a number in @keys + 1, or 0; 2 * key_room of them */
	uint32_t last_id;
	bool mixed;  /* the ids did not come in order */
	bool failed; /* out of memory: bits_apply() says so */
};

void bits_delta_init(struct bits_delta *d);
void bits_delta_release(struct bits_delta *d);
void bits_delta_clear(struct bits_delta *d); /* keeps its memory */

/*
 * Record @id has now the values of @now (NULL: none) where it had those of @was (NULL:
 * was new).
 */
void bits_change_record(struct bits_delta *d, uint32_t id, const struct indexed *was,
			const struct indexed *now);

/*
 * Write them: each touched blob is read and rewritten once, in order of keys. Sorts @d.
 */
int bits_apply(struct txn *t, struct bits_delta *d, struct err *err);

/* ---- looking --------------------------------------------------------------------- */

struct bits_set {
	uint64_t w[BITS_WORDS]; /* bit i: id segment * 65536 + i */
};

/*
 * A place to look from: a cursor, so that neighbours are found quickly. Close before
 * the txn ends.
 */
struct bits_reader {
	struct txn_cursor cursor;
};

void bits_reader_open(struct bits_reader *r, struct txn *t);
void bits_reader_close(struct bits_reader *r);

/* or the ids of (dim, value) in @segment into @out. */
int bits_or(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	    struct bits_set *out, struct err *err);
/* Of @out what (dim, value) has too or, @negated, what it has not; *any: something is left. */
int bits_and(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	     bool negated, struct bits_set *out, bool *any, struct err *err);
/* or all values first..last, which lie beside each other. */
int bits_or_range(struct bits_reader *r, uint16_t segment, enum bits_dim dim,
		  uint32_t first, uint32_t last, struct bits_set *out, struct err *err);
/* How many ids (dim, value) has in @segment, without decoding them. */
int bits_count(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t value,
	       uint32_t *out, struct err *err);
/*
 * Call @take for each value first..last of @dim in @segment with its blob (of bitmap.h,
 * valid during the call). A non-zero return of @take stops and is returned.
 */
typedef int bits_take(void *self, uint32_t value, struct sv blob, struct err *err);
int bits_walk(struct bits_reader *r, uint16_t segment, enum bits_dim dim, uint32_t first,
	      uint32_t last, bits_take *take, void *self, struct err *err);
/* The same of those values that @wanted; the others are not read. */
typedef bool bits_wanted(void *self, uint32_t value);
int bits_walk_some(struct bits_reader *r, uint16_t segment, enum bits_dim dim,
		   uint32_t first, uint32_t last, bits_wanted *wanted, bits_take *take,
		   void *self, struct err *err);

struct bits_days {
	int32_t first, last; /* first > last: nothing in this segment */
};
/* Segments 0..*count-1 and their days, copied into @arena. */
int bits_directory(struct txn *t, struct arena *arena, struct bits_days **out,
		   uint32_t *count, struct err *err);

/* ---- checking -------------------------------------------------------------------- */

/*
 * Is what @segment holds exactly @expected (adds only; all of that segment)? Tells each
 * difference, adds the blobs looked at to *looked and the differences to *wrong. Sorts
 * @expected.
 */
int bits_verify(struct txn *t, uint16_t segment, struct bits_delta *expected,
		void (*tell)(void *self, const char *what), void *self, uint64_t *looked,
		uint64_t *wrong, struct err *err);

#endif
