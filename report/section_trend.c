/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_trend.c: CSAT and NPS week by week, each with its band and the answers under
 * it, and the dated notes that may explain a turn. Behind each chart the same as a
 * table.
 */
#include <stdio.h>

#include "core/i18n.h"
#include "core/when.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/table.h"

static void write_note(const struct page *p, size_t i, struct html *h)
{
	html_say(h, "%zu\xc2\xa0", i + 1);
	html_clip(h, p->note[i].text, NOTE_COLUMNS);
}

/* The notes of one week, in a cell of the table. */
static void write_week_notes(const struct page *p, int32_t monday, struct html *h)
{
	bool any = false;

	HTML(h, "<td class=\"words\">");
	for (size_t i = 0; i < p->notes; i++) {
		if (p->note[i].day < monday || p->note[i].day > monday + 6)
			continue;
		if (any)
			HTML(h, "; ");
		write_note(p, i, h);
		any = true;
	}
	HTML(h, "</td>");
}

static void write_table(const struct page *p, int t, const char *title, struct html *h)
{
	const struct metric *m = p->trend[t].metric;
	const char *const head[] = { _("Week from"),	  _(m->label),
				     _("interval, 95 %"), "n",
				     _("Feedback"),	  _("Notes") };

	table_fold(h, sv_of(_("The figures as a table")));
	table_open(h, sv_of(title), head, sizeof(head) / sizeof(head[0]));
	for (size_t i = p->weeks; i-- > 0;) { /* newest first */
		const struct page_week *w = &p->week[i];

		table_row(h);
		HTML(h, "<th scope=\"row\">");
		html_z(h, say_day(w->monday).z);
		if (w->partial) {
			HTML(h, " ");
			html_z(h, _("(not over)"));
		}
		HTML(h, "</th>");
		table_cell(h, say_metric(h->lang, m, &w->value[t]).z);
		table_cell(h, say_interval(h->lang, m, &w->value[t]).z);
		table_cell(h, say_count(h->lang, w->value[t].n).z);
		table_cell(h, say_count(h->lang, w->records).z);
		write_week_notes(p, w->monday, h);
		table_row_end(h);
	}
	table_close(h);
	table_fold_end(h);
}

static void fill_points(const struct page *p, int t, struct svg_point *out)
{
	for (size_t i = 0; i < p->weeks; i++) {
		const struct metric_value *v = &p->week[i].value[t];

		out[i] = (struct svg_point){
			.known = v->known,
			.has_interval = v->known && v->has_interval,
			.partial = p->week[i].partial,
			.value = v->value,
			.low = v->low,
			.high = v->high,
			.n = v->n,
		};
	}
}

static struct svg_span span_of(int32_t first, int32_t last, const struct metric_value *v)
{
	return (struct svg_span){ first, last, v->known, v->value };
}

static void describe(const struct page *p, int t, struct html *h, char out[600])
{
	const struct page_trend *k = &p->trend[t];

	snprintf(
		out, 600,
		ngettext("%zu week; in the period %s, before it %s. The table below has "
			 "all figures.",
			 "%zu weeks; in the period %s, before it %s. The table below has "
			 "all figures.",
			 p->weeks),
		p->weeks, say_metric(h->lang, k->metric, &k->now).z,
		say_metric(h->lang, k->metric, &k->before).z);
}

static void write_caption(const struct page *p, int t, const char *title, struct html *h)
{
	const struct page_trend *k = &p->trend[t];

	HTML(h, "<figcaption><strong>");
	html_z(h, title);
	HTML(h, ".</strong> ");
	if (k->before.known)
		html_say(h, _("In the period (shaded) %s, before it %s: dashed."),
			 say_metric(h->lang, k->metric, &k->now).z,
			 say_metric(h->lang, k->metric, &k->before).z);
	else
		html_say(h, _("In the period (shaded) %s: dashed."),
			 say_metric(h->lang, k->metric, &k->now).z);
	HTML(h, " <span class=\"fine\">");
	html_z(h, _("Band: interval of a week (95 %). Bars: answers a week; few answers, "
		    "wide band."));
	if (p->weeks && p->week[p->weeks - 1].partial) {
		HTML(h, " ");
		html_z(h, _("Hollow dot: the week is not over."));
	}
	HTML(h, "</span></figcaption>\n");
}

static void write_chart(const struct page *p, int t, struct html *h)
{
	static const char *const ids[TRENDS] = { "trend-csat", "trend-nps" };
	const struct metric *m = p->trend[t].metric;
	const struct opinia_frame *f = &p->plan->frame;
	struct svg_point point[WEEKS_MAX];
	struct svg_mark mark[NOTES_MAX];
	char title[160], desc[600];
	struct svg_trend chart = {
		.id = ids[t],
		.first_monday = p->week[0].monday,
		.point = point,
		.count = p->weeks,
		.mark = mark,
		.marks = p->notes,
		.now = span_of(f->first, f->last, &p->trend[t].now),
		.before = span_of(f->before_first, f->before_last, &p->trend[t].before),
		.floor = m->unit == UNIT_POINTS ? -100 : 0,
		.ceiling = 100,
		.unit = m->unit == UNIT_PERCENT ? "\xc2\xa0%" : "",
	};

	for (size_t i = 0; i < p->notes; i++)
		mark[i] = (struct svg_mark){ p->note[i].day, p->note[i].text };
	fill_points(p, t, point);
	snprintf(title, sizeof(title), _("%s, week by week"), _(m->label));
	describe(p, t, h, desc);
	chart.title = sv_of(title);
	chart.desc = sv_of(desc);
	HTML(h, "<figure>\n");
	write_caption(p, t, title, h);
	svg_trend(h, &chart, SVG_WIDE);
	HTML(h, "\n");
	svg_trend(h, &chart, SVG_NARROW);
	HTML(h, "\n</figure>\n");
	write_table(p, t, title, h);
}

static void write_notes(const struct page *p, struct html *h)
{
	if (!p->notes)
		return;
	HTML(h, "<h3>");
	html_z(h, _("Notes in the charts"));
	HTML(h, "</h3>\n<ol class=\"notes\">\n");
	for (size_t i = 0; i < p->notes; i++) {
		HTML(h, "<li><span class=\"when\">");
		html_z(h, say_day(p->note[i].day).z);
		HTML(h, "</span> ");
		html_clip(h, p->note[i].text, NOTE_COLUMNS);
		if (p->note[i].kind.n) {
			HTML(h, " <span class=\"fine\">(");
			html_clip(h, p->note[i].kind, 24);
			HTML(h, ")</span>");
		}
		HTML(h, "</li>\n");
	}
	HTML(h, "</ol>\n");
}

static void write(const struct page *p, struct html *h)
{
	bool any = false;

	for (int t = 0; t < TRENDS; t++)
		if (p->trend[t].any) {
			write_chart(p, t, h);
			any = true;
		}
	if (!any) {
		HTML(h, "<p>");
		html_z(h, _("There are no CSAT and no NPS answers in these weeks."));
		HTML(h, "</p>\n");
	}
	write_notes(p, h);
}

static bool wanted(const struct page *p)
{
	return p->weeks > 0 && p->weeks <= WEEKS_MAX;
}

const struct section section_trend = {
	.id = "trend",
	.title = N_("Week by week"),
	.wanted = wanted,
	.write = write,
};
