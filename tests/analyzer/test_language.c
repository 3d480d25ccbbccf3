/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_language.c: which language it is, on sentences that are in no text.txt, with and without
 * diacritics; by the lexicons of the repository.
 */
#include <criterion/criterion.h>

#include "tests/analyzer/small.h"

static const struct {
	const char *text, *want;
} held[] = {
	{ "Coletul a venit desfăcut și lipsea încărcătorul din cutie.", "ro" },
	{ "am sunat de cinci ori si tot degeaba", "ro" },
	{ "Vânzătoarea ne-a ajutat să alegem mărimea potrivită", "ro" },
	{ "foarte multumita de servicii", "ro" },
	{ "Aplicația se închide singură când apăs pe plată", "ro" },
	{ "nu raspunde nimeni la mesaje", "ro" },
	{ "Kurier zostawił paczkę pod drzwiami sąsiada", "pl" },
	{ "nikt nie odpisuje na maile od tygodnia", "pl" },
	{ "Bardzo sprawna obsługa i szybka wysyłka", "pl" },
	{ "zamowilam dwa kubki a przyszedl jeden", "pl" },
	{ "strona ciągle się zawiesza przy płatności", "pl" },
	{ "polecam z czystym sumieniem", "pl" },
	{ "The courier left my parcel in the rain", "en" },
	{ "nobody answers my emails", "en" },
	{ "great value for money, would buy again", "en" },
	{ "I had to explain everything twice to your agent", "en" },
	{ "Der Kundendienst hat meine Frage schnell beantwortet", "und" },
	{ "Le vendeur n'a jamais répondu à mes messages", "und" },
	{ "A csomag sérülten érkezett meg tegnap délután", "und" },
	{ "El pedido llegó tarde y la caja estaba rota", "und" },
	{ "Zásielka prišla neskoro a krabica bola poškodená", "und" },
	{ "Посылка пришла вовремя, спасибо", "und" },
	{ "12345 :)", "und" },
};

static struct sv language(struct small *x, const char *text, const char *hint)
{
	uint8_t n;
	struct verdict v = small_ask(x, text, hint);

	return opinia_analyzer_languages(x->a, &n)[v.language].code;
}

Test(language, sentences_that_it_has_not_seen)
{
	struct small x;
	unsigned wrong = 0;

	small_real(&x, SMALL_LEXICONS);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		struct sv got = language(&x, held[i].text, "");

		if (!sv_eq(got, sv_of(held[i].want))) {
			wrong++;
			fprintf(stderr, "%s: " SV_FMT "\n", held[i].text, SV_ARG(got));
		}
	}
	cr_expect_leq(wrong, sizeof(held) / sizeof(held[0]) / 10);
	small_close(&x);
}

Test(language, a_hint_decides_what_the_letters_do_not)
{
	struct small x;

	small_real(&x, SMALL_LEXICONS);
	cr_expect(sv_eq(language(&x, "super", "ro"), SV("ro")));
	cr_expect(sv_eq(language(&x, "super", "pl-PL"), SV("pl")));
	cr_expect(sv_eq(language(&x, "10/10", "pl_PL.UTF-8"), SV("pl")));
	cr_expect(sv_eq(language(&x, "ok", "xx"), language(&x, "ok", "")));
	cr_expect(sv_eq(language(&x, "Bardzo dobra obsługa, polecam wszystkim znajomym",
				 "ro"),
			SV("pl")),
		  "a wrong hint does not outvote a sentence");
	small_close(&x);
}
