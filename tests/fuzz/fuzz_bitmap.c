/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_bitmap.c: bytes that say they are a bitmap, a run of words or a sorted list
 * never lead outside themselves, and what two ways of reading a bitmap both take, they
 * read alike.
 */
#include <stdlib.h>
#include <string.h>

#include "store/bitmap.h"
#include "store/keys.h"
#include "store/text_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void bitmap(struct sv blob)
{
	static uint16_t list[65536];
	static const uint16_t add[] = { 0, 77, 65535 };
	uint64_t words[BITMAP_WORDS] = { 0 };
	bool readable = bitmap_or(blob, words);
	int n = bitmap_list(blob, list);
	struct buf out;

	must(n < 0 || (readable && (uint32_t)n == bits_popcount(words)));
	must(bitmap_list_within(blob, words, list) == n || !readable);
	buf_init(&out, 0);
	if (bitmap_change(blob, add, 3, NULL, 0, &out)) {
		must(blob.n == 0 || n >= 0);
		for (int i = 0; i < 3; i++)
			words[add[i] >> 6] |= 1ull << (add[i] & 63);
		must(bitmap_list(buf_sv(&out), list) == (int)bits_popcount(words));
	}
	buf_release(&out);
}

/* The header's sum is made right, so that what lies behind it is reached. */
static void run(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct sv body = { copy, size };
	struct text_run r;
	struct text_walk w;
	struct text_group g;
	struct text_form form;
	uint32_t steps = 0, tag, records;

	memcpy(copy, data, size);
	if (size >= TEXT_RUN_HEAD + SORTED_PAD) {
		le_set(copy + 8, TEXT_RUN_VERSION, 4);
		le_set(copy + 44, size, 4);
		le_set(copy, sum32(copy + 4, TEXT_RUN_HEAD - 4, 'H'), 4);
	}
	if (text_run_open(body, &r)) {
		text_run_find(&r, le_get(copy + size - 8, 6), &g);
		text_run_records(&r, le_get(copy + size - 8, 6));
		text_run_form_records(&r, le_get(copy + size / 2, 6), 7);
		text_run_low(&r, r.slots);
		text_walk_start(&w, &r);
		while (text_walk_next_head(&w, &g) && steps < 10000)
			while (text_group_count(&g, &tag, &records) && steps < 10000)
				steps++;
		steps = 0;
		text_walk_start(&w, &r);
		while (text_walk_next(&w, &g) && steps < 10000)
			while (text_group_form(&g, &form)) {
				struct sorted_cursor c;

				sorted_start(&c, &form.places);
				while (sorted_next(&c) != SORTED_END && steps < 10000)
					steps++;
				sorted_start(&c, &form.places);
				sorted_seek(&c, r.places / 2);
			}
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] & 1)
		bitmap((struct sv){ (const char *)data + 1, size - 1 });
	else if (size)
		run(data + 1, size - 1);
	return 0;
}
