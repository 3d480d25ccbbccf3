/* SPDX-License-Identifier: Apache-2.0 */
/* test_encoding.c: our tables against iconv, and what bytes are taken for. */
#include <criterion/criterion.h>
#include <iconv.h>
#include <string.h>

#include "collector/encoding.h"
#include "core/utf8.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* @utf8 in the set that iconv calls @name. */
static struct sv into(const char *name, const char *utf8, char *out, size_t size)
{
	iconv_t cd = iconv_open(name, "UTF-8");
	char *in = (char *)(uintptr_t)utf8, *to = out;
	size_t left = strlen(utf8), room = size;

	cr_assert(cd != (iconv_t)-1);
	cr_assert_neq(iconv(cd, &in, &left, &to, &room), (size_t)-1, "%s in %s", utf8,
		      name);
	iconv_close(cd);
	return (struct sv){ out, size - room };
}

Test(encoding, the_tables_are_those_of_iconv)
{
	/* clang-format off */
	static const struct {
		const char *iconv;
		enum encoding ours;
	} sets[] = { { "CP1250", ENC_CP1250 }, { "ISO-8859-2", ENC_LATIN2 }, { "ISO-8859-16", ENC_LATIN10 } };
	struct arena a;

	arena_init(&a, 0);
	for (size_t s = 0; s < COUNT(sets); s++)
		for (int byte = 128; byte < 256; byte++) {
			iconv_t cd = iconv_open("UTF-8", sets[s].iconv);
			char in = (char)byte, out[8], *from = &in, *to = out;
			size_t left = 1, room = sizeof(out);
			struct sv got;

			cr_assert(encoding_decode(sets[s].ours, (struct sv){ &in, 1 }, &a, &got));
			cr_expect(utf8_valid(got));
			if (iconv(cd, &from, &left, &to, &room) != (size_t)-1)
				cr_expect(sv_eq(got, (struct sv){ out, sizeof(out) - room }),
					  "%s %x", sets[s].iconv, byte);
			iconv_close(cd);
		}
	arena_release(&a);
}

Test(encoding, romanian_and_polish_bytes_are_known_by_their_letters)
{
	static const struct {
		const char *set, *text;
		enum encoding is;
	} rows[] = {
		{ "UTF-8", "Livrarea a întârziat\nurât\n", ENC_UTF8 },
		{ "UTF-8", "only ASCII\n", ENC_UTF8 },
		{ "CP1250", "Przesyłka dotarła później, niż się spodziewałam\n", ENC_CP1250 },
		{ "ISO-8859-2", "Przesyłka dotarła później, niż się spodziewałam\n", ENC_LATIN2 },
		{ "ISO-8859-16", "Przesyłka dotarła później, niż się spodziewałam\n", ENC_LATIN10 },
		{ "CP1250", "Curierul a întârziat şi nu m-a sunat, ţin minte\n", ENC_CP1250 },
		{ "CP1250", "RÓŻNE RZECZY\n", ENC_CP1250 },
		{ "CP1250", "„foarte bun” – mulţumesc…\n", ENC_CP1250 },
		{ "ISO-8859-2", "żółć ćma ąę\n", ENC_LATIN2 },
		{ "ISO-8859-16", "„așa da”, mulțumesc\n", ENC_LATIN10 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		char bytes[256];
		struct sv s = into(rows[i].set, rows[i].text, bytes, sizeof(bytes));
		enum encoding got = encoding_detect(s);

		if (i ==
		    6) /* as UTF-8 it is valid and Cyrillic: only the row test can tell */
			got = encoding_of_row(s, ENC_CP1250);
		cr_expect_eq(got, rows[i].is, "%s in %s is taken for %s", rows[i].text,
			     rows[i].set, encoding_name(got));
	}
}

Test(encoding, a_row_in_another_encoding_than_its_file_is_found_out)
{
	/* clang-format off */
	static const struct {
		const char *set, *text;
		enum encoding file, is;
	} rows[] = {
		{ "UTF-8", "dziękuję", ENC_UTF8, ENC_UTF8 },
		{ "CP1250", "dziękuję za pomoc w środę", ENC_UTF8, ENC_CP1250 },
		{ "ISO-8859-2", "dziękuję za pomoc w środę", ENC_UTF8, ENC_LATIN2 },
		{ "UTF-8", "dostawę", ENC_CP1250, ENC_UTF8 },
		{ "UTF-8", "mulțumesc 👍", ENC_CP1250, ENC_UTF8 },
		{ "CP1250", "RÓŻNE", ENC_CP1250, ENC_CP1250 },
		{ "ISO-8859-2", "śnieg", ENC_LATIN2, ENC_LATIN2 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		char bytes[256];
		struct sv s = into(rows[i].set, rows[i].text, bytes, sizeof(bytes));

		cr_expect_eq(encoding_of_row(s, rows[i].file), rows[i].is, "%s in %s",
			     rows[i].text, rows[i].set);
	}
}
