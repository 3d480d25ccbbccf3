/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_svg.c: charts stay inside their frame whatever the figures are, and no label lies
 * on another however many notes there are.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/when.h"
#include "report/svg.h"

enum { WEEKS = 53, NOTES = 40 };

static struct svg_point points[WEEKS];
static struct svg_mark marks[NOTES];

static struct svg_trend a_trend(size_t weeks)
{
	int32_t monday = day_of(2026, 3, 2);

	return (struct svg_trend){ .id = "t",
				   .first_monday = monday,
				   .point = points,
				   .count = weeks,
				   .mark = marks,
				   .now = { monday + 28, monday + 55, true, 66 },
				   .before = { monday, monday + 27, true, 78 },
				   .floor = 0,
				   .ceiling = 100,
				   .unit = "" };
}

static void fill(bool known, double value, double half, uint64_t n)
{
	for (size_t i = 0; i < WEEKS; i++)
		points[i] =
			(struct svg_point){ known,	  known && half > 0, false, value,
					    value - half, value + half,	     n };
}

/* The number behind ` name="`, from @at on; @at moves behind it. False: no more of them.
 * The number behind ` name="`, from @at on; @at moves behind it. False: no more of them. */
static bool next_attribute(const char **at, const char *name, double *out)
{
	char key[32];
	const char *p;

	snprintf(key, sizeof(key), " %s=\"", name);
	p = strstr(*at, key);
	if (!p)
		return false;
	*out = strtod(p + strlen(key), NULL);
	*at = p + strlen(key);
	return true;
}

static void expect_inside(const char *svg, double width)
{
	static const char *const across[] = { "x", "cx" }, *const down[] = { "y", "cy",
									     "height" };
	double v;

	for (size_t i = 0; i < 2; i++)
		for (const char *p = svg; next_attribute(&p, across[i], &v);)
			cr_expect(v >= -1 && v <= width + 1, "%s = %g", across[i], v);
	for (size_t i = 0; i < 3; i++)
		for (const char *p = svg; next_attribute(&p, down[i], &v);)
			cr_expect(v >= -1 && v <= 1000, "%s = %g", down[i], v);
	cr_expect_null(strstr(svg, "nan"));
	cr_expect_null(strstr(svg, "inf"));
}

static void draw(const struct svg_trend *t, enum svg_size size, struct buf *out)
{
	struct html h = { out, UI_EN };

	buf_init(out, 0);
	svg_trend(&h, t, size);
	cr_assert(buf_ok(out));
	expect_inside(out->p, size == SVG_WIDE ? 920 : 400);
}

Test(trend, stays_in_its_frame_whatever_the_figures_are)
{
	static const struct {
		const char *what;
		size_t weeks;
		bool known;
		double value, half;
		uint64_t n;
	} cases[] = {
		{ "no week", 0, false, 0, 0, 0 },
		{ "one week", 1, true, 70, 10, 30 },
		{ "one week without an interval", 1, true, 70, 0, 1 },
		{ "one week, not known", 1, false, 0, 0, 0 },
		{ "all NA", 26, false, 0, 0, 0 },
		{ "all the same", 26, true, 50, 0, 5 },
		{ "all 0", 26, true, 0, 0, 5 },
		{ "all 100", 26, true, 100, 0, 5 },
		{ "out of scale", 26, true, 150, 500, 5 },
		{ "no number", 26, true, NAN, NAN, 5 },
		{ "no end", 26, true, INFINITY, 1, 5 },
		{ "huge n", 53, true, 80, 0.001, UINT64_MAX },
		{ "a year", 53, true, 80, 3, 1000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int size = SVG_WIDE; size <= SVG_NARROW; size++) {
			struct svg_trend t = a_trend(cases[i].weeks);
			struct buf out;

			fill(cases[i].known, cases[i].value, cases[i].half, cases[i].n);
			draw(&t, (enum svg_size)size, &out);
			buf_release(&out);
		}
}

Test(trend, a_gap_breaks_the_line_and_a_lone_week_has_a_bar)
{
	struct svg_trend t = a_trend(5);
	struct buf out;

	fill(true, 70, 5, 30);
	points[1].known = points[1].has_interval = false;
	draw(&t, SVG_WIDE, &out);
	cr_expect_not_null(strstr(out.p, "class=\"lone\""));
	cr_expect_not_null(strstr(out.p, "class=\"band\""));
	cr_expect_null(strstr(out.p, "L0 "));
	buf_release(&out);
}

static void expect_apart(const char *svg)
{
	double box[NOTES][4];
	size_t n = 0;

	for (const char *p = svg; (p = strstr(p, "class=\"under\"")) && n < NOTES; n++)
		cr_assert(next_attribute(&p, "x", &box[n][0]) &&
			  next_attribute(&p, "y", &box[n][1]) &&
			  next_attribute(&p, "width", &box[n][2]) &&
			  next_attribute(&p, "height", &box[n][3]));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect(box[i][0] >= box[j][0] + box[j][2] ||
					  box[j][0] >= box[i][0] + box[i][2] ||
					  box[i][1] >= box[j][1] + box[j][3] ||
					  box[j][1] >= box[i][1] + box[i][3],
				  "labels %zu and %zu of %zu", j, i, n);
}

Test(trend, labels_of_notes_never_lie_on_each_other)
{
	static const char *const texts[] = {
		"5.2", "New courier in Poland: RapidPost replaces KurierPlus", "", "Żółć",
		"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"
	};
	unsigned seed = 7;

	fill(true, 70, 5, 30);
	for (int round = 0; round < 300; round++) {
		struct svg_trend t = a_trend(1 + (size_t)round % WEEKS);
		int32_t day = t.first_monday - 3;

		t.marks = (size_t)round % NOTES;
		for (size_t i = 0; i < t.marks; i++) {
			seed = seed * 1103515245u + 12345u;
			day += (int32_t)(seed >> 16) % (round % 3 == 0 ? 2 : 30);
			marks[i] =
				(struct svg_mark){ day, sv_of(texts[(seed >> 20) % 5]) };
		}
		for (int size = SVG_WIDE; size <= SVG_NARROW; size++) {
			struct buf out;

			draw(&t, (enum svg_size)size, &out);
			expect_apart(out.p);
			buf_release(&out);
		}
	}
}

Test(scale, has_round_steps_and_holds_what_it_must)
{
	static const struct {
		double low, high, lowest, highest;
	} cases[] = {
		{ 52, 91, 0, 100 },	{ 70, 70, 0, 100 },
		{ 0, 0, 0, 100 },	{ 100, 100, 0, 100 },
		{ -61, 90, -100, 100 }, { -300, 300, -100, 100 },
		{ NAN, NAN, 0, 100 },	{ INFINITY, -INFINITY, 0, 100 },
		{ 99.9, 100, 0, 100 },	{ 0, 86400000, 0, 1e9 },
		{ 0.1, 0.2, 0, 100 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct svg_scale s = svg_nice(cases[i].low, cases[i].high,
					      cases[i].lowest, cases[i].highest);

		cr_expect(s.low >= cases[i].lowest && s.high <= cases[i].highest &&
				  s.high > s.low,
			  "%zu: %g .. %g", i, s.low, s.high);
		cr_expect(s.step > 0 && (s.high - s.low) / s.step <= 8, "%zu: step %g", i,
			  s.step);
		if (cases[i].low <= cases[i].high && isfinite(cases[i].low))
			cr_expect(s.low <= fmax(cases[i].low, cases[i].lowest) &&
				  s.high >= fmin(cases[i].high, cases[i].highest));
	}
}

Test(range, a_value_off_its_range_is_drawn_at_the_end_of_it)
{
	static const struct svg_range cases[] = {
		{ 0, 100, true, true, true, 50, 40, 60, 55, SV_INIT("x") },
		{ 0, 100, true, true, false, 500, -40, 600, 0, SV_INIT("x") },
		{ 0, 0, true, false, true, 5, 0, 0, 7, SV_INIT("x") },
		{ -100, 100, true, true, true, NAN, NAN, INFINITY, -INFINITY,
		  SV_INIT("x") },
		{ 0, 100, false, false, false, 0, 0, 0, 0, SV_INIT("") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;
		struct html h = { &out, UI_EN };

		buf_init(&out, 0);
		svg_range(&h, &cases[i]);
		expect_inside(out.p, 240);
		buf_release(&out);
	}
}

Test(bars, of_nothing_and_of_very_much)
{
	static const uint64_t none[3] = { 0, 0, 0 }, much[3] = { UINT64_MAX, 1, 0 };
	const struct svg_bars cases[] = {
		{ none, 0, 0, SV_INIT("x") },
		{ none, 3, 3, SV_INIT("x") },
		{ much, 3, 0, SV_INIT("x") },
	};

	for (size_t i = 0; i < 3; i++) {
		struct buf out;
		struct html h = { &out, UI_EN };

		buf_init(&out, 0);
		svg_bars(&h, &cases[i]);
		expect_inside(out.p, 40);
		buf_release(&out);
	}
}
