/* SPDX-License-Identifier: Apache-2.0 */
/* test_options.c: what may be typed behind a command, and what comes out of the printer. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/printer.h"

static const struct option_row rows[] = {
	{ "format", OPTION_CHOICE, "table|json|csv", "" },
	{ "limit", OPTION_NUMBER, "N", "" },
	{ "map", OPTION_LIST, "F=C", "" },
	{ "count", OPTION_FLAG, NULL, "" },
};

static int parse(struct options *o, struct arena *a, struct err *err, int argc,
		 const char **argv)
{
	*err = ERR_NONE;
	return options_parse(o, rows, sizeof(rows) / sizeof(rows[0]), argc,
			     (char **)(uintptr_t)argv, a, err);
}

Test(options, negated_terms_are_arguments_and_options_may_stand_anywhere)
{
	const char *argv[] = { "-topic:price", "--limit", "5",	       "-\"nu merge\"",
			       "--map",	       "a=b",	  "--map=c=d", "--",
			       "--count",      "-" };
	struct options o;
	struct arena a;
	struct err err;

	arena_init(&a, 0);
	cr_assert_eq(parse(&o, &a, &err, 10, argv), 0, "%s", err.text);
	cr_expect_eq(o.arg_count, 4);
	cr_expect_str_eq(o.args[0], "-topic:price");
	cr_expect_str_eq(o.args[2], "--count", "after -- everything is an argument");
	cr_expect_eq(option_number(&o, "limit", 1), 5);
	cr_expect_str_eq(option_nth(&o, "map", 1), "c=d");
	cr_expect_null(option_nth(&o, "map", 2));
	cr_expect_not(option_given(&o, "count"));
	cr_expect(sv_eq(options_rest(&o, 0, &a),
			SV("-topic:price -\"nu merge\" --count -")));
	arena_release(&a);
}

Test(options, what_is_wrong_is_said_with_what_would_be_right)
{
	static const struct {
		const char *argv[3], *says;
	} bad[] = {
		{ { "--limt", "5" }, "did you mean --limit?" },
		{ { "--limit", "many" }, "a whole number is wanted" },
		{ { "--limit" }, "--limit needs a value: N" },
		{ { "--format", "xml" }, "it is one of table|json|csv" },
		{ { "--count=1" }, "--count takes no value" },
		{ { "--lim", "5" }, "no option --lim" },
		{ { "--quxquux" }, "--help lists them" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *argv[3];
		struct options o;
		struct arena a;
		struct err err;
		int argc = 0;

		while (argc < 3 && bad[i].argv[argc]) {
			argv[argc] = bad[i].argv[argc];
			argc++;
		}
		arena_init(&a, 0);
		cr_expect_eq(parse(&o, &a, &err, argc, argv), ERR_USAGE);
		cr_expect(strstr(err.text, bad[i].says) != NULL, "%s: %s", bad[i].argv[0],
			  err.text);
		arena_release(&a);
	}
}

static const struct column columns[] = {
	{ "name", "name", COLUMN_TEXT, 0, false, false },
	{ "n", "n", COLUMN_COUNT, 0, false, false },
	{ "csat", "CSAT", COLUMN_METRIC, 1, false, false },
	{ "words", "words", COLUMN_TEXT, 0, false, true },
};

/* Two rows, one with everything and one with nothing, as the format writes them. */
static char *printed(enum print_format format, enum ui_lang lang, size_t width)
{
	struct cell full[] = {
		cell_text(SV("płatność \"x\", y")),
		cell_count(7),
		{ .known = true,
		  .value = 82,
		  .low = 73.3326,
		  .high = 88.2998,
		  .has_interval = true,
		  .n = 100 },
		cell_text(SV("=1+1\nlinia \033[31m druga i jeszcze dużo słów")),
	};
	struct cell none[] = { cell_none(), cell_count(0), cell_none(), cell_none() };
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	struct printer_options opt = {
		.format = format, .lang = lang, .out = f, .columns = width
	};
	struct printer *p;
	struct err err = ERR_NONE;

	cr_assert_eq(printer_open(&p, &opt, columns, 4, &err), 0);
	cr_assert_eq(printer_row(p, full, &err), 0);
	cr_assert_eq(printer_row(p, none, &err), 0);
	cr_assert_eq(printer_close(p, &err), 0);
	fclose(f);
	return text;
}

Test(printer, json_is_one_object_a_row_with_nulls)
{
	char *t = printed(PRINT_JSON, UI_PL, 0);

	cr_expect_str_eq(
		t, "{\"name\":\"płatność \\\"x\\\", y\",\"n\":7,\"csat\":{\"value\":82,"
		   "\"low\":73.3326,\"high\":88.2998,\"n\":100},\"words\":\"=1+1\\nlinia "
		   "\\u001b[31m druga i jeszcze dużo słów\"}\n"
		   "{\"name\":null,\"n\":0,\"csat\":{\"value\":null,\"low\":null,"
		   "\"high\":null,"
		   "\"n\":0},\"words\":null}\n");
	free(t);
}

Test(printer, csv_quotes_and_disarms_formulas)
{
	char *t = printed(PRINT_CSV, UI_EN, 0);

	cr_expect(strstr(t, "name,n,csat,csat_low,csat_high,csat_n,words\r\n") == t, "%s",
		  t);
	cr_expect(
		strstr(t,
		       "\"płatność \"\"x\"\", y\",7,82,73.3326,88.2998,100,\"'=1+1\n") !=
			NULL,
		"%s", t);
	cr_expect(strstr(t, "\r\n,0,,,,0,\r\n") != NULL, "%s", t);
	free(t);
}

Test(printer, a_table_aligns_clips_and_speaks_the_language)
{
	char *t = printed(PRINT_TABLE, UI_PL, 70);

	cr_expect(strstr(t, "82,0 [73,3 … 88,3]") != NULL, "%s", t);
	cr_expect(strstr(t, "NA") != NULL, "what is not known is NA, never 0");
	cr_expect(strchr(t, '\033') == NULL,
		  "no escape sequence of a customer reaches the terminal");
	cr_expect(strstr(t, "…\n") != NULL,
		  "the last column is clipped at the terminal's edge: %s", t);
	free(t);
}

Test(printer, numbers_have_no_negative_zero)
{
	char out[40];

	number_format(UI_EN, -0.04, 1, out);
	cr_expect_str_eq(out, "0.0");
	number_format(UI_RO, -12.35, 1, out);
	cr_expect(strchr(out, ',') != NULL);
	duration_format(59000, out);
	cr_expect_str_eq(out, "59 s");
	duration_format(2 * 3600000.0 + 5 * 60000, out);
	cr_expect_str_eq(out, "2 h 05 min");
}
