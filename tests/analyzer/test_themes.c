/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_themes.c: which words and pairs of many comments are counted, how often, of how many
 * customers, and what never is: function words, names, numbers, personal data, what a topic covers.
 */
#include <criterion/criterion.h>

#include "analyzer/themes.h"
#include "tests/analyzer/small.h"

static const struct small_file more[] = {
	{ "ro/function.tsv", "și; la; de; în; se; este; e; cu; pe\nam; din\n" },
	{ "ro/suffixes.tsv", "uri\t\ne\t\na\t\nă\t\nea\te\n" },
	{ "ro/text.txt",
	  "balama ruginită scârțâie tare la sertar\nsertarul se blochează mereu\n"
	  "ușa dulapului zgâriată de transport, vopseaua curge\n" },
	{ NULL, NULL },
};

struct said {
	const char *text;
	uint64_t customer;
	bool in;
};

static struct opinia_themes *hear(struct small *x, const struct said *said, size_t n)
{
	struct opinia_themes *t = opinia_themes_new(x->a);

	cr_assert(t != NULL);
	for (size_t i = 0; i < n; i++) {
		struct opinia_theme_comment c = { sv_of(said[i].text), SV("ro"),
						  said[i].customer, said[i].in };

		cr_assert_eq(opinia_themes_add(t, &c, &x->err), 0, "%s", x->err.text);
	}
	return t;
}

/* "balama* ~ ruginit*", either way round; a word alone has no tilde. NULL: not there. */
static const struct opinia_theme *find(struct small *x, struct opinia_themes *t,
				       const char *a, const char *b)
{
	const struct opinia_theme *all;
	size_t n;

	cr_assert_eq(opinia_themes_find(t, 1, &all, &n, &x->err), 0);
	for (size_t i = 0; i < n; i++)
		if ((sv_starts(all[i].word[0], sv_of(a)) &&
		     (b ? all[i].word[1].n && sv_starts(all[i].word[1], sv_of(b))
			: !all[i].word[1].n)) ||
		    (b && all[i].word[1].n && sv_starts(all[i].word[0], sv_of(b)) &&
		     sv_starts(all[i].word[1], sv_of(a))))
			return &all[i];
	return NULL;
}

Test(themes, pairs_are_counted_by_comments_and_customers)
{
	static const struct said said[] = {
		{ "sertarul ruginit la dulap", 7, true },
		{ "sertare ruginite, sertare ruginite!", 8, true },
		{ "dulapul are sertar si e ruginit", 7, true },
		{ "sertare ruginite", 0, true },
		{ "sertare ruginite", 0, true },
		{ "sertar ruginit dar frumos", 9, false },
		{ "sertar. Ruginit tare", 10, true },		    /* another clause */
		{ "sertar una doua trei patru ruginit", 10, true }, /* too far */
	};
	struct small x;
	struct opinia_themes *t;
	const struct opinia_theme *p;
	struct arena arena;
	uint32_t *which;
	size_t n;

	arena_init(&arena, 0);
	small_open(&x, more);
	t = hear(&x, said, sizeof(said) / sizeof(said[0]));
	p = find(&x, t, "sertar", "ruginit");
	cr_assert(p != NULL);
	cr_expect_eq(p->in, 5);
	cr_expect_eq(p->out, 1);
	cr_expect_eq(p->in_customers, 4, "7 twice, 8, and two without a name");
	cr_expect_eq(p->out_customers, 1);
	cr_expect(sv_starts(p->word[0], SV("sertar")),
		  "in the order in which they stand");
	cr_expect(sv_eq(p->term[1], SV("rugini*")) || sv_eq(p->term[1], SV("ruginit*")),
		  SV_FMT, SV_ARG(p->term[1]));
	cr_assert_eq(opinia_themes_where(t, p, &arena, &which, &n, &x.err), 0);
	cr_expect_eq(n, 6);
	cr_expect(which[0] == 0 && which[4] == 4 && which[5] == 5);
	opinia_themes_free(t);
	arena_release(&arena);
	small_close(&x);
}

Test(themes, some_words_are_never_counted)
{
	static const struct {
		const char *text, *a, *b;
		bool there;
	} rows[] = {
		{ "sertarul scârțâie tare", "sertar", "scârțâie", true },
		{ "sertarul scârțâie tare", "sertar", NULL, true },
		{ "sertarul se blochează", "sertar", "blocheaz", true },
		{ "am sertarul", "am", NULL, false },		    /* function words */
		{ "foarte minunat sertar", "foarte", NULL, false }, /* shifters */
		{ "minunat și bun", "minunat", "bun", false },	    /* feeling alone */
		{ "sertar scump", "sertar", "scump", true },	 /* feeling and a thing */
		{ "sertar scump", "scump", NULL, false },	 /* has its weight */
		{ "plata sertarului", "plat", "sertar", false }, /* a topic covers it */
		{ "plata sertarului", "sertar", NULL, true },
		{ "sertar 4500 lei", "4500", NULL, false },
		{ "sertar rupt12 acolo", "rupt12", NULL, false },
		{ "sertar ana.pop@exemplu.ro acolo", "pop", NULL, false },
		{ "sertar ana.pop@exemplu.ro acolo", "exemplu", NULL, false },
		{ "sertar lipsa, Gheorghescu zice", "gheorghescu", NULL, false },
		{ "Gheorghescu zice altfel", "gheorghescu", NULL, false },
		{ "lipsa uși", "uși", NULL, true }, /* three letters are enough */
		{ "lipsa cu", "cu", NULL, false },
	};
	struct small x;

	small_open(&x, more);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct said one = { rows[i].text, 1, true };
		struct opinia_themes *t = hear(&x, &one, 1);

		cr_expect_eq(find(&x, t, rows[i].a, rows[i].b) != NULL, rows[i].there,
			     "row %zu: %s", i, rows[i].text);
		opinia_themes_free(t);
	}
	small_close(&x);
}

Test(themes, what_is_negated_is_another_word)
{
	static const struct said said[] = {
		{ "sertarul glisează lin", 1, false },
		{ "sertarul glisează lin", 2, false },
		{ "sertarul nu glisează lin", 3, true },
		{ "nu glisează sertarul", 4, true },
	};
	struct small x;
	struct opinia_themes *t;
	const struct opinia_theme *all;
	size_t n, plain = 0, negated = 0;

	small_open(&x, more);
	t = hear(&x, said, 4);
	cr_assert_eq(opinia_themes_find(t, 1, &all, &n, &x.err), 0);
	for (size_t i = 0; i < n; i++)
		if (!all[i].word[1].n && sv_starts(all[i].term[0], SV("glis"))) {
			plain += !all[i].negated[0] && all[i].out == 2 && !all[i].in;
			negated += all[i].negated[0] && all[i].in == 2 && !all[i].out;
		}
	cr_expect_eq(plain, 1);
	cr_expect_eq(negated, 1);
	opinia_themes_free(t);
	small_close(&x);
}

/* Hundreds of rare pairs and two that recur, in a table of 64: those two stay, exactly. */
Test(themes, a_full_table_forgets_the_rarest)
{
	enum { COMMENTS = 600 };
	static char texts[COMMENTS][80];
	static struct said said[COMMENTS];
	struct small x;
	struct opinia_themes *t;
	const struct opinia_theme *p;

	small_open(&x, more);
	for (int i = 0; i < COMMENTS; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%s %c%cal%cor%cis",
			 i % 2 ? "sertar blocat" : "vopsea curge", 'b' + i % 19,
			 'a' + i % 5 * 4, 'b' + i / 7 % 20, 'a' + i / 3 % 24);
		said[i] = (struct said){ texts[i], (uint64_t)i / 2 + 1, true };
	}
	t = hear(&x, said, COMMENTS);
	t->cells_most = 64;
	p = find(&x, t, "sertar", "blocat");
	cr_assert(p != NULL);
	cr_expect_eq(p->in, COMMENTS / 2);
	cr_expect_eq(p->in_customers, COMMENTS / 2);
	cr_expect(opinia_themes_report(t)->forgotten > 100);
	cr_expect(t->cell_count <= 64);
	/* with room for all, nothing is forgotten; asked again, the answer is the same */
	t->cells_most = THEME_CELLS_MOST;
	p = find(&x, t, "vopsea", "curge");
	cr_assert(p != NULL);
	cr_expect_eq(p->in, COMMENTS / 2);
	cr_expect_eq(opinia_themes_report(t)->forgotten, 0);
	opinia_themes_free(t);
	small_close(&x);
}

/* What customers wrote with diacritics is told so, unless hardly anybody did. */
Test(themes, words_are_told_as_most_write_them)
{
	static const struct {
		const char *a, *b, *c, *told;
	} rows[] = {
		{ "ușă zgâriată", "usa zgariata", "usa zgariata", "zgâriată" },
		{ "zgâriată", "zgâriată", "zgăriata", "zgâriată" },
		{ "zgariata", "zgariata", "zgariata", "zgariata" },
	};
	struct small x;

	small_open(&x, more);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct said said[] = { { rows[i].a, 1, true },
					     { rows[i].b, 2, true },
					     { rows[i].c, 3, true } };
		struct opinia_themes *t = hear(&x, said, 3);
		const struct opinia_theme *p = find(&x, t, "zg", NULL);

		cr_assert(p != NULL, "row %zu", i);
		cr_expect(sv_eq(p->word[0], sv_of(rows[i].told)), "row %zu: " SV_FMT, i,
			  SV_ARG(p->word[0]));
		opinia_themes_free(t);
	}
	small_close(&x);
}
