/* SPDX-License-Identifier: Apache-2.0 */
/* section_method.c: how the page was made, so that somebody else can make it again. */
#include <stdio.h>

#include "core/i18n.h"
#include "core/when.h"
#include "report/figures.h"
#include "report/page.h"

static void term(struct html *h, const char *name)
{
	HTML(h, "<div><dt>");
	html_z(h, name);
	HTML(h, "</dt><dd>");
}

static void term_end(struct html *h)
{
	HTML(h, "</dd></div>\n");
}

static void write_periods(const struct page *p, struct html *h)
{
	const struct opinia_frame *f = &p->plan->frame;

	term(h, _("Period"));
	html_say(h,
		 ngettext("%s (%d day), %s", "%s (%d days), %s",
			  (unsigned long)(f->last - f->first + 1)),
		 say_days(f->first, f->last).z, (int)(f->last - f->first + 1),
		 say_answers(h->lang, p->records).z);
	term_end(h);
	term(h, _("Compared with"));
	html_say(h, "%s, %s", say_days(f->before_first, f->before_last).z,
		 say_answers(h->lang, p->records_before).z);
	term_end(h);
	term(h, _("Days"));
	html_z(h, _("begin at midnight in"));
	HTML(h, " ");
	html_clip(h, sv_of(p->zone), 60);
	HTML(h, "; ");
	html_z(h, _("a feedback counts on the day it was answered."));
	term_end(h);
	term(h, _("Filter"));
	if (p->plan->filter_text.n) {
		page_filter(p, h, 200);
	} else {
		html_z(h, _("none: all feedback"));
	}
	term_end(h);
}

static void write_definitions(const struct page *p, struct html *h)
{
	term(h, _("Definitions"));
	HTML(h, "<ul class=\"plain\">");
	for (size_t i = 0; i < p->kpis; i++) {
		const struct metric *m = p->kpi[i].k.metric;
		const char *interval = p->kpi[i].k.now.interval;

		HTML(h, "<li><strong>");
		html_z(h, _(m->label));
		HTML(h, ":</strong> ");
		html_z(h, _(m->definition));
		if (interval) {
			HTML(h, " <span class=\"fine\">");
			html_say(h, _("Interval: %s."), _(interval));
			HTML(h, "</span>");
		}
		HTML(h, "</li>");
	}
	HTML(h, "</ul>");
	term_end(h);
}

static void write_made(const struct page *p, struct html *h)
{
	const struct opinia_frame *f = &p->plan->frame;
	char local[WHEN_TEXT_MAX];

	term(h, _("Chance"));
	html_z(h,
	       _("\"More than chance\" is q below 0.05: the share of false findings to "
		 "expect (Benjamini–Hochberg) among all rows looked at together."));
	term_end(h);
	term(h, _("Words"));
	html_z(h, _("E-mail addresses, telephone and account numbers in quotes are "
		    "replaced."));
	if (p->lexicon.n) {
		HTML(h, " ");
		html_z(h, _("Lexicon:"));
		HTML(h, " <code>");
		html_clip(h, p->lexicon, 80);
		HTML(h, "</code>");
	}
	term_end(h);
	term(h, _("Made by"));
	html_clip(h, p->plan->program.n ? p->plan->program : SV("opinia"), 60);
	when_format_local(f->zone, f->now_ms, local);
	html_say(h, ", %s, %s", say_day(when_day(f->zone, f->now_ms)).z,
		 local[0] ? sv_sub(sv_of(local), 11, 5).p : "");
	term_end(h);
}

static void write(const struct page *p, struct html *h)
{
	HTML(h, "<dl class=\"method\">\n");
	write_periods(p, h);
	write_definitions(p, h);
	write_made(p, h);
	HTML(h, "</dl>\n");
}

const struct section section_method = {
	.id = "method",
	.title = N_("How it was computed"),
	.write = write,
};
