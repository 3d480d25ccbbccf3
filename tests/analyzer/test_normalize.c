/* SPDX-License-Identifier: Apache-2.0 */
/* test_normalize.c: every code point, wrong bytes, and the way back to the given text. */
#include <criterion/criterion.h>
#include <utf8proc.h>

#include "analyzer/fold.h"
#include "analyzer/scratch.h"
#include "core/utf8.h"
#include "tests/analyzer/small.h"

static void fold(struct small *x, struct sv text)
{
	cr_assert_eq(scratch_fit(x->s, text.n, &x->err), 0);
	normalize(x->s, text);
}

static bool is_word_category(utf8proc_category_t k)
{
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO;
}

/* What utf8proc makes of one code point, with none of our extra letters. */
static struct sv reference(utf8proc_int32_t cp, char out[80])
{
	utf8proc_uint8_t in[5] = { 0 }, *p = NULL;
	utf8proc_ssize_t n = utf8proc_encode_char(cp, in);

	n = utf8proc_map(in, n, &p,
			 UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
				 UTF8PROC_IGNORE | UTF8PROC_COMPOSE);
	if (n < 0 || n > 79)
		n = 0;
	memcpy(out, p ? (char *)p : "", (size_t)n);
	free(p);
	return (struct sv){ out, (size_t)n };
}

static bool has_extra(struct sv s)
{
	static const char *const extra[] = { "æ", "ð", "ø", "þ", "đ", "ħ", "ı",
					     "ĸ", "ł", "ŋ", "œ", "ŧ", "ƀ", "ƶ",
					     "ǥ", "ɨ", "ɉ", "ɍ", "ɏ", "ə", "ǝ" };

	for (size_t i = 0; i < sizeof(extra) / sizeof(extra[0]); i++)
		if (sv_find(s, sv_of(extra[i])) >= 0)
			return true;
	return false;
}

/* Only letters, marks and numbers: what else comes out is not taken. */
static bool all_words(struct sv s)
{
	while (s.n) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p,
						      (utf8proc_ssize_t)s.n, &cp);

		if (n < 1 || !is_word_category(utf8proc_category(cp)))
			return false;
		s = sv_sub(s, (size_t)n, s.n);
	}
	return true;
}

Test(normalize, every_code_point_folds_as_utf8proc_says)
{
	struct small x;
	unsigned wrong = 0;

	small_open(&x, NULL);
	for (utf8proc_int32_t cp = 0x80; cp < 0x110000; cp++) {
		char in[4], out[80];
		struct sv want, text;

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		text = (struct sv){ in, utf8_encode((uint32_t)cp, in) };
		fold(&x, text);
		if (utf8proc_get_property(cp)->ignorable) {
			wrong += x.s->folded_count != 0;
			continue;
		}
		if (!is_word_category(utf8proc_category(cp)) || cp == 0x2BC)
			continue;
		want = reference(cp, out);
		if (has_extra(want) || !all_words(want) || want.n > FOLD_BYTES_MAX)
			continue;
		wrong += x.s->emoji_count == 0 &&
			 !sv_eq(want, (struct sv){ x.s->folded, x.s->folded_count });
	}
	cr_expect_eq(wrong, 0, "%u code points differ", wrong);
	small_close(&x);
}

Test(normalize, letters_that_unicode_leaves_alone_become_plain)
{
	static const char *const rows[][2] = {
		{ "Łódź", "lodz" },
		{ "ŞŢşţȘȚșțĂâÎ", "ststststaai" },
		{ "Đorđe", "dorde" },
		{ "straße", "strasse" },
		{ "smørrebrød", "smorrebrod" },
		{ "İstanbul", "istanbul" },
		{ "ＡＢＣ１", "abc1" },
		{ "ﬁn", "fin" },
		{ "so\u00ADft", "soft" },
		{ "ze\u200Bro", "zero" },
		{ "s\u0327t\u0326a\u0306", "sta" },
	};
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fold(&x, sv_of(rows[i][0]));
		cr_expect(sv_eq((struct sv){ x.s->folded, x.s->folded_count },
				sv_of(rows[i][1])),
			  "%s: " SV_FMT, rows[i][0], (int)x.s->folded_count, x.s->folded);
	}
	small_close(&x);
}

Test(normalize, wrong_utf8_is_repaired_and_offsets_stay)
{
	static const struct {
		const char *text;
		uint32_t start, end; /* of the word `bun` */
	} rows[] = {
		{ "bun", 0, 3 },
		{ "\x80 bun", 2, 5 },
		{ "\xC0\xAF bun", 3, 6 },
		{ "\xE0\x80\xAF bun", 4, 7 },
		{ "\xF0\x80\x80\xAF bun", 5, 8 },
		{ "\xED\xA0\x80 bun", 4, 7 },
		{ "\xF4\x90\x80\x80 bun", 5, 8 },
		{ "\xFE\xFF bun", 3, 6 },
		{ "\xE2\x82 bun", 3, 6 },
		{ "bun\xC3", 0, 3 },
		{ "bun\xF0\x9F\x98", 0, 3 },
		{ "ăăă bun ăă", 7, 10 },
		{ "\xE2\x80\x9E"
		  "bun\xE2\x80\x9D",
		  3, 6 },
		{ "\xC2\xA0"
		  "bun",
		  2, 5 },
		{ "b\xCC\x80un", 0, 5 },
	};
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct verdict v = small_ask(&x, rows[i].text, "ro");

		cr_assert_eq(v.evidence_count, 1, "row %zu", i);
		cr_expect_eq(v.evidence[0].span.start, rows[i].start, "row %zu", i);
		cr_expect_eq(v.evidence[0].span.end, rows[i].end, "row %zu", i);
	}
	small_close(&x);
}

/* The same text, composed, decomposed, with cedillas, shouted and stripped: the same verdict. */
Test(normalize, spelling_of_diacritics_changes_no_verdict)
{
	static const char *const forms[] = {
		"Mulțumit, însă a întârziat",
		"Mult\u0326umit, i\u0302nsa\u0306 a i\u0302nta\u0302rziat",
		"Mulţumit, însă a întârziat",
		"Multumit, insa a intarziat",
	};
	struct small x;
	struct verdict first;

	small_open(&x, NULL);
	first = small_ask(&x, forms[0], "");
	for (size_t i = 1; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct verdict v = small_ask(&x, forms[i], "");

		cr_expect_eq(v.score, first.score, "%s", forms[i]);
		cr_expect_eq(v.language, first.language);
		cr_assert_eq(v.evidence_count, first.evidence_count);
		for (uint16_t k = 0; k < v.evidence_count; k++) {
			struct span a = first.evidence[k].span, b = v.evidence[k].span;
			struct sv was = sv_sub(sv_of(forms[0]), a.start, a.end - a.start);
			struct sv is = sv_sub(sv_of(forms[i]), b.start, b.end - b.start);

			cr_expect(sv_eq(v.evidence[k].term, first.evidence[k].term));
			cr_expect_eq(is.p[0] | 0,
				     i == 1 && was.p[0] == (char)0xC3 ? 'i' : is.p[0]);
		}
	}
	small_close(&x);
}
