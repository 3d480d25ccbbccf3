/* SPDX-License-Identifier: Apache-2.0 */
/* test_compile.c: wrong lines are named with file and line; right ones give the same bytes. */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

Test(compile, a_wrong_line_is_refused_with_file_and_line)
{
	static const struct {
		const char *path, *text, *place, *says;
	} rows[] = {
		{ "ro/words.tsv", "bun\t2.0\nslab\t-9.0\n", "words.tsv:2", "no weight" },
		{ "ro/phrases.tsv", "nota #\t3.0\t\trating\n", "phrases.tsv:1", "two #" },
		{ "ro/phrases.tsv", "#/#\t3.0\t-1.0\trating\n", "phrases.tsv:1",
		  "negator" },
		{ "ro/words.tsv", "bun\t2,0\n", "words.tsv:1", "no weight" },
		{ "ro/words.tsv", "bun\n", "words.tsv:1", "columns" },
		{ "ro/words.tsv", "bun\t0\n", "words.tsv:1", "null" },
		{ "ro/words.tsv", "bun\t2.0\t\tnull\n", "words.tsv:1",
		  "null entry has no weight" },
		{ "ro/words.tsv", "bun\t2.0\t\tfixd\n", "words.tsv:1",
		  "no such flag \"fixd\"" },
		{ "ro/words.tsv", "# a\n\nbu*\t1.0\n", "words.tsv:3",
		  "letters before the *" },
		{ "ro/words.tsv", "b*un\t1.0\n", "words.tsv:1", "end of a word" },
		{ "ro/words.tsv", "*bun\t1.0\n", "words.tsv:1", "end of a word" },
		{ "ro/words.tsv", "!!\t1.0\n", "words.tsv:1", "no word in it" },
		{ "ro/words.tsv", "a b c d e f g h i j k l m n\t1.0\n", "words.tsv:1",
		  "words" },
		{ "ro/shifters.tsv", "nu\tnegater\n", "shifters.tsv:1", "no such kind" },
		{ "ro/shifters.tsv", "foarte\tintensifier\t50\n", "shifters.tsv:1",
		  "percent" },
		{ "ro/topics.tsv", "delivery.tim\tcurier\t1.0\n", "topics.tsv:1",
		  "no such topic" },
		{ "ro/topics.tsv", "delivery.time\tcurier\tx\n", "topics.tsv:1",
		  "no weight" },
		{ "ro/topics.tsv", "delivery.time\ta ~ b ~ c\t1.0\n", "topics.tsv:1",
		  "one ~" },
		{ "ro/language.tsv", "bias\t0\nbyas\t1\n", "language.tsv:2",
		  "no such setting" },
		{ "common/emoji.tsv", "👍👍\t1.0\n", "emoji.tsv:1", "one emoji" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct small_file more[] = { { rows[i].path, rows[i].text },
					     { NULL, NULL } };
		struct small x;

		small_files(&x, more);
		cr_expect_eq(small_compile(&x), ERR_CONFIG, "%s", rows[i].text);
		cr_expect(strstr(x.err.text, rows[i].place) &&
				  strstr(x.err.text, rows[i].says),
			  "%s: %s", rows[i].text, x.err.text);
		cr_expect_neq(access(x.table, F_OK), 0, "a table was written");
		small_close(&x);
	}
}

Test(compile, a_term_that_is_there_after_folding_is_a_warning)
{
	static const struct small_file more[] = {
		{ "ro/words.tsv", "încântat\t3.0\nincantat\t2.0\n" }, { NULL, NULL }
	};
	struct small x;

	small_open(&x, more);
	cr_expect_eq(x.warnings, 1);
	cr_expect(strstr(x.note, "words.tsv:2: \"incantat\" is there already"), "%s",
		  x.note);
	cr_expect_eq(small_ask(&x, "incantat", "ro").evidence[0].weight, 3000);
	small_close(&x);
}

static struct sv read_all(const char *path)
{
	FILE *in = fopen(path, "rb");
	char *p = malloc(16 << 20);
	size_t n = in && p ? fread(p, 1, 16 << 20, in) : 0;

	if (in)
		fclose(in);
	return (struct sv){ p, n };
}

Test(compile, the_same_sources_give_the_same_bytes_and_others_another_hash)
{
	static const struct small_file more[] = { { "ro/words.tsv", "bun\t2.1\n" },
						  { NULL, NULL } };
	struct small x, y, z;
	struct sv a, b;

	small_open(&x, NULL);
	small_open(&y, NULL);
	small_open(&z, more);
	a = read_all(x.table);
	b = read_all(y.table);
	cr_expect(a.n > 1000 && sv_eq(a, b));
	cr_expect(sv_eq(opinia_analyzer_hash(x.a), opinia_analyzer_hash(y.a)));
	cr_expect_not(sv_eq(opinia_analyzer_hash(x.a), opinia_analyzer_hash(z.a)));
	cr_expect_eq(opinia_analyzer_hash(x.a).n, 71);
	free((void *)(uintptr_t)a.p);
	free((void *)(uintptr_t)b.p);
	small_close(&x);
	small_close(&y);
	small_close(&z);
}

Test(compile, an_overlay_wins_and_its_absence_is_fine)
{
	static const struct small_file more[] = {
		{ "over/ro/words.tsv", "bun\t-1.0\ngrozav\t3.5\n" }, { NULL, NULL }
	};
	char over[100], none[100];
	const char *overlays[] = { none, over, NULL };
	struct small x;

	small_files(&x, more);
	snprintf(over, sizeof(over), "%s/over", x.dir);
	snprintf(none, sizeof(none), "%s/none", x.dir);
	cr_assert_eq(
		opinia_lexicon_compile(x.dir, overlays, x.table, small_tell, &x, &x.err),
		0, "%s", x.err.text);
	cr_expect_eq(x.warnings, 0, "%s", x.note);
	cr_assert_eq(opinia_analyzer_open(&x.a, x.table, &x.err), 0);
	x.s = opinia_scratch_new(x.a);
	cr_expect_eq(small_ask(&x, "bun", "ro").evidence[0].weight, -1000);
	cr_expect_eq(small_ask(&x, "grozav", "ro").evidence[0].weight, 3500);
	small_close(&x);
	cr_expect_eq(
		opinia_lexicon_compile("/nowhere", NULL, "/tmp/x", NULL, NULL, &x.err),
		ERR_MISSING);
}
