/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bits_inside.h: the bytes of DB_BITS, for the two files that read and write them.
 * Header of bits.h says the layout; nobody else includes this.
 */
#ifndef OPINIA_STORE_BITS_INSIDE_H
#define OPINIA_STORE_BITS_INSIDE_H

#include "store/bits.h"

enum { BITS_KEY_BYTES = 7, BITS_SUM_BYTES = 4 };

struct bits_key {
	char p[BITS_KEY_BYTES];
};

static inline uint64_t bits_key_of(uint16_t segment, enum bits_dim dim, uint32_t value)
{
	return (uint64_t)segment << 40 | (uint64_t)dim << 32 | value;
}

/* One change: @by is 1 or -1. */
void bits_note(struct bits_delta *d, enum bits_dim dim, uint32_t value, uint32_t id,
	       int8_t by);
struct sv bits_key_bytes(uint64_t key, struct bits_key *k); /* borrows @k */
int bits_damaged(struct err *err, uint64_t key);	    /* says which; ERR_INPUT */
/* The bitmap inside a value; false: its checksum is wrong. */
bool bits_open(uint64_t key, struct sv value, struct sv *blob);

extern const struct sv bits_directory_key;
/* Its struct bits_days, unaligned; empty when there is none. False: damaged. */
bool bits_directory_view(struct txn *t, struct sv *entries);

#endif
