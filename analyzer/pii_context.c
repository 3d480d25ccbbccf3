/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pii_context.c: what the words around a number say it is. Nine digits are a telephone behind
 * "sunați la" and an order behind "comanda nr."; in front of "zł" they are a price. Nobody can
 * tell by the digits, and who redacts an order number takes away what the comment is about.
 */
#include "analyzer/pii.h"

#include <string.h>

enum {
	WORDS_BACK = 5,
	SHORT_WORD = 3,
	LONG_WORD = 24,
	UNIT_LONGEST = 8,
	PHONE_DIGITS = 9
};

/* Words, or how they begin; those of up to three letters must be there whole. */
static const struct {
	const char *head;
	enum pii_context says;
} heads[] = {
	{ "tel", PII_SAYS_PHONE },	  { "telefon", PII_SAYS_PHONE },
	{ "phone", PII_SAYS_PHONE },	  { "mobil", PII_SAYS_PHONE },
	{ "kom", PII_SAYS_PHONE },	  { "komór", PII_SAYS_PHONE },
	{ "fax", PII_SAYS_PHONE },	  { "whatsapp", PII_SAYS_PHONE },
	{ "sms", PII_SAYS_PHONE },	  { "dzwo", PII_SAYS_PHONE },
	{ "zadzwo", PII_SAYS_PHONE },	  { "sunat", PII_SAYS_PHONE },
	{ "sunaț", PII_SAYS_PHONE },	  { "call", PII_SAYS_PHONE },
	{ "contact", PII_SAYS_PHONE },	  { "kontakt", PII_SAYS_PHONE },
	{ "cui", PII_SAYS_FIRM },	  { "cif", PII_SAYS_FIRM },
	{ "nip", PII_SAYS_REGISTERED },	  { "cnp", PII_SAYS_REGISTERED },
	{ "pesel", PII_SAYS_REGISTERED }, { "card", PII_SAYS_REGISTERED },
	{ "kart", PII_SAYS_REGISTERED },  { "awb", PII_SAYS_THING },
	{ "comand", PII_SAYS_THING },	  { "comenz", PII_SAYS_THING },
	{ "factur", PII_SAYS_THING },	  { "bon", PII_SAYS_THING },
	{ "tichet", PII_SAYS_THING },	  { "ticket", PII_SAYS_THING },
	{ "colet", PII_SAYS_THING },	  { "reclama", PII_SAYS_THING },
	{ "contract", PII_SAYS_THING },	  { "cod", PII_SAYS_THING },
	{ "codul", PII_SAYS_THING },	  { "bare", PII_SAYS_THING },
	{ "dosar", PII_SAYS_THING },	  { "abona", PII_SAYS_THING },
	{ "abone", PII_SAYS_THING },	  { "client", PII_SAYS_THING },
	{ "produ", PII_SAYS_THING },	  { "seri", PII_SAYS_THING },
	{ "ean", PII_SAYS_THING },	  { "sku", PII_SAYS_THING },
	{ "imei", PII_SAYS_THING },	  { "id", PII_SAYS_THING },
	{ "model", PII_SAYS_THING },	  { "zam", PII_SAYS_THING },
	{ "zamów", PII_SAYS_THING },	  { "zamow", PII_SAYS_THING },
	{ "paczk", PII_SAYS_THING },	  { "przesył", PII_SAYS_THING },
	{ "przesyl", PII_SAYS_THING },	  { "przewoz", PII_SAYS_THING },
	{ "faktur", PII_SAYS_THING },	  { "fv", PII_SAYS_THING },
	{ "paragon", PII_SAYS_THING },	  { "zgłosz", PII_SAYS_THING },
	{ "zglosz", PII_SAYS_THING },	  { "reklama", PII_SAYS_THING },
	{ "umow", PII_SAYS_THING },	  { "kod", PII_SAYS_THING },
	{ "kodu", PII_SAYS_THING },	  { "kodem", PII_SAYS_THING },
	{ "kresk", PII_SAYS_THING },	  { "klient", PII_SAYS_THING },
	{ "seryj", PII_SAYS_THING },	  { "sprawa", PII_SAYS_THING },
	{ "sprawy", PII_SAYS_THING },	  { "bilet", PII_SAYS_THING },
	{ "order", PII_SAYS_THING },	  { "invoice", PII_SAYS_THING },
	{ "tracking", PII_SAYS_THING },	  { "parcel", PII_SAYS_THING },
	{ "case", PII_SAYS_THING },	  { "reference", PII_SAYS_THING },
	{ "serial", PII_SAYS_THING },	  { "expedi", PII_SAYS_THING },
	{ "urmărir", PII_SAYS_THING },	  { "urmarir", PII_SAYS_THING },
	{ "înregistr", PII_SAYS_THING },  { "inregistr", PII_SAYS_THING },
	{ "nada", PII_SAYS_THING },	  { "polis", PII_SAYS_THING },
	{ "poliț", PII_SAYS_THING },	  { "polit", PII_SAYS_THING },
	{ "rezerv", PII_SAYS_THING },	  { "rezerw", PII_SAYS_THING },
	{ "încas", PII_SAYS_THING },	  { "incas", PII_SAYS_THING },
	{ "kontrakt", PII_SAYS_THING },	  { "parti", PII_SAYS_THING },
	{ "lot", PII_SAYS_THING },	  { "kupon", PII_SAYS_THING },
	{ "cupon", PII_SAYS_THING },	  { "voucher", PII_SAYS_THING },
	{ "transak", PII_SAYS_THING },	  { "tranzac", PII_SAYS_THING },
	{ "transac", PII_SAYS_THING },	  { "consum", PII_SAYS_THING },
	{ "licznik", PII_SAYS_THING },	  { "contor", PII_SAYS_THING },
	{ "ppe", PII_SAYS_THING },	  { "booking", PII_SAYS_THING },
	{ "reserv", PII_SAYS_THING },	  { "policy", PII_SAYS_THING },
	{ "wnios", PII_SAYS_THING },	  { "cerer", PII_SAYS_THING },
	{ "petiți", PII_SAYS_THING },	  { "petiti", PII_SAYS_THING },
	{ "ofert", PII_SAYS_THING },	  { "aviz", PII_SAYS_THING },
	{ "pratk", PII_SAYS_THING },	  { "płatnoś", PII_SAYS_THING },
	{ "platnos", PII_SAYS_THING },	  { "shipment", PII_SAYS_THING },
	{ "deviz", PII_SAYS_THING },	  { "http", PII_SAYS_THING },
	{ "www", PII_SAYS_THING },	  { "html", PII_SAYS_THING },
};

/* Words that stand between a name and its number; those of three letters do anyway. */
static const char *const between[] = {
	"numer", "numar", "număr", "number", "este", "jest",   "mea",	 "mele",
	"meu",	 "moje",  "moja",  "mój",    "nasz", "nostru", "fiscal",
};

/* Signs and words as they are, or with any ending: "punktów", but no "złożyłem", no "Kmita". */
static const struct {
	const char *head;
	bool whole;
} units[] = {
	{ "lei", true },    { "ron", true },	{ "zł", true },	    { "złot", false },
	{ "zl", true },	    { "zlot", false },	{ "pln", true },    { "eur", true },
	{ "euro", true },   { "usd", true },	{ "€", false },	    { "$", false },
	{ "km", true },	    { "kg", true },	{ "szt", true },    { "sztuk", false },
	{ "buc", true },    { "bucăț", false }, { "bucat", false }, { "pkt", true },
	{ "puncte", true }, { "punkt", false }, { "krok", false },  { "pași", true },
	{ "pasi", true },   { "odsł", false },	{ "wyśw", false },  { "mln", true },
	{ "tys", true },    { "mii", true },	{ "%", false },
};

static bool is_word_byte(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || (u >= '0' && u <= '9') ||
	       ((u | 32) >= 'a' && (u | 32) <= 'z');
}

/* The word that ends at or before *@at, in small letters; *@at goes to where it begins. */
static struct sv word_before(struct sv text, size_t *at, char small[LONG_WORD])
{
	size_t end, n = 0;

	while (*at > 0 && !is_word_byte(text.p[*at - 1]) &&
	       !strchr(",;!?\n", text.p[*at - 1]))
		--*at;
	end = *at;
	while (*at > 0 && is_word_byte(text.p[*at - 1]))
		--*at;
	for (size_t i = *at; i < end && n < LONG_WORD; i++) {
		char c = text.p[i];

		small[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
	}
	return (struct sv){ small, n };
}

static bool is_between(struct sv word)
{
	bool digits = true;

	for (size_t i = 0; i < word.n; i++)
		digits &= word.p[i] >= '0' && word.p[i] <= '9';
	if (digits || word.n <= SHORT_WORD)
		return true;
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
		if (sv_starts(word, sv_of(between[i])))
			return true;
	return false;
}

/* "numer telefonu", "nr. de telefon", "phone": before @at, in the same few words. */
static bool phone_before(struct sv text, size_t at, int words)
{
	static const char *const called[] = { "nr", "numer", "numar", "număr", "number" };
	char small[LONG_WORD];
	bool phone = false;

	for (int i = 0; i < words; i++) {
		struct sv word = word_before(text, &at, small);

		if (!word.n)
			return false;
		for (size_t k = 0; phone && k < sizeof(called) / sizeof(called[0]); k++)
			if (sv_starts(word, sv_of(called[k])))
				return true;
		phone = sv_starts(word, SV("telefon")) || (phone && word.n <= 2);
	}
	return false;
}

enum pii_context pii_context(struct sv text, size_t at)
{
	for (int i = 0; i < WORDS_BACK; i++) {
		char small[LONG_WORD];
		struct sv word = word_before(text, &at, small);

		if (!word.n)
			return PII_SAYS_NOTHING;
		for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++) {
			struct sv head = sv_of(heads[k].head);

			if (head.n > SHORT_WORD ? sv_starts(word, head)
						: sv_eq(word, head))
				return heads[k].says == PII_SAYS_THING &&
						       phone_before(text, at, WORDS_BACK)
					       ? PII_SAYS_PHONE
					       : heads[k].says;
		}
		if (!is_between(word))
			return PII_SAYS_NOTHING;
	}
	return PII_SAYS_NOTHING;
}

bool pii_counts(struct sv text, size_t end)
{
	char small[UNIT_LONGEST + 1] = { 0 };
	struct sv word = { small, sizeof(small) - 1 };

	while (end < text.n && text.p[end] == ' ')
		end++;
	for (size_t i = 0; i < word.n && end + i < text.n; i++) {
		char c = text.p[end + i];

		small[i] = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct sv head = sv_of(units[i].head);

		if (sv_starts(word, head) &&
		    !(units[i].whole && is_word_byte(small[head.n])))
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Digits go on behind a point, a dash or a slash at @at, in the direction of @step; but not
 * where those are a block of another telephone.
 */
static bool goes_on(struct sv text, size_t at, int step)
{
	size_t digits = 0, i = at + (size_t)step;

	if (at >= text.n || !strchr("./-", text.p[at]))
		return false;
	for (; i < text.n && is_digit(text.p[i]); i += (size_t)step)
		digits++;
	if (digits > 2 && i < text.n && text.p[i] == ' ' && i + (size_t)step < text.n &&
	    is_digit(text.p[i + (size_t)step]))
		return false;
	return digits > 0 && digits < PHONE_DIGITS;
}

/* "0722 123 456/0733 123 456": what ends at @end is a telephone's worth of digits. */
static bool is_another(struct sv text, size_t end)
{
	size_t digits = 0;

	while (digits < PHONE_DIGITS && end > 0 &&
	       (is_digit(text.p[end - 1]) || strchr(" .", text.p[end - 1])))
		digits += is_digit(text.p[--end]);
	return digits >= PHONE_DIGITS;
}

bool pii_is_part(struct sv text, size_t start, size_t end)
{
	if (goes_on(text, end, 1) || (start > 0 && goes_on(text, start - 1, -1)))
		return true;
	return start > 1 && strchr("/-_=", text.p[start - 1]) &&
	       is_word_byte(text.p[start - 2]) && !is_another(text, start - 1) &&
	       pii_context(text, start) != PII_SAYS_PHONE;
}
