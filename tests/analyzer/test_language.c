/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_language.c: which language it is, on sentences that are in no text.txt, with and without
 * diacritics; by the lexicons of the repository. tests/gold/languages.tsv has more of them;
 * bench/lid measures on whatever else there is.
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
	{ "Η παραγγελία ήρθε σπασμένη", "und" },
	{ "非常好，谢谢", "und" },
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

/* The first @words words of @text, or all. */
static struct sv head(struct sv text, unsigned words)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == ' ' && --words == 0)
			return sv_sub(text, 0, i);
	return text;
}

struct tally {
	unsigned all, right;
};

/* How often the first @words words of the file's comments are known: of English, of others. */
static void count(struct small *x, unsigned words, struct tally *english,
		  struct tally *other)
{
	FILE *in = fopen(OPINIA_SOURCE_DIR "/tests/gold/languages.tsv", "r");
	char line[1000];

	cr_assert(in);
	while (fgets(line, sizeof(line), in)) {
		struct sv rest = sv_trim(sv_of(line)), code = sv_cut(&rest, '\t');
		struct tally *t = sv_eq(code, SV("en")) ? english : other;
		char text[1000];

		if (!rest.n)
			continue;
		snprintf(text, sizeof(text), SV_FMT, SV_ARG(head(rest, words)));
		t->all++;
		t->right +=
			sv_eq(language(x, text, ""), t == english ? SV("en") : SV("und"));
		arena_reset(&x->arena);
	}
	fclose(in);
}

/* The floors are below what is measured, so that a new line of a lexicon may cost a little. */
Test(language, few_words_are_enough)
{
	static const struct {
		unsigned words, english, other; /* per mille that must be right */
	} floor[] = { { 3, 950, 880 }, { 5, 980, 930 }, { 10, 995, 970 } };
	struct small x;

	small_real(&x, SMALL_LEXICONS);
	for (size_t i = 0; i < sizeof(floor) / sizeof(floor[0]); i++) {
		struct tally english = { 0, 0 }, other = { 0, 0 };

		count(&x, floor[i].words, &english, &other);
		cr_assert(english.all >= 60 && other.all >= 200);
		cr_expect_geq(1000 * english.right, floor[i].english * english.all,
			      "%u of %u", english.right, english.all);
		cr_expect_geq(1000 * other.right, floor[i].other * other.all, "%u of %u",
			      other.right, other.all);
	}
	small_close(&x);
}

/* Whoever mixes is understood on both sides, whichever is the comment's own. */
static const struct {
	const char *text, *first, *second; /* terms that must be among the evidence */
} mixed[] = {
	{ "Livrarea a fost rapidă, but the agent was unhelpful.", "rapidă",
	  "unhelpful*" },
	{ "The delivery was fast, dar agentul a fost nepoliticos.", "fast",
	  "nepolitic*" },
	{ "Great product, ale obsługa fatalna.", "great", "fataln*" },
	{ "Nice app, polecam wszystkim znajomym.", "nice", "polecam wszystkim" },
	{ "Nu merge aplicația, it was a waste of time.", "nu merge", "waste of time" },
	{ "Nie działa aplikacja, it was a waste of time.", "nie działa",
	  "waste of time" },
	{ "worst experience ever, nu mai comand", "worst", "nu mai comand" },
	{ "best service ever, na pewno wrócę", "best", "na pewno wrócę" },
};

Test(language, a_mixed_comment_is_read_with_both_lexicons)
{
	struct small x;

	small_real(&x, SMALL_LEXICONS);
	for (size_t i = 0; i < sizeof(mixed) / sizeof(mixed[0]); i++) {
		struct verdict v = small_ask(&x, mixed[i].text, "");
		unsigned found = 0;

		for (uint16_t k = 0; k < v.evidence_count; k++) {
			found |= sv_eq(v.evidence[k].term, sv_of(mixed[i].first));
			found |= 2u * sv_eq(v.evidence[k].term, sv_of(mixed[i].second));
		}
		cr_expect_eq(found, 3, "%s: %u", mixed[i].text, found);
	}
	small_close(&x);
}

/* Groups of other languages are classes of their own, and `und` in the answer. */
Test(language, groups_of_others_are_read)
{
	static const struct small_file more[] = {
		{ "und/text.txt",
		  "[north]\nder Versand war sehr schnell und alles ist gut angekommen\n"
		  "ich warte auf das Geld und niemand hilft mir\n"
		  "[south]\nla livraison était rapide et le produit est très bien\n"
		  "je suis très content de vous et de mon achat\n" },
		{ NULL, NULL },
	};
	struct small x;
	uint8_t n;

	small_open(&x, more);
	cr_expect(sv_eq(language(&x, "ich bin sehr schnell und gut", ""), SV("und")));
	cr_expect(sv_eq(language(&x, "le produit est content de vous", ""), SV("und")));
	cr_expect(
		sv_eq(language(&x, "nu mi-a răspuns nimeni de trei zile", ""), SV("ro")));
	opinia_analyzer_languages(x.a, &n);
	cr_expect_eq(n, 3, "a group is no language");
	small_close(&x);
}
