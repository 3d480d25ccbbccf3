/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_jsonl.c: the contract, kept by the adapter for JSON Lines, and its own ways. */
#include "tests/collector/contract.h"

static const struct sv good_file =
	SV_INIT("{\"id\":1,\"csat\":5,\"comment\":\"ok\\n\\u0103\"}\n{\"csat\":2}\n\n{"
		"\"csat\":2}\n");
static const struct sv spoiled_file =
	SV_INIT("{\"id\":1,\"csat\":5,\"comment\":\"ok\\n\\u0103\"}\n{\"csat\":2}\n"
		"{\"id\":9,\"csat\":}\n{\"csat\":2}\n");
static const char spoiled_line[] = "{\"id\":9,\"csat\":}\n";
#define SPOILED_LINE 3

ADAPTER_CONTRACT(jsonl)

/* clang-format off */
static const struct {
	const char *line, *told; /* told NULL: set aside, because of @why */
	const char *why;
} lines[] = {
	{ "{\"id\":\"a\",\"scores\":{\"csat\":4,\"nps\":9}}", "a|csat=4/1..5|nps=9/0..10", NULL },
	{ "{\"id\":\"b\",\"scores\":[{\"kind\":\"csat\",\"value\":8,\"min\":1,\"max\":10}]}",
	  "b|csat=8/1..10", NULL },
	{ "{\"id\":\"c\",\"scores\":[{\"kind\":\"ces\",\"value\":2,\"max\":5,\"question\":\"q\"}]}",
	  "c|ces1=2/1..5", NULL },
	{ "{\"id\":\"d\",\"scores\":[{\"kind\":\"fcr\",\"value\":true},{\"kind\":\"nps\",\"value\":null}]}",
	  "d|fcr=1/0..1", NULL },
	{ "{\"id\":5,\"csat\":\"4,0\",\"attributes\":{\"plan\":\"pro\"},\"attr.shop\":3}",
	  "5|csat=4/1..5|plan=pro|shop=3", NULL },
	{ "{\"id\":6,\"comment\":\"da\",\"nps\":null,\"unknown\":{\"deep\":[1,{\"x\":2}]}}", "6|da",
	  NULL },
	{ "{\"id\":7,\"fcr\":false,\"answered_at\":1772323200}", "7|fcr=0/0..1|@1772323200", NULL },
	{ "{\"id\":8,\"csat\":4.0}", "8|csat=4/1..5", NULL },
	{ "{\"id\":9,\"csat\":4.5}", NULL, "csat: \"4.5\" is no whole point" },
	{ "{\"id\":10,\"nps\":11}", NULL, "nps: 11 is not on the scale 0 to 10" },
	{ "{\"id\":11,\"csat\":1,\"csat\":2}", NULL, "the key csat comes twice" },
	{ "{\"id\":12,\"csat\":1,\"scores\":{\"csat\":2}}", NULL, "the key csat comes twice" },
	{ "{\"id\":13,\"csat\":[1]}", NULL, "csat: a list is no value" },
	{ "[1]", NULL, "a list: JSON Lines has one object a line" },
	{ "7", NULL, "no JSON object" },
	{ "{\"id\":14}", NULL, "neither a score nor a comment" },
	{ "{\"id\":15,\"comment\":\"a\\u0000b\"}", NULL, "a NUL is in comment" },
	{ "{\"id\":16,\"scores\":[{\"kind\":\"csat\",\"value\":9}]}", NULL, "csat: 9 is not on the scale" },
	{ "{\"id\":17,\"scores\":[{\"kind\":\"zen\",\"value\":9}]}", NULL, "scores: no such kind" },
	{ "{\"id\":18,\"scores\":[3]}", NULL, "scores: a list of objects is expected" },
};
/* clang-format on */

Test(jsonl, objects_and_lists_of_scores_are_read_and_what_is_none_is_set_aside)
{
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct buf file, told;
		struct place p;
		struct import_progress end;

		buf_init(&file, 0);
		buf_init(&told, 0);
		buf_printf(&file, "{\"id\":\"first\",\"csat\":5,\"comment\":\"x\"}\n%s\n",
			   lines[i].line);
		p = place_of("f.jsonl", buf_sv(&file));
		end = read_all(p.path, NULL, &told);
		cr_expect_eq(end.rejected, lines[i].told ? 0u : 1u, "%s", lines[i].line);
		if (lines[i].told) {
			cr_expect_geq(sv_find(buf_sv(&told), sv_of(lines[i].told)), 0,
				      "%s", told.p);
		} else {
			char path[128];

			snprintf(path, sizeof(path), "%s.rejected", p.path);
			buf_clear(&told);
			slurp(path, &told);
			cr_expect_geq(sv_find(buf_sv(&told), sv_of(lines[i].why)), 0,
				      "%s", told.p);
			cr_expect_geq(sv_find(buf_sv(&told), sv_of(lines[i].line)), 0);
		}
		place_clear(&p);
		buf_release(&file);
		buf_release(&told);
	}
}

Test(jsonl, inner_keys_can_be_mapped_and_later_keys_are_columns_too)
{
	static const char *const maps[] = { "csat=rating.stars", "attr.shop=shop.name" };
	struct import_options o = { .maps = maps, .map_count = 2, .channel = "phone" };
	struct place p = place_of(
		"m.jsonl",
		SV("{\"id\":1,\"rating\":{\"stars\":4},\"shop\":{\"name\":\"Cluj\"}}\n"
		   "{\"id\":2,\"rating\":{\"stars\":5},\"komentarz\":\"dobrze\"}\n"));
	struct buf told;

	buf_init(&told, 0);
	read_all(p.path, &o, &told);
	cr_expect_str_eq(told.p, "m.jsonl:1|feedback|phone|1|csat=4/1..5|shop=Cluj\n"
				 "m.jsonl:2|feedback|phone|2|dobrze|csat=5/1..5\n");
	buf_release(&told);
	place_clear(&p);
}
