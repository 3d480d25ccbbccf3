/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pii.c: what names a person, by shape, checksum and the words around; and what only looks
 * so. tests/gold/pii.tsv has some hundred rows more.
 */
#include <criterion/criterion.h>

#include "core/show.h"
#include "tests/analyzer/small.h"

/* [ ] stands around what must be found. */
static const struct {
	const char *text;
	enum pii_kind kind; /* PII_KINDS: nothing */
} rows[] = {
	{ "scrieți la [ana.pop+x@mail.example.ro], vă rog", PII_EMAIL },
	{ "[a@b.pl].", PII_EMAIL },
	{ "@magazin nu răspunde", PII_KINDS },
	{ "a@b fără domeniu", PII_KINDS },
	{ "sunați la [0722 123 456]!", PII_PHONE },
	{ "tel.[0722123456]", PII_PHONE },
	{ "[+40 722 123 456]", PII_PHONE },
	{ "[021 310 55 55]", PII_PHONE },
	{ "dzwoń [601 234 567]", PII_PHONE },
	{ "[+48 22 123 45 67]", PII_PHONE },
	{ "[601234567]", PII_PHONE },
	{ "zamówienie 123456789", PII_KINDS },
	{ "w dniu 12.05.2024 15:30", PII_KINDS },
	{ "2024-05-12 14:33", PII_KINDS },
	{ "cont [RO49AAAA1B31007593840000]", PII_IBAN },
	{ "cont [RO49 AAAA 1B31 0075 9384 0000] va rog", PII_IBAN },
	{ "RO49AAAA1B31007593840001", PII_KINDS },
	{ "konto [PL61 1090 1014 0000 0712 1981 2874]", PII_IBAN },
	{ "konto [61109010140000071219812874]", PII_IBAN },
	{ "card [4111 1111 1111 1111]", PII_CARD },
	{ "card [5500005555555559]", PII_CARD },
	{ "4111 1111 1111 1112", PII_KINDS },
	{ "PESEL [44051401359]", PII_PESEL },
	{ "44051401358", PII_KINDS },
	{ "44991401359", PII_KINDS },
	{ "CNP [1800101221144]", PII_CNP },
	{ "1800101221145", PII_KINDS },
	{ "NIP [526-000-12-46]", PII_NIP },
	{ "[5260001246]", PII_NIP },
	{ "526-000-12-47", PII_KINDS },
	{ "CUI: [14399840]", PII_CUI },
	{ "CUI [RO14399840]", PII_CUI },
	{ "comanda 14399840", PII_KINDS },
	{ "AWB1234567890123", PII_KINDS },
	{ "costă 1999 lei", PII_KINDS },
	{ "numărul de telefon al clientului: [0722123456]", PII_PHONE },
	{ "numer telefonu do zamówienia: [601234567]", PII_PHONE },
	{ "numer zamówienia 601234567", PII_KINDS },
	{ "am sunat pentru comanda 0722123456", PII_KINDS },
	{ "nr de abonament 0722123456", PII_KINDS },
	{ "[601234567] złożyłem reklamację", PII_PHONE },
	{ "[601234567] zlecenie na jutro", PII_PHONE },
	{ "[0722123456] pasagerul Kmita", PII_PHONE },
	{ "tel. [0722123456] punctul de lucru", PII_PHONE },
	{ "tel [0722123456]/51", PII_PHONE },
	{ "601234567 zł", PII_KINDS },
	{ "601234567 złotych", PII_KINDS },
	{ "601 234 567 punktów", PII_KINDS },
};

/* @marked without its [ ]; where they stood. */
static void unmark(const char *marked, char *plain, size_t *start, size_t *end)
{
	size_t n = 0;

	*start = *end = 0;
	for (const char *p = marked; *p; p++)
		if (*p == '[')
			*start = n;
		else if (*p == ']')
			*end = n;
		else
			plain[n++] = *p;
	plain[n] = 0;
}

Test(pii, is_found_by_shape_and_checksum)
{
	struct small x;

	small_open(&x, NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char plain[200];
		size_t start, end;
		struct verdict v;

		unmark(rows[i].text, plain, &start, &end);
		v = small_ask(&x, plain, "");
		if (rows[i].kind == PII_KINDS) {
			cr_expect_eq(v.pii_count, 0, "%s: %s", plain,
				     v.pii_count ? pii_kind_name(v.pii[0].kind) : "");
			continue;
		}
		cr_assert_eq(v.pii_count, 1, "%s: %u found", plain, v.pii_count);
		cr_expect(v.pii[0].kind == rows[i].kind && v.pii[0].span.start == start &&
				  v.pii[0].span.end == end,
			  "%s: %s %u-%u", plain, pii_kind_name(v.pii[0].kind),
			  v.pii[0].span.start, v.pii[0].span.end);
	}
	small_close(&x);
}

Test(pii, several_are_redacted_in_place)
{
	static const char text[] =
		"Ana, ana@b.ro, 0722123456 1800101221144 și RO49AAAA1B31007593840000.";
	struct small x;
	struct verdict v;
	struct buf b;

	small_open(&x, NULL);
	buf_init(&b, 0);
	v = small_ask(&x, text, "");
	show_comment(sv_of(text), &v, 0, &b);
	cr_expect_str_eq(b.p, "Ana, [e-mail], [phone] [CNP] și [IBAN].");
	buf_release(&b);
	buf_init(&b, 0);
	v = small_ask(&x, "0722123456/0733123456, 601 234 567/602 234 567", "");
	show_comment(sv_of("0722123456/0733123456, 601 234 567/602 234 567"), &v, 0, &b);
	cr_expect_str_eq(b.p, "[phone]/[phone], [phone]/[phone]");
	buf_release(&b);
	small_close(&x);
}

Test(pii, a_million_digits_end_in_time)
{
	struct small x;
	static char text[1 << 18];
	struct verdict v;

	small_open(&x, NULL);
	memset(text, '1', sizeof(text) - 1);
	for (size_t i = 0; i + 7 < sizeof(text); i += 7)
		text[i] = i % 2 ? ' ' : '-';
	v = small_ask(&x, text, "");
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 2] = '@';
	v = small_ask(&x, text, "");
	cr_expect_eq(v.pii_count, 0);
	small_close(&x);
}

/* One line of pii.tsv: is exactly what stands in [ ] found, and as what it is? */
static void ask_line(struct small *x, struct sv kind, const char *marked, unsigned *asked,
		     unsigned *wrong)
{
	char plain[400];
	size_t start, end;
	struct verdict v;
	bool good;

	unmark(marked, plain, &start, &end);
	v = small_ask(x, plain, "");
	good = sv_eq(kind, SV("-"))
		       ? !v.pii_count
		       : v.pii_count == 1 && v.pii[0].span.start == start &&
				 v.pii[0].span.end == end &&
				 sv_eq(kind, sv_of(pii_kind_name(v.pii[0].kind)));
	++*asked;
	if (!good) {
		++*wrong;
		fprintf(stderr, "%s: %u found\n", marked, v.pii_count);
	}
}

Test(pii, the_gold_rows_are_told_apart)
{
	FILE *in = fopen(OPINIA_SOURCE_DIR "/tests/gold/pii.tsv", "r");
	unsigned there = 0, missed = 0, nothing = 0, invented = 0;
	struct small x;
	char line[400];

	cr_assert(in);
	small_open(&x, NULL);
	while (fgets(line, sizeof(line), in)) {
		struct sv rest = sv_trim(sv_of(line)), kind = sv_cut(&rest, '\t');
		char marked[400];

		if (!rest.n || sv_starts(kind, SV("#")))
			continue;
		snprintf(marked, sizeof(marked), SV_FMT, SV_ARG(rest));
		if (sv_eq(kind, SV("-")))
			ask_line(&x, kind, marked, &nothing, &invented);
		else
			ask_line(&x, kind, marked, &there, &missed);
		arena_reset(&x.arena);
	}
	fclose(in);
	cr_assert(there >= 150 && nothing >= 200, "%u and %u rows", there, nothing);
	cr_expect_eq(missed, 0, "of %u people %u were missed", there, missed);
	cr_expect_eq(invented, 0, "of %u innocents %u were hidden", nothing, invented);
	small_close(&x);
}
