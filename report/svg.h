/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg.h: charts as inline SVG: a value with its interval on a range, bars in a row, a
 * line over weeks with its band. Colours come from the style of the page; every chart
 * has a title and a description, and the page puts the figures beside it as a table.
 */
#ifndef OPINIA_REPORT_SVG_H
#define OPINIA_REPORT_SVG_H

#include <stdbool.h>
#include <stdint.h>

#include "report/html.h"

/* Markup of ours in which each `%` becomes the next number, in tenths, with a point. */
#define SVG(h, literal, ...) svg_put((h), "" literal, (const double[]){ __VA_ARGS__ })
void svg_put(struct html *h, const char *markup, const double *numbers);

/* A value on its range: dot, interval, and where it was before. */
struct svg_range {
	double min, max; /* ends of the range; the middle is marked when it is 0 */
	bool known, has_interval, had;
	double value, low, high;
	double before;
	struct sv title; /* what a person who cannot see it is told */
};
void svg_range(struct html *h, const struct svg_range *r);

/* Bars in a row, those from @from on (the period) strong. */
struct svg_bars {
	const uint64_t *value;
	size_t count, from;
	struct sv title;
};
void svg_bars(struct html *h, const struct svg_bars *b);

/* ---- over weeks -------------------------------------------------------------------- */

struct svg_point {
	bool known, has_interval, partial;
	double value, low, high;
	uint64_t n;
};

struct svg_mark {
	int32_t day;
	struct sv text;
};

struct svg_span {
	int32_t first, last; /* days, both included */
	bool known;
	double value; /* drawn as a dashed line */
};

struct svg_trend {
	const char *id; /* unique on the page, ours */
	struct sv title, desc;
	int32_t first_monday; /* of point 0; a point a week */
	const struct svg_point *point;
	size_t count;
	const struct svg_mark *mark; /* by day */
	size_t marks;
	struct svg_span now, before;
	double floor, ceiling; /* that the scale never leaves: 0 and 100 of a share */
	const char *unit;      /* behind the numbers of the scale: " %"             */
	struct sv bars;	       /* "answers a week"                                  */
};

enum svg_size { SVG_WIDE, SVG_NARROW };
void svg_trend(struct html *h, const struct svg_trend *t, enum svg_size size);

/* ---- geometry that tests look at --------------------------------------------------- */

struct svg_label {
	double x, width; /* in: where its line is, how wide the text is */
	double left;	 /* out: where the text starts                  */
	size_t lane;	 /* out: 0 is the lowest                        */
};

/* Places labels between @left and @right so that none touch. Returns the number of
 * lanes. */
size_t svg_lanes(struct svg_label *label, size_t count, double left, double right);

struct svg_scale {
	double low, high, step;
};
/* A scale with round steps that holds [low, high] and stays in [lowest, highest]. */
struct svg_scale svg_nice(double low, double high, double lowest, double highest);

#endif
