/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_lexicon.c: any bytes are a lexicon. The first byte chooses the file whose lines they are.
 * What was compiled is asked something; fuzz_table.c forges tables.
 */
#include "tests/analyzer/small.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {
	"ro/words.tsv",	      "ro/phrases.tsv",	     "ro/shifters.tsv",	 "ro/topics.tsv",
	"ro/nocontent.tsv",   "ro/suffixes.tsv",     "ro/language.tsv",	 "ro/text.txt",
	"ro/cases.txt",	      "taxonomy.tsv",	     "common/emoji.tsv", "learned.tsv",
	"packs/taxonomy.tsv", "packs/ro/topics.tsv",
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

static void ask(struct small *x)
{
	struct arena arena;
	struct verdict v;

	if (opinia_analyzer_open(&x->a, x->table, &x->err))
		return;
	if (opinia_analyzer_choose_packs(x->a, SV("all"), &x->err))
		abort();
	x->s = opinia_scratch_new(x->a);
	arena_init(&arena, 0);
	if (x->s &&
	    opinia_analyze(x->a, x->s,
			   SV("Nu e rău, foarte bun dar scump :) 👍🏽 îîî 24 "
			      "ore aștept 5 zile"),
			   SV("ro"), &arena, &v, &x->err) == 0) {
		struct buf b;

		buf_init(&b, 0);
		opinia_verdict_json(x->a, &v, SV("1"), &b);
		buf_release(&b);
	}
	arena_release(&arena);
	opinia_scratch_free(x->s);
	opinia_analyzer_close(x->a);
	x->s = NULL;
	x->a = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct small_file more[3] = {
		{ "packs/taxonomy.tsv",
		  "review.room\tRoom\tCameră\tPokój\tuse\tx\thotel,clinic\n" },
	};
	struct small x;
	char *text = calloc(1, size + 1);

	if (!text || !size) {
		free(text);
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	more[1] = (struct small_file){ files[data[0] % FILES], text };
	small_files(&x, more);
	if (!small_compile(&x))
		ask(&x);
	small_close(&x);
	free(text);
	return 0;
}
