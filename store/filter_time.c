/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter_time.c: the ways to name a stretch of days in a filter.
 *
 * Every name stands for whole days of the store's zone, first and last. `since:` takes
 * the first, `until:` the last, `day:` both, so that `since:X until:X` is always
 * `day:X`. Lengths (`30d`) end today; after `until:` they end the day before that
 * stretch begins, so that `since:60d until:30d` is exactly the thirty days before
 * `since:30d`.
 */
#include "store/filter.h"
#include "store/opinia_store.h"

struct days {
	int32_t first, last;
};

static bool digits(struct sv s, size_t n, int *out)
{
	*out = 0;
	if (s.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

static bool whole_year(int year, struct days *out)
{
	*out = (struct days){ day_of(year, 1, 1), day_of(year, 12, 31) };
	return true;
}

static bool whole_month(int year, int month, struct days *out)
{
	if (month < 1 || month > 12)
		return false;
	out->first = day_of(year, month, 1);
	out->last = day_month_next(out->first) - 1;
	return true;
}

static bool whole_quarter(int year, int quarter, struct days *out)
{
	struct days end;

	return quarter >= 1 && quarter <= 4 && whole_month(year, quarter * 3 - 2, out) &&
	       whole_month(year, quarter * 3, &end) && (out->last = end.last, true);
}

static bool whole_week(int year, int week, struct days *out)
{
	int y, w;

	out->first = day_week_start(day_of(year, 1, 4)) + 7 * (week - 1);
	out->last = out->first + 6;
	day_iso_week(out->first, &y, &w);
	return y == year && w == week;
}

static bool one_day(int year, int month, int dom, struct days *out)
{
	struct civil c = { .year = year, .month = month, .day = dom };

	if (!civil_valid(&c))
		return false;
	out->first = out->last = day_of(year, month, dom);
	return true;
}

/* "W08" or "Q1" of a year. */
static bool week_or_quarter(int year, struct sv part, struct days *out)
{
	int n;
	char what = part.n ? (char)(part.p[0] | 0x20) : 0;

	if (what == 'w')
		return digits(sv_sub(part, 1, 9), 2, &n) && whole_week(year, n, out);
	return what == 'q' && digits(sv_sub(part, 1, 9), 1, &n) &&
	       whole_quarter(year, n, out);
}

/* "2026", "2026-03", "2026-W08", "2026-Q1", "2026-03-01": the same on every day. */
static bool absolute(struct sv s, struct days *out)
{
	struct sv rest = s, part = sv_cut(&rest, '-');
	int year, month, dom;

	if (!digits(part, 4, &year) || year < 1600)
		return false;
	if (s.n == 4)
		return whole_year(year, out);
	part = sv_cut(&rest, '-');
	if (week_or_quarter(year, part, out))
		return s.n == 5 + part.n;
	if (!digits(part, 2, &month))
		return false;
	if (s.n == 7)
		return whole_month(year, month, out);
	return digits(rest, 2, &dom) && one_day(year, month, dom, out);
}

/* The month, quarter or year that @today is in, or the one before. */
static bool calendar(struct sv unit, bool before, int32_t today, struct days *out)
{
	int year, month, dom;

	day_civil(today, &year, &month, &dom);
	if (sv_ieq(unit, SV("week"))) {
		out->first = day_week_start(today) - (before ? 7 : 0);
		out->last = out->first + 6;
		return true;
	}
	if (sv_ieq(unit, SV("month"))) {
		if (before)
			day_civil(day_month_start(today) - 1, &year, &month, &dom);
		return whole_month(year, month, out);
	}
	if (sv_ieq(unit, SV("quarter"))) {
		int q = (month + 2) / 3 - (before ? 1 : 0);

		return whole_quarter(q ? year : year - 1, q ? q : 4, out);
	}
	return sv_ieq(unit, SV("year")) && whole_year(before ? year - 1 : year, out);
}

/* The same day of the month @months earlier, or the last day of a shorter month. */
static int32_t months_back(int32_t day, int months)
{
	int year, month, dom;
	int32_t first, next;

	day_civil(day, &year, &month, &dom);
	month = year * 12 + month - 1 - months;
	if (month < 1600 * 12)
		return day_of(1600, 1, 1);
	first = day_of(month / 12, month % 12 + 1, 1);
	next = day_month_next(first);
	return first + dom - 1 < next ? first + dom - 1 : next - 1;
}

/* "30d", "12w", "6m", "1y": a stretch of that length that ends today. */
static bool length(struct sv s, int32_t today, struct days *out)
{
	int n = 0;

	if (s.n < 2 || s.n > 5 || !digits(sv_sub(s, 0, s.n - 1), s.n - 1, &n) || n == 0)
		return false;
	out->last = today;
	switch (s.p[s.n - 1] | 0x20) {
	case 'd':
		out->first = today - n + 1;
		return true;
	case 'w':
		out->first = today - 7 * n + 1;
		return true;
	case 'm':
		out->first = months_back(today, n) + 1;
		return true;
	case 'y':
		out->first = months_back(today, 12 * n) + 1;
		return true;
	default:
		return false;
	}
}

static bool relative(struct sv s, int32_t today, bool until, struct days *out)
{
	if (sv_ieq(s, SV("today")) || sv_ieq(s, SV("yesterday"))) {
		out->first = out->last = today - (s.n == 5 ? 0 : 1);
		return true;
	}
	if (s.n > 5 && sv_ieq(sv_sub(s, 0, 5), SV("last-")))
		return calendar(sv_sub(s, 5, s.n), true, today, out);
	if (s.n > 5 && sv_ieq(sv_sub(s, 0, 5), SV("this-")))
		return calendar(sv_sub(s, 5, s.n), false, today, out);
	if (!length(s, today, out))
		return false;
	if (until)
		*out = (struct days){ FILTER_NO_LOW, out->first - 1 };
	return true;
}

bool filter_time_read(struct sv text, const struct opinia_filter_env *env, bool until,
		      int32_t *first, int32_t *last)
{
	struct days d;

	if (!absolute(text, &d) &&
	    (!env || !relative(text, when_day(env->zone, env->now_ms), until, &d)))
		return false;
	*first = d.first;
	*last = d.last;
	return true;
}
