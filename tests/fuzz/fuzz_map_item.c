/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_map_item.c: any JSON as an item of a service and as the body of a call. What must hold
 * besides not crashing: what comes out are records, and the same item gives the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/map_json.h"
#include "collector/map_keys.h"

static const char map_text[] =
	"[map]\nchannel = chat\n[request]\nurl = https://x.example/\n"
	"[pages]\neach = list\n[cursor]\nat = at | id\n"
	"[feedback]\nwhen = r | c\nid = id | ^.id\ncsat = r\nnps = a[type=nps].n\n"
	"values.nps = no=- low=0 high=10\nfcr = done\ncomment = c & a[*,type=text].v\n"
	"customer = who.mail | who[0] | \"x.y\".z\nattr.tags = tags[*]\nattr.last = "
	"tags[-1]\n"
	"answered_at = at\nasked_at = id\nlanguage = lang\nchannel = ch\n"
	"[interaction]\nwhen = conv!=''\nid = conv\ninteraction = conv\nescalated = esc\n"
	"[hook]\npercent = yes\nid = id\nwhen = !stop\n"
	"[hook.feedback]\nid = id\nces2 = r\ncomment = c\nanswered_at = @received\n";

static struct map map = { .file = "fixed.map", .name = "fixed" };
static struct map_bound *bound;

static void begin(void)
{
	static const struct setting_source nothing = { SV_INIT("fuzz"), 1, NULL, 0 };
	static struct source_settings s = { .name = "fuzz", .said = &nothing };
	static struct arena kept;
	struct err err = ERR_NONE;
	FILE *f = fmemopen((void *)map_text, sizeof(map_text) - 1, "r");

	arena_init(&kept, 0);
	if (!f || map_read(&map, f, &kept, &err))
		abort();
	fclose(f);
	s.rows = map_rows(&map, &s.row_count);
	if (map_bind(&bound, &map, &s, NULL, &kept, &err))
		abort();
}

static uint64_t sum(struct batch *b)
{
	struct err err = ERR_NONE;
	uint64_t all = b->count;

	for (size_t i = 0; i < b->count; i++) {
		const struct record *r = &b->records[i];

		if (record_check(r, &err))
			abort();
		all = all * 31 + r->comment.n + r->score_count + r->attr_count;
		for (size_t k = 0; k < r->external_id.n; k++)
			all = all * 31 + (unsigned char)r->external_id.p[k];
	}
	return all;
}

static uint64_t once(const json_t *item)
{
	struct map_call call = { .received_at = 1795255200000 };
	struct aside aside = { .fd = -1 };
	struct err err = ERR_NONE;
	struct map_made made;
	struct batch b;
	uint64_t all;

	batch_init(&b);
	if (map_item(bound, item, item, "item", &aside, &b, &made, &err) || made.full)
		abort();
	if (made.records != b.count)
		abort();
	all = sum(&b);
	batch_reset(&b);
	map_hook(bound, item, &aside, &b, &call, &err);
	all = all * 31 + sum(&b);
	batch_release(&b);
	return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	json_t *item;

	if (!bound)
		begin();
	arena_init(&a, 0);
	if (!map_json_parse(&item, (struct sv){ (const char *)data, size }, &a, NULL) &&
	    once(item) != once(item))
		abort();
	json_decref(item);
	arena_release(&a);
	return 0;
}
