/* SPDX-License-Identifier: Apache-2.0 */
/* test_tokens.c: where words, numbers, emoji and emoticons are, and where clauses begin. */
#include <criterion/criterion.h>

#include "analyzer/scratch.h"
#include "tests/analyzer/small.h"

/* "word number# emoji! emoticon: ", with `,` before what begins a clause and `.` a sentence. */
static const char *shape(struct small *x, const char *text)
{
	static char out[1024];
	size_t n = 0;

	cr_assert_eq(scratch_fit(x->s, strlen(text), &x->err), 0);
	normalize(x->s, sv_of(text));
	tokens_split(x->s);
	for (uint32_t i = 0; i < x->s->token_count; i++) {
		const struct token *k = &x->s->tokens[i];

		if (i && k->flags & TOKEN_CLAUSE)
			n += (size_t)sprintf(out + n,
					     k->flags & TOKEN_SENTENCE ? ". " : ", ");
		if (k->kind == TOKEN_EMOJI)
			n += (size_t)sprintf(out + n, "(%u-%u) ", k->start, k->end);
		else
			n += (size_t)sprintf(out + n, "%.*s%s ", k->length,
					     x->s->folded + k->at,
					     k->kind == TOKEN_NUMBER	 ? "#"
					     : k->kind == TOKEN_EMOTICON ? "!"
									 : "");
	}
	out[n ? n - 1 : 0] = 0;
	return out;
}

Test(tokens, words_numbers_marks_and_pictures)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "Bun!", "bun" },
		{ "mi-a plăcut, n-am ce zice", "mi a placut , n am ce zice" },
		{ "l'ami d’accord", "l ami d accord" },
		{ "Bun. Ieftin; dar (cam) mic", "bun . ieftin , dar , cam , mic" },
		{ "24h, 3,5 lei la 10:30", "24# h , 3# 5# lei la 10# 30#" },
		{ "bun - dar scump", "bun , dar scump" },
		{ "un\nalt rând", "un . alt rand" },
		{ "super:) https://x.ro :D:D", "super :)! . https" },
		{ "ok :/ asa", "ok :/! asa" },
		{ "suuuper", "suuuper" },
		{ "👍🏽 da ❤️ nu", "(0-8) da (12-18) nu" },
		{ "👨\u200D👩\u200D👧x", "(0-18) x" },
		{ "„Bine” – zise el…", "bine , zise el" },
		{ "mp3 a1b2 5zile", "mp3 a1b2 5# zile" },
		{ "Привет мир", "привет мир" },
		{ "E o.k. azi. Nu-i", "e o k azi . nu i" },
		{ "O.K, merge", "o k , merge" },
		{ "firma S.R.L. nu", "firma s r l nu" },
		{ "bun a.venit", "bun a . venit" },
		{ "l-am luat. E bun. a", "l am luat . e bun . a" },
	};
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = shape(&x, rows[i][0]);

		if (i == 8)
			cr_expect(strstr(got, "super :)! ") == got && !strstr(got, ":/"),
				  "%s", got);
		else
			cr_expect_str_eq(got, rows[i][1], "%s", rows[i][0]);
	}
	small_close(&x);
}

Test(tokens, a_long_text_splits_the_same_at_every_offset)
{
	struct small x;
	char text[400];

	small_open(&x, NULL);
	for (size_t pad = 0; pad < 140; pad++) {
		memset(text, ' ', sizeof(text));
		memcpy(text + pad, "foarte bun, zăăău :)", 24);
		text[pad + 24] = 0;
		cr_assert_str_eq(shape(&x, text), "foarte bun , zaaau :)!", "pad %zu",
				 pad);
	}
	small_close(&x);
}

Test(tokens, the_words_of_a_text_that_was_analyzed_are_at_hand)
{
	static const char *const texts[] = {
		"Prețurile, CÂRTEA 12 prețurilor!",
		"suuuper 👍🏽 nu a mers :( 3,50 lei la 07:45",
		"ŻÓŁĆ ana-maria 12345678901234567890 l'ho fatto",
		"scrieti-mi la ana@example.ro sau +40 721 234 567",
		"a",
		"!!!",
	};
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint8_t ro = (uint8_t)opinia_analyzer_language(x.a, SV("ro"));
		const struct opinia_word *alone;
		struct verdict v;
		struct word *w;
		size_t n, count;

		cr_assert_eq(opinia_analyze(x.a, x.s, sv_of(texts[i]), SV(""), &x.arena,
					    &v, &x.err),
			     0);
		w = opinia_words_read(x.s, &x.arena, &n);
		for (size_t k = 0; k < n; k++) {
			cr_assert(arena_copy(&x.arena, w[k].folded, &w[k].folded));
			w[k].stem = w[k].stem.p ? w[k].folded : w[k].stem;
		}
		cr_assert_eq(opinia_words(x.a, x.s, sv_of(texts[i]), ro, &alone, &count,
					  &x.err),
			     0);
		cr_assert_eq(n, count, "%s", texts[i]);
		for (size_t k = 0; k < n; k++) {
			cr_expect(sv_eq(w[k].folded, alone[k].folded), "%s", texts[i]);
			cr_expect_eq(w[k].span.start, alone[k].span.start);
			cr_expect_eq(w[k].place, k);
			cr_expect(sv_eq(w[k].stem.p ? w[k].stem
						    : opinia_stem_for_search(x.a, x.s, ro,
									     w[k].folded),
					alone[k].stem),
				  "%s", texts[i]);
		}
	}
	small_close(&x);
}

Test(tokens, search_words_are_folded_stemmed_and_placed)
{
	struct small x;
	const struct opinia_word *w;
	struct buf b;
	size_t n;
	uint8_t ro;

	small_open(&x, NULL);
	ro = (uint8_t)opinia_analyzer_language(x.a, SV("ro"));
	cr_assert_eq(opinia_words(x.a, x.s, SV("Prețurile, CÂRTEA 12 prețurilor!"), ro,
				  &w, &n, &x.err),
		     0);
	cr_assert_eq(n, 4);
	cr_expect(sv_eq(w[0].folded, SV("preturile")) &&
		  sv_eq(w[0].stem, SV("preturile")));
	cr_expect(sv_eq(w[1].folded, SV("cartea")) && sv_eq(w[1].stem, SV("carte")));
	cr_expect(w[1].span.start == 12 && w[1].span.end == 19);
	cr_expect(sv_eq(w[2].folded, SV("12")) && sv_eq(w[2].stem, SV("12")));
	cr_expect(sv_eq(w[3].stem, SV("pret")));
	cr_expect(sv_eq(opinia_stem_for_search(x.a, x.s, ro, SV("cartea")), SV("carte")));
	cr_expect(sv_eq(opinia_stem_for_search(x.a, x.s, 0, SV("cartea")), SV("cartea")));
	buf_init(&b, 0);
	cr_assert_eq(opinia_fold(x.a, x.s, SV("  Ana-Maria  ŻÓŁĆ "), &b, &x.err), 0);
	cr_expect_str_eq(b.p, "ana maria zolc");
	buf_release(&b);
	small_close(&x);
}
