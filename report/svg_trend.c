/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg_trend.c: a line over weeks. It is drawn twice, wide and narrow, because text in an
 * SVG shrinks with it; the style of the page shows the one that fits. Labels of dated
 * notes are put in lanes above the plot, so that however many there are none lies on
 * another.
 */
#include <math.h>
#include <stdio.h>

#include "core/utf8.h"
#include "core/when.h"
#include "report/figures.h"
#include "report/svg.h"

enum {
	MARKS_MAX = 24,	 /* the others are in the table only */
	LANES_SHOWN = 5, /* more: labels are numbers only    */
	LANE_H = 18,
	PLOT_H = 190,
	BARS_TOP = 22, /* between plot and bars            */
	BARS_H = 40,
	AXIS_H = 22,
};

struct frame {				/* of one drawing, in its own units */
	double width, left, right, top; /* plot: left..right, from top */
	double font;			/* px                          */
	size_t label_columns;
	struct svg_scale y;
};

static double x_of(const struct svg_trend *t, const struct frame *f, double day)
{
	double days = 7.0 * (double)(t->count ? t->count : 1);
	double at = (day - t->first_monday) / days;

	at = at < 0 ? 0 : at > 1 ? 1 : at;
	return f->left + at * (f->right - f->left);
}

static double x_week(const struct svg_trend *t, const struct frame *f, size_t i)
{
	return x_of(t, f, t->first_monday + 7.0 * (double)i + 3.5);
}

static double y_of(const struct frame *f, double v)
{
	double span = f->y.high - f->y.low;
	double at = span > 0 ? (v - f->y.low) / span : 0.5;

	at = at < 0 ? 0 : at > 1 ? 1 : at;
	return f->top + (1 - at) * PLOT_H;
}

/* Wide enough for every usual font: 0.62 em a column. */
static double text_width(const struct frame *f, struct sv s)
{
	return (double)utf8_width(s) * f->font * 0.62;
}

/* ---- notes ------------------------------------------------------------------------- */

static struct sv number_of(size_t i, char out[8])
{
	snprintf(out, 8, "%zu", i + 1);
	return sv_of(out);
}

/* With its words, a label must have room on one side of its line; else it is a number
 * only. */
static bool has_room(const struct frame *f, const struct svg_label *l)
{
	return l->x + l->width + 6 <= f->right || l->x - l->width - 6 >= f->left;
}

static void widths(const struct svg_trend *t, const struct frame *f, bool words,
		   struct svg_label *label, bool *worded, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sv text = utf8_clip(t->mark[i].text, f->label_columns);
		char z[8];
		double digits = text_width(f, number_of(i, z)) + f->font * 0.5;

		label[i].x = x_of(t, f, t->mark[i].day);
		label[i].width =
			digits + f->font + text_width(f, text); /* an ellipsis, too */
		worded[i] = words && has_room(f, &label[i]);
		if (!worded[i])
			label[i].width = digits;
	}
}

/* Returns the number of lanes. */
static size_t lay_out_marks(const struct svg_trend *t, struct frame *f,
			    struct svg_label *label, bool *worded, size_t n)
{
	size_t lanes;

	widths(t, f, true, label, worded, n);
	lanes = svg_lanes(label, n, f->left, f->right);
	if (lanes <= LANES_SHOWN)
		return lanes;
	widths(t, f, false, label, worded, n);
	return svg_lanes(label, n, f->left, f->right);
}

static void draw_marks(struct html *h, const struct svg_trend *t, const struct frame *f,
		       const struct svg_label *label, const bool *worded, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double y = f->top - 12 - (double)label[i].lane * LANE_H;

		SVG(h, "<path class=\"note\" stroke=\"#6d3f96\" d=\"M% %V%\"/>",
		    label[i].x, y - 9, f->top + PLOT_H);
	}
	for (size_t i = 0; i < n; i++) {
		double y = f->top - 12 - (double)label[i].lane * LANE_H;
		char z[8];

		/* the line of another note may pass here: the label covers it */
		SVG(h,
		    "<rect class=\"under\" fill=\"#fff\" x=\"%\" y=\"%\" width=\"%\" "
		    "height=\"%\"/>",
		    label[i].left - 2, y - f->font, label[i].width + 2, LANE_H - 1);
		if (label[i].left < label[i].x) /* left of its line: it ends there */
			SVG(h,
			    "<text class=\"label end\" text-anchor=\"end\" x=\"%\" "
			    "y=\"%\">",
			    label[i].left + label[i].width, y);
		else
			SVG(h,
			    "<text class=\"label\" text-anchor=\"start\" x=\"%\" "
			    "y=\"%\">",
			    label[i].left, y);
		HTML(h, "<tspan class=\"key\">");
		html_text(h, number_of(i, z));
		HTML(h, "</tspan>");
		if (worded[i]) {
			HTML(h, "\xc2\xa0");
			html_clip(h, t->mark[i].text, f->label_columns);
		}
		HTML(h, "</text>");
	}
}

/* ---- the plot ---------------------------------------------------------------------- */

static struct svg_scale scale_of(const struct svg_trend *t)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < t->count; i++) {
		const struct svg_point *p = &t->point[i];

		if (!p->known)
			continue;
		low = fmin(low, p->has_interval ? p->low : p->value);
		high = fmax(high, p->has_interval ? p->high : p->value);
	}
	return svg_nice(low, high, t->floor, t->ceiling);
}

static void draw_grid(struct html *h, const struct svg_trend *t, const struct frame *f)
{
	int lines = (int)((f->y.high - f->y.low) / f->y.step + 0.001);

	for (int i = 0; i <= lines; i++) {
		double v = f->y.low + i * f->y.step, y = y_of(f, v);

		SVG(h, "<path class=\"grid\" stroke=\"#ddd\" d=\"M% %H%\"/>", f->left, y,
		    f->right);
		SVG(h, "<text class=\"tick end\" text-anchor=\"end\" x=\"%\" y=\"%\">",
		    f->left - 6, y + f->font * 0.35);
		html_say(h, "%s%s", say_number(h->lang, v, 0, false).z, t->unit);
		HTML(h, "</text>");
	}
}

static void draw_span(struct html *h, const struct svg_trend *t, const struct frame *f,
		      const struct svg_span *s)
{
	double a = x_of(t, f, s->first), b = x_of(t, f, s->last + 1);

	if (s->known && b > a)
		SVG(h,
		    "<path class=\"mean\" stroke=\"#000\" stroke-dasharray=\"6 4\" "
		    "d=\"M% %H%\"/>",
		    a, y_of(f, s->value), b);
}

/* The weeks from @i on that can be joined: one past the last of them. */
static size_t run_end(const struct svg_trend *t, size_t i, bool interval)
{
	while (i < t->count && t->point[i].known &&
	       (!interval || t->point[i].has_interval))
		i++;
	return i;
}

static void draw_band(struct html *h, const struct svg_trend *t, const struct frame *f,
		      size_t from, size_t to)
{
	double x = x_week(t, f, from);

	if (to - from == 1) {
		SVG(h,
		    "<path class=\"lone\" stroke=\"#d5e3f2\" stroke-width=\"6\" d=\"M% "
		    "%V%\"/>",
		    x, y_of(f, t->point[from].low), y_of(f, t->point[from].high));
		return;
	}
	HTML(h, "<path class=\"band\" fill=\"#d5e3f2\" d=\"");
	for (size_t i = from; i < to; i++) {
		buf_char(h->out, i == from ? 'M' : 'L');
		SVG(h, "% %", x_week(t, f, i), y_of(f, t->point[i].high));
	}
	for (size_t i = to; i-- > from;)
		SVG(h, "L% %", x_week(t, f, i), y_of(f, t->point[i].low));
	HTML(h, "z\"/>");
}

static void draw_bands(struct html *h, const struct svg_trend *t, const struct frame *f)
{
	for (size_t i = 0; i < t->count;) {
		size_t end = run_end(t, i, true);

		if (end > i)
			draw_band(h, t, f, i, end);
		i = end + 1;
	}
}

static void draw_line(struct html *h, const struct svg_trend *t, const struct frame *f)
{
	bool pen = false;

	HTML(h, "<path class=\"line\" fill=\"none\" stroke=\"#1d5c9e\" "
		"stroke-width=\"2\" d=\"");
	for (size_t i = 0; i < t->count; i++) {
		if (t->point[i].known) {
			buf_char(h->out, pen ? 'L' : 'M');
			SVG(h, "% %", x_week(t, f, i), y_of(f, t->point[i].value));
		}
		pen = t->point[i].known;
	}
	HTML(h, "\"/>");
	for (size_t i = 0; i < t->count; i++) {
		if (!t->point[i].known)
			continue;
		if (t->point[i].partial)
			HTML(h, "<circle class=\"dot part\" fill=\"#fff\" "
				"stroke=\"#1d5c9e\"");
		else
			HTML(h, "<circle class=\"dot\" fill=\"#1d5c9e\"");
		SVG(h, " cx=\"%\" cy=\"%\" r=\"3.2\"/>", x_week(t, f, i),
		    y_of(f, t->point[i].value));
	}
}

/* ---- below it ---------------------------------------------------------------------- */

static void draw_volume(struct html *h, const struct svg_trend *t, const struct frame *f)
{
	double top = f->top + PLOT_H + BARS_TOP,
	       slot = (f->right - f->left) / (double)(t->count ? t->count : 1);
	uint64_t most = 1;

	for (size_t i = 0; i < t->count; i++)
		if (t->point[i].n > most)
			most = t->point[i].n;
	for (size_t i = 0; i < t->count; i++) {
		double tall = BARS_H * ((double)t->point[i].n / (double)most);

		if (t->point[i].n)
			SVG(h,
			    "<rect class=\"volume\" fill=\"#ccc\" x=\"%\" y=\"%\" "
			    "width=\"%\" "
			    "height=\"%\"/>",
			    x_week(t, f, i) - fmin(slot * 0.35, 14), top + BARS_H - tall,
			    fmin(slot * 0.7, 28), tall);
	}
	SVG(h, "<path class=\"track\" stroke=\"#ccc\" d=\"M% %H%\"/>", f->left,
	    top + BARS_H, f->right);
	SVG(h, "<text class=\"tick end\" text-anchor=\"end\" x=\"%\" y=\"%\">",
	    f->left - 6, top + f->font * 0.8);
	html_say(h, "n\xc2\xa0%s", say_count(h->lang, most).z);
	HTML(h, "</text>");
}

/* A date under every so many weeks, as many as have room. */
static void draw_dates(struct html *h, const struct svg_trend *t, const struct frame *f)
{
	static const size_t every[] = { 1, 2, 4, 8, 13, 26, 52 };
	double slot = (f->right - f->left) / (double)(t->count ? t->count : 1);
	double room = f->font * 0.62 * 9, y = f->top + PLOT_H + BARS_TOP + BARS_H + 16;
	size_t k = 0;

	while (k + 1 < sizeof(every) / sizeof(every[0]) && (double)every[k] * slot < room)
		k++;
	for (size_t i = 0; i < t->count; i += every[k]) {
		double x = x_week(t, f, i), half = room / 2;

		/* the first and the last would hang over the edge of the plot */
		x = fmin(fmax(x, f->left + half - 12), f->right - half + 12);
		SVG(h, "<text class=\"tick mid\" text-anchor=\"middle\" x=\"%\" y=\"%\">",
		    x, y);
		html_z(h, say_day_short(t->first_monday + 7 * (int32_t)i).z);
		HTML(h, "</text>");
	}
}

static void draw_head(struct html *h, const struct svg_trend *t, const struct frame *f,
		      enum svg_size size)
{
	const char *s = size == SVG_WIDE ? "w" : "n";

	if (size == SVG_WIDE)
		HTML(h, "<svg class=\"trend wide\"");
	else /* a mail program that drops the style shows one drawing, not two */
		HTML(h, "<svg class=\"trend narrow\" style=\"display:none\"");
	SVG(h, " viewBox=\"0 0 % %\" width=\"%\" font-size=\"%\" role=\"img\"", f->width,
	    f->top + PLOT_H + BARS_TOP + BARS_H + AXIS_H, f->width, f->font);
	buf_printf(h->out, " aria-labelledby=\"%s-%st\" aria-describedby=\"%s-%sd\">",
		   t->id, s, t->id, s);
	buf_printf(h->out, "<title id=\"%s-%st\">", t->id, s);
	html_text(h, t->title);
	buf_printf(h->out, "</title><desc id=\"%s-%sd\">", t->id, s);
	html_text(h, t->desc);
	HTML(h, "</desc>");
}

void svg_trend(struct html *h, const struct svg_trend *t, enum svg_size size)
{
	struct frame f = size == SVG_WIDE
				 ? (struct frame){ 920, 52, 908, 0, 13, 44, { 0, 0, 0 } }
				 : (struct frame){ 400, 52, 394, 0, 13, 22, { 0, 0, 0 } };
	size_t n = t->marks < MARKS_MAX ? t->marks : MARKS_MAX;
	struct svg_label label[MARKS_MAX];
	bool worded[MARKS_MAX];
	double a, b;

	f.top = 14 + (double)lay_out_marks(t, &f, label, worded, n) * LANE_H;
	f.y = scale_of(t);
	draw_head(h, t, &f, size);
	a = x_of(t, &f, t->now.first), b = x_of(t, &f, t->now.last + 1);
	SVG(h,
	    "<rect class=\"period\" fill=\"#f3efe4\" x=\"%\" y=\"%\" width=\"%\" "
	    "height=\"%\"/>",
	    a, f.top, b - a, PLOT_H);
	draw_grid(h, t, &f);
	draw_bands(h, t, &f);
	draw_span(h, t, &f, &t->before);
	draw_span(h, t, &f, &t->now);
	draw_line(h, t, &f);
	draw_marks(h, t, &f, label, worded, n);
	draw_volume(h, t, &f);
	draw_dates(h, t, &f);
	HTML(h, "</svg>");
}
