/* SPDX-License-Identifier: Apache-2.0 */
/* entities.c: names of letters and signs that mails of Romania and Poland have (html.h). */
#include <stdint.h>

#include "mime/html.h"

struct entity {
	struct sv name;
	unsigned cp;
};

/* clang-format off */
static const struct entity entities[] = {
	{ SV_INIT("amp"), '&' }, { SV_INIT("lt"), '<' }, { SV_INIT("gt"), '>' },
	{ SV_INIT("quot"), '"' }, { SV_INIT("apos"), '\'' }, { SV_INIT("nbsp"), 0xa0 },
	{ SV_INIT("copy"), 0xa9 }, { SV_INIT("reg"), 0xae }, { SV_INIT("trade"), 0x2122 },
	{ SV_INIT("deg"), 0xb0 }, { SV_INIT("middot"), 0xb7 }, { SV_INIT("sect"), 0xa7 },
	{ SV_INIT("laquo"), 0xab }, { SV_INIT("raquo"), 0xbb }, { SV_INIT("euro"), 0x20ac },
	{ SV_INIT("ndash"), 0x2013 }, { SV_INIT("mdash"), 0x2014 }, { SV_INIT("hellip"), 0x2026 },
	{ SV_INIT("lsquo"), 0x2018 }, { SV_INIT("rsquo"), 0x2019 }, { SV_INIT("sbquo"), 0x201a },
	{ SV_INIT("ldquo"), 0x201c }, { SV_INIT("rdquo"), 0x201d }, { SV_INIT("bdquo"), 0x201e },
	{ SV_INIT("bull"), 0x2022 }, { SV_INIT("star"), 0x2606 }, { SV_INIT("starf"), 0x2605 },
	{ SV_INIT("shy"), 0xad }, { SV_INIT("ensp"), 0x2002 }, { SV_INIT("emsp"), 0x2003 },
	{ SV_INIT("thinsp"), 0x2009 }, { SV_INIT("zwnj"), 0x200c }, { SV_INIT("zwj"), 0x200d },
	{ SV_INIT("abreve"), 0x103 }, { SV_INIT("Abreve"), 0x102 }, { SV_INIT("acirc"), 0xe2 },
	{ SV_INIT("Acirc"), 0xc2 }, { SV_INIT("icirc"), 0xee }, { SV_INIT("Icirc"), 0xce },
	{ SV_INIT("scedil"), 0x15f }, { SV_INIT("Scedil"), 0x15e }, { SV_INIT("tcedil"), 0x163 },
	{ SV_INIT("Tcedil"), 0x162 }, { SV_INIT("aogon"), 0x105 }, { SV_INIT("Aogon"), 0x104 },
	{ SV_INIT("cacute"), 0x107 }, { SV_INIT("Cacute"), 0x106 }, { SV_INIT("eogon"), 0x119 },
	{ SV_INIT("Eogon"), 0x118 }, { SV_INIT("lstrok"), 0x142 }, { SV_INIT("Lstrok"), 0x141 },
	{ SV_INIT("nacute"), 0x144 }, { SV_INIT("Nacute"), 0x143 }, { SV_INIT("oacute"), 0xf3 },
	{ SV_INIT("Oacute"), 0xd3 }, { SV_INIT("sacute"), 0x15b }, { SV_INIT("Sacute"), 0x15a },
	{ SV_INIT("zacute"), 0x17a }, { SV_INIT("Zacute"), 0x179 }, { SV_INIT("zdot"), 0x17c },
	{ SV_INIT("Zdot"), 0x17b }, { SV_INIT("eacute"), 0xe9 }, { SV_INIT("aacute"), 0xe1 },
	{ SV_INIT("auml"), 0xe4 }, { SV_INIT("ouml"), 0xf6 }, { SV_INIT("uuml"), 0xfc },
	{ SV_INIT("szlig"), 0xdf }, { SV_INIT("egrave"), 0xe8 }, { SV_INIT("ccedil"), 0xe7 },
};
/* clang-format on */

static unsigned number(struct sv s)
{
	bool hex = s.n && (s.p[0] | 32) == 'x';
	uint32_t cp = 0;

	if (s.n < 1 + (size_t)hex || s.n > 8)
		return 0;
	for (size_t i = hex; i < s.n; i++) {
		char c = s.p[i];
		unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0')
			     : (c | 32) >= 'a' && (c | 32) <= 'f'
				     ? (unsigned)((c | 32) - 'a' + 10)
				     : 99;

		if (d >= (hex ? 16u : 10u))
			return 0;
		cp = cp * (hex ? 16 : 10) + d;
	}
	return cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) ? 0xfffd : cp;
}

unsigned html_entity(struct sv name)
{
	if (name.n && name.p[0] == '#')
		return number(sv_sub(name, 1, name.n));
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (sv_eq(entities[i].name, name))
			return entities[i].cp;
	return 0;
}
