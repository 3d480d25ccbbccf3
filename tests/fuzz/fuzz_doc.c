/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_doc.c: hostile bytes as a document, as the plaintext of its sealed part, as a
 * roll-up and as a part of a sorted run. The first byte says which; sums are made to fit,
 * so that what is behind them is reached.
 */
#include <stdlib.h>
#include <string.h>

#include "store/doc.h"
#include "store/keys.h"
#include "store/roll_block.h"
#include "store/run_part.h"
#include "store/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct packer *packer;
static struct packing *packing;

static void try_doc(uint8_t *p, size_t n)
{
	struct doc_fields f = { .kind = 0 };
	struct opinia_fact fact;
	struct doc d;

	if (n >= 16)
		le_set(p,
		       sum32(p + 4, n - 4,
			     1ULL << 32 | (p[8] & 1 ? le_get(p + 12, 4) : 0)),
		       4);
	if (doc_view((struct sv){ (char *)p, n }, 1, &d, NULL))
		return;
	doc_fact(&d, &fact);
	for (unsigned i = 0; i < doc_topic_count(&d); i++)
		f.topics[i] = doc_topic(&d, i);
	for (unsigned i = 0; i < doc_attr_count(&d); i++)
		f.attrs[i] = doc_attr(&d, i);
	if (d.n + d.sealed.n != n || doc_clock(&d) == TIME_NONE || f.kind != 0)
		abort();
}

static void try_secret(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct secret s;

	arena_init(&arena, 1 << 22);
	if (!secret_read((struct sv){ (const char *)p, n }, packing, &arena, &s, NULL) &&
	    s.comment.n > RECORD_COMMENT_MAX)
		abort();
	arena_release(&arena);
}

static uint64_t walk_part(struct sv part)
{
	struct roll_reader r;
	struct roll_view v;
	uint64_t sum = 0;

	if (!roll_open(&r, part, 7))
		return 0;
	while (roll_next(&r, &v)) {
		for (size_t i = 0; v.weeks && i < ROLL_WEEKS; i++)
			sum += roll_number(v.weeks, v.week_width, i);
		for (size_t i = 0; i < (size_t)__builtin_popcountll(v.days); i++)
			sum += roll_number(v.values, v.width, i);
	}
	return sum;
}

/* As a value, its list's sum made to fit; else as a part. */
static void try_roll(uint8_t *p, size_t n)
{
	struct sv key = { "roll", 4 };
	struct roll_parts parts;
	struct roll_part part;
	uint64_t sum = 0;
	size_t list = n >= 8 ? roll_parts_bytes(le_get(p + 4, 4) & 0xff) : n;

	if (n >= 8 && list <= n)
		le_set(p, sum32(p + 4, list - 4, roll_seed(key, ROLL_LIST)), 4);
	if (roll_parts_open(&parts, key, (struct sv){ (char *)p, n }))
		while (roll_parts_next(&parts, &part)) {
			if (part.bytes.p + part.bytes.n > (char *)p + n)
				abort();
			sum += walk_part(part.bytes);
		}
	if (n >= 8)
		le_set(p, sum32(p + 4, n - 4, 7), 4);
	sum += walk_part((struct sv){ (char *)p, n });
	(void)sum;
}

static void try_run(uint8_t *p, size_t n)
{
	struct run_entry e = { .value = 0 };
	struct run_part part;

	if (n >= PART_HEAD && le_get(p + 4, 4) < 1000 && le_get(p + 8, 4) < 100) {
		size_t groups = (size_t)(le_get(p + 4, 4) + 63) / 64;
		size_t at = PART_HEAD + PART_BLOCK * (size_t)le_get(p + 8, 4);

		if (at + 4 * groups <= n)
			le_set(p,
			       sum32(p + at, 4 * groups, 5) ^
				       sum32(p + 4, PART_HEAD - 4, ~5ULL),
			       4);
	}
	if (!part_view((struct sv){ (char *)p, n }, RUN_IDENTITY, 5, &part))
		return;
	memcpy(e.digest, p, RUN_DIGEST);
	part_maybe(&part, &e);
	part_sound(&part, 0, part_search(&part, &e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct sv dictionary;
	uint8_t *copy;

	arena_init(&arena, 0);
	if (!packing && !packer_train(&arena, &dictionary, NULL)) {
		packer = packer_new(dictionary);
		packing = packing_new(packer);
	}
	arena_release(&arena);
	if (!size || !packing)
		return 0;
	copy = malloc(size > 1 ? size - 1
			       : 1); /* a block of its own: a step outside is seen */
	memcpy(copy, data + 1, size - 1);
	switch (data[0] & 3) {
	case 0:
		try_doc(copy, size - 1);
		break;
	case 1:
		try_secret(copy, size - 1);
		break;
	case 2:
		try_roll(copy, size - 1);
		break;
	default:
		try_run(copy, size - 1);
	}
	free(copy);
	return 0;
}
