/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_topics.c: which complaints rose and which fell, with what they go along with
 * and in the customers' own words. A change that may be chance is shown as such, not
 * left out: somebody would look for it.
 */
#include <math.h>
#include <stdio.h>

#include "core/i18n.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/svg.h"
#include "report/table.h"

static void write_verdict(const struct page_topic *t, struct html *h)
{
	bool rising = t->row.complaints > t->row.complaints_before;

	if (!page_sure(t))
		HTML(h, "<span class=\"badge\"><span aria-hidden=\"true\">● </span>");
	else if (rising)
		HTML(h, "<span class=\"badge bad\"><span aria-hidden=\"true\">▲ </span>");
	else
		HTML(h,
		     "<span class=\"badge good\"><span aria-hidden=\"true\">▼ </span>");
	html_z(h, page_sure(t) ? _("more than chance") : _("may be chance"));
	HTML(h, "</span>");
}

static void write_change(const struct page *p, const struct page_topic *t, struct html *h)
{
	const struct volume_change *v = &t->row.volume;

	if (!p->comparable) {
		HTML(h, "<p class=\"figure\"><strong>");
		html_z(h, say_complaints(h->lang, t->row.complaints).z);
		HTML(h, "</strong></p>\n");
		return;
	}
	HTML(h, "<p class=\"figure\"><strong>");
	html_say(h, _("%s → %s"), say_count(h->lang, t->row.complaints_before).z,
		 say_complaints(h->lang, t->row.complaints).z);
	HTML(h, "</strong> ");
	write_verdict(t, h);
	HTML(h, "</p>\n<p class=\"fine\">");
	if (v->known && v->has_ratio)
		html_say(h, "×\xc2\xa0%s", say_ratio(h->lang, v->ratio).z);
	else if (v->known)
		html_z(h, _("none before"));
	if (v->known && v->has_ratio && v->has_interval)
		html_say(h, _(" (95 %%: %s … %s)"), say_ratio(h->lang, v->low).z,
			 say_ratio(h->lang, v->high).z);
	if (isfinite(t->row.q))
		html_say(h, ", %s", say_p(h->lang, "q", t->row.q).z);
	HTML(h, "</p>\n");
}

static void write_bars(const struct page *p, const struct page_topic *t, struct html *h)
{
	char title[160];
	struct svg_bars b = { .value = t->weekly, .count = p->weeks, .from = p->weeks };
	uint64_t most = 0;

	for (size_t i = 0; i < p->weeks; i++)
		if (t->weekly[i] > most)
			most = t->weekly[i];
	while (b.from && p->week[b.from - 1].monday + 6 >= p->plan->frame.first)
		b.from--;
	snprintf(title, sizeof(title),
		 ngettext("Complaints a week over %zu week (at most %s); in colour: this "
			  "period",
			  "Complaints a week over %zu weeks (at most %s); in colour: "
			  "this period",
			  p->weeks),
		 p->weeks, say_count(h->lang, most).z);
	b.title = sv_of(title);
	svg_bars(h, &b);
	HTML(h, "<p class=\"fine\">");
	html_z(h, title);
	HTML(h, "</p>\n");
}

static void write_score(const struct page *p, const struct page_topic *t, struct html *h)
{
	const struct opinia_topic_row *r = &t->row;

	if (!r->inside.known || !r->outside.known)
		return;
	HTML(h, "<dl><div><dt>");
	html_say(h, _("%s of those who mention it"), _(p->score->label));
	HTML(h, "</dt><dd>");
	html_say(h, "%s", say_metric(h->lang, p->score, &r->inside).z);
	HTML(h, "</dd></div><div><dt>");
	html_z(h, _("of all others"));
	HTML(h, "</dt><dd>");
	html_say(h, "%s", say_metric(h->lang, p->score, &r->outside).z);
	HTML(h, "</dd></div>");
	if (r->impact.known) {
		HTML(h, "<div><dt>");
		html_say(h, _("weight on the overall %s"), _(p->score->label));
		HTML(h, "</dt><dd>");
		html_z(h, say_diff(h->lang, p->score, r->impact.value).z);
		if (r->impact.has_interval) {
			HTML(h, " <span class=\"fine\">");
			html_say(h, _("95 %%: %s"),
				 say_diff_interval(h->lang, p->score, r->impact.low,
						   r->impact.high)
					 .z);
			HTML(h, "</span>");
		}
		HTML(h, "</dd></div>");
	}
	HTML(h, "</dl>\n");
}

/* A code such as "ro"; what is none says that it is not known. */
static struct sv language_tag(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] == '-' && i)))
			return SV("und");
	return s.n >= 2 && s.n <= 12 ? s : SV("und");
}

static void write_quote(const struct page_quote *q, struct html *h)
{
	const char *channel = page_channel_label(q->channel);

	HTML(h, "<figure class=\"quote\"><blockquote dir=\"auto\"");
	html_attr(h, "lang", language_tag(q->language));
	HTML(h, "><p>");
	html_clip(h, q->text, 240);
	HTML(h, "</p></blockquote><figcaption>");
	if (channel)
		html_z(h, channel);
	else
		html_clip(h, q->channel, 40);
	html_say(h, ", %s", say_day(q->day).z);
	HTML(h, "</figcaption></figure>\n");
}

static void write_topic(const struct page *p, const struct page_topic *t, struct html *h)
{
	HTML(h, "<li class=\"topic\"");
	{
		char id[24];

		snprintf(id, sizeof(id), "t%u", (unsigned)t->row.topic);
		html_attr(h, "id", sv_of(id));
	}
	HTML(h, "><div><h4>");
	html_clip(h, t->label, LABEL_COLUMNS);
	HTML(h, "</h4>\n");
	write_change(p, t, h);
	if (t->weekly && p->weeks)
		write_bars(p, t, h);
	write_score(p, t, h);
	HTML(h, "</div><div class=\"quotes\">");
	for (size_t i = 0; i < t->quotes; i++)
		write_quote(&t->quote[i], h);
	HTML(h, "</div></li>\n");
}

static void write_list(const struct page *p, const char *title, const char *none,
		       struct page_topic *const *t, size_t n, struct html *h)
{
	HTML(h, "<h3>");
	html_z(h, title);
	HTML(h, "</h3>\n");
	if (!n) {
		HTML(h, "<p class=\"fine\">");
		html_z(h, none);
		HTML(h, "</p>\n");
		return;
	}
	HTML(h, "<ul class=\"topics\">\n");
	for (size_t i = 0; i < n; i++)
		write_topic(p, t[i], h);
	HTML(h, "</ul>\n");
}

/* ---- all of them as a table -------------------------------------------------------- */

static void write_row(const struct page *p, const struct page_topic *t, struct html *h)
{
	const struct opinia_topic_row *r = &t->row;
	struct said interval = { "" };

	if (r->impact.known && r->impact.has_interval)
		interval = say_diff_interval(h->lang, p->score, r->impact.low,
					     r->impact.high);
	table_row(h);
	table_name(h, t->label);
	table_cell(h, say_count(h->lang, r->now.records).z);
	table_cell(h, say_count(h->lang, r->complaints_before).z);
	table_cell(h, say_count(h->lang, r->complaints).z);
	table_cell(h, r->volume.known ? say_p(h->lang, "q", r->q).z : "");
	table_cell(h, say_metric(h->lang, p->score, &r->inside).z);
	table_cell(h, say_metric(h->lang, p->score, &r->outside).z);
	table_cell(h, r->impact.known ? say_diff(h->lang, p->score, r->impact.value).z
				      : "NA");
	table_cell(h, interval.z);
	table_cell(h, r->impact.known ? say_p(h->lang, "q", r->impact_q).z : "");
	table_row_end(h);
}

static void write_table(const struct page *p, struct html *h)
{
	char with[120];
	const char *const head[] = {
		_("Topic"),	     _("Answers"), _("Complaints before"),
		_("Complaints now"), _("Change"),  with,
		_("of all others"),  _("Impact"),  _("impact, 95 %"),
		_("Impact, tested"),
	};

	snprintf(with, sizeof(with), _("%s with it"), _(p->score->label));
	table_fold(h, sv_of(_("All topics as a table")));
	table_open(h, sv_of(_("Topics, most complaints first")), head,
		   sizeof(head) / sizeof(head[0]));
	for (size_t i = 0; i < p->topics; i++)
		write_row(p, &p->topic[i], h);
	table_close(h);
	table_fold_end(h);
}

static void write_lists(const struct page *p, struct html *h)
{
	const char *none = _("None that stands out; all topics are in the table below.");

	if (!p->comparable) {
		write_list(p, _("Most frequent complaints"), none, p->rising, p->risings,
			   h);
		return;
	}
	write_list(p, _("Complaints that rose"), none, p->rising, p->risings, h);
	write_list(p, _("Complaints that fell"), none, p->falling, p->fallings, h);
}

static void write(const struct page *p, struct html *h)
{
	write_lists(p, h);
	if (p->words_shut) {
		HTML(h, "<p class=\"fine\">");
		html_z(h, _("The customers' words are not shown: the key of the store "
			    "was not "
			    "there when this page was made."));
		HTML(h, "</p>\n");
	}
	write_table(p, h);
}

static bool wanted(const struct page *p)
{
	return p->topics > 0;
}

const struct section section_topics = {
	.id = "topics",
	.title = N_("What customers complain of"),
	.wanted = wanted,
	.write = write,
};
