/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ratings.c: "9/10", "3 na 10", "4,5 din 5": a rating said in words weighs by its numbers. Which
 * words may stand between them is the lexicon's; here is what the numbers are worth.
 */
#include "analyzer/scratch.h"

enum {
	DIGITS_MOST = 3,
	MIDDLE = 650,	   /* of 1000: neither praise nor complaint: 6.5 of 10 */
	MIDDLE_HALF = 350, /* so far from it all of the weight counts          */
	BEYOND = 1200,	   /* 12/10 is praise; 160/100 is something else       */
};

static bool is_digit(struct sv text, uint32_t at)
{
	return at < text.n && text.p[at] >= '0' && text.p[at] <= '9';
}

/* Is there `4,` before `5`, or `,5` behind `4`? @at is the sign. */
static bool is_point(struct sv text, uint32_t at)
{
	return at > 0 && at < text.n && (text.p[at] == '.' || text.p[at] == ',') &&
	       is_digit(text, at - 1) && is_digit(text, at + 1);
}

/* Where the number begins of which the digits at @at are the end. */
static uint32_t begin_of(struct sv text, uint32_t at)
{
	while (at > 0 && is_digit(text, at - 1))
		at--;
	if (at > 1 && is_point(text, at - 1))
		for (at--; at > 0 && is_digit(text, at - 1);)
			at--;
	return at;
}

/* In thousandths, or -1; *@at moves behind it. */
static int32_t number_at(struct sv text, uint32_t *at)
{
	int32_t value = 0, unit = 1000;
	uint32_t digits = 0;

	for (; is_digit(text, *at); ++*at)
		if (++digits <= DIGITS_MOST)
			value = value * 10 + (text.p[*at] - '0');
	if (!digits || digits > DIGITS_MOST)
		return -1;
	value *= 1000;
	if (is_point(text, *at))
		for (++*at; is_digit(text, *at); ++*at)
			value += (unit /= 10) * (text.p[*at] - '0');
	return value;
}

static bool is_scale(int32_t value)
{
	return value == 5000 || value == 6000 || value == 10000 || value == 100000;
}

/* The first and the last number of the tokens from @first on. */
static bool ends_of(const struct opinia_scratch *s, uint32_t first, uint16_t count,
		    const struct token **low, const struct token **high)
{
	*low = *high = NULL;
	for (uint32_t i = first; i < first + count; i++) {
		const struct token *k = &s->tokens[i];

		if (k->kind != TOKEN_NUMBER)
			continue;
		*low = *low ? *low : k;
		*high = k;
	}
	return *low != *high;
}

/* 05/10 is a day; and what a slash or a dash leads to is the end of a date, or of a range. */
static bool is_date(struct sv text, uint32_t at)
{
	if (text.p[at] == '0' && is_digit(text, at + 1))
		return true;
	return at > 1 && (text.p[at - 1] == '/' || text.p[at - 1] == '-') &&
	       is_digit(text, at - 2);
}

int32_t rating(const struct opinia_scratch *s, uint32_t first, uint16_t count,
	       int32_t most)
{
	const struct token *low, *high;
	uint32_t at, end;
	int32_t given, scale, far;

	if (!ends_of(s, first, count, &low, &high))
		return 0;
	at = begin_of(s->text, low->start);
	if (is_date(s->text, at))
		return 0;
	given = number_at(s->text, &at);
	end = high->start;
	scale = number_at(s->text, &end);
	if (end + 1 < s->text.n && s->text.p[end] == '/' && is_digit(s->text, end + 1))
		return 0; /* 3/10/2026 */
	if (given < 0 || !is_scale(scale) || given > scale / 1000 * BEYOND)
		return 0;
	far = given / (scale / 1000) - MIDDLE;
	if (far > MIDDLE_HALF)
		far = MIDDLE_HALF;
	if (far < -MIDDLE_HALF)
		far = -MIDDLE_HALF;
	return most * far / MIDDLE_HALF;
}
