/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aside_blank.c: which rows that were set aside (aside.h) are a person's, and which are too old: told,
 * or overwritten where they lie.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "collector/aside_rows.h"
#include "collector/opinia_collector.h"
#include "core/percent.h"
#include "core/utf8.h"

enum { PHONE_DIGITS = 9 };

/* ---- does it stand there? ------------------------------------------------------------------ */

static bool word_byte(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 128;
}

static bool same_here(const char *at, struct sv what)
{
	for (size_t i = 0; i < what.n; i++)
		if (tolower((unsigned char)at[i]) != tolower((unsigned char)what.p[i]))
			return false;
	return true;
}

static bool has_word(struct sv text, struct sv what)
{
	for (size_t i = 0; what.n && i + what.n <= text.n; i++)
		if (same_here(text.p + i, what) && (!i || !word_byte(text.p[i - 1])) &&
		    (i + what.n == text.n || !word_byte(text.p[i + what.n])))
			return true;
	return false;
}

/* What stands right before the nine digits at @at: nothing, 0, or the country with or without 00. */
static bool prefix_fits(struct sv text, size_t at, struct sv country)
{
	size_t from = at;
	struct sv before;

	while (from && isdigit((unsigned char)text.p[from - 1]))
		from--;
	before = sv_sub(text, from, at - from);
	if (!before.n || sv_eq(before, SV("0")))
		return true;
	if (sv_starts(before, SV("00")))
		before = sv_sub(before, 2, before.n);
	return sv_eq(before, country);
}

/* Its last nine digits in a row, with what people put between them. */
static bool has_phone(struct sv text, struct sv digits)
{
	size_t place[PHONE_DIGITS], n = 0;
	struct sv nine, country;

	if (digits.n < PHONE_DIGITS)
		return has_word(text, digits);
	country = sv_sub(digits, 0, digits.n - PHONE_DIGITS);
	nine = sv_sub(digits, country.n, PHONE_DIGITS);
	for (size_t i = 0; i < text.n; i++) {
		bool fits = true;

		if (!isdigit((unsigned char)text.p[i])) {
			n = text.p[i] && strchr(" -./()", text.p[i]) ? n : 0;
			continue;
		}
		place[n++ % PHONE_DIGITS] = i;
		for (size_t k = 0; fits && k < PHONE_DIGITS; k++)
			fits = n >= PHONE_DIGITS &&
			       text.p[place[(n + k) % PHONE_DIGITS]] == nine.p[k];
		if (fits && prefix_fits(text, place[n % PHONE_DIGITS], country) &&
		    (i + 1 == text.n || !isdigit((unsigned char)text.p[i + 1])))
			return true;
	}
	return false;
}

static bool stands_in(struct sv text, const struct opinia_trace *traces, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (traces[i].phone ? has_phone(text, traces[i].text)
				    : has_word(text, traces[i].text))
			return true;
	return false;
}

/* ---- as it was meant ----------------------------------------------------------------------- */

static bool hex_at(struct sv text, size_t at, size_t digits, uint32_t *out)
{
	*out = 0;
	if (text.n < at + digits)
		return false;
	for (size_t i = at; i < at + digits; i++) {
		int digit = hex_digit(text.p[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (uint32_t)digit;
	}
	return true;
}

/* Blanks and dashes of other widths as the plain ones; returns what is left of @n bytes. */
static size_t plain_blanks(char *p, size_t n)
{
	static const struct {
		struct sv is;
		char to;
	} wide[] = {
		{ SV_INIT("\xc2\xa0"), ' ' },	  { SV_INIT("\xe2\x80\x87"), ' ' },
		{ SV_INIT("\xe2\x80\x89"), ' ' }, { SV_INIT("\xe2\x80\xaf"), ' ' },
		{ SV_INIT("\xe2\x80\x90"), '-' }, { SV_INIT("\xe2\x80\x91"), '-' },
		{ SV_INIT("\xe2\x80\x93"), '-' },
	};
	size_t to = 0, w;

	for (size_t i = 0; i < n;) {
		for (w = 0; w < sizeof(wide) / sizeof(wide[0]); w++)
			if (sv_starts((struct sv){ p + i, n - i }, wide[w].is))
				break;
		if (w < sizeof(wide) / sizeof(wide[0])) {
			p[to++] = wide[w].to;
			i += wide[w].is.n;
		} else {
			p[to++] = p[i++];
		}
	}
	return to;
}

/* Without what JSON, forms and URLs write for a character: a row is kept as it came. */
static size_t unescape(struct sv text, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n;) {
		struct sv rest = sv_sub(text, i, text.n - i);
		uint32_t c;

		if (sv_starts(rest, SV("\\u")) && hex_at(rest, 2, 4, &c)) {
			n += utf8_encode(c, out + n);
			i += 6;
		} else if (rest.p[0] == '%' && hex_at(rest, 1, 2, &c)) {
			out[n++] = (char)c;
			i += 3;
		} else if (rest.p[0] == '\\' && rest.n > 1 &&
			   strchr("/\"\\", rest.p[1])) {
			out[n++] = rest.p[1];
			i += 2;
		} else {
			out[n++] = text.p[i++];
		}
	}
	return plain_blanks(out, n);
}

static int is_theirs(struct sv entry, const struct opinia_trace *traces, size_t count,
		     bool *theirs, struct err *err)
{
	char *plain;

	*theirs = stands_in(entry, traces, count);
	if (*theirs)
		return 0;
	plain = malloc(entry.n + 1);
	if (!plain)
		return err_set(err, ERR_SYSTEM, "out of memory");
	*theirs = stands_in((struct sv){ plain, unescape(entry, plain) }, traces, count);
	free(plain);
	return 0;
}

/* ---- the door ------------------------------------------------------------------------------ */

struct whose {
	const struct opinia_trace *traces;
	size_t count;
	int (*take)(void *self, struct sv file, struct sv row, struct err *err);
	void *self;
	struct opinia_rejected *out;
};

static int sort_out(void *self, const struct aside_row *row, bool *blank, struct err *err)
{
	struct whose *w = self;
	bool theirs;
	int rc;

	if (row->blank)
		return 0;
	rc = is_theirs(row->text, w->traces, w->count, &theirs, err);
	if (rc)
		return rc;
	w->out->theirs += theirs;
	w->out->others += !theirs;
	*blank = theirs;
	return theirs && w->take ? w->take(w->self, row->file, row->text, err) : 0;
}

int opinia_rejected_find(const char *dir, const struct opinia_trace *traces, size_t count,
			 int (*take)(void *self, struct sv file, struct sv row,
				     struct err *err),
			 void *self, struct opinia_rejected *out, struct err *err)
{
	struct whose w = { traces, count, take, self, out };

	*out = (struct opinia_rejected){ 0, 0 };
	return aside_rows(dir, ASIDE_LOOK, sort_out, &w, err);
}

int opinia_rejected_blank(const char *dir, const struct opinia_trace *traces,
			  size_t count, struct opinia_rejected *out, struct err *err)
{
	struct whose w = { traces, count, NULL, NULL, out };

	*out = (struct opinia_rejected){ 0, 0 };
	return aside_rows(dir, ASIDE_WRITE, sort_out, &w, err);
}

struct ageing {
	int32_t (*until)(void *self, struct sv source);
	void *self;
	uint64_t *old;
};

static int is_old(void *self, const struct aside_row *row, bool *blank, struct err *err)
{
	struct ageing *a = self;

	(void)err;
	*blank = !row->blank && row->day <= a->until(a->self, row->source);
	*a->old += *blank;
	return 0;
}

int opinia_rejected_age(const char *dir, int32_t (*until)(void *self, struct sv source),
			void *self, bool dry, uint64_t *old, struct err *err)
{
	struct ageing a = { until, self, old };

	*old = 0;
	return aside_rows(dir, dry ? ASIDE_LOOK : ASIDE_WRITE, is_old, &a, err);
}
