/* SPDX-License-Identifier: Apache-2.0 */
/* test_rules.c: what the words around a word make of it, on a lexicon of a few lines. */
#include <criterion/criterion.h>

#include "core/json_out.h"
#include "core/show.h"
#include "tests/analyzer/small.h"

struct row {
	const char *text, *hint;
	int evidence; /* which sentiment evidence, from 0; -1: there is none */
	int weight;   /* its milli */
	uint32_t rules;
};

static const struct row rows[] = {
	{ "bun", "ro", 0, 2000, 0 },
	{ "nu e bun", "ro", 0, -1600, RULE_NEGATION },
	{ "nu este nimic bun", "ro", 0, -1600, RULE_NEGATION }, /* concord counts once */
	{ "nu. bun", "ro", 1, 2000, 0 },
	{ "nu stiu ce sa mai zic bun", "ro", 1, 2000, 0 }, /* out of the window */
	{ "nu merge", "ro", 0, -2500, RULE_NEGATION },
	{ "merge", "ro", 0, 800, 0 },
	{ "nu prost", "ro", 0, 800, RULE_NEGATION },
	{ "nu e rău", "ro", 0, 1000, RULE_PHRASE },
	{ "nu lasă de dorit", "ro", 0, -2000, RULE_PHRASE }, /* fixed */
	{ "nu doar bun", "ro", 0, 2000, 0 },
	{ "nu am primit coletul", "ro", 0, -400, RULE_BARE_NEGATOR },
	{ "foarte bun", "ro", 0, 3000, RULE_INTENSIFIER },
	{ "puțin prost", "ro", 0, -1000, RULE_DIMINISHER },
	{ "nu foarte bun", "ro", 0, -1600, RULE_NEGATION },
	{ "bun, dar scump", "ro", 0, 1400, RULE_CONTRAST },
	{ "bun, dar scump", "ro", 1, -1950, RULE_CONTRAST },
	{ "deși scump, bun", "ro", 0, -1050, RULE_CONCESSION },
	{ "aș vrea ceva bun", "ro", 0, 0, RULE_WISH },
	{ "halal, bun", "ro", 0, -2000, RULE_IRONY },
	{ "halal servicii", "ro", 0, -1500, RULE_IRONY },
	{ "buuun", "ro", 0, 2400, RULE_ELONGATION },
	{ "e un produs BUN zice", "ro", 0, 2400, RULE_CAPITALS },
	{ "E UN PRODUS BUN", "ro", 0, 2000, 0 },
	{ "problema, dar au rezolvat", "ro", 0, -420, RULE_RESOLVED | RULE_CONTRAST },
	{ "rău", "ro", 0, -2000, 0 },
	{ "rau", "ro", 0, -1000, RULE_HALF_EXACT },
	{ "râu și știu", "ro", -1, 0, 0 },
	{ "👍🏽", "", 0, 2000, RULE_EMOJI },
	{ "mersi :)))", "ro", 0, 1500, RULE_EMOJI },
	{ "prost", "ro", 0, -2000,
	  0 }, /* the same form in two languages: the comment's own */
	{ "prosty", "pl", 0, 1000, 0 },
	{ "dostawa minunata", "pl", 0, 3000,
	  0 }, /* a word that only the other one knows */
	{ "nu a întârziat", "ro", 0, 800, RULE_NEGATION | RULE_TOPIC_TERM },
};

Test(rules, each_weighs_as_the_table_says)
{
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct verdict v = small_ask(&x, rows[i].text, rows[i].hint);
		const struct evidence *found = NULL;
		int at = rows[i].evidence;

		for (uint16_t k = 0; k < v.evidence_count && !found; k++)
			if (v.evidence[k].topic == TOPIC_NONE && at-- == 0)
				found = &v.evidence[k];
		if (rows[i].evidence < 0) {
			cr_expect_eq(v.evidence_count, 0, "%s", rows[i].text);
			continue;
		}
		cr_assert(found, "%s: no evidence", rows[i].text);
		cr_expect_eq(found->weight, rows[i].weight, "%s: %d", rows[i].text,
			     (int)found->weight);
		cr_expect_eq(found->rules, rows[i].rules, "%s: rules %x", rows[i].text,
			     found->rules);
	}
	small_close(&x);
}

/* The first sentiment evidence; NULL: none. */
static const struct evidence *first(const struct verdict *v)
{
	for (uint16_t i = 0; i < v->evidence_count; i++)
		if (v->evidence[i].topic == TOPIC_NONE)
			return &v->evidence[i];
	return NULL;
}

Test(rules, a_rating_weighs_by_its_numbers)
{
	static const struct small_file more[] = {
		{ "ro/phrases.tsv", "#/#; nota # din #\t3.0\t\trating\n"
				    "#/# zile\t\t\tnull\n" },
		{ NULL, NULL },
	};
	static const struct {
		const char *text;
		int weight; /* 0: no evidence */
	} cases[] = {
		{ "10/10", 3000 },
		{ "5 / 5", 3000 },
		{ "9/10", 2142 },
		{ "e de 6.5/10", 0 },
		{ "6,5/10 zic", 0 },
		{ "4,5/5", 2142 },
		{ "4.5/5.0", 2142 },
		{ "0.5/5", -3000 },
		{ "3/5", -428 },
		{ "0/10", -3000 },
		{ "nota 2 din 10", -3000 },
		{ "12/10", 3000 },
		{ "nu e de 10/10", -2400 },
		/* no ratings */
		{ "10 10", 0 },
		{ "5-10", 0 },
		{ "2 din 10", 0 }, /* the lexicon's words decide */
		{ "160/100", 0 },
		{ "24/7", 0 },
		{ "05/10", 0 },
		{ "0/10", -3000 },
		{ "1/2", 0 },
		{ "3/10/2026", 0 },
		{ "31/3/10", 0 },
		{ "4/5 zile", 0 },
		{ "8-9/10", 0 },
		{ "1000/10", 0 },
		{ "99999999999/10", 0 },
		{ "5/99999999999999999999", 0 },
		{ "/5", 0 },
		{ "5/", 0 },
		{ "//5//5", 0 },
		{ "1.99999999999999/10", -3000 },
	};
	struct small x;

	small_open(&x, more);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v = small_ask(&x, cases[i].text, "ro");
		const struct evidence *e = first(&v);

		if (!cases[i].weight) {
			cr_expect(!e || e->rules & RULE_BARE_NEGATOR, "%s",
				  cases[i].text);
			continue;
		}
		cr_assert(e, "%s", cases[i].text);
		cr_expect_eq(e->weight, cases[i].weight, "%s: %d", cases[i].text,
			     (int)e->weight);
		cr_expect(e->rules & RULE_RATING, "%s", cases[i].text);
	}
	small_close(&x);
}

Test(rules, a_word_may_turn_others_and_have_a_weight_as_a_stem)
{
	static const struct small_file more[] = {
		{ "ro/words.tsv", "lips*\t-1.5\nteribil*\t-2.0\nbun\t2.0\n" },
		{ "ro/shifters.tsv", "lipsește\tnegator\nteribil\tintensifier\t150\n" },
		{ NULL, NULL },
	};
	struct small x;
	struct verdict v;

	small_open(&x, more);
	v = small_ask(&x, "lipsește ceva bun", "ro");
	cr_assert_eq(v.evidence_count, 2);
	cr_expect_eq(v.evidence[0].weight, -1500);
	cr_expect_eq(v.evidence[1].weight, -1600);
	v = small_ask(&x, "teribil de multe", "ro");
	cr_expect_eq(v.evidence_count, 0,
		     "an adverb that strengthens is not its adjective");
	small_close(&x);
}

static const char *topics(struct small *x, const char *text)
{
	static char out[200];
	struct verdict v = small_ask(x, text, "ro");

	out[0] = 0;
	for (uint16_t i = 0; i < v.topic_count; i++) {
		const struct taxonomy *t = opinia_analyzer_taxonomy(x->a);

		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%.*s:%s",
			 i ? "," : "", SV_ARG(t->topics[v.topics[i].topic].id),
			 sentiment_name(v.topics[i].label));
	}
	return out;
}

Test(topics, fire_at_one_and_carry_the_sentiment_of_their_clause)
{
	static const char *const cases[][2] = {
		{ "livrarea a fost ok zic", "" },
		{ "livrarea in 5 zile", "delivery.time:neu" },
		{ "a întârziat", "delivery.time:neg" },
		{ "aștept de multe zile", "delivery.time:neg" },
		{ "zile de când aștept", "delivery.time:neg" },
		{ "aștept. zile multe", "" },
		{ "în 24 ore", "delivery.time:neu" },
		{ "plata e bună, curierul prost", "order.payment:pos" },
		{ "plată la timp", "" },
		{ "platforma e proastă", "" },
		{ "produs bun iar plata e prost facuta", "order.payment:neg" },
		{ "Nu", "no_content:neu" },
		{ "nu știu, ok", "no_content:neu" },
		{ "...", "no_content:neu" },
		{ "nu stiu ce", "" },
		{ "ok", "no_content:neu" },
		{ "ok, nu. ok", "no_content:neu" },
		{ "nu ok", "" }, /* a phrase that says something, made of two answers */
	};
	static const struct small_file more[] = {
		{ "ro/phrases.tsv", "nu ok\t-2.0\t\tfixed\n" }, { NULL, NULL }
	};
	struct small x;

	small_open(&x, more);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(topics(&x, cases[i][0]), cases[i][1], "%s", cases[i][0]);
	small_close(&x);
}

Test(verdict, labels_and_scores_have_the_sign_of_the_words)
{
	static const struct {
		const char *text;
		enum sentiment want;
	} cases[] = {
		{ "foarte bun", SENTIMENT_POS },
		{ "nu merge", SENTIMENT_NEG },
		{ "am comandat ieri", SENTIMENT_NEU },
		{ "produs minunat, dar curierul nemulțumit", SENTIMENT_MIXED },
		{ "produs minunat, scump", SENTIMENT_MIXED },
		{ "produs minunat scump", SENTIMENT_POS }, /* one clause */
		{ "produs minunat, minunat, scump", SENTIMENT_POS },
		{ "produs minunat, scump, am luat unul ieri seara si inca unul azi "
		  "pentru "
		  "casa de la tara a parintilor, unde stau eu cu fratele meu mai mic "
		  "vara "
		  "si uneori iarna",
		  SENTIMENT_NEU }, /* in many words more is said than meant */
	};
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v = small_ask(&x, cases[i].text, "ro");

		cr_expect_eq(v.sentiment, cases[i].want, "%s: %s %d", cases[i].text,
			     sentiment_name(v.sentiment), v.score);
		cr_expect(v.conf >= 0 && v.conf <= 1000);
	}
	cr_expect_not(small_ask(&x, "", "").analyzed);
	small_close(&x);
}

Test(verdict, the_line_is_what_the_design_page_shows)
{
	struct small x;
	struct verdict v;
	struct buf b;

	small_open(&x, NULL);
	v = small_ask(&x, "Nu e bun, a întârziat. ana@b.ro", "ro");
	buf_init(&b, 0);
	opinia_verdict_json(x.a, &v, SV("\"17\""), &b);
	cr_assert(buf_ok(&b));
	cr_expect_eq(strncmp(b.p,
			     "{\"id\":\"17\",\"lang\":\"ro\",\"sentiment\":{\"label\":"
			     "\"neg\",\"score\":-",
			     55),
		     0, "%s", b.p);
	cr_expect(strstr(b.p, ",\"topics\":[{\"id\":\"delivery.time\",\"sentiment\":{"
			      "\"label\":\"neg\","
			      "\"score\":-"),
		  "%s", b.p);
	cr_expect(strstr(b.p, "\"evidence\":[{\"start\":12,\"end\":23,\"term\":\"întârzi*"
			      "\"}]}]"),
		  "%s", b.p);
	cr_expect(
		strstr(b.p,
		       "{\"start\":5,\"end\":8,\"term\":\"bun\",\"weight\":-1.6,\"rule\":"
		       "\"negation\"}"),
		"%s", b.p);
	cr_expect(strstr(b.p, "\"pii\":[{\"kind\":\"email\",\"start\":25,\"end\":33}]"),
		  "%s", b.p);
	cr_expect(strstr(b.p, "],\"lexicon\":\"sha256:"), "%s", b.p);
	buf_clear(&b);
	show_comment(SV("Nu e bun, a întârziat. ana@b.ro"), &v, 0, &b);
	cr_expect_str_eq(b.p, "Nu e bun, a întârziat. [e-mail]");
	buf_clear(&b);
	for (int32_t m = -1000; m <= 1000; m += 250) {
		json_put_milli(&b, m);
		buf_char(&b, ' ');
	}
	json_put_milli(&b, -7);
	cr_expect_str_eq(b.p, "-1 -0.75 -0.5 -0.25 0 0.25 0.5 0.75 1 -0.007");
	buf_clear(&b);
	opinia_rules_text(RULE_PHRASE | RULE_NEGATION, &b);
	cr_expect_str_eq(b.p, "phrase, negation");
	buf_release(&b);
	small_close(&x);
}

Test(rules, a_few_words_of_nothing_bear_no_bias)
{
	static const struct small_file more[] = {
		{ "pl/language.tsv", "name.pl\tpolski\nbias\t-0.5\nbias.words\t3\n" },
		{ NULL, NULL },
	};
	static const struct {
		const char *text;
		int sign, evidence;
	} cases[] = {
		{ "telefon jak telefon", 0, 0 },
		{ "telefon dla mojej mamy", -1, 1 },
		{ "dobry telefon", 1, 2 },
		{ "zły", -1, 2 },
	};
	struct small x;

	small_open(&x, more);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v = small_ask(&x, cases[i].text, "pl");

		cr_expect_eq((v.score > 0) - (v.score < 0), cases[i].sign, "%s: %d",
			     cases[i].text, v.score);
		cr_expect_eq(v.evidence_count, cases[i].evidence, "%s", cases[i].text);
	}
	small_close(&x);
}
