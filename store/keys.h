/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.h: key layouts; the only place that knows them (but for bits.h and text.h, whose
 * keys are said there). Big-endian, so that a cursor walks in order; values are
 * little-endian.
 *
 * A struct key is a small value on the stack: `txn_get(t, DB_DOC, key_sv(&k), …)`.
 */
#ifndef OPINIA_STORE_KEYS_H
#define OPINIA_STORE_KEYS_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "core/buf.h"
#include "core/sv.h"

enum { KEY_MAX = 511 };

struct key {
	uint16_t n;
	uint8_t p[KEY_MAX];
};

static inline struct sv key_sv(const struct key *k)
{
	return (struct sv){ (const char *)k->p, k->n };
}

/* Big-endian whole numbers of 1..8 bytes, to be put one after the other. */
void key_start(struct key *k);
void key_u(struct key *k, uint64_t value, unsigned bytes);
void key_bytes(struct key *k,
	       struct sv bytes); /* what does not fit any more is cut: see key_text() */
void key_text(struct key *k,
	      struct sv text); /* over 400 bytes: its first 384 and a digest */

void key_u32(struct key *k, uint32_t value); /* doc, customer, reckey, redirect */
void key_hist(struct key *k, uint32_t id, uint32_t revision); /* hist  */
void key_name(struct key *k, uint8_t dim, uint32_t id);	      /* names, number to text */
void key_name_text(struct key *k, uint8_t dim,
		   struct sv text); /* names, text to number */
void key_roll(struct key *k, int32_t block, uint32_t topic);
void key_run(struct key *k, uint8_t space, uint8_t level, uint32_t seq, uint32_t part);
void key_link(struct key *k, uint32_t number, uint32_t id);

/* Reading a key or value back; @bytes 1..8. */
static inline uint64_t be_get(const void *p, unsigned bytes)
{
	uint64_t v = 0;

	memcpy((char *)&v + sizeof(v) - bytes, p, bytes);
	return be64toh(v);
}
static inline uint64_t le_get(const void *p, unsigned bytes)
{
	uint64_t v = 0;

	memcpy(&v, p, bytes);
	return le64toh(v);
}
void be_set(void *p, uint64_t v, unsigned bytes);
static inline void le_set(void *p, uint64_t v, unsigned bytes)
{
	v = htole64(v);
	memcpy(p, &v, bytes);
}
static inline void le_put(struct buf *b, uint64_t v, unsigned bytes)
{
	v = htole64(v);
	buf_put(b, &v, bytes);
}

/* Our own checksum (LMDB has none): the low 32 bits of XXH3-64 with @seed. */
uint32_t sum32(const void *p, size_t n, uint64_t seed);

#endif
