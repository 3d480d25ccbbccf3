/* SPDX-License-Identifier: Apache-2.0 */
/* range.c: see range.h. A share is always drawn on 0 to 100, so that tiles can be
 * compared. */
#include "report/range.h"

#include <math.h>
#include <stdio.h>

#include "core/i18n.h"
#include "report/figures.h"
#include "report/svg.h"

static double largest(const struct metric_value *v, const struct metric_value *before)
{
	double most = v->has_interval ? fmax(v->high, v->value) : v->value;

	return before && before->known ? fmax(most, before->value) : most;
}

static void ends(const struct metric *m, const struct metric_value *v,
		 const struct metric_value *before, const double *top,
		 struct svg_range *r)
{
	r->min = 0;
	r->max = 100;
	if (m->unit == UNIT_POINTS) {
		r->min = -100;
	} else if (m->unit == UNIT_MEAN && v->scale.known) {
		r->min = v->scale.min;
		r->max = v->scale.max;
	} else if (m->unit != UNIT_PERCENT) {
		r->max = top ? *top : largest(v, before) * 1.15;
	}
}

void range_write(struct html *h, const struct metric *m, const struct metric_value *v,
		 const struct metric_value *before, const double *top)
{
	struct svg_range r = {
		.known = v->known,
		.has_interval = v->known && v->has_interval,
		.value = v->value,
		.low = v->low,
		.high = v->high,
		.had = before && before->known,
		.before = before ? before->value : 0,
	};
	char title[400];

	ends(m, v, before, top, &r);
	if (r.has_interval && r.had)
		snprintf(title, sizeof(title), _("%s, 95 %% interval %s, before %s"),
			 say_metric(h->lang, m, v).z, say_interval(h->lang, m, v).z,
			 say_metric(h->lang, m, before).z);
	else if (r.has_interval)
		snprintf(title, sizeof(title), _("%s, 95 %% interval %s"),
			 say_metric(h->lang, m, v).z, say_interval(h->lang, m, v).z);
	else
		snprintf(title, sizeof(title), "%s", say_metric(h->lang, m, v).z);
	r.title = sv_of(title);
	svg_range(h, &r);
}

void range_key(struct html *h)
{
	HTML(h,
	     "<span class=\"swatch\"><svg viewBox=\"0 0 12 12\" width=\"12\" "
	     "height=\"12\" aria-hidden=\"true\">"
	     "<circle class=\"dot\" fill=\"#1d5c9e\" cx=\"6\" cy=\"6\" r=\"5\"/></svg> ");
	html_z(h, _("value"));
	HTML(h, "</span> <span class=\"swatch\"><svg viewBox=\"0 0 24 12\" width=\"24\" "
		"height=\"12\" "
		"aria-hidden=\"true\">"
		"<path class=\"interval\" stroke=\"#9bb9d8\" stroke-width=\"7\" d=\"M2 "
		"6H22\"/></svg> ");
	html_z(h, _("interval, 95 %"));
	HTML(h, "</span> <span class=\"swatch\"><svg viewBox=\"0 0 12 12\" width=\"12\" "
		"height=\"12\" "
		"aria-hidden=\"true\">"
		"<path class=\"was\" fill=\"#fff\" stroke=\"#555\" d=\"M6 1l5 5-5 "
		"5-5-5z\"/></svg> ");
	html_z(h, _("before"));
	HTML(h, "</span>");
}
