/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_json_in.c: the JSON walker against tables in the manner of JSONTestSuite (what must
 * be taken, what must be refused, what is ours to decide) and against jansson, on documents
 * made by chance and then spoiled.
 */
#include <criterion/criterion.h>
/* jansson's names of types and ours of events are the same; its functions are all we use. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json_in.h"

/* Walk all of it from a block of exactly its size, so that ASan sees a read too far. */
static bool walks(struct sv text, struct err *err)
{
	char *copy = malloc(text.n ? text.n : 1);
	struct json_in j;
	enum json_event e;

	if (text.n)
		memcpy(copy, text.p, text.n);
	json_begin(&j, (struct sv){ copy, text.n });
	while ((e = json_next(&j)) > JSON_END)
		;
	json_why(&j, err);
	free(copy);
	return e == JSON_END;
}

/* clang-format off */
static const struct sv good[] = {
	SV_INIT("[]"), SV_INIT("{}"), SV_INIT("[[]]"), SV_INIT("[[] ]"), SV_INIT(" [] "),
	SV_INIT("\t\n\r [1]\n"), SV_INIT("true"), SV_INIT("false"), SV_INIT("null"), SV_INIT("0"),
	SV_INIT("-0"), SV_INIT("[123]"), SV_INIT("[-1]"), SV_INIT("[1.5]"), SV_INIT("[-0.1]"),
	SV_INIT("[1e3]"), SV_INIT("[1E+3]"), SV_INIT("[1e-3]"), SV_INIT("[1.5E-03]"),
	SV_INIT("[0e0]"), SV_INIT("[0E+1]"), SV_INIT("[20e1]"), SV_INIT("[1e400]"),
	SV_INIT("[123456789012345678901234567890]"), SV_INIT("[0.4e00669999999999999999]"),
	SV_INIT("\"\""), SV_INIT("[\"a\"]"), SV_INIT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
	SV_INIT("[\"\\u0041\"]"), SV_INIT("[\"\\u0000\"]"), SV_INIT("[\"\\uD83D\\uDE00\"]"),
	SV_INIT("[\"\\udbff\\udfff\"]"), SV_INIT("[\"\\uFFFF\"]"), SV_INIT("[\"ăąłșę\"]"),
	SV_INIT("[\"\xf4\x8f\xbf\xbf\"]"), SV_INIT("[\"\xed\x9f\xbf\"]"), SV_INIT("[\"\x7f\"]"),
	SV_INIT("[\"\xe2\x80\xa8\"]"), SV_INIT("[\"\xef\xbb\xbf\"]"), SV_INIT("{\"a\":1}"),
	SV_INIT("{\"a\":1,\"a\":1}"), SV_INIT("{\"\":0}"), SV_INIT("{\"a\":[],\"b\":{}}"),
	SV_INIT("{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }"), SV_INIT("[1,null,true,\"x\",{\"y\":[]}]"),
	SV_INIT("{\"a\":{\"b\":{\"c\":[[[]]]}}}"), SV_INIT("[\"a\", \"/*b*/\"]"),
	SV_INIT("[\"0123456789abcdef\"]"), SV_INIT("[\"0123456789abcde\xc4\x83xyz0123456789\"]"),
	SV_INIT("\"\\\\\""), SV_INIT("[\"\\\\u0000\"]"), SV_INIT("[1]\r\n"),
};

static const struct sv wrong[] = {
	SV_INIT(""), SV_INIT(" "), SV_INIT("["), SV_INIT("]"), SV_INIT("{"), SV_INIT("}"),
	SV_INIT("[,]"), SV_INIT("[1,]"), SV_INIT("[,1]"), SV_INIT("[1,,2]"), SV_INIT("[1 2]"),
	SV_INIT("[1"), SV_INIT("[1}"), SV_INIT("{\"a\":1]"), SV_INIT("[]]"), SV_INIT("[] x"),
	SV_INIT("[]{}"), SV_INIT("1 2"), SV_INIT("{\"a\"}"), SV_INIT("{\"a\":}"),
	SV_INIT("{\"a\" 1}"), SV_INIT("{\"a\":1,}"), SV_INIT("{,\"a\":1}"), SV_INIT("{a:1}"),
	SV_INIT("{'a':1}"), SV_INIT("{1:1}"), SV_INIT("{\"a\":1 \"b\":2}"), SV_INIT("{\"a\"::1}"),
	SV_INIT("{\"a\":1,,\"b\":2}"), SV_INIT("{null:null}"), SV_INIT("[:1]"), SV_INIT("[\"a\":1]"),
	SV_INIT("tru"), SV_INIT("truth"), SV_INIT("True"), SV_INIT("nul"), SV_INIT("nullx"),
	SV_INIT("fals"), SV_INIT("[nan]"), SV_INIT("[NaN]"), SV_INIT("[Infinity]"),
	SV_INIT("[-Infinity]"), SV_INIT("[inf]"), SV_INIT("[+1]"), SV_INIT("[-]"), SV_INIT("[--1]"),
	SV_INIT("[01]"), SV_INIT("[-01]"), SV_INIT("[00]"), SV_INIT("[.5]"), SV_INIT("[-.5]"),
	SV_INIT("[1.]"), SV_INIT("[1.e1]"), SV_INIT("[1e]"), SV_INIT("[1e+]"), SV_INIT("[1eE2]"),
	SV_INIT("[1.2.3]"), SV_INIT("[0x1]"), SV_INIT("[1_000]"), SV_INIT("[1a]"), SV_INIT("[- 1]"),
	SV_INIT("[1 000]"), SV_INIT("[\xef\xbc\x91]"), SV_INIT("\""), SV_INIT("\"a"),
	SV_INIT("[\"a]"), SV_INIT("['a']"), SV_INIT("[a]"), SV_INIT("[\"a\"b]"), SV_INIT("[\"\\\"]"),
	SV_INIT("[\"\\x00\"]"), SV_INIT("[\"\\a\"]"), SV_INIT("[\"\\'\"]"), SV_INIT("[\"\\\n\"]"),
	SV_INIT("[\"\\u\"]"), SV_INIT("[\"\\u00\"]"), SV_INIT("[\"\\u00G0\"]"), SV_INIT("[\"\\U0041\"]"),
	SV_INIT("[\"\\ud800\"]"), SV_INIT("[\"\\udc00\"]"), SV_INIT("[\"\\ud800\\ud800\"]"),
	SV_INIT("[\"\\ud800\\u0041\"]"), SV_INIT("[\"\\ud800x\"]"), SV_INIT("[\"\\ud83d\\n\"]"),
	SV_INIT("[\"\n\"]"), SV_INIT("[\"\t\"]"), SV_INIT("[\"\x1f\"]"), SV_INIT("[\"a\0b\"]"),
	SV_INIT("[\0]"), SV_INIT("[1\0]"), SV_INIT("[]\0"), SV_INIT("[\"\xff\"]"), SV_INIT("[\"\x80\"]"),
	SV_INIT("[\"\xc0\xaf\"]"), SV_INIT("[\"\xc1\xbf\"]"), SV_INIT("[\"\xe0\x80\xaf\"]"),
	SV_INIT("[\"\xed\xa0\x80\"]"), SV_INIT("[\"\xf0\x80\x80\xaf\"]"), SV_INIT("[\"\xf4\x90\x80\x80\"]"),
	SV_INIT("[\"\xf5\x80\x80\x80\"]"), SV_INIT("[\"\xe2\x80\"]"), SV_INIT("[\"\xc4\"]"),
	SV_INIT("[\xc4\x83]"), SV_INIT("\xef\xbb\xbf[]"), SV_INIT("\xef\xbb\xbf"), SV_INIT("[1]//x"),
	SV_INIT("/**/[]"), SV_INIT("[1/*x*/]"), SV_INIT("#x\n[]"), SV_INIT("[\f]"), SV_INIT("[\x0b]"),
	SV_INIT("[\xc2\xa0]"), SV_INIT("[\xe2\x81\xa0]"), SV_INIT("{\"a\":\"b\"}/"), SV_INIT("{\"a\":true"),
	SV_INIT("[{\"a\":[}]"), SV_INIT("<null>"), SV_INIT("*"), SV_INIT("[\"x\""), SV_INIT("{\"x\", null}"),
	SV_INIT("{\"a\":/*c*/1}"), SV_INIT("[1]]"), SV_INIT("{\"\xb9\":\"0\",}"), SV_INIT("{[: \"x\"}\n"),
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

Test(json_in, what_rfc_8259_allows_is_taken)
{
	struct err err;

	for (size_t i = 0; i < COUNT(good); i++)
		cr_expect(walks(good[i], &err), SV_FMT ": %s", SV_ARG(good[i]), err.text);
}

Test(json_in, everything_else_is_refused)
{
	struct err err;

	cr_expect_geq(COUNT(good) + COUNT(wrong), 120u + 40u);
	for (size_t i = 0; i < COUNT(wrong); i++)
		cr_expect_not(walks(wrong[i], &err), "row %zu: " SV_FMT, i,
			      SV_ARG(wrong[i]));
}

Test(json_in, an_error_says_the_byte_where_it_is)
{
	/* clang-format off */
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "[1,x]", "byte 4: no JSON value" },
		{ "{\"a\" 1}", "byte 6: a colon is missing" },
		{ "[\"ab\xff\"]", "byte 5: not UTF-8" },
		{ "[1 2]", "byte 4: a comma or ] is missing" },
		{ "{\"a\":1", "byte 7: it ends in the middle" },
		{ "[] []", "byte 4: something follows the value" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err err = ERR_NONE;

		cr_expect_not(walks(sv_of(rows[i].text), &err));
		cr_expect_str_eq(err.text, rows[i].says);
		cr_expect_eq(err.code, ERR_INPUT);
	}
}

Test(json_in, escapes_come_out_as_what_they_mean)
{
	/* clang-format off */
	static const struct {
		const char *in;
		struct sv out;
	} rows[] = {
		{ "\"plain\"", SV_INIT("plain") },
		{ "\"a\\\"b\\\\c\\/d\"", SV_INIT("a\"b\\c/d") },
		{ "\"\\b\\f\\n\\r\\t\"", SV_INIT("\b\f\n\r\t") },
		{ "\"\\u0103\\u0142\"", SV_INIT("ăł") },
		{ "\"\\u20ac\"", SV_INIT("€") },
		{ "\"\\ud83d\\ude00!\"", SV_INIT("😀!") },
		{ "\"x\\u0000y\"", SV_INIT("x\0y") },
		{ "\"\\\\u0041\"", SV_INIT("\\u0041") },
	};
	/* clang-format on */
	struct arena a;

	arena_init(&a, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_in j;
		struct sv text;

		json_begin(&j, sv_of(rows[i].in));
		cr_assert_eq(json_next(&j), JSON_STRING);
		cr_assert(json_text(&j, &a, &text));
		cr_expect(sv_eq(text, rows[i].out), "%s", rows[i].in);
		cr_expect_eq(j.escaped, i > 0);
	}
	arena_release(&a);
}

Test(json_in, a_whole_number_is_whole_however_it_is_written)
{
	/* clang-format off */
	static const struct {
		const char *in;
		bool whole;
		int64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "4", true, 4 },
		{ "-17", true, -17 },
		{ "4.0", true, 4 },
		{ "4.000", true, 4 },
		{ "4.5", false, 0 },
		{ "40e-1", true, 4 },
		{ "4e2", true, 400 },
		{ "0.4e1", true, 4 },
		{ "45e-1", false, 0 },
		{ "1e17", true, 100000000000000000 },
		{ "1e19", false, 0 },
		{ "0e999999", true, 0 },
		{ "1e-999999", false, 0 },
		{ "10.0", true, 10 },
		{ "100", true, 100 },
		{ "1000000.0000", true, 1000000 },
		{ "1.5e1", true, 15 },
		{ "0.001e3", true, 1 },
		{ "123456789012345678", true, 123456789012345678 },
		{ "1234567890123456789", false, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t v = 0;

		cr_expect_eq(json_whole(sv_of(rows[i].in), &v), rows[i].whole, "%s",
			     rows[i].in);
		if (rows[i].whole)
			cr_expect_eq(v, rows[i].value, "%s is %ld", rows[i].in, (long)v);
	}
}

Test(json_in, depth_has_a_ceiling_and_hostile_depth_costs_nothing)
{
	static char text[200001];
	struct err err;

	for (int depth = 1; depth <= 66; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		cr_expect_eq(walks((struct sv){ text, (size_t)depth * 2 }, &err),
			     depth <= JSON_DEPTH_MAX, "%d: %s", depth, err.text);
	}
	memset(text, '[', 200000);
	cr_expect_not(walks((struct sv){ text, 200000 }, &err));
	for (int i = 0; i < 200000; i += 5)
		memcpy(text + i, "{\"a\":", 5);
	cr_expect_not(walks((struct sv){ text, 200000 }, &err));
}

Test(json_in, a_special_byte_is_found_wherever_in_the_block_it_is)
{
	static const char *const specials[] = { "\\n", "\xc4\x83", "\x01", "\xff", "\"" };

	for (size_t s = 0; s < COUNT(specials); s++)
		for (size_t at = 0; at < 40; at++) {
			char text[64];
			size_t n = strlen(specials[s]);
			struct err err;

			memset(text, 'x', sizeof(text));
			text[0] = text[50] = '"';
			memcpy(text + 1 + at, specials[s], n);
			cr_expect_eq(walks((struct sv){ text, 51 }, &err), s < 2,
				     "%zu at %zu", s, at);
		}
}

Test(json_in, a_value_that_nobody_wants_is_skipped_whole)
{
	struct json_in j;

	json_begin(&j, SV("{\"a\":{\"b\":[1,{\"c\":[]}]},\"d\":[[],2],\"e\":5}"));
	cr_assert_eq(json_next(&j), JSON_OBJECT);
	cr_assert_eq(json_next(&j), JSON_KEY);
	cr_assert(json_skip(&j, JSON_KEY));
	cr_assert_eq(json_next(&j), JSON_KEY);
	cr_assert_eq(json_next(&j), JSON_ARRAY);
	cr_assert(json_skip(&j, JSON_ARRAY));
	cr_assert_eq(json_next(&j), JSON_KEY);
	cr_expect(sv_eq(j.text, SV("e")));
	cr_assert(json_skip(&j, JSON_KEY));
	cr_assert_eq(json_next(&j), JSON_OBJECT_END);
	cr_assert_eq(json_next(&j), JSON_END);
	json_begin(&j, SV("[1,[2,}"));
	cr_assert_eq(json_next(&j), JSON_ARRAY);
	cr_expect_not(json_skip(&j, JSON_ARRAY));
}

/* ---- against jansson ------------------------------------------------------------------ */

static uint64_t seed = 20260301;

static unsigned chance(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static void make_value(struct buf *b, int depth)
{
	static const char *const scalars[] = {
		"0",
		"-1.5e3",
		"123456",
		"true",
		"false",
		"null",
		"\"\"",
		"\"ăł\"",
		"\"\\u0119\\n\"",
		"\"a long text of many bytes, and more\"",
		"1e-3",
		"\"\\ud83d\\ude00\"",
		"\"\\\\\\\"\"",
	};
	unsigned what = chance(depth > 4 ? 6 : 10), n = chance(4);

	if (what < 6) {
		buf_str(b, scalars[chance(COUNT(scalars))]);
		return;
	}
	buf_char(b, what < 8 ? '[' : '{');
	for (unsigned i = 0; i < n; i++) {
		buf_str(b, i ? ", " : "");
		if (what >= 8)
			buf_printf(b, "\"k%u\":", chance(5));
		make_value(b, depth + 1);
	}
	buf_char(b, what < 8 ? ']' : '}');
}

static json_t *build(struct json_in *j, enum json_event e, struct arena *a)
{
	json_t *out;
	struct sv text;
	int64_t whole;

	switch (e) {
	case JSON_STRING:
		cr_assert(json_text(j, a, &text));
		return json_stringn(text.p, text.n);
	case JSON_NUMBER:
		if (!memchr(j->text.p, '.', j->text.n) &&
		    !memchr(j->text.p, 'e', j->text.n) &&
		    !memchr(j->text.p, 'E', j->text.n) && json_whole(j->text, &whole))
			return json_integer(whole);
		return json_real(strtod(arena_printf(a, SV_FMT, SV_ARG(j->text)), NULL));
	case JSON_ARRAY:
		out = json_array();
		while ((e = json_next(j)) != JSON_ARRAY_END)
			json_array_append_new(out, build(j, e, a));
		return out;
	case JSON_OBJECT:
		out = json_object();
		while ((e = json_next(j)) != JSON_OBJECT_END) {
			cr_assert(json_text(j, a, &text));
			text = sv_of(arena_printf(a, SV_FMT, SV_ARG(text)));
			json_object_set_new(out, text.p, build(j, json_next(j), a));
		}
		return out;
	default:
		return e == JSON_NULL ? json_null() : json_boolean(e == JSON_TRUE);
	}
}

/* Do both say the same of @text? Where jansson has limits of its own, nothing is said. */
static void compare(struct sv text)
{
	struct json_in j;
	struct arena a;
	json_error_t why;
	struct err err;
	json_t *theirs =
		       json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why),
	       *ours;
	bool taken = walks(text, &err);

	if (!theirs && (json_error_code(&why) == json_error_numeric_overflow ||
			json_error_code(&why) == json_error_null_byte_in_key))
		return;
	cr_assert_eq(taken, theirs != NULL, SV_FMT ": we %s, jansson %s", SV_ARG(text),
		     err.text, why.text);
	if (!taken)
		return;
	arena_init(&a, 0);
	json_begin(&j, text);
	ours = build(&j, json_next(&j), &a);
	cr_assert(json_equal(ours, theirs), SV_FMT, SV_ARG(text));
	json_decref(ours);
	json_decref(theirs);
	arena_release(&a);
}

Test(json_in, jansson_says_the_same_of_good_and_of_spoiled_documents)
{
	static const char spoil[] = "[]{},:\"\\0eE.-+tn u\n\x01\xc4\xff";
	struct buf b;

	buf_init(&b, 0);
	for (int round = 0; round < 20000; round++) {
		buf_clear(&b);
		make_value(&b, 0);
		compare(buf_sv(&b));
		for (int k = 0; k < 3 && b.n; k++) {
			b.p[chance((unsigned)b.n)] = spoil[chance(sizeof(spoil) - 1)];
			compare(buf_sv(&b));
		}
		compare(sv_sub(buf_sv(&b), 0, chance((unsigned)b.n + 1)));
	}
	buf_release(&b);
}
