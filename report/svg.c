/* SPDX-License-Identifier: Apache-2.0 */
/* svg.c: see svg.h. The small charts, and the geometry of the large one. */
#include "report/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* "12.5", without printf's locale; what is no number is 0. */
static void put_number(struct html *h, double v)
{
	char z[32];
	long long tenths;

	if (!isfinite(v) || fabs(v) > 1e9)
		v = 0;
	tenths = llround(v * 10);
	if (tenths % 10)
		snprintf(z, sizeof(z), "%s%lld.%lld", tenths < 0 ? "-" : "",
			 llabs(tenths) / 10, llabs(tenths) % 10);
	else
		snprintf(z, sizeof(z), "%lld", tenths / 10);
	buf_str(h->out, z);
}

void svg_put(struct html *h, const char *markup, const double *numbers)
{
	for (const char *c = markup; *c; c++)
		if (*c == '%')
			put_number(h, *numbers++);
		else
			buf_char(h->out, *c);
}

/* ---- a value on its range ---------------------------------------------------------- */

enum { RANGE_W = 240, RANGE_H = 20, RANGE_PAD = 7 };

static double range_x(const struct svg_range *r, double v)
{
	double span = r->max - r->min, at;

	if (!(span > 0) || !isfinite(v))
		return RANGE_W / 2.0;
	at = (v - r->min) / span;
	at = at < 0 ? 0 : at > 1 ? 1 : at;
	return RANGE_PAD + at * (RANGE_W - 2 * RANGE_PAD);
}

void svg_range(struct html *h, const struct svg_range *r)
{
	double y = RANGE_H / 2.0, x = range_x(r, r->value);

	SVG(h,
	    "<svg class=\"range\" viewBox=\"0 0 % %\" width=\"240\" role=\"img\"><title>",
	    RANGE_W, RANGE_H);
	html_text(h, r->title);
	SVG(h, "</title><path class=\"track\" stroke=\"#ccc\" d=\"M% %H%\"/>", RANGE_PAD,
	    y, RANGE_W - RANGE_PAD);
	if (r->min < 0 && r->max > 0)
		SVG(h, "<path class=\"zero\" stroke=\"#ccc\" d=\"M% %V%\"/>",
		    range_x(r, 0), y - 5, y + 5);
	if (r->known && r->has_interval)
		SVG(h,
		    "<path class=\"interval\" stroke=\"#9bb9d8\" stroke-width=\"7\" "
		    "d=\"M% %H%\"/>",
		    range_x(r, r->low), y, range_x(r, r->high));
	if (r->had) {
		double b = range_x(r, r->before);

		SVG(h,
		    "<path class=\"was\" fill=\"#fff\" stroke=\"#555\" d=\"M% %l5 5 -5 5 "
		    "-5 -5z\"/>",
		    b, y - 5);
	}
	if (r->known)
		SVG(h,
		    "<circle class=\"dot\" fill=\"#1d5c9e\" cx=\"%\" cy=\"%\" r=\"5\"/>",
		    x, y);
	HTML(h, "</svg>");
}

/* ---- bars in a row ----------------------------------------------------------------- */

enum { BARS_H = 36, BAR_W = 7, BAR_GAP = 2 };

void svg_bars(struct html *h, const struct svg_bars *b)
{
	uint64_t most = 1;
	double step = BAR_W + BAR_GAP;
	/* a few weeks are drawn as wide as many */
	double width = (double)(b->count < 26 ? 26 : b->count) * step + BAR_GAP;

	for (size_t i = 0; i < b->count; i++)
		if (b->value[i] > most)
			most = b->value[i];
	SVG(h,
	    "<svg class=\"bars\" viewBox=\"0 0 % %\" width=\"260\" role=\"img\"><title>",
	    width, BARS_H + 4);
	html_text(h, b->title);
	SVG(h, "</title><path class=\"track\" stroke=\"#ccc\" d=\"M0 %H%\"/>", BARS_H + 1,
	    width);
	for (size_t i = 0; i < b->count; i++) {
		double tall = BARS_H * ((double)b->value[i] / (double)most);

		if (!b->value[i])
			continue;
		if (i >= b->from)
			HTML(h, "<rect class=\"now\" fill=\"#1d5c9e\"");
		else
			HTML(h, "<rect fill=\"#ccc\"");
		SVG(h, " x=\"%\" y=\"%\" width=\"%\" height=\"%\"/>",
		    BAR_GAP + (double)i * step, BARS_H - tall, BAR_W, tall);
	}
	if (b->from < b->count) /* the period is underlined, too: not by colour alone */
		SVG(h, "<path class=\"under-now\" stroke=\"#1d5c9e\" d=\"M% %H%\"/>",
		    (double)b->from * step + 1, BARS_H + 3, (double)b->count * step + 1);
	HTML(h, "</svg>");
}

/* ---- geometry ---------------------------------------------------------------------- */

enum { LABEL_AWAY = 5, LABEL_GAP = 8 };

static bool touch(const struct svg_label *a, const struct svg_label *b)
{
	return a->left < b->left + b->width + LABEL_GAP &&
	       b->left < a->left + a->width + LABEL_GAP;
}

static size_t free_lane(const struct svg_label *label, size_t i)
{
	size_t lane = 0;

	for (size_t j = 0; j < i; j++)
		if (label[j].lane == lane && touch(&label[j], &label[i])) {
			lane++;
			j = (size_t)-1; /* look at all of them again for this lane */
		}
	return lane;
}

size_t svg_lanes(struct svg_label *label, size_t count, double left, double right)
{
	size_t lanes = 0;

	for (size_t i = 0; i < count; i++) {
		struct svg_label *l = &label[i];

		l->left = l->x + LABEL_AWAY;
		if (l->left + l->width > right)
			l->left = l->x - LABEL_AWAY - l->width;
		if (l->left < left)
			l->left = left;
		l->lane = free_lane(label, i);
		if (l->lane >= lanes)
			lanes = l->lane + 1;
	}
	return lanes;
}

struct svg_scale svg_nice(double low, double high, double lowest, double highest)
{
	static const double steps[] = { 1, 2, 5, 10, 20, 25, 50, 100 };
	struct svg_scale s = { lowest, highest, 0 };

	if (isfinite(low) && isfinite(high) && low <= high) {
		s.low = fmax(low, lowest);
		s.high = fmin(high, highest);
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s.step = steps[i];
		if ((s.high - s.low) / s.step <= 5)
			break;
	}
	while ((s.high - s.low) / s.step > 5)
		s.step *= 10;
	s.low = fmax(s.step * floor(s.low / s.step), lowest);
	s.high = fmin(s.step * ceil(s.high / s.step), highest);
	if (!(s.high > s.low)) { /* one value: give it room on both sides */
		s.low = fmax(s.low - 2 * s.step, lowest);
		s.high = fmin(s.high + 2 * s.step, highest);
	}
	return s;
}
