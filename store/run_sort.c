/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_sort.c: entries of a run in order. Digests are spread evenly, so a bucket sort is a
 * few steps an entry; qsort is for those that are not (all records of one interaction).
 */
#include <stdlib.h>
#include <string.h>

#include "store/run_part.h"

enum { INSERTION = 24, BUCKET_MAX = 256 };

bool run_after(const struct run_entry *a, const struct run_entry *b)
{
	uint64_t x = run_head64(a), y = run_head64(b);
	int c;

	if (x != y)
		return x > y;
	c = memcmp(a->digest + 8, b->digest + 8, RUN_DIGEST - 8);
	return c > 0 || (!c && a->value > b->value);
}

static void insertion_sort(struct run_entry *e, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct run_entry x = e[i];
		size_t k = i;

		for (; k && run_after(&e[k - 1], &x); k--)
			e[k] = e[k - 1];
		e[k] = x;
	}
}

static int entry_order(const void *a, const void *b)
{
	return run_after(a, b) - run_after(b, a);
}

/*
 * Digests are spread evenly: put each where it belongs by its first bits, then tidy up.
 */
static bool bucket_sort(struct run_entry *e, size_t count)
{
	unsigned bits = (unsigned)(63 - __builtin_clzll(count)) - 2;
	size_t buckets = (size_t)1 << bits;
	struct run_entry *copy = malloc(count * sizeof(*copy));
	uint32_t *at = calloc(buckets + 1, sizeof(*at));
	bool even = copy && at;

	for (size_t i = 0; even && i < count; i++)
		at[(run_head64(&e[i]) >> (64 - bits)) + 1]++;
	for (size_t b = 1; even && b <= buckets; b++)
		even = at[b] < BUCKET_MAX;
	if (even) {
		for (size_t b = 1; b <= buckets; b++)
			at[b] += at[b - 1];
		for (size_t i = 0; i < count; i++)
			copy[at[run_head64(&e[i]) >> (64 - bits)]++] = e[i];
		memcpy(e, copy, count * sizeof(*e));
		insertion_sort(e, count);
	}
	free(copy);
	free(at);
	return even;
}

void runs_sort(struct run_entry *e, size_t count)
{
	if (count <= INSERTION)
		insertion_sort(e, count);
	else if (!bucket_sort(e, count))
		qsort(e, count, sizeof(*e), entry_order);
}
