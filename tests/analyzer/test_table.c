/* SPDX-License-Identifier: Apache-2.0 */
/* test_table.c: a file that is cut, flipped or forged is refused, or does no harm. */
#include <criterion/criterion.h>

#include "analyzer/scratch.h"
#include "analyzer/table.h"
#include "tests/analyzer/small.h"

static unsigned char *load(const struct small *x, size_t *n)
{
	FILE *in = fopen(x->table, "rb");
	unsigned char *p = malloc(16 << 20);

	*n = in && p ? fread(p, 1, 16 << 20, in) : 0;
	if (in)
		fclose(in);
	return p;
}

Test(table, a_truncated_file_is_refused_at_every_length)
{
	struct small x;
	struct table t;
	struct err err;
	size_t n;
	unsigned char *p;

	small_open(&x, NULL);
	p = load(&x, &n);
	cr_assert_eq(table_view(&t, p, n, &err), 0);
	for (size_t cut = 0; cut < n; cut += cut < 4096 ? 1 : 64 * 97)
		cr_assert_eq(table_view(&t, p, cut, &err), ERR_INPUT, "%zu bytes", cut);
	free(p);
	small_close(&x);
}

Test(table, a_flipped_byte_is_refused)
{
	struct small x;
	struct table t;
	struct err err;
	size_t n;
	unsigned char *p;

	small_open(&x, NULL);
	p = load(&x, &n);
	for (size_t i = 0; i < 400; i++) {
		size_t at = i < sizeof(struct table_header) ? i : (i * 7919 * 64) % n;

		p[at] ^= 0x41;
		cr_expect_eq(table_view(&t, p, n, &err), ERR_INPUT, "byte %zu", at);
		p[at] ^= 0x41;
	}
	free(p);
	small_close(&x);
}

static void read_with(const unsigned char *p, size_t n, struct table *t)
{
	static const char text[] =
		"Nu e rău, foarte bun dar scump :) 👍🏽 ŻÓŁĆ îîî 24 "
		"ore zăăău "
		"aștept 5 zile nu doar \xE2\x82 ﬁ camera mare 9/10 camera foto";
	struct opinia_scratch s;
	struct err err;

	if (table_view(t, p, n, &err))
		return;
	scratch_init(&s, t);
	scratch_packs(&s, UINT32_MAX);
	s.sums = calloc(t->topic_count + 1u, sizeof(*s.sums));
	if (s.sums && !scratch_fit(&s, sizeof(text), &err)) {
		normalize(&s, sv_of(text));
		tokens_split(&s);
		lookup(&s);
		language_choose(&s, -1);
		match(&s);
		clauses_split(&s);
		topics_pair(&s);
		rules_apply(&s);
		topics_weigh(&s);
	}
	scratch_release(&s);
}

/* Somebody who knows the checksum: every mutation is signed again, and then read with. */
Test(table, a_forged_file_does_no_harm)
{
	static const struct small_file more[] = {
		{ "packs/taxonomy.tsv",
		  "review.room\tRoom\tCameră\tPokój\tuse\tx\thotel\n" },
		{ "packs/ro/topics.tsv",
		  "review.room\tcamer*\t1.0\nreview.room\tcamera foto\t-\n"
		  "review.room\tcamer* ~ mare\t1.0\t1.0\n" },
		{ "ro/phrases.tsv", "#/#\t3.0\t\trating\nnu e rău\t1.0\t\tfixed\n" },
		{ NULL, NULL },
	};
	struct small x;
	size_t n;
	unsigned char *p, *copy;
	uint64_t seed = 88172645463325252u;

	small_open(&x, more);
	p = load(&x, &n);
	copy = malloc(n);
	cr_assert(copy);
	for (int round = 0; round < 300; round++) {
		struct table_header *h = (struct table_header *)(void *)copy;
		struct table t;

		memcpy(copy, p, n);
		for (int i = 0; i < 20; i++) {
			uint32_t sec, at;

			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			sec = (uint32_t)(seed % SEC_COUNT);
			if (!h->section[sec].bytes)
				continue;
			at = (uint32_t)((seed >> 20) % h->section[sec].bytes);
			copy[h->section[sec].offset + at] ^=
				(unsigned char)(1u << (seed >> 60 & 7));
		}
		h->seal = table_seal(copy, n);
		read_with(copy, n, &t);
	}
	free(copy);
	free(p);
	small_close(&x);
}

Test(table, what_is_no_lexicon_is_said_to_be_none)
{
	struct opinia_analyzer *a;
	struct err err = ERR_NONE;

	cr_expect_eq(opinia_analyzer_open(&a, "/nowhere/opinia.lex", &err), ERR_MISSING);
	cr_expect_null(a);
	cr_expect_eq(opinia_analyzer_open(&a, "/dev/null", &err), ERR_INPUT);
	cr_expect_eq(opinia_analyzer_open(&a, "/proc/self/exe", &err), ERR_INPUT);
	cr_expect(strstr(err.text, "no compiled lexicon"), "%s", err.text);
	opinia_analyzer_close(NULL);
	opinia_scratch_free(NULL);
}
