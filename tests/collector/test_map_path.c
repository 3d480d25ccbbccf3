/* SPDX-License-Identifier: Apache-2.0 */
/* test_map_path.c: paths, expressions, conditions and templates of maps, row by row. */
#include <criterion/criterion.h>

#include "collector/map_json.h"
#include "collector/map_path.h"
#include "collector/map_text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char answer[] =
	"{\"meta\":{\"next\":\"c2\"},\"items\":["
	"{\"id\":7,\"big\":9007199254740993,\"half\":4.5,\"tenth\":0.1,\"yes\":true,"
	"\"no\":false,\"nil\":null,\"empty\":\"\",\"blank\":\"  \","
	"\"contact\":{\"email\":\"ana@example.ro\",\"phone\":null},"
	"\"field.x\":{\"y\":\"dot\"},\"wait[digits]\":\"4\",\"very good\":\"da\","
	"\"tags\":[\"scump\",\"lent\"],\"none\":[],\"void\":{},"
	"\"answers\":[{\"type\":\"open_ended\",\"value\":\"Mulțumesc\","
	"\"field\":{\"type\":\"text\"}},"
	"{\"type\":\"nps\",\"value\":9,\"field\":{\"type\":\"nps\",\"ref\":\"a,b]\"}},"
	"{\"type\":\"open_ended\",\"value\":\"Pa\",\"field\":{\"type\":\"text\"}}],"
	"\"ratings\":{\"q1\":{\"v\":3},\"q2\":{\"v\":5}}}]}";

static json_t *whole;
static struct map_at at;
static struct arena arena;

static void begin(void)
{
	struct err err;

	arena_init(&arena, 0);
	cr_assert_eq(map_json_parse(&whole, sv_of(answer), &arena, &err), 0, "%s",
		     err.text);
	at = (struct map_at){ .item = json_array_get(json_object_get(whole, "items"), 0),
			      .whole = whole };
	at.outer = json_object_get(at.item, "contact");
}

static void end(void)
{
	json_decref(whole);
	arena_release(&arena);
}

TestSuite(map_path, .init = begin, .fini = end);

Test(map_path, an_expression_gives_the_text_that_stands_there)
{
	static const struct {
		const char *expr, *first, *lines;
	} rows[] = {
		{ "id", "7", "7" },
		{ "big", "9007199254740993", "9007199254740993" },
		{ "half", "4.5", "4.5" },
		{ "tenth", "0.1", "0.1" },
		{ "yes", "true", "true" },
		{ "no", "false", "false" },
		{ "nil", "", "" },
		{ "absent", "", "" },
		{ "empty", "", "" },
		{ "blank | id", "7", "7" },
		{ "contact", "", "" },
		{ "tags", "", "" },
		{ "contact.email", "ana@example.ro", "ana@example.ro" },
		{ " contact . email ", "ana@example.ro", "ana@example.ro" },
		{ "contact.phone | contact.email", "ana@example.ro", "ana@example.ro" },
		{ "contact.email.x", "", "" },
		{ "\"field.x\".y", "dot", "dot" },
		{ "\"wait[digits]\"", "4", "4" },
		{ "very good", "da", "da" },
		{ "tags[0]", "scump", "scump" },
		{ "tags[1]", "lent", "lent" },
		{ "tags[2]", "", "" },
		{ "tags[-1]", "lent", "lent" },
		{ "tags[-2]", "scump", "scump" },
		{ "tags[-3]", "", "" },
		{ "tags[*]", "scump", "scump\nlent" },
		{ "answers[type=nps].value", "9", "9" },
		{ "answers[type=open_ended].value", "Mulțumesc", "Mulțumesc" },
		{ "answers[*,type=open_ended].value", "Mulțumesc", "Mulțumesc\nPa" },
		{ "answers[field.type=nps].value", "9", "9" },
		{ "answers[type=nps,value=9].field.type", "nps", "nps" },
		{ "answers[type=nps,value=8].field.type", "", "" },
		{ "answers[type=x|type=nps].value", "9", "9" },
		{ "answers[type!=open_ended].value", "9", "9" },
		{ "answers[type~op].value", "Mulțumesc", "Mulțumesc" },
		{ "answers[!field.ref].value", "Mulțumesc", "Mulțumesc" },
		{ "answers[field.ref='a,b]'].value", "9", "9" },
		{ "answers[*].field[type=nps]", "", "" },
		{ "ratings[v=5].v", "5", "5" },
		{ "ratings[*].v", "3", "3\n5" },
		{ "$.id", "7", "7" },
		{ "$.tags[0]", "scump", "scump" },
		{ "$$.meta.next", "c2", "c2" },
		{ "$$.items[0].id", "7", "7" },
		{ "^.email", "ana@example.ro", "ana@example.ro" },
		{ "@received", "", "" },
		{ "'literal'", "literal", "literal" },
		{ "nil | 'x | y'", "x | y", "x | y" },
		{ "tags[0] & id", "scump", "scump\n7" },
		{ "nil & id", "7", "7" },
		{ "nil & absent | tags[1] & id", "lent", "lent\n7" },
		{ "id & nil | tags[1]", "7", "7" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct map_expr *e;
		struct err err = ERR_NONE;
		struct cell cell;

		cr_assert_eq(map_expr_parse(&e, sv_of(rows[i].expr), &arena, &err), 0,
			     "%s: %s", rows[i].expr, err.text);
		map_expr_value(e, &at, JOIN_FIRST, &arena, &cell);
		cr_expect(sv_eq(cell.text, sv_of(rows[i].first)), "%s: " SV_FMT,
			  rows[i].expr, SV_ARG(cell.text));
		map_expr_value(e, &at, JOIN_LINES, &arena, &cell);
		cr_expect(sv_eq(cell.text, sv_of(rows[i].lines)), "%s: " SV_FMT,
			  rows[i].expr, SV_ARG(cell.text));
	}
}

Test(map_path, a_condition_holds_or_not)
{
	static const struct {
		const char *cond;
		bool holds;
	} rows[] = {
		{ "id", true },
		{ "!id", false },
		{ "nil", false },
		{ "!nil", true },
		{ "empty", false },
		{ "blank", false },
		{ "no", true },
		{ "contact", true },
		{ "void", false },
		{ "none", false },
		{ "tags", true },
		{ "id=7", true },
		{ "id=8", false },
		{ "id!=8", true },
		{ "absent=x", false },
		{ "absent!=x", true },
		{ "absent=''", true },
		{ "empty=''", true },
		{ "id=''", false },
		{ "id!=''", true },
		{ "yes=true", true },
		{ "contact.email~ana", true },
		{ "contact.email~Ana", false },
		{ "id=7,yes=true", true },
		{ "id=7,yes=false", false },
		{ "id=8|yes=true", true },
		{ "id=8|yes=false|tags[*]=lent", true },
		{ "id=8,yes=true|no=true", false },
		{ "tags[*]!=lent", false },
		{ "answers[type=nps]", true },
		{ "answers[type=x]", false },
		{ "!answers[type=x]", true },
		{ "contact.email = ana@example.ro , id = 7", true },

	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct map_cond *c;
		struct err err = ERR_NONE;

		cr_assert_eq(map_cond_parse(&c, sv_of(rows[i].cond), &arena, &err), 0,
			     "%s: %s", rows[i].cond, err.text);
		cr_expect_eq(map_cond_holds(c, &at), rows[i].holds, "%s", rows[i].cond);
	}
}

Test(map_path, what_is_no_path_is_said)
{
	static const char *const exprs[] = {
		"",
		".",
		"a.",
		"a..b",
		"a[",
		"a[0",
		"a[x=",
		"a[x=]",
		"a]",
		"'x",
		"\"x",
		"a |",
		"a & | b",
		"a=b",
		"a[b[c[d[e[f=1]=1]=1]=1]=1]",
		"$x y.",
		"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q",
		"a[!b=1]",
		"a[b!c]",
		"a b]c",
	};
	static const char *const conds[] = { "",    "a=", "!a=b", "a,",	 "a|",
					     "a!b", "=x", "a]",	  "a='x" };
	struct map_expr *e;
	struct map_cond *c;
	struct err err;

	for (size_t i = 0; i < COUNT(exprs); i++)
		cr_expect_eq(map_expr_parse(&e, sv_of(exprs[i]), &arena, &err),
			     ERR_CONFIG, "%s", exprs[i]);
	for (size_t i = 0; i < COUNT(conds); i++)
		cr_expect_eq(map_cond_parse(&c, sv_of(conds[i]), &arena, &err),
			     ERR_CONFIG, "%s", conds[i]);
}

Test(map_path, a_template_cannot_be_broken_out_of)
{
	static const struct setting_pair pairs[] = {
		{ SV_INIT("url"), SV_INIT("https://x.example/base//"), 1 },
		{ SV_INIT("shop"), SV_INIT("a/b?c&d"), 2 },
		{ SV_INIT("say"), SV_INIT("o \"vorbă\" \\ două"), 3 },
	};
	static const struct setting_source said = { SV_INIT("s"), 1, pairs, 3 };
	static const struct source_row keys[] = {
		{ "say", ROW_TEXT, "T", NULL, 0, 0, "" },
		{ "shop", ROW_TEXT, "T", NULL, 0, 0, "" },
		{ "unsaid", ROW_TEXT, "T", NULL, 0, 0, "" },
		{ "url", ROW_TEXT, "T", NULL, 0, 0, "" },
	};
	static const struct source_settings s = {
		.name = "s", .said = &said, .rows = keys, .row_count = COUNT(keys)
	};
	static const struct {
		enum map_escape escape;
		const char *text, *made; /* NULL: left out */
	} rows[] = {
		{ ESCAPE_URL, "{url}/v1/{shop}?x={say}",
		  "https://x.example/base/v1/"
		  "a%2Fb%3Fc%26d?x=o%20%22vorb%C4%83%22%20%5C%20"
		  "dou%C4%83" },
		{ ESCAPE_URL, "https://{shop}.example/",
		  "https://a%2Fb%3Fc%26d.example/" },
		{ ESCAPE_QUERY, "timestamp >= {since:iso}",
		  "timestamp%20%3E%3D%202026-11-21T10%3A00%3A00Z" },
		{ ESCAPE_QUERY, "{unsaid}", NULL },
		{ ESCAPE_QUERY, "x{unsaid}y{token}", NULL },
		{ ESCAPE_QUERY, "plain", "plain" },
		{ ESCAPE_JSON, "{{\"a\":\"{say}\",\"n\":{size}}",
		  "{\"a\":\"o \\\"vorbă\\\" \\\\ două\",\"n\":25}" },
		{ ESCAPE_JSON, "{\"a\":{\"b\":[{page}]}}", "{\"a\":{\"b\":[3]}}" },
		{ ESCAPE_FORM, "user={say}&x=1",
		  "user=o%20%22vorb%C4%83%22%20%5C%20dou%C4%83&x=1" },
		{ ESCAPE_NONE, "Bearer {token}", NULL },
		{ ESCAPE_NONE, "{since:unix} {since:unix_ms} {since:date}",
		  "1795255200 1795255200123 2026-11-21" },
		{ ESCAPE_NONE, "{until:iso_us} {next} {offset}",
		  "2026-11-21T10:00:00.000000+00:00 c&2 50" },
		{ ESCAPE_URL, "/x/{next}", "/x/c%262" },
	};
	static const char *const wrong[] = { "{nope}",	 "{since}", "{since:week}",
					     "{shop:x}", "{page",   "{secret}",
					     "{ur}" };
	struct map_fill fill = { .settings = &s,
				 .page = 3,
				 .offset = 50,
				 .size = 25,
				 .since = 1795255200123,
				 .until = 1795255200000,
				 .next = SV("c&2") };
	struct map_text *t;
	struct err err;
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool given;

		cr_assert_eq(map_text_parse(&t, sv_of(rows[i].text), rows[i].escape,
					    SLOTS_PAGE, keys, COUNT(keys), &arena, &err),
			     0, "%s: %s", rows[i].text, err.text);
		buf_clear(&out);
		given = map_text_fill(t, &fill, &out);
		cr_expect_eq(given, rows[i].made != NULL, "%s", rows[i].text);
		cr_expect(sv_eq(buf_sv(&out), sv_of(rows[i].made)), "%s: %s",
			  rows[i].text, out.p);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_expect_eq(map_text_parse(&t, sv_of(wrong[i]), ESCAPE_URL, SLOTS_PAGE,
					    keys, COUNT(keys), &arena, &err),
			     ERR_CONFIG, "%s", wrong[i]);
	buf_release(&out);
}

Test(map_path, json_of_strangers_is_read_with_care)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "[1]", 0 },
		{ "\xef\xbb\xbf{\"a\":1}", 0 },
		{ "{\"a\":\"za\xbf\xf3\xb3\xe6\"}", 0 }, /* windows-1250 */
		{ "\"text\"", 0 },
		{ "{\"a\":1,\"a\":2}", 0 },
		{ "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		  "[[[[["
		  "\\\"\"}",
		  0 },
		{ "", ERR_INPUT },
		{ "<html>secret words</html>", ERR_INPUT },
		{ "{\"a\":\"secret words", ERR_INPUT },
		{ "[1e999]", ERR_INPUT },
		{ "[99999999999999999999]", ERR_INPUT },
	};
	char deep[200];
	json_t *out;
	struct err err = ERR_NONE;

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(map_json_parse(&out, sv_of(rows[i].text), &arena, &err),
			     rows[i].rc, "%s: %s", rows[i].text, err.text);
		cr_expect_eq(sv_find(sv_of(err.text), SV("secret")), -1, "%s", err.text);
		json_decref(out);
	}
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	cr_expect_eq(map_json_parse(&out, (struct sv){ deep, 130 }, &arena, &err),
		     ERR_INPUT);
	cr_expect_eq(map_json_parse(&out, (struct sv){ deep + 1, 128 }, &arena, &err), 0);
	json_decref(out);
}
