/* SPDX-License-Identifier: Apache-2.0 */
/* address.c: see address.h. */
#include "cli/address.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/percent.h"

/* What stands around an address, or between the digits of a number, and is not seen. */
static const struct {
	struct sv is;
	char as; /* 0: nothing */
} wide[] = {
	{ SV_INIT("\xc2\xa0"), ' ' },	  { SV_INIT("\xe2\x80\x87"), ' ' },
	{ SV_INIT("\xe2\x80\x89"), ' ' }, { SV_INIT("\xe2\x80\xaf"), ' ' },
	{ SV_INIT("\xe2\x80\x90"), '-' }, { SV_INIT("\xe2\x80\x91"), '-' },
	{ SV_INIT("\xe2\x80\x92"), '-' }, { SV_INIT("\xe2\x80\x93"), '-' },
	{ SV_INIT("\xe2\x80\x94"), '-' }, { SV_INIT("\xe2\x88\x92"), '-' },
	{ SV_INIT("\xc2\xad"), 0 },	  { SV_INIT("\xe2\x80\x8b"), 0 },
	{ SV_INIT("\xe2\x80\x8e"), 0 },	  { SV_INIT("\xe2\x80\xaa"), 0 },
	{ SV_INIT("\xe2\x80\xac"), 0 },	  { SV_INIT("\xe2\x81\xa0"), 0 },
	{ SV_INIT("\xef\xbb\xbf"), 0 },
};

enum { WIDE = sizeof(wide) / sizeof(wide[0]) };

static struct sv plain(struct sv s, char *out)
{
	size_t n = 0;

	while (s.n) {
		size_t w = 0;

		while (w < WIDE && !sv_starts(s, wide[w].is))
			w++;
		if (w == WIDE)
			out[n++] = s.p[0];
		else if (wide[w].as)
			out[n++] = wide[w].as;
		w = w == WIDE ? 1 : wide[w].is.n;
		s = sv_sub(s, w, s.n - w);
	}
	return sv_trim((struct sv){ out, n });
}

static int wrong(struct err *err)
{
	return err_set(err, ERR_USAGE,
		       "the first line of standard input is not one address: an e-mail "
		       "address such as ana.pop@example.ro, a number such as "
		       "+40722123456, or a CRM id as the sources write it");
}

/* "Ana Pop <ana@example.ro>" */
static bool take_brackets(struct sv *s)
{
	const char *open = memchr(s->p, '<', s->n), *shut = memchr(s->p, '>', s->n);

	if (!open && !shut)
		return true;
	if (!open || !shut || shut < open || shut != s->p + s->n - 1 ||
	    memchr(open + 1, '<', (size_t)(shut - open - 1)))
		return false;
	*s = sv_trim((struct sv){ open + 1, (size_t)(shut - open - 1) });
	return true;
}

/* "mailto:ana@example.ro?subject=…", "tel:+40-722-123-456;ext=1" */
static struct sv take_scheme(struct sv s, char *out)
{
	static const struct {
		struct sv scheme;
		char end;
	} table[] = {
		{ SV_INIT("mailto:"), '?' }, { SV_INIT("tel:"), ';' },
		{ SV_INIT("sms:"), '?' },    { SV_INIT("callto:"), ';' },
		{ SV_INIT("sip:"), ';' },    { SV_INIT("sips:"), ';' },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t n = table[i].scheme.n;
		struct sv rest;

		if (s.n <= n || strncasecmp(s.p, table[i].scheme.p, n) != 0)
			continue;
		rest = sv_sub(s, n, s.n - n);
		return sv_trim(percent_decode(sv_cut(&rest, table[i].end), false, out));
	}
	return s;
}

/* Quotes around it, and what ends a line of a list. */
static struct sv take_ends(struct sv s)
{
	while (s.n && strchr(",;.", s.p[s.n - 1]))
		s = sv_trim((struct sv){ s.p, s.n - 1 });
	if (s.n > 2 && s.p[0] == s.p[s.n - 1] && (s.p[0] == '"' || s.p[0] == '\''))
		s = sv_trim(sv_sub(s, 1, s.n - 2));
	return s;
}

static bool is_number(struct sv s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!s.p[i] || !strchr("0123456789+ -./()\t", s.p[i]))
			return false;
		digits += isdigit((unsigned char)s.p[i]) != 0;
	}
	return digits > 0;
}

/* Of "+40 (0)722 …" the zero is for who calls within the country. */
static struct sv number(struct sv s, char *out)
{
	bool country = s.p[0] == '+' || sv_starts(s, SV("00"));
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (country && s.n - i >= 3 && !memcmp(s.p + i, "(0)", 3))
			i += 2;
		else
			out[n++] = s.p[i];
	}
	return (struct sv){ out, n };
}

static bool mail_good(struct sv s)
{
	const char *at = memchr(s.p, '@', s.n);
	size_t behind = s.n - (size_t)(at - s.p) - 1;

	if (at == s.p) /* a @handle is an id as any other */
		return true;
	for (size_t i = 0; i < s.n; i++)
		if (strchr(" \t,;()<>\"", s.p[i]))
			return false;
	return behind && !memchr(at + 1, '@', behind);
}

int address_read(struct sv line, char out[ADDRESS_MAX + 1], struct err *err)
{
	struct sv s;

	if (line.n > ADDRESS_MAX)
		return err_set(err, ERR_USAGE, "an address has %d bytes at most",
			       ADDRESS_MAX);
	s = plain(line, out);
	if (!take_brackets(&s))
		return wrong(err);
	s = take_ends(take_scheme(take_ends(s), out));
	for (size_t i = 0; i < s.n; i++)
		if (iscntrl((unsigned char)s.p[i]) && s.p[i] != '\t')
			return wrong(err);
	if (!s.n)
		return err_set(err, ERR_USAGE, "standard input has no address");
	if (memchr(s.p, '@', s.n) && !mail_good(s))
		return wrong(err);
	if (is_number(s)) {
		if (memchr(s.p + 1, '+', s.n - 1))
			return wrong(err);
		s = number(s, out);
	}
	memmove(out, s.p, s.n);
	out[s.n] = 0;
	return 0;
}

bool address_lacks_country(struct sv address)
{
	return is_number(address) && address.p[0] != '+' && !sv_starts(address, SV("00"));
}
