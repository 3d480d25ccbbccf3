/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_heat.c: complaints by topic and week, as a table whose cells are tinted. The
 * number stands in every cell, so the tint is never alone.
 */
#include "core/i18n.h"
#include "core/when.h"
#include "report/figures.h"
#include "report/page.h"

enum { TINTS = 5, HEAT_WEEKS = 26 };

static size_t first_week(const struct page *p)
{
	return p->weeks > HEAT_WEEKS ? p->weeks - HEAT_WEEKS : 0;
}

static size_t shown(const struct page *p)
{
	size_t n = 0;

	while (n < p->topics && n < HEAT_TOPICS && p->topic[n].row.complaints)
		n++;
	return n;
}

static uint64_t hottest(const struct page *p)
{
	uint64_t most = 1;

	for (size_t t = 0; t < shown(p); t++)
		for (size_t w = first_week(p); w < p->weeks; w++)
			if (p->topic[t].weekly[w] > most)
				most = p->topic[t].weekly[w];
	return most;
}

static int month_of(int32_t day)
{
	int y, m, d;

	day_civil(day, &y, &m, &d);
	return m;
}

static size_t same_month(const struct page *p, size_t from)
{
	size_t n = 1;

	while (from + n < p->weeks &&
	       month_of(p->week[from + n].monday) == month_of(p->week[from].monday))
		n++;
	return n;
}

static void write_head(const struct page *p, struct html *h)
{
	HTML(h, "<thead><tr><th scope=\"col\" rowspan=\"2\">");
	html_z(h, _("Topic"));
	HTML(h, "</th>");
	for (size_t w = first_week(p); w < p->weeks;) {
		size_t n = same_month(p, w);

		buf_printf(h->out,
			   "<th scope=\"colgroup\" class=\"month\" colspan=\"%zu\">", n);
		html_z(h, say_month_short(p->week[w].monday));
		HTML(h, "</th>");
		w += n;
	}
	HTML(h, "<th scope=\"col\" rowspan=\"2\">");
	html_z(h, _("All"));
	HTML(h, "</th></tr>\n<tr>");
	for (size_t w = first_week(p); w < p->weeks; w++) {
		int y, m, d;

		day_civil(p->week[w].monday, &y, &m, &d);
		HTML(h, "<th scope=\"col\">");
		html_say(h, "%d", d);
		HTML(h, "</th>");
	}
	HTML(h, "</tr></thead>\n<tbody>\n");
}

static void write_row(const struct page *p, const struct page_topic *t, uint64_t most,
		      struct html *h)
{
	uint64_t all = 0;

	HTML(h, "<tr><th scope=\"row\">");
	html_clip(h, t->label, LABEL_COLUMNS);
	HTML(h, "</th>");
	for (size_t w = first_week(p); w < p->weeks; w++) {
		uint64_t n = t->weekly[w];
		unsigned tint = (unsigned)((double)n / (double)most * (TINTS - 1) + 0.5);

		all += n;
		if (!p->week[w].records) {
			HTML(h, "<td class=\"h0\">–</td>"); /* nobody said anything */
			continue;
		}
		if (!n) {
			HTML(h, "<td class=\"h0\">0</td>");
			continue;
		}
		buf_printf(h->out, "<td class=\"h%u\">", tint ? tint : 1);
		html_z(h, say_count(h->lang, n).z);
		HTML(h, "</td>");
	}
	HTML(h, "<td class=\"sum\">");
	html_z(h, say_count(h->lang, all).z);
	HTML(h, "</td></tr>\n");
}

static void write(const struct page *p, struct html *h)
{
	uint64_t most = hottest(p);

	HTML(h, "<p class=\"fine\">");
	html_say(
		h,
		ngettext("Complaints a week, the topics with most of them in the period; "
			 "%zu week up to the last day. Weeks are named by their Monday.",
			 "Complaints a week, the topics with most of them in the period; "
			 "%zu weeks up to the last day. Weeks are named by their Monday.",
			 p->weeks - first_week(p)),
		p->weeks - first_week(p));
	HTML(h, "</p>\n<div class=\"scroll late\" role=\"region\" tabindex=\"0\"");
	html_attr(h, "aria-label", sv_of(_("Complaints by topic and week")));
	HTML(h, ">\n<table class=\"heat\"");
	html_attr(h, "aria-label", sv_of(_("Complaints by topic and week")));
	HTML(h, ">\n");
	write_head(p, h);
	for (size_t t = 0; t < shown(p); t++)
		write_row(p, &p->topic[t], most, h);
	HTML(h, "</tbody></table></div>\n");
}

static bool wanted(const struct page *p)
{
	return p->weeks > 0 && shown(p) > 0 && p->topic[0].weekly;
}

const struct section section_heat = {
	.id = "heat",
	.title = N_("Topics by week"),
	.wanted = wanted,
	.write = write,
};
