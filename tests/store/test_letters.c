/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_letters.c: texts come back from their letters, whatever was learned and whatever they are;
 * bytes that are no letters of ours end, too.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "store/letters.h"
#include "store/packer.h"
#include "tests/store/half.h"

enum { ROOM = 1 << 17, LONGEST = 3000 };

static char learned[ROOM];

/* Nothing; sentences; each byte after each other one; a few bytes by chance. */
static struct sv text_to_learn(unsigned shape)
{
	size_t n = 0;

	for (size_t i = 0; shape == 1 && i < packer_sentence_count; i++) {
		struct sv s = packer_sentences[i];

		if (n + s.n > sizeof(learned))
			break;
		memcpy(learned + n, s.p, s.n);
		n += s.n;
	}
	for (unsigned a = 0; shape == 2 && a < 256; a++)
		for (unsigned b = 0; b < 256; b++) {
			learned[n++] = (char)a;
			learned[n++] = (char)b;
		}
	for (; shape == 3 && n < 500; n++)
		learned[n] = (char)(chance(3) ? chance(4) : chance(256));
	return (struct sv){ learned, n };
}

static void there_and_back(const struct letters *l, struct sv text, size_t *bytes)
{
	static uint8_t packed[4 * LONGEST + 8];
	static char again[LONGEST];
	size_t n = letters_pack(l, text, packed, sizeof(packed));

	cr_assert(n || !text.n || !text.p[0], "it fits");
	*bytes += n;
	letters_unpack(l, (struct sv){ (char *)packed, n }, again, text.n);
	cr_assert_eq(memcmp(again, text.p, text.n), 0);
	if (n > 1)
		cr_assert_eq(letters_pack(l, text, packed, n - 1), 0, "no room");
}

Test(letters, each_text_comes_back_and_sentences_get_small)
{
	static char text[LONGEST];

	chance_start("letters");
	for (unsigned shape = 0; shape < 4; shape++) {
		struct letters *l = letters_new(text_to_learn(shape));
		size_t bytes = 0, sentences = 0;

		cr_assert_not_null(l);
		for (size_t i = 0; i < packer_sample_count; i++) {
			there_and_back(l, packer_samples[i], &bytes);
			sentences += packer_samples[i].n;
		}
		if (shape == 1)
			cr_expect_lt(2 * bytes, sentences, "%zu of %zu", bytes,
				     sentences);
		for (unsigned round = 0; round < 300; round++) {
			size_t n = chance(round % 7 ? 60 : LONGEST), some = 0;

			for (size_t i = 0; i < n; i++)
				text[i] = round % 3	   ? (char)chance(256)
					  : i && chance(4) ? text[i - 1]
							   : learned[chance(400)];
			there_and_back(l, (struct sv){ text, n }, &some);
		}
		letters_free(l);
	}
}

Test(letters, bytes_by_chance_become_some_text)
{
	static uint8_t noise[100];
	static char text[LONGEST];

	chance_start("letters");
	for (unsigned shape = 0; shape < 4; shape++) {
		struct letters *l = letters_new(text_to_learn(shape));

		cr_assert_not_null(l);
		for (unsigned round = 0; round < 300; round++) {
			size_t n = chance(sizeof(noise));
			char first;

			for (size_t i = 0; i < n; i++)
				noise[i] = (uint8_t)(chance(5) ? chance(256) : 255);
			letters_unpack(l, (struct sv){ (char *)noise, n }, text, LONGEST);
			first = text[0];
			letters_unpack(l, (struct sv){ (char *)noise, n }, text, 1);
			cr_expect_eq(text[0], first);
		}
		letters_free(l);
	}
}
