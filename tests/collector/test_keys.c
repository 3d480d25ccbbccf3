/* SPDX-License-Identifier: Apache-2.0 */
/* test_keys.c: keys to points, also where the scale is upside down or ten is a star. */
#include "collector/keys.h"
#include "tests/collector/files.h"

enum { SAYS_NONE = -1, SAYS_NOTHING = -2 };

Test(keys, a_row_says_what_was_pressed_and_what_it_means)
{
	static const struct {
		const char *score, *scale, *list, *pressed;
		int means;
		bool low_is_good;
	} rows[] = {
		{ "csat", NULL, NULL, "4", 4, false },
		{ "csat", NULL, NULL, " 5# ", 5, false },
		{ "csat", NULL, NULL, "", SAYS_NONE, false },
		{ "csat", NULL, NULL, "   ", SAYS_NONE, false },
		{ "csat", NULL, NULL, "#", SAYS_NOTHING, false },
		{ "csat", NULL, NULL, "0", SAYS_NOTHING, false },
		{ "csat", NULL, NULL, "6", SAYS_NOTHING, false },
		{ "csat", NULL, NULL, "45", SAYS_NOTHING, false },
		{ "csat", NULL, NULL, "-4", SAYS_NOTHING, false },
		{ "csat", NULL, NULL, "four", SAYS_NOTHING, false },
		{ "csat", "csat=5..1", NULL, "1", 1, true },
		{ "csat", "csat=5..1", NULL, "5", 5, true },
		{ "csat", NULL, "1=5 2=4 3=3 4=2 5=1", "1", 5, false },
		{ "csat", NULL, "1=5 2=4 3=3 4=2 5=1", "5", 1, false },
		{ "csat", NULL, "1=5  2=1", "3", SAYS_NOTHING, false },
		{ "csat", "csat=1..10", "*=10", "*", 10, false },
		{ "csat", "csat=1..10", "*=10", "9", 9, false },
		{ "csat", "csat=1..10", "0=10", "0", 10, false },
		{ "nps", NULL, NULL, "10", 10, false },
		{ "nps", NULL, NULL, "10#", 10, false },
		{ "nps", NULL, NULL, "1", 1, false },
		{ "nps", NULL, NULL, "0", 0, false },
		{ "nps", NULL, NULL, "04", SAYS_NOTHING, false },
		{ "nps", NULL, NULL, "11", SAYS_NOTHING, false },
		{ "nps", NULL, NULL, "*", SAYS_NOTHING, false },
		{ "nps", NULL, "*=10", "*", 10, false },
		{ "nps", NULL, "*=10", "0", 0, false },
		{ "nps", NULL, "*=10", "99999999999999999999", SAYS_NOTHING, false },
		{ "ces", NULL, NULL, "7", 7, false },
		{ "ces", "ces=1..5", NULL, "2", 2, true },
		{ "ces1", NULL, NULL, "2", 2, true },
		{ "fcr", NULL, NULL, "1", 1, false },
		{ "fcr", NULL, NULL, "2", 0, false },
		{ "fcr", NULL, NULL, "3", SAYS_NOTHING, false },
		{ "fcr", NULL, "1=0 2=1", "2", 1, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct setting_pair pair = { SV("values."), sv_of(rows[i].list), 3 };
		struct setting_source said = { SV("pbx"), 1, &pair, !!rows[i].list };
		struct source_settings s = { .name = "pbx", .said = &said };
		struct import_options o = { .scales = &rows[i].scale,
					    .scale_count = !!rows[i].scale };
		struct err err = ERR_NONE;
		struct score got = { .value = 0 };
		char key[32];
		unsigned which = 99;
		struct keys k;
		int means;

		snprintf(key, sizeof(key), "values.%s", rows[i].score);
		pair.key = sv_of(key);
		cr_assert(keys_find(sv_of(rows[i].score), &which));
		cr_assert_eq(keys_init(&k, &s, &o, &err), 0, "row %zu: %s", i, err.text);
		switch (keys_read(&k, which, sv_of(rows[i].pressed), &got)) {
		case KEYS_SILENT:
			means = SAYS_NONE;
			break;
		case KEYS_NOTHING:
			means = SAYS_NOTHING;
			break;
		default:
			means = got.value;
			cr_expect_eq(got.low_is_good, rows[i].low_is_good, "row %zu", i);
		}
		cr_expect_eq(means, rows[i].means, "row %zu (%s): %d", i, rows[i].pressed,
			     means);
	}
}

Test(keys, a_list_that_cannot_be_is_refused_with_its_line)
{
	static const struct {
		const char *key, *list, *says;
	} rows[] = {
		{ "values.csat", "1=6", "not on the scale 1 to 5" },
		{ "values.csat", "good=5", "1=5 2=4" },
		{ "values.csat", "1", "1=5 2=4" },
		{ "values.happy", "1=5", "csat, nps" },
		{ "values.nps",
		  "1=1 2=2 3=3 4=4 5=5 6=6 7=7 8=8 9=9 0=0 *=1 #=1 10=1 11=1 12=1 13=1 "
		  "14=1",
		  "more than 16" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct setting_pair pair = { sv_of(rows[i].key), sv_of(rows[i].list), 3 };
		struct setting_source said = { SV("pbx"), 1, &pair, 1 };
		struct source_settings s = { .name = "pbx", .said = &said };
		struct import_options o = { 0 };
		struct err err = ERR_NONE;
		struct keys k;

		cr_expect_eq(keys_init(&k, &s, &o, &err), ERR_CONFIG, "row %zu", i);
		cr_expect(strstr(err.text, rows[i].says) && strstr(err.text, "pbx"),
			  "row %zu: %s", i, err.text);
	}
	cr_expect(keys_possible(SV("12*#AD")) && !keys_possible(SV("1 2")) &&
		  !keys_possible(SV("12345678901234567")));
}
