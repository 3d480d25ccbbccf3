/* SPDX-License-Identifier: Apache-2.0 */
/* test_typo.c: one slip of the finger is forgiven; a right word is never taken for one. */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

static const struct small_file words[] = {
	{ "ro/words.tsv", "groaznic\t-3.0\nexcelent\t3.0\ndulce\t1.0\nplimbat\t-1.0\n"
			  "minunat*\t3.0\n" },
	{ "ro/phrases.tsv", "pierdut complet vremea\t-3.0\t\tfixed\n" },
	{ "ro/text.txt", "am comandat un produs și a ajuns foarte repede\n"
			 "groaznit este un cuvânt de-al nostru și e cunoscut\n"
			 "mulțumesc pentru ajutor, totul a fost în regulă\n" },
	{ "pl/words.tsv", "straszny\t-3.0\n" },
	{ NULL, NULL },
};

static const struct {
	const char *text, *term; /* NULL: nothing is read */
	bool typo;
} rows[] = {
	{ "groaznic", "groaznic", false },
	{ "a fost groaznic", "groaznic", false },
	{ "a fost groazinc", "groaznic", true },  /* two changed places */
	{ "a fost groaznc", "groaznic", true },	  /* one is missing     */
	{ "a fost groazznic", "groaznic", true }, /* one too many       */
	{ "a fost groazbic", "groaznic", true },  /* another            */
	{ "a fost GROAZBIC", "groaznic", true },
	{ "a fost excelnet", "excelent", true },
	{ "a fost xecelent", "excelent", true }, /* of long words the first, too */
	{ "a fost excelwqnt", NULL, false },	 /* two slips                    */
	{ "a fost groaznit", NULL, false },	 /* our texts know it            */
	{ "a fost groaznic7", NULL, false },
	{ "e dqlce", "dulce", true },
	{ "e qulce", NULL, false }, /* of few letters nobody misses the first */
	{ "minunat", "minunat*", false },
	{ "e la Excelnet", NULL, false }, /* somebody is called so */
	{ "Excelnet a fost", "excelent", true },
	{ "a fost strasnzy", NULL, false }, /* nobody guesses in another's language */
	{ "am pierdut cmplet vremea", "pierdut complet vremea", true },
};

Test(typo, a_slip_is_forgiven_and_told)
{
	struct small x;

	small_open(&x, words);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct verdict v = small_ask(&x, rows[i].text, "ro");
		const struct evidence *e = v.evidence;

		if (!rows[i].term) {
			cr_expect_eq(v.evidence_count, 0, "%s: " SV_FMT, rows[i].text,
				     SV_ARG(e->term));
			continue;
		}
		cr_assert_eq(v.evidence_count, 1, "%s: %u", rows[i].text,
			     v.evidence_count);
		cr_expect(sv_eq(e->term, sv_of(rows[i].term)), "%s: " SV_FMT,
			  rows[i].text, SV_ARG(e->term));
		cr_expect_eq((e->rules & RULE_TYPO) != 0, rows[i].typo, "%s",
			     rows[i].text);
	}
	small_close(&x);
}

Test(typo, words_of_both_signs_are_left_alone)
{
	static const struct small_file more[] = {
		{ "ro/words.tsv", "pozitiv\t2.0\npozitia\t-2.0\n" },
		{ NULL, NULL },
	};
	struct small x;
	struct verdict v;

	small_open(&x, more);
	v = small_ask(&x, "poziti", "ro");
	cr_expect_eq(v.evidence_count, 0, "it may be either");
	v = small_ask(&x, "pozitiq", "ro");
	cr_expect_eq(v.evidence_count, 0, "it may be either");
	v = small_ask(&x, "pozxtiv", "ro");
	cr_expect_eq(v.evidence_count, 1);
	small_close(&x);
}
