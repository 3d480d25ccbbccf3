/* SPDX-License-Identifier: Apache-2.0 */
/* test_map_record.c: items and calls become records, as the map says and the source may change. */
#include "tests/collector/map_files.h"

#define HEAD                                                                             \
	"[map]\nchannel = chat\nsettings = url\n[request]\nurl = {url}/x\n[cursor]\nat " \
	"= at\n"
#define FEED "[feedback]\nid = id\nanswered_at = at\n"

/* The records of one item in text, then what was set aside. */
static void make(const struct bound_map *b, const char *json, struct buf *told,
		 struct map_made *made)
{
	struct aside aside = { .fd = -1 };
	struct err err = ERR_NONE;
	struct batch out;
	json_t *item;

	batch_init(&out);
	cr_assert_eq(map_json_parse(&item, sv_of(json), &out.arena, &err), 0, "%s: %s",
		     json, err.text);
	cr_assert_eq(map_item(b->bound, item, item, "page 1, item 1", &aside, &out, made,
			      &err),
		     0, "%s", err.text);
	json_decref(item); /* records must not look at it any more */
	for (size_t i = 0; i < out.count; i++) {
		cr_expect_eq(record_check(&out.records[i], &err), 0, "%s", err.text);
		cr_expect(sv_eq(out.records[i].source, SV("desk")));
		tell_record(told, &out.records[i]);
	}
	cr_expect_eq(out.count, made->records);
	for (size_t i = 0; i < aside.said_count; i++)
		buf_printf(told, "aside: %s\n", aside.said[i].why);
	aside_release(&aside);
	batch_release(&out);
}

Test(map_record, an_item_becomes_what_the_map_says)
{
	static const struct {
		const char *map, *says, *item, *told;
	} rows[] = {
		{ HEAD FEED "csat = r\ncomment = c\ncustomer = who.mail | who.id\n"
			    "agent = a\nattr.inbox = box\ninteraction = conv\n",
		  "",
		  "{\"id\":812,\"r\":2,\"c\":\"Am așteptat prea mult\",\"at\":1795287600,"
		  "\"who\":{\"id\":55},\"a\":\"Andrei\",\"box\":3,\"conv\":4410}",
		  "page 1, item 1|feedback|chat|812|4410|55|Andrei|Am așteptat prea mult|"
		  "csat=2/1..5|inbox=3|@1795287600\n" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":\"4/5\"}",
		  "page 1, item 1|feedback|chat|1|csat=4/1..5\n" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":7}",
		  "aside: page 1, item 1: csat: 7 is not on the scale 1 to 5\n" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":\"bun\"}",
		  "aside: page 1, item 1: csat: \"bun\" is no score: whole points are "
		  "taken, "
		  "words are not guessed\n" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":4.5}",
		  "aside: page 1, item 1: csat: \"4.5\" is no whole point\n" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":0}", "" },
		{ HEAD FEED "csat = r\n", "", "{\"id\":1,\"r\":null}", "" },
		{ HEAD FEED "csat = r\n", "", "{\"r\":5}",
		  "aside: page 1, item 1: id: it has none\n" },
		{ HEAD FEED "csat = r\n", "", "7",
		  "aside: page 1, item 1: id: it has none\n" },
		{ HEAD FEED "csat = r\nwhen = r\n", "", "{\"id\":1}", "" },
		{ HEAD FEED "csat = r\n", "scale.csat=5..1", "{\"id\":1,\"r\":5}",
		  "page 1, item 1|feedback|chat|1|csat=5/1..5\n" },
		{ HEAD FEED "csat = r\n", "scale.csat=1..10", "{\"id\":1,\"r\":10}",
		  "page 1, item 1|feedback|chat|1|csat=10/1..10\n" },
		{ HEAD FEED
		  "csat = r\nscale.csat = 0..1\nvalues.csat = good=1 bad=0 offered=-\n",
		  "", "{\"id\":1,\"r\":\"Bad\"}",
		  "page 1, item 1|feedback|chat|1|csat=0/0..1\n" },
		{ HEAD FEED
		  "csat = r\nscale.csat = 0..1\nvalues.csat = good=1 bad=0 offered=-\n",
		  "", "{\"id\":1,\"r\":\"offered\"}", "" },
		{ HEAD FEED "csat = r\nscale.csat = 0..1\nvalues.csat = good=1 bad=0\n",
		  "", "{\"id\":1,\"r\":\"1\"}",
		  "aside: page 1, item 1: csat: \"1\" is none of the 2 values that are "
		  "known\n" },
		{ HEAD FEED "csat = r\n",
		  "values.csat=-103=1 100=2 103=3\nscale.csat=1..3",
		  "{\"id\":1,\"r\":-103}",
		  "page 1, item 1|feedback|chat|1|csat=1/1..3\n" },
		{ HEAD FEED "csat = r\n", "values.csat='foarte bine'=5",
		  "{\"id\":1,\"r\":\"Foarte bine\"}",
		  "page 1, item 1|feedback|chat|1|csat=5/1..5\n" },
		{ HEAD FEED "csat = r\n",
		  "map.csat=q[k=b].v\nmap.comment=c\nattr.shop='Iași'",
		  "{\"id\":\"x\",\"q\":[{\"k\":\"a\",\"v\":1},{\"k\":\"b\",\"v\":5}],"
		  "\"c\":\"Świetnie\"}",
		  "page 1, item 1|feedback|chat|x|Świetnie|csat=5/1..5|shop=Iași\n" },
		{ HEAD FEED "nps = n\nces = e\nfcr = f\n", "scale.ces=1..7",
		  "{\"id\":1,\"n\":10,\"e\":6,\"f\":true}",
		  "page 1, item "
		  "1|feedback|chat|1|nps=10/0..10|ces2=6/1..7|fcr=1/0..1\n" },
		{ HEAD FEED "comment = a & b\nlanguage = l\n", "channel=email",
		  "{\"id\":1,\"a\":\"Dobrze\",\"b\":\"ale wolno\",\"l\":\"pl-PL\"}",
		  "page 1, item 1|feedback|email|1|Dobrze\nale wolno|pl\n" },
		{ HEAD FEED "comment = a\n", "language=ro", "{\"id\":1,\"a\":\"bine\"}",
		  "page 1, item 1|feedback|chat|1|bine|ro\n" },
		{ HEAD FEED
		  "comment = a\nchannel = ch\nvalues.channel = Api::Mail=email\n",
		  "", "{\"id\":1,\"a\":\"bine\",\"ch\":\"Api::Mail\"}",
		  "page 1, item 1|feedback|email|1|bine\n" },
		{ HEAD FEED "comment = a\n", "", "{\"id\":1,\"a\":\"x\\u0000y\"}",
		  "aside: page 1, item 1: comment: a NUL is in it\n" },
		{ HEAD FEED "comment = a\nasked_at = t\n", "",
		  "{\"id\":1,\"a\":\"x\",\"t\":\"0\",\"at\":\"1795287600123456\"}",
		  "page 1, item 1|feedback|chat|1|x|@1795287600\n" },
		{ HEAD FEED "comment = a\nasked_at = id\n", "",
		  "{\"id\":\"01J1WBXZ000000000000000000\",\"a\":\"x\"}",
		  "page 1, item "
		  "1|feedback|chat|01J1WBXZ000000000000000000|x|@1720012700\n" },
		{ HEAD FEED "comment = a\n", "", "{\"id\":1,\"a\":\"x\",\"at\":\"soon\"}",
		  "aside: page 1, item 1: answered_at: \"soon\" is no date\n" },
		{ HEAD FEED "comment = a\nattr.tags = tags[*]\n", "",
		  "{\"id\":1,\"a\":\"x\",\"tags\":[\"lent\",\"scump\"]}",
		  "page 1, item 1|feedback|chat|1|x|tags=lent, scump\n" },
		{ HEAD FEED "csat = r\nwhen = r\n[invitation]\nid = id\nasked_at = at\n"
			    "[interaction]\nwhen = conv\nid = conv\ninteraction = conv\n",
		  "",
		  "{\"id\":1,\"r\":3,\"conv\":\"c9\",\"at\":\"2026-11-21T10:00:00Z\"}",
		  "page 1, item 1|feedback|chat|1|csat=3/1..5|@1795255200\n"
		  "page 1, item 1|invitation|chat|1|@1795255200\n"
		  "page 1, item 1|interaction|chat|c9|c9\n" },
		{ HEAD "[pages]\neach = answers\n[feedback]\nid = ^.id & k\ncsat = "
		       "r\ncustomer = ^.who\n",
		  "",
		  "{\"id\":\"r1\",\"who\":\"ana@example.ro\",\"answers\":[{\"k\":\"a\","
		  "\"r\":4},"
		  "{\"k\":\"b\",\"r\":9},{\"k\":\"c\",\"r\":2}]}",
		  "page 1, item 1|feedback|chat|r1|ana@example.ro|csat=4/1..5\n"
		  "page 1, item 1|feedback|chat|r1|ana@example.ro|csat=2/1..5\n"
		  "aside: page 1, item 1: csat: 9 is not on the scale 1 to 5\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bound_map b;
		struct map_made made;
		struct buf told;

		buf_init(&told, 0);
		begin_map(&b, rows[i].map, rows[i].says);
		cr_assert_eq(b.rc, 0, "%s: %s", rows[i].says, b.err.text);
		make(&b, rows[i].item, &told, &made);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].told)),
			  "%s\nexpected: %s\nwas:      %s", rows[i].item, rows[i].told,
			  told.p);
		end_map(&b);
		buf_release(&told);
	}
}

Test(map_record, what_a_source_says_wrong_is_said_with_its_line)
{
	static const struct {
		const char *says, *error;
	} rows[] = {
		{ "map.csat=a[", "opinia.conf:2: [source desk] map.csat: " },
		{ "url=https://x.example\nmap.cast=a",
		  "opinia.conf:3: [source desk] map.cast: no field `cast` of feedback; "
		  "did you "
		  "mean `csat`?" },
		{ "scale.csat=5", "opinia.conf:2: [source desk] scale.csat: a scale is" },
		{ "values.csat=x", "opinia.conf:2: [source desk] values.csat: `x`" },
		{ "attr.Shop=x", "opinia.conf:2: [source desk] attr.Shop: no field" },
		{ "url=desk.example",
		  "opinia.conf:2: [source desk] url: an address begins with https" },
		{ "overlap=soon", "a time such as" },
		{ "urll=x", "did you mean `url`?" },
	};
	struct bound_map b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_map(&b, HEAD FEED "csat = r\n", rows[i].says);
		cr_expect_eq(b.rc, ERR_CONFIG, "%s", rows[i].says);
		cr_expect_geq(sv_find(sv_of(b.err.text), sv_of(rows[i].error)), 0,
			      "%s: %s", rows[i].says, b.err.text);
		end_map(&b);
	}
}

#define HOOK "[map]\nchannel = phone\n"

Test(map_record, a_call_is_read_by_the_same_map)
{
	static const struct {
		const char *map, *body, *delivery, *told;
		bool wanted;
	} rows[] = {
		{ HOOK "[hook]\nwhen = event=rated\nitems = data\nid = nr\n" FEED
		       "csat = r\n",
		  "{\"event\":\"rated\",\"nr\":\"d-1\",\"data\":{\"id\":5,\"r\":4}}",
		  "d-1", "call, item 1|feedback|phone|5|csat=4/1..5\n", true },
		{ HOOK "[hook]\nwhen = event=rated\n" FEED "csat = r\n",
		  "{\"event\":\"ping\"}", "", "", false },
		{ HOOK "[hook]\nitems = $\n" FEED "csat = r\n",
		  "[{\"id\":5,\"r\":4},{\"r\":3},{\"id\":6,\"r\":9}]", "",
		  "call, item 1|feedback|phone|5|csat=4/1..5\n"
		  "call, item 2|feedback|phone|csat=3/1..5\n",
		  true },
		{ HOOK "[hook]\npercent = yes\n" FEED
		       "csat = v.score\ncomment = v.say\nagent = v.bad\n",
		  "{\"id\":5,\"v\":{\"score\":\"4\",\"say\":\"Mul%C8%9Bumesc%20100%25 "
		  "%zz\","
		  "\"bad\":\"%ff\"}}",
		  "",
		  "call, item 1|feedback|phone|5|%ff|Mulțumesc 100% %zz|csat=4/1..5\n",
		  true },
		{ HOOK "[hook]\nwhen = Digits\n" FEED
		       "csat = Digits\nasked_at = @received\n",
		  "{\"id\":\"CA1\",\"Digits\":\"4\"}", "",
		  "call, item 1|feedback|phone|CA1|csat=4/1..5|@1795255200\n", true },
		{ HOOK "[hook]\nwhen = id\n" FEED
		       "csat = r\n[hook.feedback]\nid = id\ncsat = deep.r\n",
		  "{\"id\":5,\"r\":1,\"deep\":{\"r\":2}}", "",
		  "call, item 1|feedback|phone|5|csat=2/1..5\n", true },
		{ HOOK "[hook]\nwhen = id\neach = a\n" FEED "csat = r\n",
		  "{\"id\":5,\"a\":[{\"id\":\"x\",\"r\":2},{\"id\":\"y\",\"r\":3}]}", "",
		  "call, item 1|feedback|phone|x|csat=2/1..5\n"
		  "call, item 1|feedback|phone|y|csat=3/1..5\n",
		  true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct map_call call = { .received_at = 1795255200000 };
		struct aside aside = { .fd = -1 };
		struct err err = ERR_NONE;
		struct bound_map b;
		struct batch out;
		struct buf told;
		json_t *body;

		buf_init(&told, 0);
		batch_init(&out);
		begin_map(&b, rows[i].map, "");
		cr_assert_eq(b.rc, 0, "%s", b.err.text);
		cr_assert_eq(map_json_parse(&body, sv_of(rows[i].body), &b.arena, &err),
			     0);
		cr_assert_eq(map_hook(b.bound, body, &aside, &out, &call, &err), 0, "%s",
			     err.text);
		json_decref(body);
		for (size_t k = 0; k < out.count; k++)
			tell_record(&told, &out.records[k]);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].told)),
			  "%zu: expected %s\nwas %s", i, rows[i].told, told.p);
		cr_expect(sv_eq(call.delivery, sv_of(rows[i].delivery)));
		cr_expect_eq(call.wanted, rows[i].wanted);
		cr_expect_eq(call.records, out.count);
		cr_expect_eq(call.rejected, aside.count);
		batch_release(&out);
		buf_release(&told);
		aside_release(&aside);
		end_map(&b);
	}
}

Test(map_record, an_item_that_does_not_fit_is_given_again_whole)
{
	struct bound_map b;
	struct map_made made;
	struct aside aside = { .fd = -1 };
	struct err err = ERR_NONE;
	struct batch out;
	json_t *item, *many;

	begin_map(&b, HEAD "[pages]\neach = a\n[feedback]\nid = id\ncsat = r\n", "");
	cr_assert_eq(b.rc, 0, "%s", b.err.text);
	item = json_object();
	many = json_array();
	for (int i = 0; i < 1500; i++)
		json_array_append_new(many, json_pack("{s:i,s:i}", "id", i, "r", 3));
	json_object_set_new(item, "a", many);
	batch_init(&out);
	cr_assert_eq(map_item(b.bound, item, item, "p", &aside, &out, &made, &err), 0);
	cr_expect(!made.full && made.records == 1500);
	cr_assert_eq(map_item(b.bound, item, item, "p", &aside, &out, &made, &err), 0);
	cr_expect(made.full && made.records == 0 && out.count == 1500);
	for (int i = 0; i < 1500; i++)
		json_array_append_new(many,
				      json_pack("{s:i,s:i}", "id", 2000 + i, "r", 3));
	batch_reset(&out);
	cr_assert_eq(map_item(b.bound, item, item, "p", &aside, &out, &made, &err), 0);
	cr_expect(!made.full && made.rejected == 1 && out.count == 0, "it never fits");
	json_decref(item);
	aside_release(&aside);
	batch_release(&out);
	end_map(&b);
}
