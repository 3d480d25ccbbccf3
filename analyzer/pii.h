/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pii.h: personal data by shape and checksum. The patterns are compiled once for the process
 * and then only read.
 */
#ifndef OPINIA_ANALYZER_PII_H
#define OPINIA_ANALYZER_PII_H

#include "analyzer/scratch.h"

enum { PII_DIGITS_MIN = 6 }; /* fewer in a whole text are nobody's number */

int pii_prepare(struct err *err); /* any number of times, any thread */
void *pii_match_new(void);	  /* pcre2_match_data; NULL: out of memory */
void pii_match_free(void *match);

/* Could there be any in the text that was just split? Most comments: no, at no cost. */
static inline bool pii_possible(const struct opinia_scratch *s)
{
	return s->at_signs || s->digit_count >= PII_DIGITS_MIN;
}

/* pii_context.c: what the words before the number at @at say it is. */
enum pii_context {
	PII_SAYS_NOTHING,
	PII_SAYS_PHONE,
	PII_SAYS_REGISTERED, /* of a person or a firm, or a card */
	PII_SAYS_FIRM,	     /* by which a CUI is one */
	PII_SAYS_THING,	     /* an order, an invoice, a product: nobody */
};
enum pii_context pii_context(struct sv text, size_t at);
bool pii_counts(struct sv text, size_t end); /* money, metres, steps follow */
/* Only a piece of something longer: an address, coordinates, a path, a model's name. */
bool pii_is_part(struct sv text, size_t start, size_t end);

/* pii_check.c: is the number what it looks like? @digits: ASCII digits only, @n of them. */
bool pii_is_card(const char *digits, size_t n);	 /* Luhn, 13 to 19 */
bool pii_is_pesel(const char *digits, size_t n); /* 11, with its date */
bool pii_is_cnp(const char *digits, size_t n);	 /* 13, with its date */
bool pii_is_nip(const char *digits, size_t n);	 /* 10 */
bool pii_is_cui(const char *digits, size_t n);	 /* 2 to 10 */
bool pii_is_iban(const char *text, size_t n); /* letters and digits, no blanks; mod 97 */
bool pii_is_phone(const char *digits, size_t n,
		  bool plus); /* of RO and PL, or any with + */

#endif
