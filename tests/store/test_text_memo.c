/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text_memo.c: what is remembered of words is what they are.
 */
#include <criterion/criterion.h>

#include "store/text_memo.h"
#include "tests/store/kit.h"

Test(text_memo, a_word_is_hashed_to_the_same_with_and_without_it)
{
	static const char *const texts[] = {
		"merge",     "merg",	  "",
		"multumesc", "mulțumesc", "un cuvant mult mai lung decat locul lui",
		"a"
	};
	static const struct sv languages[] = {
		{ "ro", 2 }, { "pl", 2 }, { "und", 3 }, { "abcde", 5 }
	};
	static const uint8_t word_key[TEXT_KEY_BYTES] = { 5 };
	struct text_memo *m = text_memo_new();
	struct kit_random rnd = { 6 };
	struct text_term *with, *without;
	struct arena a;
	struct word w[20];

	arena_init(&a, 0);
	for (unsigned round = 0; round < 2000; round++) {
		struct sv code = languages[kit_below(&rnd, 4)];

		for (unsigned i = 0; i < 20; i++) {
			struct sv text = sv_of(texts[kit_below(&rnd, 7)]);

			w[i] = (struct word){
				.folded = text,
				.stem = sv_sub(text, 0,
					       kit_below(&rnd, 2) ? text.n : text.n / 2),
				.place = i
			};
			if (!kit_below(&rnd, 5))
				w[i].stem = SV("alta");
		}
		arena_reset(&a);
		cr_assert_eq(text_memo_terms(m, word_key, code, w, 20, &a, &with, NULL),
			     0);
		cr_assert_eq(text_terms(word_key, code, w, 20, &a, &without, NULL), 0);
		for (unsigned i = 0; i < 20; i++)
			cr_assert(with[i].group == without[i].group &&
				  with[i].form == without[i].form && with[i].place == i);
	}
	text_memo_free(m);
	arena_release(&a);
}
