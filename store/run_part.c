/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_part.c: the bytes of a part of a sorted run, see run_part.h.
 */
#include "store/run_part.h"

#include <string.h>

#include "store/keys.h"

enum { PER_BLOCK = 26, BLOCK_BITS = 224, BLOCK_SUM_AT = 28, PROBES = 5 };
enum { AT_SUM = 0, AT_COUNT = 4, AT_BLOCKS = 8, AT_BITS = 12, AT_DIGEST = 13 };
enum { AT_VALUE = 14, AT_BASE = 16 };

unsigned run_digest_bytes(enum run_space space)
{
	return space == RUN_CUSTOMER ? 4 : space == RUN_INTERACTION ? 8 : RUN_DIGEST;
}

uint64_t run_head64(const struct run_entry *e)
{
	uint64_t v;

	memcpy(&v, e->digest, 8);
	return __builtin_bswap64(v);
}

int run_compare(const struct run_entry *a, const struct run_entry *b)
{
	return memcmp(a->digest, b->digest, RUN_DIGEST);
}

static size_t blocks_of(size_t count)
{
	return (count + PER_BLOCK - 1) / PER_BLOCK;
}

static size_t groups_of(size_t count)
{
	return (count + PART_GROUP - 1) / PART_GROUP;
}

/* The smallest value, and how many bytes the others need above it. */
static unsigned value_bytes(const struct run_entry *e, size_t count, uint32_t *base)
{
	uint32_t low = count ? e[0].value : 0, high = low;
	unsigned bytes = 1;

	for (size_t i = 1; i < count; i++) {
		low = e[i].value < low ? e[i].value : low;
		high = e[i].value > high ? e[i].value : high;
	}
	*base = low;
	while (bytes < 4 && (high - low) >> 8 * bytes)
		bytes++;
	return bytes;
}

static size_t bytes_with(size_t each, size_t count)
{
	return PART_HEAD + PART_BLOCK * blocks_of(count) + 4 * groups_of(count) +
	       count * each;
}

size_t part_bytes(enum run_space space, const struct run_entry *e, size_t count)
{
	uint32_t base;

	return bytes_with(run_digest_bytes(space) + value_bytes(e, count, &base), count);
}

/* ---- filter ------------------------------------------------------------------------ */

/*
 * Blocks follow the order of digests, so that sorted questions walk through the filter.
 */
static size_t block_of(const struct run_entry *e, unsigned bits, uint32_t blocks)
{
	return (size_t)((run_head64(e) << bits >> 32) * blocks >> 32);
}

static uint64_t probe_hash(const struct run_entry *e)
{
	uint64_t h = run_head64(e) ^ le_get(e->digest + 8, RUN_DIGEST - 8);

	h = (h ^ h >> 32) * 0x9e3779b97f4a7c15U;
	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9U;
	return h ^ h >> 32;
}

static unsigned probe_bit(uint64_t h, unsigned i)
{
	return (unsigned)((h >> (12 * i) & 0xfff) * BLOCK_BITS >> 12);
}

static void filter_write(const struct run_entry *e, size_t count, unsigned bits,
			 uint8_t *out)
{
	size_t blocks = blocks_of(count);

	memset(out, 0, PART_BLOCK * blocks);
	for (size_t i = 0; i < count; i++) {
		uint8_t *b = out + PART_BLOCK * block_of(&e[i], bits, (uint32_t)blocks);
		uint64_t h = probe_hash(&e[i]);

		for (unsigned k = 0; k < PROBES; k++) {
			unsigned bit = probe_bit(h, k);

			b[bit / 8] = (uint8_t)(b[bit / 8] | 1U << bit % 8);
		}
	}
	for (size_t i = 0; i < blocks; i++, out += PART_BLOCK)
		le_set(out + BLOCK_SUM_AT, sum32(out, BLOCK_SUM_AT, i), 4);
}

int part_maybe(const struct run_part *part, const struct run_entry *e)
{
	size_t block = block_of(e, part->bits, part->blocks);
	const uint8_t *b = part->filter + PART_BLOCK * block;
	uint64_t h = probe_hash(e);

	if (!part->blocks)
		return 0;
	if (le_get(b + BLOCK_SUM_AT, 4) != sum32(b, BLOCK_SUM_AT, block))
		return -1;
	for (unsigned k = 0; k < PROBES; k++) {
		unsigned bit = probe_bit(h, k);

		if (!(b[bit / 8] >> bit % 8 & 1))
			return 0;
	}
	return 1;
}

/* ---- bytes ------------------------------------------------------------------------- */

static uint32_t head_sum(const uint8_t *p, const uint8_t *sums, size_t groups,
			 uint64_t seed)
{
	return sum32(sums, 4 * groups, seed) ^
	       sum32(p + AT_COUNT, PART_HEAD - AT_COUNT, ~seed);
}

static uint32_t group_sum(const uint8_t *entries, size_t group, size_t count, size_t each)
{
	size_t from = group * PART_GROUP;
	size_t n = count - from < PART_GROUP ? count - from : PART_GROUP;

	return sum32(entries + from * each, n * each, group);
}

void part_write(enum run_space space, const struct run_entry *e, size_t count,
		unsigned bits, uint64_t seed, uint8_t *out)
{
	uint32_t base;
	unsigned digest = run_digest_bytes(space), value = value_bytes(e, count, &base),
		 each = digest + value;
	uint8_t *sums = out + PART_HEAD + PART_BLOCK * blocks_of(count);
	uint8_t *entries = sums + 4 * groups_of(count);

	memset(out, 0, PART_HEAD);
	le_set(out + AT_COUNT, count, 4);
	le_set(out + AT_BLOCKS, blocks_of(count), 4);
	out[AT_BITS] = (uint8_t)bits;
	out[AT_DIGEST] = (uint8_t)digest;
	out[AT_VALUE] = (uint8_t)value;
	le_set(out + AT_BASE, base, 4);
	filter_write(e, count, bits, out + PART_HEAD);
	for (size_t i = 0; i < count; i++) {
		memcpy(entries + i * each, e[i].digest, digest);
		le_set(entries + i * each + digest, e[i].value - base, value);
	}
	for (size_t g = 0; g < groups_of(count); g++)
		le_set(sums + 4 * g, group_sum(entries, g, count, each), 4);
	le_set(out, head_sum(out, sums, groups_of(count), seed), 4);
}

bool part_view(struct sv bytes, enum run_space space, uint64_t seed, struct run_part *out)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	struct run_part v = { .p = p };

	*out = v;
	if (bytes.n < PART_HEAD)
		return false;
	v.count = (uint32_t)le_get(p + AT_COUNT, 4);
	v.blocks = (uint32_t)le_get(p + AT_BLOCKS, 4);
	v.bits = p[AT_BITS];
	v.digest = p[AT_DIGEST];
	v.each = v.digest + p[AT_VALUE];
	v.base = (uint32_t)le_get(p + AT_BASE, 4);
	if (v.blocks != blocks_of(v.count) || v.bits > RUN_PART_BITS_MAX ||
	    v.digest != run_digest_bytes(space) || !p[AT_VALUE] || p[AT_VALUE] > 4 ||
	    bytes_with(v.each, v.count) != bytes.n)
		return false;
	v.filter = p + PART_HEAD;
	v.sums = v.filter + PART_BLOCK * (size_t)v.blocks;
	v.entries = v.sums + 4 * groups_of(v.count);
	if (le_get(p, 4) != head_sum(p, v.sums, groups_of(v.count), seed))
		return false;
	*out = v;
	return true;
}

struct run_entry part_entry(const struct run_part *part, size_t i)
{
	const uint8_t *p = part->entries + i * part->each;
	struct run_entry e = { .value = part->base +
					(uint32_t)le_get(p + part->digest,
							 part->each - part->digest) };

	memcpy(e.digest, p, part->digest);
	return e;
}

size_t part_search(const struct run_part *part, const struct run_entry *e)
{
	size_t low = 0, high = part->count;
	size_t each = part->each;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(part->entries + mid * each, e->digest, part->digest) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool part_sound(const struct run_part *part, size_t first, size_t last)
{
	if (!part->count)
		return true;
	if (last >= part->count)
		last = part->count - 1;
	if (first > last)
		first = last;
	for (size_t g = first / PART_GROUP; g <= last / PART_GROUP; g++)
		if (le_get(part->sums + 4 * g, 4) !=
		    group_sum(part->entries, g, part->count, part->each))
			return false;
	return true;
}
