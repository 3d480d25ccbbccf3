/* SPDX-License-Identifier: Apache-2.0 */
/*
 * values_time.c: a point in time as people and tools write it; see values.h. By hand and not
 * by strptime(), which knows neither our orders nor where it stopped being sure.
 */
#include <string.h>

#include "collector/values.h"

enum { QUOTE_MAX = 40, NO_ZONE = INT32_MAX };

/* What is read from the left, piece by piece. */
struct text {
	const char *p, *end;
};

const char *date_style_name(enum date_style s)
{
	static const char *const names[DATE_STYLES] = {
		"none",	      "yyyy-mm-dd", "dd.mm.yyyy",   "dd/mm/yyyy",
		"mm/dd/yyyy", "dd-mm-yyyy", "Unix seconds", "Unix milliseconds",
	};

	return (unsigned)s < DATE_STYLES ? names[s] : "?";
}

/* @least to @most digits; the number of digits, or 0 and nothing is taken. */
static int take_int(struct text *t, int least, int most, int *out)
{
	int n = 0, v = 0;

	while (t->p + n < t->end && n < most && t->p[n] >= '0' && t->p[n] <= '9') {
		v = v * 10 + (t->p[n] - '0');
		n++;
	}
	if (n < least)
		return 0;
	t->p += n;
	*out = v;
	return n;
}

static bool take_char(struct text *t, char c)
{
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

static void skip_blanks(struct text *t)
{
	while (take_char(t, ' ') || take_char(t, '\t'))
		;
}

static bool take_word(struct text *t, const char *word)
{
	size_t n = strlen(word);

	if (!sv_ieq(sv_sub((struct sv){ t->p, (size_t)(t->end - t->p) }, 0, n),
		    sv_of(word)))
		return false;
	t->p += n;
	return true;
}

/* The three numbers of a date, in whichever order. */
static bool take_date(struct text *t, bool month_first, struct civil *c,
		      enum date_style *style)
{
	int a = 0, b = 0, d = 0, digits = take_int(t, 1, 4, &a);
	char sep = t->p < t->end ? *t->p : 0;

	if (digits == 3 || (sep != '-' && sep != '.' && sep != '/'))
		return false;
	t->p++;
	if (!take_int(t, 1, 2, &b) || !take_char(t, sep))
		return false;
	if (digits == 4) {
		*style = DATE_ISO;
		c->year = a, c->month = b;
		return take_int(t, 1, 2, &c->day) > 0;
	}
	if (!digits || !take_int(t, 4, 4, &d))
		return false;
	*style = sep == '.' ? DATE_DMY_DOT : sep == '-' ? DATE_DMY_DASH : DATE_DMY_SLASH;
	c->year = d, c->month = b, c->day = a;
	if (sep == '/' && month_first) {
		*style = DATE_MDY_SLASH;
		c->month = a, c->day = b;
	}
	return true;
}

static void take_fraction(struct text *t, struct civil *c)
{
	int unit = 100;

	if (!(take_char(t, '.') || take_char(t, ',')))
		return;
	for (; t->p < t->end && *t->p >= '0' && *t->p <= '9'; t->p++, unit /= 10)
		c->ms += (*t->p - '0') * unit;
}

static bool take_half_of_day(struct text *t, struct civil *c)
{
	bool pm;

	skip_blanks(t);
	pm = take_word(t, "pm") || take_word(t, "p.m.");
	if (!pm && !take_word(t, "am") && !take_word(t, "a.m."))
		return true;
	if (c->hour < 1 || c->hour > 12)
		return false;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	return true;
}

static bool take_clock(struct text *t, struct civil *c)
{
	if (!take_int(t, 1, 2, &c->hour) || !take_char(t, ':') ||
	    !take_int(t, 2, 2, &c->minute))
		return false;
	if (take_char(t, ':')) {
		if (!take_int(t, 2, 2, &c->second))
			return false;
		take_fraction(t, c);
	}
	return take_half_of_day(t, c);
}

/* How forms write the zones of our countries. */
static bool take_zone_name(struct text *t, int32_t *east)
{
	static const struct {
		const char *name;
		int hours;
	} names[] = { { "eest", 3 }, { "eet", 2 }, { "cest", 2 }, { "cet", 1 } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (take_word(t, names[i].name)) {
			*east = names[i].hours * 3600;
			return true;
		}
	return false;
}

/*
 * Z, UTC, +02:00, +0200, +02, GMT+2, EET: seconds east, or NO_ZONE where nothing is said.
 */
static bool take_zone(struct text *t, int32_t *east)
{
	int h = 0, m = 0;
	bool minus, named;

	skip_blanks(t);
	*east = 0;
	if (take_word(t, "z") || take_zone_name(t, east))
		return true;
	named = take_word(t, "utc") || take_word(t, "gmt");
	minus = take_char(t, '-');
	if (!minus && !take_char(t, '+')) {
		*east = named ? 0 : NO_ZONE;
		return true;
	}
	if (!take_int(t, named ? 1 : 2, 2, &h))
		return false;
	take_char(t, ':');
	take_int(t, 2, 2, &m);
	*east = (minus ? -1 : 1) * (h * 3600 + m * 60);
	return h <= 18 && m <= 59;
}

static int no_time(struct err *err, struct sv s, const char *what)
{
	bool cut = s.n > QUOTE_MAX;

	s = sv_sub(s, 0, QUOTE_MAX);
	while (cut && s.n && (s.p[s.n - 1] & 0x80))
		s.n--;
	return err_set(err, ERR_INPUT, "\"" SV_FMT "\" %s", SV_ARG(s), what);
}

/* Digits only, perhaps with a fraction: Unix time, or the day number of a spreadsheet. */
static int from_number(struct sv s, int64_t *utc_ms, enum date_style *style,
		       struct err *err)
{
	struct sv fraction = s,
		  whole = sv_cut(&fraction, memchr(s.p, ',', s.n) ? ',' : '.');
	int64_t v;

	if (!sv_i64(whole, &v))
		return no_time(err, s, "is no date");
	if (v >= 20000 && v < 80000)
		return no_time(
			err, s,
			"looks like a day number of Excel: format the column as a date "
			"there and export again");
	if (v >= 100000000 && v < 100000000000) {
		*style = DATE_UNIX_S;
		*utc_ms = v * 1000;
		for (size_t i = 0, unit = 100; i < fraction.n && unit; i++, unit /= 10)
			*utc_ms += (fraction.p[i] - '0') * (int64_t)unit;
		return 0;
	}
	if (v < 100000000000 || v >= 100000000000000 || fraction.n)
		return no_time(err, s, "is no date");
	*style = DATE_UNIX_MS;
	*utc_ms = v;
	return 0;
}

static bool is_number(struct sv s)
{
	size_t marks = 0;

	for (size_t i = 0; i < s.n; i++) {
		marks += s.p[i] == '.' || s.p[i] == ',';
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' || s.p[i] == ','))
			return false;
	}
	return s.n > 0 && marks < 2;
}

unsigned value_slash_order(struct sv s)
{
	struct text t = { s.p, s.p + s.n };
	int a, b;

	if (!take_int(&t, 1, 2, &a) || !take_char(&t, '/') || !take_int(&t, 1, 2, &b) ||
	    !take_char(&t, '/'))
		return 0;
	return (a <= 31 && b <= 12 ? ORDER_DAY_FIRST : 0) |
	       (a <= 12 && b <= 31 ? ORDER_MONTH_FIRST : 0);
}

/* Behind the date: nothing, or a clock and perhaps a zone, and then nothing. */
static bool take_rest(struct text *t, struct civil *c, int32_t *east)
{
	if (t->p == t->end)
		return true;
	if (!take_char(t, 'T') && !take_char(t, 't') && !take_char(t, ' ') &&
	    !take_char(t, ','))
		return false;
	skip_blanks(t);
	return take_clock(t, c) && take_zone(t, east) && t->p == t->end;
}

int value_time(struct sv s, bool month_first, const struct zone *z, int64_t *utc_ms,
	       enum date_style *style, struct err *err)
{
	struct text t = { s.p, s.p + s.n };
	struct civil c = { 0 };
	int32_t east = NO_ZONE;

	*style = DATE_NONE;
	if (is_number(s))
		return from_number(s, utc_ms, style, err);
	if (!take_date(&t, month_first, &c, style) || !take_rest(&t, &c, &east))
		return no_time(err, s, "is no date");
	if (!civil_valid(&c))
		return no_time(err, s,
			       *style == DATE_MDY_SLASH
				       ? "is no date (read as mm/dd/yyyy)"
				       : "is a date that does not exist");
	*utc_ms = when_utc(east == NO_ZONE ? z : NULL, c);
	if (east != NO_ZONE)
		*utc_ms -= (int64_t)east * MS_SECOND;
	return 0;
}
