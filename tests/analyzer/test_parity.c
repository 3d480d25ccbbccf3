/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_parity.c: how letters are stored does not matter: comma or cedilla, composed or
 * decomposed, the verdict is the same and lies on the same characters; and without diacritics
 * the language, label and topics are. By the lexicons of the repository; bench/parity asks
 * the same of whole sets.
 */
#include <criterion/criterion.h>
#include <utf8proc.h>

#include "tests/analyzer/small.h"

static const char *const texts[] = {
	"Livrarea a întârziat două săptămâni și nimeni nu mi-a răspuns la mesaje.",
	"Îmi place aplicația, însă plățile nu merg de când ați schimbat-o.",
	"Șoferul a fost nepoliticos, iar pachetul era rupt și ud.",
	"ÎNȘELĂTORIE! Țepari, nu mai cumpăr niciodată de aici!!!",
	"Mulțumesc frumos pentru răbdare, totul s-a rezolvat repede 👍🏽",
	"Prețul e cam mare față de calitate, dar se spală ușor :)",
	"Vânzătoarea știe ce vinde și m-a ajutat să aleg mărimea.",
	"Nu e rău deloc, ține bateria, recomand tuturor prietenilor.",
	"Halal servicii, bravo vouă, iar aștept de trei zile răspunsul.",
	"Aș vrea să fie livrare și sâmbăta, în rest foarte mulțumită.",
	"Czekałam na przesyłkę dwa tygodnie i nikt nie odpowiadał na wiadomości.",
	"Świetna obsługa, gorąco polecam, wysyłka błyskawiczna!",
	"Źle zapakowane, szkło pękło, a reklamację odrzucono.",
	"ŻENADA, nikt nie odbiera telefonów, omijać szerokim łukiem.",
	"Dziękuję pani Małgorzacie za cierpliwość i uśmiech 🙂",
	"Cena wysoka, ale jakość też, jestem bardzo zadowolona z zakupu.",
	"Aplikacja ciągle się wiesza przy płatności, nie da się zalogować.",
	"Mógłby być dłuższy kabel, poza tym wszystko działa świetnie.",
	"No brawo, kolejny raz paczka zgubiona, gratulacje.",
	"Nie mogę powiedzieć złego słowa, pełen profesjonalizm.",
};

/* The text in another form; the caller's, from malloc. */
static char *form(const char *text, utf8proc_option_t options)
{
	utf8proc_uint8_t *out = NULL;

	if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &out,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | options) < 0)
		small_die("utf8proc");
	return (char *)out;
}

static char *with_cedilla(const char *text)
{
	static const char *const pairs[][2] = {
		{ "ș", "ş" }, { "ț", "ţ" }, { "Ș", "Ş" }, { "Ț", "Ţ" }
	};
	char *copy = strdup(text);

	for (size_t i = 0; copy && i < 4; i++)
		for (char *p = copy; (p = strstr(p, pairs[i][0])); p += 2)
			memcpy(p, pairs[i][1], 2);
	return copy;
}

static char *bare(const char *text)
{
	char *out = form(text, UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK), *p = out;

	for (const char *s = out; *s; s++)
		if (!strncmp(s, "ł", 2))
			*p++ = 'l', s++;
		else
			*p++ = *s;
	*p = 0;
	return out;
}

static size_t letters(const char *text, uint32_t bytes)
{
	char head[1000];
	char *composed;
	size_t n = 0;

	snprintf(head, sizeof(head), "%.*s", (int)bytes, text);
	composed = form(head, UTF8PROC_COMPOSE);
	for (const char *p = composed; *p; p++)
		n += ((unsigned char)*p & 0xC0) != 0x80;
	free(composed);
	return n;
}

static bool same_span(const char *a, struct span x, const char *b, struct span y)
{
	return letters(a, x.start) == letters(b, y.start) &&
	       letters(a, x.end) == letters(b, y.end);
}

static void compare(const char *a, const struct verdict *v, const char *b,
		    const struct verdict *w)
{
	cr_assert_eq(v->language, w->language, "%s", b);
	cr_assert(v->sentiment == w->sentiment && v->score == w->score &&
			  v->conf == w->conf,
		  "%s: %d, %d", b, v->score, w->score);
	cr_assert_eq(v->topic_count, w->topic_count, "%s", b);
	for (uint16_t i = 0; i < v->topic_count; i++)
		cr_assert(v->topics[i].topic == w->topics[i].topic &&
				  v->topics[i].score == w->topics[i].score,
			  "%s", b);
	cr_assert_eq(v->evidence_count, w->evidence_count, "%s", b);
	for (uint16_t i = 0; i < v->evidence_count; i++) {
		const struct evidence *x = &v->evidence[i], *y = &w->evidence[i];

		cr_assert(sv_eq(x->term, y->term) && x->weight == y->weight &&
				  x->rules == y->rules && x->topic == y->topic,
			  "%s: " SV_FMT, b, SV_ARG(x->term));
		cr_assert(same_span(a, x->span, b, y->span), "%s: " SV_FMT, b,
			  SV_ARG(x->term));
	}
}

Test(parity, the_form_of_a_letter_changes_nothing)
{
	struct small x;

	small_real(&x, SMALL_LEXICONS);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *cedilla = with_cedilla(texts[i]);
		char *forms[] = { form(texts[i], UTF8PROC_DECOMPOSE), cedilla,
				  form(cedilla, UTF8PROC_DECOMPOSE) };
		struct verdict v = small_ask(&x, texts[i], "");

		cr_assert(v.evidence_count, "%s: nothing to compare", texts[i]);
		for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]); k++) {
			struct verdict w = small_ask(&x, forms[k], "");

			compare(texts[i], &v, forms[k], &w);
			free(forms[k]);
		}
	}
	small_close(&x);
}

/* `exact` terms weigh half there, so scores may differ; what is said may not. */
Test(parity, without_diacritics_the_same_is_said)
{
	struct small x;

	small_real(&x, SMALL_LEXICONS);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *plain = bare(texts[i]);
		struct verdict v = small_ask(&x, texts[i], "");
		struct verdict w = small_ask(&x, plain, "");

		cr_expect(v.language == w.language && v.sentiment == w.sentiment,
			  "%s: %s", plain, sentiment_name(w.sentiment));
		cr_expect_eq(v.topic_count, w.topic_count, "%s", plain);
		for (uint16_t k = 0; k < v.topic_count && k < w.topic_count; k++)
			cr_expect_eq(v.topics[k].topic, w.topics[k].topic, "%s", plain);
		free(plain);
	}
	small_close(&x);
}
