/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_map.c: services call at the same time: one bound map, several threads, the same records.
 * A plain program, because ThreadSanitizer cannot run under Criterion.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "collector/map_json.h"
#include "collector/map_keys.h"

enum { THREADS = 4, ROUNDS = 400 };

static const char text[] =
	"[map]\nchannel = chat\n[hook]\nwhen = event=rated\nitems = data\nid = nr\n"
	"percent = yes\n[feedback]\nid = id\ncsat = r\nvalues.csat = good=5 bad=1\n"
	"comment = a[*,k=c].v\nanswered_at = at\nattr.tags = tags[*]\n";
static const char body[] =
	"{\"event\":\"rated\",\"nr\":\"d1\",\"data\":[{\"id\":1,\"r\":\"good\",\"at\":"
	"1795255200,"
	"\"a\":[{\"k\":\"c\",\"v\":\"Mul%C8%9Bumesc\"},{\"k\":\"c\",\"v\":\"Świetnie\"}],"
	"\"tags\":[\"x\",\"y\"]},{\"id\":2,\"r\":\"bad\"}]}";

static struct map_bound *bound;

static void need(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "thread_map: %s\n", what);
	exit(1);
}

static void *call_again_and_again(void *unused)
{
	struct batch out;

	(void)unused;
	batch_init(&out);
	for (int i = 0; i < ROUNDS; i++) {
		struct map_call call = { .received_at = 1795255200000 };
		struct aside aside = { .fd = -1 };
		struct err err = ERR_NONE;
		json_t *json;

		batch_reset(&out);
		need(!map_json_parse(&json, sv_of(body), &out.arena, &err), err.text);
		need(!map_hook(bound, json, &aside, &out, &call, &err), err.text);
		json_decref(json);
		need(out.count == 2 && call.records == 2 && !aside.count, "two records");
		need(sv_eq(out.records[0].comment, SV("Mulțumesc\nŚwietnie")), "words");
		need(out.records[1].scores[0].value == 1, "bad is 1");
	}
	batch_release(&out);
	return NULL;
}

int main(void)
{
	static const struct setting_source nothing = { SV_INIT("desk"), 1, NULL, 0 };
	struct source_settings s = { .name = "desk", .said = &nothing };
	struct map map = { .file = "desk.map", .name = "desk" };
	FILE *f = fmemopen((void *)text, sizeof(text) - 1, "r");
	pthread_t threads[THREADS];
	struct err err = ERR_NONE;
	struct arena arena;

	arena_init(&arena, 0);
	need(f && !map_read(&map, f, &arena, &err), err.text);
	fclose(f);
	s.rows = map_rows(&map, &s.row_count);
	need(!map_bind(&bound, &map, &s, NULL, &arena, &err), err.text);
	for (int i = 0; i < THREADS; i++)
		need(!pthread_create(&threads[i], NULL, call_again_and_again, NULL),
		     "no thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	arena_release(&arena);
	return 0;
}
