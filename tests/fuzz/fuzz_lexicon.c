/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_lexicon.c: any bytes are a lexicon. The first byte chooses: lines of one of the files,
 * which are compiled, or places and values in a good table, which is sealed again and mapped.
 */
#include "analyzer/table.h"
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

static void forge(struct small *x, const uint8_t *data, size_t size)
{
	static unsigned char good[8 << 20], bad[8 << 20];
	static size_t n;
	struct table_header *h = (struct table_header *)(void *)bad;
	FILE *f;

	if (!n) {
		if (small_compile(x) || !(f = fopen(x->table, "rb")))
			return;
		n = fread(good, 1, sizeof(good), f);
		fclose(f);
	}
	memcpy(bad, good, n);
	for (; size >= 5; data += 5, size -= 5)
		bad[((size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2]) * 8 % n +
		    data[3] % 8] ^= data[4];
	h->seal = table_seal(bad, n);
	f = fopen(x->table, "wb");
	if (f) {
		fwrite(bad, 1, n, f);
		fclose(f);
		ask(x);
	}
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
	if (data[0] % 16 < FILES)
		more[1] = (struct small_file){ files[data[0] % 16], text };
	small_files(&x, more);
	if (data[0] % 16 >= FILES)
		forge(&x, data + 1, size - 1);
	else if (!small_compile(&x))
		ask(&x);
	small_close(&x);
	free(text);
	return 0;
}
