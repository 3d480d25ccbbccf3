/* SPDX-License-Identifier: Apache-2.0 */
/* figures.c: see figures.h. */
#include "report/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"
#include "core/when.h"

#define NBSP "\xc2\xa0"
#define MINUS "\xe2\x88\x92"

/* Polish groups from five digits on; Romanian and English from four. */
static const char *group_mark(enum ui_lang lang, size_t digits)
{
	if (lang == UI_PL)
		return digits > 4 ? NBSP : "";
	return lang == UI_RO ? "." : ",";
}

struct said say_count(enum ui_lang lang, uint64_t n)
{
	struct said out;
	char digits[24];
	size_t len =
		(size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			at += (size_t)snprintf(out.z + at, sizeof(out.z) - at, "%s",
					       group_mark(lang, len));
		out.z[at++] = digits[i];
	}
	out.z[at] = '\0';
	return out;
}

struct said say_number(enum ui_lang lang, double v, int decimals, bool sign)
{
	static const unsigned tens[] = { 1, 10, 100, 1000 };
	unsigned ten = tens[decimals];
	struct said out, whole;
	uint64_t scaled;
	const char *before;

	if (!isfinite(v) || fabs(v) > 1e15) {
		snprintf(out.z, sizeof(out.z), "%s",
			 isnan(v) ? "NA"
			 : v < 0  ? MINUS "∞"
				  : "∞");
		return out;
	}
	scaled = (uint64_t)llround(fabs(v) * ten);
	before = !scaled ? ""
		 : v < 0 ? MINUS
		 : sign	 ? "+"
			 : ""; /* a rounded zero has no sign */
	whole = say_count(lang, scaled / ten);
	if (decimals)
		snprintf(out.z, sizeof(out.z), "%s%.60s%c%0*u", before, whole.z,
			 lang == UI_EN ? '.' : ',', decimals, (unsigned)(scaled % ten));
	else
		snprintf(out.z, sizeof(out.z), "%s%.60s", before, whole.z);
	return out;
}

/* The blanks of a quantity do not break. */
static struct said unbroken(struct said in)
{
	struct said out;
	size_t n = 0;

	for (const char *c = in.z; *c && n + 3 < sizeof(out.z); c++) {
		if (*c == ' ')
			out.z[n++] = NBSP[0];
		out.z[n++] = *c == ' ' ? NBSP[1] : *c;
	}
	out.z[n] = '\0';
	return out;
}

struct said say_duration(enum ui_lang lang, double ms)
{
	struct said out = say_number(lang, ms, 0, false);
	double minutes = round(fabs(ms) / MS_MINUTE);
	const char *minus = ms < 0 ? MINUS : "";
	int a, b;

	if (!isfinite(ms) || fabs(ms) > 1e14)
		return out;
	if (fabs(ms) < MS_MINUTE) {
		a = (int)lround(fabs(ms) / MS_SECOND);
		snprintf(out.z, sizeof(out.z), _("%s%d s"), a ? minus : "", a);
	} else if (fabs(ms) < 10.0 * MS_MINUTE) {
		a = (int)lround(fabs(ms) / MS_SECOND);
		snprintf(out.z, sizeof(out.z), _("%s%d min %02d s"), minus, a / 60,
			 a % 60);
	} else if (minutes < 60) {
		snprintf(out.z, sizeof(out.z), _("%s%d min"), minus, (int)minutes);
	} else if (minutes < 48 * 60) {
		a = (int)minutes / 60, b = (int)minutes % 60;
		snprintf(out.z, sizeof(out.z), _("%s%d h %02d min"), minus, a, b);
	} else {
		a = (int)(minutes / 1440), b = (int)(fmod(minutes, 1440) / 60);
		snprintf(out.z, sizeof(out.z), _("%s%d d %d h"), minus, a, b);
	}
	return unbroken(out);
}

/* ---- of a metric ------------------------------------------------------------------- */

static int decimals_of(const struct metric *m)
{
	if (m->unit == UNIT_MONEY)
		return 0;
	return m->unit == UNIT_MEAN || m->unit == UNIT_RATIO ? 2 : 1;
}

static struct said bare(enum ui_lang lang, const struct metric *m, double v, bool sign)
{
	struct said out, d;

	if (m->unit != UNIT_MS)
		return say_number(lang, v, decimals_of(m), sign);
	d = say_duration(lang, v);
	snprintf(out.z, sizeof(out.z), "%s%.90s", sign && v >= MS_SECOND ? "+" : "", d.z);
	return out;
}

struct said say_value(enum ui_lang lang, const struct metric *m, double v)
{
	struct said plain = bare(lang, m, v, false), out;

	if (m->unit != UNIT_PERCENT)
		return plain;
	snprintf(out.z, sizeof(out.z), "%.90s" NBSP "%%", plain.z);
	return out;
}

struct said say_metric(enum ui_lang lang, const struct metric *m,
		       const struct metric_value *v)
{
	return v->known ? say_value(lang, m, v->value) : (struct said){ "NA" };
}

static struct said between(struct said a, struct said b)
{
	struct said out;

	snprintf(out.z, sizeof(out.z), "%.44s" NBSP "…" NBSP "%.40s", a.z, b.z);
	return out;
}

struct said say_interval(enum ui_lang lang, const struct metric *m,
			 const struct metric_value *v)
{
	if (!v->known || !v->has_interval)
		return (struct said){ "" };
	return between(bare(lang, m, v->low, false), bare(lang, m, v->high, false));
}

struct said say_diff(enum ui_lang lang, const struct metric *m, double diff)
{
	struct said out = bare(lang, m, diff, true);

	if (m->unit == UNIT_PERCENT)
		snprintf(out.z + strlen(out.z), 16, NBSP "%.12s", _("pp"));
	return out;
}

struct said say_diff_interval(enum ui_lang lang, const struct metric *m, double low,
			      double high)
{
	return between(bare(lang, m, low, true), bare(lang, m, high, true));
}

struct said say_by(enum ui_lang lang, const struct metric *m, double diff)
{
	struct said out, v = bare(lang, m, fabs(diff), false);

	if (m->unit == UNIT_PERCENT)
		snprintf(out.z, sizeof(out.z), _("%s percentage points"), v.z);
	else if (m->unit == UNIT_MS || m->unit == UNIT_MONEY)
		return v;
	else
		snprintf(out.z, sizeof(out.z), _("%s points"), v.z);
	return out;
}

struct said say_p(enum ui_lang lang, const char *letter, double p)
{
	struct said out;

	if (!isfinite(p))
		return (struct said){ "" };
	if (p < 0.001)
		snprintf(out.z, sizeof(out.z), "%.8s" NBSP "<" NBSP "%.60s", letter,
			 say_number(lang, 0.001, 3, false).z);
	else
		snprintf(out.z, sizeof(out.z), "%.8s" NBSP "=" NBSP "%.60s", letter,
			 say_number(lang, p, p < 0.1 ? 3 : 2, false).z);
	return out;
}

struct said say_ratio(enum ui_lang lang, double ratio)
{
	return say_number(lang, ratio, ratio < 1 ? 2 : ratio < 10 ? 1 : 0, false);
}

struct said say_scale(const struct metric_scale *s)
{
	struct said out;

	snprintf(out.z, sizeof(out.z), "%d–%d", s->min, s->max);
	return out;
}

/* ---- days -------------------------------------------------------------------------- */

/* Day, month in the case that a date asks for, year. */
static const char *const dates[] = {
	N_("%d January %d"), N_("%d February %d"), N_("%d March %d"),
	N_("%d April %d"),   N_("%d May %d"),	   N_("%d June %d"),
	N_("%d July %d"),    N_("%d August %d"),   N_("%d September %d"),
	N_("%d October %d"), N_("%d November %d"), N_("%d December %d"),
};
static const char *const months[] = {
	N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
	N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
};

struct said say_day(int32_t day)
{
	struct said out;
	int y, m, d;

	day_civil(day, &y, &m, &d);
	snprintf(out.z, sizeof(out.z), _(dates[m - 1]), d, y);
	return out;
}

const char *say_month_short(int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	return _(months[m - 1]);
}

struct said say_day_short(int32_t day)
{
	struct said out;
	int y, m, d;

	day_civil(day, &y, &m, &d);
	/* a day and a short month, "22 Jun" */
	snprintf(out.z, sizeof(out.z), _("%d %s"), d, _(months[m - 1]));
	return out;
}

struct said say_days(int32_t first, int32_t last)
{
	struct said out, a = say_day(first), b = say_day(last);

	if (first == last)
		return a;
	snprintf(out.z, sizeof(out.z), "%.44s – %.44s", a.z, b.z);
	return out;
}

/* ---- counted things ---------------------------------------------------------------- */

/* gettext takes an unsigned long; what is above a billion has the plural of a million. */
static unsigned long plural(uint64_t n)
{
	return (unsigned long)(n < 1000000000 ? n : n % 1000000 + 1000000);
}

struct said say_answers(enum ui_lang lang, uint64_t n)
{
	struct said out, c = say_count(lang, n);

	snprintf(out.z, sizeof(out.z), ngettext("%s answer", "%s answers", plural(n)),
		 c.z);
	return out;
}

struct said say_complaints(enum ui_lang lang, uint64_t n)
{
	struct said out, c = say_count(lang, n);

	snprintf(out.z, sizeof(out.z),
		 ngettext("%s complaint", "%s complaints", plural(n)), c.z);
	return out;
}
