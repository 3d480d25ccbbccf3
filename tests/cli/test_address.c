/* SPDX-License-Identifier: Apache-2.0 */
/* test_address.c: an address as people paste it is the address, and what is none is not searched for. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/address.h"

Test(address, as_people_paste_it)
{
	static const struct {
		const char *line, *is; /* NULL: refused */
	} table[] = {
		{ "ana.pop@example.ro\n", "ana.pop@example.ro" },
		{ "  Ana.Pop@Example.RO \r\n", "Ana.Pop@Example.RO" },
		{ "Ana Pop <ana@example.ro>", "ana@example.ro" },
		{ "\"Pop, Ana\" <ana@example.ro>,", NULL },
		{ "\"Pop, Ana\" <ana@example.ro>", "ana@example.ro" },
		{ "<ana@example.ro>", "ana@example.ro" },
		{ "<mailto:ana@example.ro>", "ana@example.ro" },
		{ "mailto:ana@example.ro", "ana@example.ro" },
		{ "MAILTO:ana%40example.ro?subject=Salut%20", "ana@example.ro" },
		{ "\"ana@example.ro\";", "ana@example.ro" },
		{ "'ana@example.ro'", "ana@example.ro" },
		{ "\xef\xbb\xbf"
		  "ana@example.ro\xc2\xa0",
		  "ana@example.ro" },
		{ "ana@example\xe2\x80\x8b.ro", "ana@example.ro" },
		{ "tel:+40722123456", "+40722123456" },
		{ "tel:+40-722-123-456;ext=12", "+40-722-123-456" },
		{ "TEL:%2B48600700800", "+48600700800" },
		{ "sip:201@pbx.example.ro;transport=udp", "201@pbx.example.ro" },
		{ "+40 (0)722 123 456", "+40 722 123 456" },
		{ "+40 (722) 123-456", "+40 (722) 123-456" },
		{ "0722\xc2\xa0"
		  "123\xe2\x80\x93"
		  "456",
		  "0722 123-456" },
		{ "(0)722 123 456", "(0)722 123 456" },
		{ "CRM-17/a", "CRM-17/a" },
		{ "@handle", "@handle" },
		{ "Klient 17 (nowy)", "Klient 17 (nowy)" },
		{ "", NULL },
		{ " \xc2\xa0 ,", NULL },
		{ "ana@example.ro, ion@example.ro", NULL },
		{ "ana@example.ro ion@example.ro", NULL },
		{ "Ana Pop <ana@example.ro", NULL },
		{ "<a@example.ro> <b@example.ro>", NULL },
		{ "ana@", NULL },
		{ "ana@@example.ro", NULL },
		{ "0722 123 456 +40", NULL },
		{ "ana\x1b[31m@example.ro", NULL },
		{ "%", "%" },
		{ "mailto:", "mailto:" },
		{ "tel:%2", "%2" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char out[ADDRESS_MAX + 1] = "";
		struct err err = ERR_NONE;
		int rc = address_read(sv_of(table[i].line), out, &err);

		cr_expect_eq(rc, table[i].is ? 0 : ERR_USAGE, "\"%s\": %s", table[i].line,
			     err.text);
		cr_expect(!table[i].is || !strcmp(out, table[i].is), "\"%s\": \"%s\"",
			  table[i].line, out);
		cr_expect(rc == 0 || !strstr(err.text, "ana@"), "it repeats the address");
	}
}

Test(address, none_is_longer_than_its_room_and_a_number_without_its_country_is_known)
{
	static char line[ADDRESS_MAX + 2], out[ADDRESS_MAX + 1];
	struct err err = ERR_NONE;

	memset(line, 'a', ADDRESS_MAX);
	cr_expect_eq(address_read(sv_of(line), out, &err), 0);
	cr_expect_str_eq(out, line);
	line[ADDRESS_MAX] = 'a';
	cr_expect_eq(address_read(sv_of(line), out, &err), ERR_USAGE);
	cr_expect(address_lacks_country(SV("0722 123 456")));
	cr_expect(address_lacks_country(SV("722123456")));
	cr_expect_not(address_lacks_country(SV("+40722123456")));
	cr_expect_not(address_lacks_country(SV("0040722123456")));
	cr_expect_not(address_lacks_country(SV("CRM-17")));
}
