/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_map.c: any bytes as the file of a map. What must hold besides not crashing: it is read or
 * refused with a sentence, and what was read can be filled in and asked of an item.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/map_keys.h"

static void use(struct map *m, struct arena *a)
{
	static const struct setting_source nothing = { SV_INIT("fuzz"), 1, NULL, 0 };
	struct source_settings s = { .name = "fuzz", .said = &nothing, .arena = a };
	struct map_fill fill = { .settings = &s,
				 .since = 0,
				 .until = TIME_NONE,
				 .next = SV("n\"&"),
				 .token = SV("t") };
	json_t *item = json_pack("{s:i,s:[{s:s}],s:{}}", "id", 1, "a", "k", "v", "o");
	struct map_made made;
	struct map_bound *bound;
	struct map_call call = { 0 };
	struct aside aside = { .fd = -1 };
	struct err err = ERR_NONE;
	struct batch out;
	struct buf text;

	buf_init(&text, 1 << 20);
	batch_init(&out);
	s.rows = map_rows(m, &s.row_count);
	if (m->request.url)
		map_text_fill(m->request.url, &fill, &text);
	if (m->request.body)
		map_text_fill(m->request.body, &fill, &text);
	if (!map_bind(&bound, m, &s, NULL, a, &err)) {
		map_item(bound, item, item, "fuzz", &aside, &out, &made, &err);
		map_hook(bound, item, &aside, &out, &call, &err);
	}
	for (size_t i = 0; i < out.count; i++)
		if (record_check(&out.records[i], &err))
			abort();
	json_decref(item);
	batch_release(&out);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct map m = { .file = "fuzz.map", .name = "fuzz" };
	FILE *f = size ? fmemopen((void *)data, size, "r") : NULL;
	struct err err = ERR_NONE;
	struct arena a;
	int rc;

	if (!f)
		return 0;
	arena_init(&a, 0);
	rc = map_read(&m, f, &a, &err);
	fclose(f);
	if (rc && (rc != ERR_CONFIG || strncmp(err.text, "fuzz.map:", 9) != 0))
		abort();
	if (!rc)
		use(&m, &a);
	arena_release(&a);
	return 0;
}
