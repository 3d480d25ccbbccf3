/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values.c: scores, amounts and words; see values.h. Times have a file of their own
 * (values_time.c), because the world writes them in so many ways.
 */
#include "collector/values.h"

#include <string.h>

enum { QUOTE_MAX = 60, CENTS_DIGITS = 15 };

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

bool value_absent(struct sv s)
{
	static const struct sv marks[] = {
		SV_INIT("-"),	 SV_INIT("–"),	  SV_INIT("—"),	   SV_INIT("n/a"),
		SV_INIT("na"),	 SV_INIT("null"), SV_INIT("none"), SV_INIT("(null)"),
		SV_INIT("#n/a"), SV_INIT("\\N"),  SV_INIT("nan"),
	};

	if (s.n == 0)
		return true;
	if (s.n > 6 || digit(s.p[0]))
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (sv_ieq(s, marks[i]))
			return true;
	return false;
}

static int no(struct err *err, struct sv s, const char *what)
{
	bool cut = s.n > QUOTE_MAX;

	s = sv_sub(s, 0, QUOTE_MAX);
	while (cut && s.n && (s.p[s.n - 1] & 0x80)) /* not in the middle of a letter */
		s.n--;
	return err_set(err, ERR_INPUT, "\"" SV_FMT "\" is %s", SV_ARG(s), what);
}

/* ★★★★☆, also ⭐ */
static bool take_stars(struct sv s, struct point *out)
{
	static const char full[] = "★", big[] = "⭐", hollow[] = "☆";
	int filled = 0, all = 0;

	for (; s.n >= 3; s = sv_sub(s, 3, s.n), all++) {
		bool is_full = memcmp(s.p, full, 3) == 0 || memcmp(s.p, big, 3) == 0;

		if (!is_full && memcmp(s.p, hollow, 3) != 0)
			return false;
		filled += is_full;
	}
	*out = (struct point){ filled, all > filled ? all : 0 };
	return s.n == 0 && all > 0 && all <= SCORE_POINTS_MAX;
}

static struct sv take_digits(struct sv *s)
{
	struct sv d = { s->p, 0 };

	while (d.n < s->n && digit(s->p[d.n]))
		d.n++;
	*s = sv_sub(*s, d.n, s->n);
	return d;
}

static bool all_zeros(struct sv d)
{
	for (size_t i = 0; i < d.n; i++)
		if (d.p[i] != '0')
			return false;
	return d.n > 0;
}

/* What may stand behind the number of a point: nothing, "/5", " - words", "(words)". */
static bool take_tail(struct sv tail, int *of)
{
	struct sv rest = sv_trim(tail), d;
	int64_t v;

	if (!rest.n)
		return true;
	if (rest.p[0] == '/') {
		rest = sv_trim(sv_sub(rest, 1, rest.n));
		d = take_digits(&rest);
		if (!sv_i64(d, &v) || rest.n || v > 100)
			return false;
		*of = (int)v;
		return true;
	}
	return strchr(":=(", rest.p[0]) || sv_starts(rest, SV("–")) ||
	       (rest.p[0] == '-' && rest.n > 1 && !digit(rest.p[1]));
}

int value_point(struct sv s, struct point *out, struct err *err)
{
	struct sv rest = s, whole, fraction;
	int64_t v = 0;

	if (take_stars(s, out))
		return 0;
	*out = (struct point){ 0, 0 };
	whole = take_digits(&rest);
	if (!sv_i64(whole, &v) || whole.n > 4)
		return no(err, s,
			  "no score: whole points are taken, words are not guessed");
	if (rest.n > 1 && (rest.p[0] == ',' || rest.p[0] == '.')) {
		rest = sv_sub(rest, 1, rest.n);
		fraction = take_digits(&rest);
		if (!all_zeros(fraction))
			return no(err, s, "no whole point");
	}
	if (!take_tail(rest, &out->of))
		return no(err, s,
			  "no score: whole points are taken, words are not guessed");
	out->value = (int)v;
	return 0;
}

/* Blanks as thousands marks: ASCII, U+00A0, U+202F. Its length at the head of @s, or 0. */
static size_t blank_at(struct sv s)
{
	if (s.n && s.p[0] == ' ')
		return 1;
	if (sv_starts(s, SV("\xc2\xa0")))
		return 2;
	return sv_starts(s, SV("\xe2\x80\xaf")) ? 3 : 0;
}

static struct sv strip_currency(struct sv s)
{
	static const struct sv signs[] = {
		SV_INIT("zł"),	SV_INIT("pln"), SV_INIT("lei"),
		SV_INIT("leu"), SV_INIT("ron"), SV_INIT("eur"),
		SV_INIT("€"),	SV_INIT("$"),	SV_INIT("usd"),
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t n = signs[i].n;

		if (s.n > n && sv_ieq(sv_sub(s, s.n - n, n), signs[i]))
			s = sv_sub(s, 0, s.n - n);
		else if (s.n > n && sv_ieq(sv_sub(s, 0, n), signs[i]))
			s = sv_sub(s, n, s.n);
	}
	while (s.n &&
	       (s.p[s.n - 1] & 0x80)) /* a no-break blank between number and sign */
		s.n--;
	return sv_trim(s);
}

/* Which of its marks is the decimal one: the last, unless it looks like thousands. */
static size_t decimal_mark(struct sv s, bool comma)
{
	size_t last = s.n, marks = 0;
	char other = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '.') {
			other = last < s.n && s.p[last] != s.p[i] ? s.p[last] : other;
			last = i;
			marks++;
		}
	if (marks == 0 || other)
		return last;
	if (marks > 1)
		return s.n; /* 1.234.567 */
	return s.n - last == 4 && (s.p[last] == ',') != comma ? s.n : last;
}

bool value_says_comma(struct sv s)
{
	size_t as_comma;

	s = strip_currency(s);
	as_comma = decimal_mark(s, true);
	return as_comma < s.n && s.p[as_comma] == ',' &&
	       decimal_mark(s, false) == as_comma;
}

/* Digits before the decimal mark, with thousands marks among them. */
static bool whole_part(struct sv s, int64_t *v)
{
	size_t digits = 0, step;

	for (size_t i = 0; i < s.n; i += step) {
		step = s.p[i] == ',' || s.p[i] == '.' ? 1 : blank_at(sv_sub(s, i, s.n));
		if (digit(s.p[i])) {
			*v = *v * 10 + (s.p[i] - '0');
			digits++;
			step = 1;
		}
		if (!step || digits > CENTS_DIGITS)
			return false;
	}
	return digits > 0;
}

int value_cents(struct sv s, bool comma, int64_t *cents, struct err *err)
{
	struct sv n = strip_currency(s), fraction;
	bool minus = n.n && n.p[0] == '-';
	size_t mark;
	int64_t v = 0;

	n = sv_sub(n, minus, n.n);
	mark = decimal_mark(n, comma);
	fraction = sv_sub(n, mark + 1, n.n);
	if (!whole_part(sv_sub(n, 0, mark), &v))
		return no(err, s, "no amount");
	for (size_t i = 0; i < fraction.n; i++)
		if (!digit(fraction.p[i]))
			return no(err, s, "no amount");
	if (fraction.n > 2 && !all_zeros(sv_sub(fraction, 2, fraction.n)))
		return no(err, s, "finer than hundredths");
	for (size_t i = 0; i < 2; i++)
		v = v * 10 + (i < fraction.n ? fraction.p[i] - '0' : 0);
	*cents = minus ? -v : v;
	return 0;
}

int value_yesno(struct sv s, enum tri *out, struct err *err)
{
	static const struct sv yes[] = {
		SV_INIT("1"), SV_INIT("yes"), SV_INIT("y"), SV_INIT("true"), SV_INIT("t"),
		SV_INIT("x"), SV_INIT("da"),  SV_INIT("d"), SV_INIT("tak"),  SV_INIT("✓"),
	};
	static const struct sv not [] = {
		SV_INIT("0"), SV_INIT("no"), SV_INIT("n"),   SV_INIT("false"),
		SV_INIT("f"), SV_INIT("nu"), SV_INIT("nie"),
	};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (sv_ieq(s, yes[i])) {
			*out = TRI_YES;
			return 0;
		}
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (sv_ieq(s, not [i])) {
			*out = TRI_NO;
			return 0;
		}
	return no(err, s, "neither yes nor no");
}

int value_delivery(struct sv s, enum delivery *out, struct err *err)
{
	static const struct {
		struct sv word;
		enum delivery is;
	} words[] = {
		{ SV_INIT("delivered"), DELIVERY_DELIVERED },
		{ SV_INIT("sent"), DELIVERY_DELIVERED },
		{ SV_INIT("livrat"), DELIVERY_DELIVERED },
		{ SV_INIT("trimis"), DELIVERY_DELIVERED },
		{ SV_INIT("doręczono"), DELIVERY_DELIVERED },
		{ SV_INIT("doreczono"), DELIVERY_DELIVERED },
		{ SV_INIT("dostarczono"), DELIVERY_DELIVERED },
		{ SV_INIT("wysłano"), DELIVERY_DELIVERED },
		{ SV_INIT("bounced"), DELIVERY_BOUNCED },
		{ SV_INIT("failed"), DELIVERY_BOUNCED },
		{ SV_INIT("returnat"), DELIVERY_BOUNCED },
		{ SV_INIT("respins"), DELIVERY_BOUNCED },
		{ SV_INIT("zwrócono"), DELIVERY_BOUNCED },
		{ SV_INIT("zwrocono"), DELIVERY_BOUNCED },
		{ SV_INIT("odrzucono"), DELIVERY_BOUNCED },
		{ SV_INIT("offered"), DELIVERY_OFFERED },
		{ SV_INIT("oferit"), DELIVERY_OFFERED },
		{ SV_INIT("propus"), DELIVERY_OFFERED },
		{ SV_INIT("zaproponowano"), DELIVERY_OFFERED },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (sv_ieq(s, words[i].word)) {
			*out = words[i].is;
			return 0;
		}
	return no(err, s, "neither delivered nor bounced nor offered");
}

struct sv value_language(struct sv s)
{
	static const struct {
		struct sv name, code;
	} names[] = {
		{ SV_INIT("ro"), SV_INIT("ro") },
		{ SV_INIT("pl"), SV_INIT("pl") },
		{ SV_INIT("en"), SV_INIT("en") },
		{ SV_INIT("romanian"), SV_INIT("ro") },
		{ SV_INIT("română"), SV_INIT("ro") },
		{ SV_INIT("romana"), SV_INIT("ro") },
		{ SV_INIT("polish"), SV_INIT("pl") },
		{ SV_INIT("polski"), SV_INIT("pl") },
		{ SV_INIT("poloneză"), SV_INIT("pl") },
		{ SV_INIT("rumuński"), SV_INIT("ro") },
		{ SV_INIT("english"), SV_INIT("en") },
		{ SV_INIT("engleză"), SV_INIT("en") },
		{ SV_INIT("angielski"), SV_INIT("en") },
	};
	struct sv head = s;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '-' || s.p[i] == '_') {
			head.n = i;
			break;
		}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sv_ieq(head, names[i].name))
			return names[i].code;
	for (size_t i = 0; i < head.n; i++)
		if (head.p[i] < 'a' || head.p[i] > 'z')
			return (struct sv){ NULL, 0 };
	return head.n == 2 || head.n == 3 ? head : (struct sv){ NULL, 0 };
}
