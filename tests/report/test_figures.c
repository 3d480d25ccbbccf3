/* SPDX-License-Identifier: Apache-2.0 */
/* test_figures.c: numbers, days and counted things, as each language writes them. */
#include <criterion/criterion.h>
#include <libintl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/when.h"
#include "report/figures.h"

#define NB "\xc2\xa0"

Test(figures, are_written_as_the_language_does)
{
	static const struct {
		enum ui_lang lang;
		double v;
		int decimals;
		bool sign;
		const char *want;
	} cases[] = {
		{ UI_EN, 12.345, 1, false, "12.3" },
		{ UI_RO, 12.345, 1, false, "12,3" },
		{ UI_PL, -12.36, 1, true, "−12,4" },
		{ UI_EN, 0.04, 1, true, "0.0" },
		{ UI_EN, -0.04, 1, true, "0.0" },
		{ UI_EN, 3, 1, true, "+3.0" },
		{ UI_EN, 12345.6, 0, false, "12,346" },
		{ UI_RO, 12345.6, 1, false, "12.345,6" },
		{ UI_PL, 12345.6, 1, false, "12" NB "345,6" },
		{ UI_PL, 1234, 0, false, "1234" },
		{ UI_RO, 1e6, 0, false, "1.000.000" },
		{ UI_EN, 9.999, 2, false, "10.00" },
		{ UI_EN, NAN, 1, true, "NA" },
		{ UI_EN, -INFINITY, 1, true, "−∞" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(say_number(cases[i].lang, cases[i].v, cases[i].decimals,
					    cases[i].sign)
					 .z,
				 cases[i].want);
	cr_expect_str_eq(say_count(UI_EN, UINT64_MAX).z, "18,446,744,073,709,551,615");
}

Test(figures, say_durations_in_the_largest_unit_that_helps)
{
	static const struct {
		double ms;
		const char *want;
	} cases[] = {
		{ 0, "0" NB "s" },
		{ 45000, "45" NB "s" },
		{ -10000, "−10" NB "s" },
		{ 215000, "3" NB "min" NB "35" NB "s" },
		{ 720000, "12" NB "min" },
		{ 7500000, "2" NB "h" NB "05" NB "min" },
		{ 273600000, "3" NB "d" NB "4" NB "h" },
		{ NAN, "NA" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(say_duration(UI_EN, cases[i].ms).z, cases[i].want);
}

Test(figures, say_days_with_the_month_in_words)
{
	cr_expect_str_eq(say_day(day_of(2026, 6, 22)).z, "22 June 2026");
	cr_expect_str_eq(say_day_short(day_of(2026, 12, 1)).z, "1 Dec");
	cr_expect_str_eq(say_days(day_of(2026, 5, 1), day_of(2026, 5, 1)).z,
			 "1 May 2026");
	cr_expect_str_eq(say_p(UI_PL, "q", 0.0004).z, ("q" NB "<" NB "0,001"));
	cr_expect_str_eq(say_p(UI_EN, "p", 0.012).z, ("p" NB "=" NB "0.012"));
}

/* ---- plural forms ------------------------------------------------------------------ */

static void put_u32(FILE *f, uint32_t v)
{
	fwrite(&v, sizeof(v), 1, f);
}

/* A catalogue with two entries: the header, and "%s answer" in @forms (NUL between
 * them). */
static void write_catalogue(const char *dir, const char *lang, const char *rule,
			    struct sv forms)
{
	struct sv ids[2] = { SV(""), SV("%s answer\0%s answers") }, texts[2];
	uint32_t at = 28 + 2 * 2 * 8;
	char path[256], head[400];
	FILE *f;

	snprintf(head, sizeof(head),
		 "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: %s\n", rule);
	texts[0] = sv_of(head), texts[1] = forms;
	snprintf(path, sizeof(path), "%s/%s", dir, lang);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES", dir, lang);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/opinia.mo", dir, lang);
	f = fopen(path, "wb");
	cr_assert_not_null(f);
	put_u32(f, 0x950412de), put_u32(f, 0), put_u32(f, 2), put_u32(f, 28),
		put_u32(f, 44);
	put_u32(f, 0), put_u32(f, 0);
	for (int i = 0; i < 4; i++) {
		struct sv s = i < 2 ? ids[i] : texts[i - 2];

		put_u32(f, (uint32_t)s.n), put_u32(f, at);
		at += (uint32_t)s.n + 1;
	}
	for (int i = 0; i < 4; i++) {
		struct sv s = i < 2 ? ids[i] : texts[i - 2];

		fwrite(s.p, 1, s.n, f);
		fputc(0, f);
	}
	fclose(f);
}

Test(figures, count_with_the_plural_forms_of_the_language)
{
	static const struct {
		const char *language;
		enum ui_lang lang;
		uint64_t n;
		const char *want;
	} cases[] = {
		{ "en", UI_EN, 0, "0 answers" },
		{ "en", UI_EN, 1, "1 answer" },
		{ "en", UI_EN, 1001, "1,001 answers" },
		{ "pl", UI_PL, 1, "1 odpowiedź" },
		{ "pl", UI_PL, 3, "3 odpowiedzi" },
		{ "pl", UI_PL, 12, "12 odpowiedzi wielu" },
		{ "pl", UI_PL, 22, "22 odpowiedzi" },
		{ "pl", UI_PL, 10000000002, "10" NB "000" NB "000" NB "002 odpowiedzi" },
		{ "ro", UI_RO, 1, "1 răspuns" },
		{ "ro", UI_RO, 19, "19 răspunsuri" },
		{ "ro", UI_RO, 20, "20 de răspunsuri" },
		{ "ro", UI_RO, 119, "119 răspunsuri" },
		{ "ro", UI_RO, 5000000000, "5.000.000.000 de răspunsuri" },
	};
	char dir[] = "/tmp/opinia-mo-XXXXXX";

	cr_assert_not_null(mkdtemp(dir));
	write_catalogue(
		dir, "pl",
		"nplurals=3; plural=n==1?0:n%10>=2&&n%10<=4&&(n%100<10||n%100>=20)?1:2;",
		SV("%s odpowiedź\0%s odpowiedzi\0%s odpowiedzi wielu"));
	write_catalogue(dir, "ro",
			"nplurals=3; plural=n==1?0:n==0||(n%100>0&&n%100<20)?1:2;",
			SV("%s răspuns\0%s răspunsuri\0%s de răspunsuri"));
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	bindtextdomain("opinia", dir);
	bind_textdomain_codeset("opinia", "UTF-8");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("LANGUAGE", cases[i].language, 1);
		textdomain("opinia");
		cr_expect_str_eq(say_answers(cases[i].lang, cases[i].n).z, cases[i].want);
	}
}
