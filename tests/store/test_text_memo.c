/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text_memo.c: what is remembered of words is what they are.
 */
#include <criterion/criterion.h>

#include "store/text_memo.h"
#include "tests/store/kit.h"

static const char *const texts[] = {
	"merge",     "merg",
	"",	     "multumesc",
	"mulțumesc", "a",
	"multumim",  "un cuvant mult mai lung decat locul pe care il are un cuvant",
};
static const struct sv languages[] = {
	{ "ro", 2 }, { "pl", 2 }, { "und", 3 }, { "abcde", 5 }
};
static const uint8_t word_key[TEXT_KEY_BYTES] = { 5 };

/* Languages differ in their stems, and one has stems that no word begins with. */
static int toy_stem(void *self, struct sv folded, uint8_t language, struct sv *out,
		    struct err *err)
{
	(void)self, (void)err;
	*out = language == 3 ? SV("alta")
			     : sv_sub(folded, 0, folded.n > 4 ? folded.n - language : 9);
	return 0;
}

static const struct word_source toy = { .stem = toy_stem };

Test(text_memo, a_word_is_hashed_to_the_same_with_and_without_it)
{
	struct text_memos *all = text_memos_new();
	struct text_memo *m = text_memos_take(all, true);
	struct kit_random rnd = { 6 };
	struct text_term *with, *none, *plain;
	struct arena a;
	struct word w[20], given[20];

	arena_init(&a, 0);
	for (unsigned round = 0; round < 4000; round++) {
		uint8_t language = (uint8_t)kit_below(&rnd, 4);
		struct text_origin o = { word_key, languages[language], language, &toy };

		for (unsigned i = 0; i < 20; i++) {
			struct sv text = sv_of(texts[kit_below(&rnd, 8)]);

			w[i] = (struct word){
				.folded = text,
				.stem = sv_sub(text, 0,
					       kit_below(&rnd, 2) ? text.n : text.n / 2),
				.place = i
			};
			if (!kit_below(&rnd, 5))
				w[i].stem = SV("alta");
			given[i] = w[i];
			if (kit_below(&rnd, 2))
				continue;
			w[i].stem = (struct sv){ 0 };
			toy_stem(NULL, text, language, &given[i].stem, NULL);
		}
		arena_reset(&a);
		cr_assert_eq(text_memo_terms(m, &o, w, 20, &a, &with, NULL), 0);
		cr_assert_eq(text_memo_terms(NULL, &o, w, 20, &a, &none, NULL), 0);
		cr_assert_eq(text_terms(word_key, o.code, given, 20, &a, &plain, NULL),
			     0);
		for (unsigned i = 0; i < 20; i++) {
			cr_assert(with[i].group == plain[i].group &&
				  with[i].form == plain[i].form && with[i].place == i);
			cr_assert(none[i].group == plain[i].group &&
				  none[i].form == plain[i].form && none[i].place == i);
		}
		if (round % 50 == 0) { /* it is the same one that comes back */
			text_memos_give(all, m);
			cr_assert_eq(text_memos_take(all, false), m);
			cr_assert_null(text_memos_take(all, false));
		}
	}
	text_memos_give(all, m);
	text_memos_free(all);
	arena_release(&a);
}
