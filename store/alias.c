/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alias.c: one spelling for one address, so that chat, mail and call of a person meet.
 *
 * Numbers come with and without country: a Romanian one begins with 0 and has ten digits,
 * a Polish one has nine. Where nobody says that it is a number, nine digits count as one
 * if they begin as Polish numbers do and ten if they begin with 0; anything else with no
 * plus is a CRM id.
 */
#include <string.h>

#include "store/customers.h"

enum {
	SHORT_MIN = 3,
	PHONE_MIN = 7,
	PHONE_MAX = 15,
	NATIONAL_RO = 10,
	NATIONAL_PL = 9,
	WITH_COUNTRY = 11,
};

static struct sv alias_put(char *out, char kind, struct sv text, bool lower)
{
	size_t n = text.n < ALIAS_TEXT_MAX - 2 ? text.n : ALIAS_TEXT_MAX - 2;

	out[0] = kind;
	out[1] = ':';
	for (size_t i = 0; i < n; i++) {
		char c = text.p[i];

		out[i + 2] = lower && c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
	}
	return (struct sv){ out, n + 2 };
}

/*
 * Only digits and what people put between them; the digits go to @digits, "00" in front
 * is a plus.
 */
static size_t phone_digits(struct sv s, char digits[PHONE_MAX + 1], bool *plus)
{
	size_t n = 0;

	*plus = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '+' && !n && !*plus)
			*plus = true;
		else if (c >= '0' && c <= '9') {
			if (n == PHONE_MAX)
				return 0;
			digits[n++] = c;
			if (n == 2 && !*plus && digits[0] == '0' && c == '0') {
				*plus = true;
				n = 0;
			}
		} else if (!strchr(" -./()\t", c) || !c)
			return 0;
	}
	return n;
}

static struct sv phone_put(char *out, const char *country, const char *digits, size_t n)
{
	size_t c = strlen(country);

	memcpy(out, "p:+", 3);
	memcpy(out + 3, country, c);
	memcpy(out + 3 + c, digits, n);
	return (struct sv){ out, 3 + c + n };
}

/* Which country a number without its plus is from; NULL: it does not look like one. */
static const char *national(enum alias_kind kind, const char *digits, size_t n)
{
	if (n == NATIONAL_RO && digits[0] == '0')
		return "40";
	if (n == NATIONAL_PL && digits[0] != '0' &&
	    (kind == ALIAS_PHONE || (digits[0] >= '4' && digits[0] <= '8')))
		return "48";
	/* the country without its plus, as Asterisk and CRMs write it */
	if (n == WITH_COUNTRY && (!memcmp(digits, "40", 2) || !memcmp(digits, "48", 2)))
		return "";
	return NULL;
}

static struct sv phone_normal(enum alias_kind kind, struct sv s, char *out)
{
	char digits[PHONE_MAX + 1];
	const char *country;
	bool plus;
	size_t n = phone_digits(s, digits, &plus);

	if (plus && n >= PHONE_MIN)
		return phone_put(out, "", digits, n);
	country = plus ? NULL : national(kind, digits, n);
	if (country && n == NATIONAL_RO)
		return phone_put(out, country, digits + 1, n - 1); /* without its 0 */
	if (country)
		return phone_put(out, country, digits, n);
	if (kind == ALIAS_PHONE && n >= SHORT_MIN)
		return phone_put(out, "?", digits, n);
	return (struct sv){ 0 };
}

struct sv alias_normal(enum alias_kind kind, struct sv as_given, char *out)
{
	struct sv s = sv_trim(as_given), phone = { 0 };
	ptrdiff_t at = sv_find(s, SV("@"));

	if (!s.n)
		return (struct sv){ 0 };
	if (kind == ALIAS_EMAIL || (kind == ALIAS_ANY && at > 0 && (size_t)at + 1 < s.n))
		return alias_put(out, 'e', s, true);
	if (kind == ALIAS_PHONE || kind == ALIAS_ANY)
		phone = phone_normal(kind, s, out);
	if (phone.n)
		return phone;
	return alias_put(out, kind == ALIAS_PHONE ? 'p' : 'c', s, false);
}
