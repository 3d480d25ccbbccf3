/* SPDX-License-Identifier: Apache-2.0 */
/* test_mail_score.c: a score in what a customer wrote, and numbers that are none. */
#include "collector/mail_reply.h"
#include "tests/collector/files.h"

enum { NONE = -1 };

struct row {
	const char *text;
	int value;	  /* NONE: there is no score in it */
	const char *rest; /* NULL: the text as it is */
};

static const struct row of_ten[] = {
	/* a number alone */
	{ "9", 9, "" },
	{ "10", 10, "" },
	{ "0", 0, "" },
	{ "10.", 10, "" },
	{ " 7 !", 7, "" },
	{ "9\n\nMulțumesc", 9, "Mulțumesc" },
	{ "\n\n9\r\nMulțumesc", 9, "Mulțumesc" },
	{ "9/10", 9, "" },
	{ "9 / 10\nok", 9, "ok" },
	{ "9 din 10", 9, "" },
	{ "9 z 10", 9, "" },
	{ "9 na 10", 9, "" },
	{ "9 out of 10", 9, "" },
	{ "9,0", 9, "" },
	{ "9.00", 9, "" },
	{ "*9*", 9, "" },
	{ "\"9\"", 9, "" },
	{ "10 👍", 10, "" },
	{ "10👍👍", 10, "" },
	{ "9️⃣", 9, "" },
	{ "10+", 10, "" },
	{ "(8)", 8, "" },
	/* words about a score */
	{ "nota 9", 9, "" },
	{ "Nota: 9", 9, "" },
	{ "NOTA 10!!!", 10, "" },
	{ "nota mea este 8", 8, "" },
	{ "Vă dau nota 10", 10, "" },
	{ "dau nota 10", 10, "" },
	{ "Dau 7", 7, "" },
	{ "Aș da 6", 6, "" },
	{ "as da un 9", 9, "" },
	{ "Scor: 5", 5, "" },
	{ "punctaj 10 puncte", 10, "" },
	{ "10 puncte", 10, "" },
	{ "10 puncte pentru Ana", 10, NULL },
	{ "nota 9 pentru răbdare", 9, NULL },
	{ "Nota 3, că am așteptat", 3, NULL },
	{ "ocena: 4", 4, "" },
	{ "Ocena - 4", 4, "" },
	{ "moja ocena to 8", 8, "" },
	{ "Daję 8", 8, "" },
	{ "daje 8", 8, "" },
	{ "Dałbym 9", 9, "" },
	{ "Oceniam na 10", 10, "" },
	{ "wystawiam ocenę 10", 10, "" },
	{ "8 pkt", 8, "" },
	{ "10 punktów", 10, "" },
	{ "ocena 2 bo nikt nie odbiera", 2, NULL },
	{ "I give it a 9", 9, "" },
	{ "I'd give you 9", 9, "" },
	{ "my score is 7", 7, "" },
	{ "Rating: 6", 6, "" },
	{ "NPS 9", 9, "" },
	/* a score, then words in the same line */
	{ "9 - super", 9, NULL },
	{ "10, mulțumesc!", 10, NULL },
	{ "9. Foarte bine", 9, NULL },
	{ "10! Polecam", 10, NULL },
	{ "4 – za długo", 4, NULL },
	{ "5 (merge și mai bine)", 5, NULL },
	{ "10 ❤️ dla pani Anny", 10, NULL },
	{ "10 cu felicitări!", 10, NULL },
	{ "10 cu plus", 10, "" },
	{ "10 Dziękuję", 10, NULL },
	{ "10 polecam", 10, NULL },
	{ "Nota 10 cu felicitări", 10, NULL },
	{ "9 :)", 9, "" },
	{ "8 (osiem)", 8, NULL },
	{ "Dau o notă de 9", 9, "" },
	{ "Răspuns: 7", 7, "" },
	{ "Odpowiedź: 7", 7, "" },
	{ "Punctaj: 8/10", 8, "" },
	{ "Ocena 5+", 5, "" },
	{ "Score:10", 10, "" },
	{ "1 - foarte dezamăgit\nColetul a venit spart", 1, NULL },
	/* behind a greeting */
	{ "Bună ziua,\n\n9", 9, "" },
	{ "Bună ziua,\n9\nMulțumesc", 9, "Mulțumesc" },
	{ "Dzień dobry,\nocena 7", 7, "" },
	{ "Hello,\n10/10", 10, "" },
	/* none */
	{ "", NONE, NULL },
	{ "2 tygodnie czekam na paczkę", NONE, NULL },
	{ "3 zile de așteptare", NONE, NULL },
	{ "5 minute", NONE, NULL },
	{ "Am sunat de 3 ori", NONE, NULL },
	{ "Dzwoniłem 2 razy", NONE, NULL },
	{ "Foarte bine, nota 10", NONE, NULL },
	{ "11", NONE, NULL },
	{ "100", NONE, NULL },
	{ "1000", NONE, NULL },
	{ "-1", NONE, NULL },
	{ "9,5", NONE, NULL },
	{ "4.5/5", NONE, NULL },
	{ "9/5", NONE, NULL },
	{ "4/5", NONE, NULL },
	{ "10:30", NONE, NULL },
	{ "10:30 nimeni nu răspunde", NONE, NULL },
	{ "9/11/2026", NONE, NULL },
	{ "9.11.2026", NONE, NULL },
	{ "2-3 dni", NONE, NULL },
	{ "5%", NONE, NULL },
	{ "5 %", NONE, NULL },
	{ "10 lei în plus", NONE, NULL },
	{ "dau 10 lei", NONE, NULL },
	{ "1. Nu merge\n2. Nu răspunde nimeni", NONE, NULL },
	{ "1) Nu merge\n\n2) Nimic", NONE, NULL },
	{ "Bună ziua,\nvă scriu de 3 zile", NONE, NULL },
	{ "Nu am primit nimic\n9", NONE, NULL },
	{ "0722 000 000", NONE, NULL },
	{ "1 2 3 4 5", NONE, NULL },
	{ "5?", NONE, NULL },
	{ "5 lat jestem klientem", NONE, NULL },
	{ "10 na 10 lat", NONE, NULL },
	{ "zece", NONE, NULL },
	{ "10 produse comandate", NONE, NULL },
	{ "Am dat nota 10 curierului", NONE, NULL },
	{ "5 super produse", NONE, NULL },
	{ "8421 tichet", NONE, NULL },
	{ "24h și nimic", NONE, NULL },
	{ "3x am sunat", NONE, NULL },
	{ "7 zi fără internet", NONE, NULL },
	{ "2-a oară când scriu", NONE, NULL },
	{ "10-15 minute", NONE, NULL },
	{ "9am opening", NONE, NULL },
	{ "2, 3 zile am așteptat", NONE, NULL },
	{ "2 - 3 dni czekania", NONE, NULL },
	{ "3 – 4 tygodnie", NONE, NULL },
	{ "Odpowiedź 5 minut po zgłoszeniu, super", NONE, NULL },
	{ "Răspuns 3 zile mai târziu", NONE, NULL },
	{ "4G nu merge", NONE, NULL },
	{ "10 zile", NONE, NULL },
	{ "Odpowiedź: 9 dni", NONE, NULL },
	{ "5 - 6", NONE, NULL },
	{ "9, 3 zile și gata", 9, NULL },
};

static const struct row of_five[] = {
	{ "4 stele", 4, "" },
	{ "5 stele!", 5, "" },
	{ "o stea", NONE, NULL },
	{ "1 stea, lamentabil", 1, NULL },
	{ "5 gwiazdek", 5, "" },
	{ "3 gwiazdki", 3, "" },
	{ "1 gwiazdka za czas oczekiwania", 1, NULL },
	{ "5 stars", 5, "" },
	{ "★★★★☆", 4, "" },
	{ "★★★★★", 5, "" },
	{ "⭐⭐⭐", 3, "" },
	{ "⭐️⭐️⭐️⭐️", 4, "" },
	{ "★★★★☆\nMersi", 4, "Mersi" },
	{ "★★★ destul de bine", 3, NULL },
	{ "☆☆☆☆☆", NONE, NULL },
	{ "★★★★★★", NONE, NULL },
	{ "4/5", 4, "" },
	{ "5 na 5", 5, "" },
	{ "8/10", NONE, NULL },
	{ "9", NONE, NULL },
	{ "0", NONE, NULL },
	{ "ocena: 4", 4, "" },
};

static const struct row of_two[] = {
	{ "Da", 1, "" },
	{ "Nu.", 0, "" },
	{ "Tak!", 1, "" },
	{ "Nie, dalej nie działa", 0, NULL },
	{ "yes", 1, "" },
	{ "Nu merge nimic", NONE, NULL },
	{ "Nie działa", NONE, NULL },
	{ "7", NONE, NULL },
};

static void check(const struct row *rows, size_t count, const struct score *want)
{
	for (size_t i = 0; i < count; i++) {
		struct sv text = sv_of(rows[i].text), rest;
		int value = NONE;
		bool found = reply_score(text, want, &value, &rest);

		cr_expect_eq(found, rows[i].value != NONE, "\"%s\"", rows[i].text);
		cr_expect_eq(value, rows[i].value, "\"%s\": %d", rows[i].text, value);
		cr_expect(sv_eq(rest, rows[i].rest ? sv_of(rows[i].rest) : text),
			  "\"%s\": rest \"" SV_FMT "\"", rows[i].text, SV_ARG(rest));
	}
}

Test(mail_score, a_score_is_the_first_thing_that_is_said_and_nothing_else_is_one)
{
	struct score nps = score_preset(SCORE_NPS), csat = score_preset(SCORE_CSAT),
		     fcr = score_preset(SCORE_FCR);

	check(of_ten, COUNT(of_ten), &nps);
	check(of_five, COUNT(of_five), &csat);
	check(of_two, COUNT(of_two), &fcr);
}
