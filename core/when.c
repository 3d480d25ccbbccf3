/* SPDX-License-Identifier: Apache-2.0 */
/*
 * when.c: see when.h. Calendar arithmetic is Howard Hinnant's "chrono-Compatible Low-Level
 * Date Algorithms"; ISO weeks follow ISO 8601 (the week of a year is that of its Thursday).
 */
#include "core/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int32_t day_of(int year, int month, int day)
{
	int y = year - (month <= 2);
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void day_civil(int32_t day, int *year, int *month, int *dom)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*dom = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static int weekday(int32_t day) /* Monday is 0; 1970-01-01 was a Thursday */
{
	int w = (day + 3) % 7;

	return w < 0 ? w + 7 : w;
}

int32_t day_week_start(int32_t day)
{
	return day - weekday(day);
}

void day_iso_week(int32_t day, int *year, int *week)
{
	int32_t thursday = day_week_start(day) + 3;
	int month, dom;

	day_civil(thursday, year, &month, &dom);
	*week = (thursday - day_of(*year, 1, 1)) / 7 + 1;
}

int32_t day_month_start(int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	return day_of(y, m, 1);
}

int32_t day_month_next(int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	return m == 12 ? day_of(y + 1, 1, 1) : day_of(y, m + 1, 1);
}

static int month_days(int year, int month)
{
	return day_month_next(day_of(year, month, 1)) - day_of(year, month, 1);
}

bool civil_valid(const struct civil *c)
{
	return c->year >= 1600 && c->year <= 9999 && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= month_days(c->year, c->month) && c->hour >= 0 &&
	       c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
	       c->second <= 60 && c->ms >= 0 && c->ms <= 999;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t local_ms(const struct zone *z, int64_t utc_ms)
{
	return utc_ms + (z ? (int64_t)zone_offset_s(z, utc_ms) * MS_SECOND : 0);
}

int32_t when_day(const struct zone *z, int64_t utc_ms)
{
	return (int32_t)floor_div(local_ms(z, utc_ms), MS_DAY);
}

/*
 * The UTC instant of a local one: try the offset on either side. In the gap of spring neither
 * fits and the earlier offset moves the time forward; in the overlap of autumn the first wins.
 */
static int64_t local_to_utc(const struct zone *z, int64_t local)
{
	int64_t before, after;

	if (!z)
		return local;
	before = local - (int64_t)zone_offset_s(z, local - MS_DAY) * MS_SECOND;
	after = local - (int64_t)zone_offset_s(z, local + MS_DAY) * MS_SECOND;
	if (local_ms(z, before) == local)
		return before;
	return local_ms(z, after) == local ? after : before;
}

int64_t when_day_start(const struct zone *z, int32_t day)
{
	return local_to_utc(z, (int64_t)day * MS_DAY);
}

struct civil when_civil(const struct zone *z, int64_t utc_ms)
{
	int64_t local = local_ms(z, utc_ms);
	int32_t day = (int32_t)floor_div(local, MS_DAY);
	int64_t in = local - (int64_t)day * MS_DAY;
	struct civil c;

	day_civil(day, &c.year, &c.month, &c.day);
	c.hour = (int)(in / MS_HOUR);
	c.minute = (int)(in / MS_MINUTE % 60);
	c.second = (int)(in / MS_SECOND % 60);
	c.ms = (int)(in % MS_SECOND);
	return c;
}

int64_t when_utc(const struct zone *z, struct civil c)
{
	int64_t day = day_of(c.year, c.month, c.day);

	return local_to_utc(z, day * MS_DAY + c.hour * (int64_t)MS_HOUR +
				       c.minute * (int64_t)MS_MINUTE +
				       c.second * (int64_t)MS_SECOND + c.ms);
}

int64_t when_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * MS_SECOND + t.tv_nsec / 1000000;
}

/* Exactly @digits digits off the front of @s. */
static bool take_digits(struct sv *s, size_t digits, int *out)
{
	int v = 0;

	if (s->n < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = sv_sub(*s, digits, s->n);
	*out = v;
	return true;
}

static bool take_char(struct sv *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = sv_sub(*s, 1, s->n);
	return true;
}

static bool take_fraction(struct sv *s, int *ms)
{
	int scale = 100;
	size_t n = 0;

	*ms = 0;
	if (!take_char(s, '.') && !take_char(s, ','))
		return true;
	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; *s = sv_sub(*s, 1, s->n), n++) {
		*ms += (s->p[0] - '0') * scale;
		scale /= 10;
	}
	return n > 0;
}

static bool take_clock(struct sv *s, struct civil *c)
{
	if (!take_digits(s, 2, &c->hour) || !take_char(s, ':') ||
	    !take_digits(s, 2, &c->minute))
		return false;
	if (!take_char(s, ':'))
		return true;
	return take_digits(s, 2, &c->second) && take_fraction(s, &c->ms);
}

/* "Z", "+02:00", "+0200" or nothing. @given: whether there was one. */
static bool take_offset(struct sv *s, bool *given, int *offset_s)
{
	int sign, h, m = 0;

	*given = true;
	*offset_s = 0;
	if (take_char(s, 'Z') || take_char(s, 'z'))
		return true;
	sign = take_char(s, '+') ? 1 : take_char(s, '-') ? -1 : 0;
	if (!sign) {
		*given = false;
		return true;
	}
	if (!take_digits(s, 2, &h))
		return false;
	if (take_char(s, ':') || s->n)
		if (!take_digits(s, 2, &m))
			return false;
	*offset_s = sign * (h * 3600 + m * 60);
	return h <= 15 && m <= 59;
}

bool when_parse_iso(struct sv s, const struct zone *z, int64_t *utc_ms)
{
	struct civil c = { .hour = 0 };
	bool given = false;
	int offset = 0;

	if (!take_digits(&s, 4, &c.year) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &c.month) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &c.day))
		return false;
	if (s.n && (take_char(&s, 'T') || take_char(&s, 't') || take_char(&s, ' '))) {
		if (!take_clock(&s, &c))
			return false;
		take_char(&s, ' ');
		if (!take_offset(&s, &given, &offset))
			return false;
	}
	if (s.n || !civil_valid(&c))
		return false;
	*utc_ms = when_utc(given ? NULL : z, c) - (int64_t)offset * MS_SECOND;
	return true;
}

static char *put_digits(char *to, int v, int digits, char behind)
{
	for (int i = digits; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	to[digits] = behind;
	return to + digits + 1;
}

/* By hand: every line of a log and of an export has one. */
void when_format(int64_t utc_ms, char *out)
{
	struct civil c = when_civil(NULL, utc_ms);

	if (c.year < 0 || c.year > 9999) {
		int n = snprintf(out, WHEN_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d",
				 c.year, c.month, c.day, c.hour, c.minute, c.second);

		if (n > 0 && c.ms)
			snprintf(out + n, (size_t)(WHEN_TEXT_MAX - n), ".%03dZ", c.ms);
		else if (n > 0)
			snprintf(out + n, (size_t)(WHEN_TEXT_MAX - n), "Z");
		return;
	}
	out = put_digits(out, c.year, 4, '-');
	out = put_digits(out, c.month, 2, '-');
	out = put_digits(out, c.day, 2, 'T');
	out = put_digits(out, c.hour, 2, ':');
	out = put_digits(out, c.minute, 2, ':');
	out = put_digits(out, c.second, 2, c.ms ? '.' : 'Z');
	if (c.ms)
		out = put_digits(out, c.ms, 3, 'Z');
	*out = 0;
}

void when_format_local(const struct zone *z, int64_t utc_ms, char *out)
{
	struct civil c = when_civil(z, utc_ms);

	snprintf(out, WHEN_TEXT_MAX, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day,
		 c.hour, c.minute);
}

/* A chart names hundreds of days: of years of four digits by hand, of others by printf. */
static char *digits(char *p, int v, int n)
{
	for (int i = n; i-- > 0; v /= 10)
		p[i] = (char)('0' + v % 10);
	return p + n;
}

static bool four_digits(int year)
{
	return year >= 0 && year <= 9999;
}

void day_format(int32_t day, char *out)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	if (!four_digits(y)) {
		snprintf(out, WHEN_TEXT_MAX, "%04d-%02d-%02d", y, m, d);
		return;
	}
	out = digits(out, y, 4);
	*out++ = '-';
	out = digits(out, m, 2);
	*out++ = '-';
	*digits(out, d, 2) = '\0';
}

void week_format(int32_t day, char *out)
{
	int y, w;

	day_iso_week(day, &y, &w);
	if (!four_digits(y)) {
		snprintf(out, WHEN_TEXT_MAX, "%04d-W%02d", y, w);
		return;
	}
	out = digits(out, y, 4);
	*out++ = '-';
	*out++ = 'W';
	*digits(out, w, 2) = '\0';
}

void month_format(int32_t day, char *out)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	if (!four_digits(y)) {
		snprintf(out, WHEN_TEXT_MAX, "%04d-%02d", y, m);
		return;
	}
	out = digits(out, y, 4);
	*out++ = '-';
	*digits(out, m, 2) = '\0';
}
