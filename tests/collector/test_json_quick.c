/* SPDX-License-Identifier: Apache-2.0 */
/* test_json_quick.c: bodies that calls have, read by our walker and by the library. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "collector/json_quick.h"

#define SAY(text)                                                                        \
	{                                                                                \
		text, sizeof(text) - 1, true                                             \
	}
#define ASK(text)                                                                        \
	{                                                                                \
		text, sizeof(text) - 1, false                                            \
	}

Test(json_quick, what_it_reads_is_what_the_library_reads)
{
	static const struct {
		const char *text;
		size_t n;
		bool quick; /* else it must ask the library, or the library says no as well */
	} rows[] = {
		SAY("{}"),
		SAY(" [ ] \r\n"),
		SAY("{\"id\":\"A-1\",\"csat\":5,\"comment\":\"Mulțumesc, totul a mers "
		    "bine\"}"),
		SAY("{\"a\":[1,2,{\"b\":null}],\"c\":{\"d\":[true,false]},\"e\":\"\"}"),
		SAY("{\"a\":\"zażółć \\u0119 \\\"gęśl\\\" \\ud83d\\ude42\\n\"}"),
		SAY("{\"twice\":1,\"other\":2,\"twice\":[3]}"),
		SAY("[-0,0,-17,999999999999999999,-999999999999999999]"),
		SAY("[[[[[[[[[[[[\"deep\"]]]]]]]]]]]]"),
		SAY("{\"\\u0061\\\\\":\"\\/\\b\\f\"}"),
		SAY("{\"\":{\"\":[\"\"]}}"),
		ASK("[4.5]"),
		ASK("[1e2]"),
		ASK("[9999999999999999999]"),
		ASK("[1000000000000000000]"),
		ASK("{\"a\":\"\\u0000\"}"),
		ASK("{\"\\u0000\":1}"),
		ASK("\"text\""),
		ASK("17"),
		ASK("null"),
		ASK(""),
		ASK("{"),
		ASK("[1,]"),
		ASK("[01]"),
		ASK("[-]"),
		ASK("{\"a\":1"),
		ASK("{\"a\" 1}"),
		ASK("{} {}"),
		ASK("[\"\xff\"]"),
		ASK("[\"a\nb\"]"),
		ASK("[\"a\0b\"]"),
		ASK("{\"a\":[1,{\"b\":}]}"),
	};
	struct arena a;

	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sv text = { rows[i].text, rows[i].n };
		json_t *ours = json_quick(text, &a);
		json_t *theirs = json_loadb(text.p, text.n, 0, NULL);
		char *x, *y;

		cr_expect_eq(ours != NULL, rows[i].quick, "row %zu", i);
		if (ours) {
			cr_assert_not_null(theirs, "row %zu", i);
			cr_expect(json_equal(ours, theirs), "row %zu", i);
			x = json_dumps(ours, JSON_COMPACT); /* and in the same order */
			y = json_dumps(theirs, JSON_COMPACT);
			cr_expect_str_eq(x, y, "row %zu", i);
			free(x);
			free(y);
		}
		json_decref(ours);
		json_decref(theirs);
	}
	arena_release(&a);
}
