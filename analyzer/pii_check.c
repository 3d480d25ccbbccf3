/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pii_check.c: checksums and dates of the numbers that name a person or a firm, so that an
 * order number is seldom taken for one.
 */
#include "analyzer/pii.h"

#include <string.h>

#include "core/when.h"

enum { ACCOUNT_DIGITS = 10 };

static int digit(char c)
{
	return c - '0';
}

static int two(const char *p)
{
	return digit(p[0]) * 10 + digit(p[1]);
}

static int weighted(const char *digits, const char *weights)
{
	int sum = 0;

	for (; *weights; weights++, digits++)
		sum += digit(*digits) * digit(*weights);
	return sum;
}

static bool all_equal(const char *digits, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

/* How the cards of the great brands begin, and how long they are. */
static const struct {
	int low, high; /* of the first four digits */
	size_t least, most;
} brands[] = {
	{ 4000, 4999, 16, 16 }, { 4000, 4999, 13, 13 }, { 4000, 4999, 19, 19 },
	{ 5100, 5599, 16, 16 }, { 2221, 2720, 16, 16 }, { 3400, 3499, 15, 15 },
	{ 3700, 3799, 15, 15 }, { 5000, 5099, 16, 19 }, { 5600, 6999, 16, 19 },
	{ 3528, 3589, 16, 16 }, { 3600, 3699, 14, 14 },
};

static bool is_branded(const char *digits, size_t n)
{
	int head = two(digits) * 100 + two(digits + 2);

	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++)
		if (head >= brands[i].low && head <= brands[i].high &&
		    n >= brands[i].least && n <= brands[i].most)
			return true;
	return false;
}

bool pii_is_card(const char *digits, size_t n)
{
	int sum = 0;

	if (n < 13 || n > 19 || !is_branded(digits, n) || all_equal(digits, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		int d = digit(digits[n - 1 - i]);

		if (i % 2)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

bool pii_is_pesel(const char *digits, size_t n)
{
	static const int century[5] = { 1900, 2000, 2100, 2200, 1800 };
	struct civil day = { 0, 0, 0, 0, 0, 0, 0 };
	int month;

	if (n != 11 ||
	    (10 - weighted(digits, "1379137913") % 10) % 10 != digit(digits[10]))
		return false;
	month = two(digits + 2);
	day.year = century[month / 20] + two(digits);
	day.month = month % 20;
	day.day = two(digits + 4);
	return civil_valid(&day);
}

bool pii_is_cnp(const char *digits, size_t n)
{
	static const int century[10] = { 0,    1900, 1900, 1800, 1800,
					 2000, 2000, 1900, 1900, 1900 };
	struct civil day = { 0, 0, 0, 0, 0, 0, 0 };
	int check;

	if (n != 13 || digits[0] == '0')
		return false;
	check = weighted(digits, "279146358279") % 11;
	if ((check == 10 ? 1 : check) != digit(digits[12]))
		return false;
	day.year = century[digit(digits[0])] + two(digits + 1);
	day.month = two(digits + 3);
	day.day = two(digits + 5);
	return civil_valid(&day);
}

bool pii_is_nip(const char *digits, size_t n)
{
	return n == 10 && digits[0] != '0' &&
	       weighted(digits, "657234567") % 11 == digit(digits[9]);
}

bool pii_is_cui(const char *digits, size_t n)
{
	int sum = 0;

	if (n < 2 || n > 10 || digits[0] == '0')
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		sum += digit(digits[i]) * digit("753217532"[9 - (n - 1) + i]);
	return sum * 10 % 11 % 10 == digit(digits[n - 1]);
}

/* How long the accounts of the countries around us are, and how few digits they may have. */
static const struct {
	char country[3];
	uint8_t length;
} accounts[] = {
	{ "AT", 20 }, { "BE", 16 }, { "BG", 22 }, { "CH", 21 }, { "CY", 28 },
	{ "CZ", 24 }, { "DE", 22 }, { "DK", 18 }, { "EE", 20 }, { "ES", 24 },
	{ "FI", 18 }, { "FR", 27 }, { "GB", 22 }, { "GR", 27 }, { "HR", 21 },
	{ "HU", 28 }, { "IE", 22 }, { "IT", 27 }, { "LT", 20 }, { "LU", 20 },
	{ "LV", 21 }, { "MD", 24 }, { "MT", 31 }, { "NL", 18 }, { "NO", 15 },
	{ "PL", 28 }, { "PT", 25 }, { "RO", 24 }, { "RS", 22 }, { "SE", 24 },
	{ "SI", 19 }, { "SK", 24 }, { "TR", 26 }, { "UA", 29 },
};

/* One in 97 sentences that begin "de 24 de ore" has a right checksum: shape comes first. */
static bool is_account(const char *text, size_t n)
{
	size_t digits = 0, i = 0;

	while (i < sizeof(accounts) / sizeof(accounts[0]) &&
	       memcmp(text, accounts[i].country, 2))
		i++;
	if (i == sizeof(accounts) / sizeof(accounts[0]) || n != accounts[i].length)
		return false;
	for (i = 0; i < n; i++)
		digits += text[i] >= '0' && text[i] <= '9';
	return digits >= ACCOUNT_DIGITS;
}

bool pii_is_iban(const char *text, size_t n)
{
	unsigned rest = 0;

	if (!is_account(text, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = text[(i + 4) % n]; /* the first four come last */

		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z')
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

/* How numbers begin that are written without a plus, and their length. */
static const struct {
	const char *head;
	size_t least, most;
} dialled[] = {
	{ "00", 11, 15 }, { "02", 10, 10 },  { "03", 10, 10 },	{ "07", 10, 10 },
	{ "48", 11, 11 }, { "402", 11, 11 }, { "403", 11, 11 }, { "407", 11, 11 },
};

bool pii_is_phone(const char *digits, size_t n, bool plus)
{
	if (n < 8 || n > 15 || all_equal(digits, n))
		return false;
	if (plus || (n == 9 && digits[0] != '0'))
		return true;
	for (size_t i = 0; i < sizeof(dialled) / sizeof(dialled[0]); i++)
		if (n >= dialled[i].least && n <= dialled[i].most &&
		    !strncmp(digits, dialled[i].head, strlen(dialled[i].head)))
			return true;
	return false;
}
