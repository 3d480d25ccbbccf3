/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_part.h: one part of a sorted run: its bytes, its filter, its search.
 *
 * Nothing is believed: the head and the sums of groups are checked when a part is opened,
 * a filter block and a group of entries when they are looked at. docs/formats/store.md
 * has the bytes.
 */
#ifndef OPINIA_STORE_RUN_PART_H
#define OPINIA_STORE_RUN_PART_H

#include "store/runs.h"

struct run_part {
	const uint8_t *p, *filter, *sums, *entries;
	uint32_t count, blocks;
	unsigned bits, digest; /* parts of the run: 1 << bits; bytes of a digest */
	unsigned each;	       /* bytes of an entry: a digest and a value less @base */
	uint32_t base;
};

enum { PART_HEAD = 32, PART_BLOCK = 32, PART_GROUP = 64 };

/* What the sums of the part with this key are seeded with. False: it is of another space. */
bool runs_seed(struct sv key, enum run_space space, uint64_t *seed);

unsigned run_digest_bytes(enum run_space space);
uint64_t
run_head64(const struct run_entry *e); /* first 8 bytes, to compare and to cut by */
bool run_after(const struct run_entry *a,
	       const struct run_entry *b); /* with their values */
int run_compare(const struct run_entry *a, const struct run_entry *b); /* digests only */

/* What part_write() will write of these entries. */
size_t part_bytes(enum run_space space, const struct run_entry *e, size_t count);
/* Write @count sorted entries as part of a run cut in 1 << @bits. @seed: of its key. */
void part_write(enum run_space space, const struct run_entry *e, size_t count,
		unsigned bits, uint64_t seed, uint8_t *out);
/* False: damaged. */
bool part_view(struct sv bytes, enum run_space space, uint64_t seed,
	       struct run_part *out);
/* May @e be in it? -1: the filter is damaged. */
int part_maybe(const struct run_part *part, const struct run_entry *e);
struct run_entry part_entry(const struct run_part *part, size_t i);
/* The first entry that is not before @e, by digest; part->count when all are before. */
size_t part_search(const struct run_part *part, const struct run_entry *e);
/* Are the groups that hold entries first..last as they were written? */
bool part_sound(const struct run_part *part, size_t first, size_t last);

#endif
