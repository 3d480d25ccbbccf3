/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_span.c: hostile bytes as counts of words of many segments, with sums that fit, so that what
 * they guard is reached; walked, and asked for what was met.
 */
#include <stdlib.h>
#include <string.h>

#include "store/keys.h"
#include "store/text_span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 10000, LEVEL = 2 };

static void fit_sums(char *p, size_t size)
{
	unsigned bits = (uint8_t)p[15] % 12;
	size_t begin = TEXT_SPAN_HEAD + 4 * ((1ull << bits) + 1);

	p[15] = (char)bits;
	p[14] = LEVEL;
	le_set(p + 4, size, 4);
	le_set(p + 12, 0, 2);
	le_set(p, sum32(p + 4, TEXT_SPAN_HEAD - 4, 'C'), 4);
	for (size_t i = 0; begin <= size && i < 1u << bits; i++) {
		size_t from = le_get(p + TEXT_SPAN_HEAD + 4 * i, 4);
		size_t to = le_get(p + TEXT_SPAN_HEAD + 4 * i + 4, 4);

		if (from + 4 <= to && to <= size - begin)
			le_set(p + begin + from,
			       sum32(p + begin + from + 4, to - from - 4, i), 4);
	}
}

static void try_row(const struct text_span *s)
{
	struct text_span_walk w = { .span = s };
	struct text_forms forms = { .n = 0 };
	uint32_t records, n, tag = 0;
	uint64_t key;

	for (int i = 0; i < STEPS && text_span_next(&w, &key, &records, &forms); i++) {
		if (forms.n)
			tag = forms.p[forms.n - 1].tag;
		text_span_records(s, key, NULL, &n);
		text_span_records(s, key, &tag, &n);
		text_span_records(s, key ^ 1, NULL, &n);
		if (forms.n > STEPS)
			forms.n = 0;
	}
	free(forms.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1); /* a step outside is seen */
	struct text_span s;

	if (size)
		memcpy(copy, data, size);
	if (size >= TEXT_SPAN_HEAD)
		fit_sums(copy, size);
	if (text_span_open((struct sv){ copy, size }, 0, LEVEL, &s))
		try_row(&s);
	free(copy);
	return 0;
}
