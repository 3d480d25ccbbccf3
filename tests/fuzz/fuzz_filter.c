/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_filter.c: whatever is typed, the parser ends; what it takes, it prints so that
 * it reads back as the same; what it refuses, it refuses with a column.
 */
#include <stdlib.h>
#include <string.h>

#include "store/filter.h"
#include "store/opinia_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct topic_info topics[] = {
	{ .id = { "order.checkout", 14 } },
	{ .id = { "delivery.time", 13 } },
};
static const struct taxonomy taxonomy = { topics, 2 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zone *zone;
	struct opinia_filter_env env = { 1772500000000, NULL, &taxonomy };
	struct err err = ERR_NONE;
	struct filter *f, *again;
	struct arena arena;
	struct buf a, b;
	int32_t first, last;

	if (!zone)
		must(zone_open(&zone, "Europe/Bucharest", &err) == 0);
	env.zone = zone;
	arena_init(&arena, 8 << 20);
	buf_init(&a, 0);
	buf_init(&b, 0);
	if (opinia_filter_parse((struct sv){ (const char *)data, size }, &env, &arena, &f,
				&err)) {
		must(err.code == ERR_USAGE && strncmp(err.text, "column ", 7) == 0);
	} else {
		filter_print(f, &a);
		must(opinia_filter_parse(buf_sv(&a), &env, &arena, &again, &err) == 0 ||
		     a.n > FILTER_BYTES_MAX);
		if (a.n <= FILTER_BYTES_MAX) {
			filter_print(again, &b);
			must(sv_eq(buf_sv(&a), buf_sv(&b)) && again->count == f->count);
		}
		opinia_filter_period(f, &first, &last);
		must(opinia_filter_timeless(f, &arena) != NULL);
	}
	buf_release(&a);
	buf_release(&b);
	arena_release(&arena);
	return 0;
}
