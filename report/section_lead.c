/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_lead.c: what somebody who reads for ten seconds should know. Only what a test
 * supports is said to have moved; when nothing did, that is said, with the changes that
 * the data would allow.
 */
#include <stdio.h>

#include "core/i18n.h"
#include "report/figures.h"
#include "report/page.h"

enum { KPIS_TOLD = 3 };

/* ▲ better, ▼ worse, ● neither: the shape and the words say it, the colour only helps. */
static void open_finding(struct html *h, int good)
{
	if (good > 0)
		HTML(h, "<li class=\"good\"><span class=\"sign\" "
			"aria-hidden=\"true\">▲</span><p><strong>");
	else if (good < 0)
		HTML(h, "<li class=\"bad\"><span class=\"sign\" "
			"aria-hidden=\"true\">▼</span><p><strong>");
	else
		HTML(h,
		     "<li><span class=\"sign\" aria-hidden=\"true\">●</span><p><strong>");
}

static void close_finding(struct html *h)
{
	HTML(h, "</p></li>\n");
}

static void tell_kpis(const struct page *p, struct html *h)
{
	size_t told = 0;

	for (size_t i = 0; i < p->kpis && told < KPIS_TOLD; i++) {
		const struct opinia_kpi *k = &p->kpi[i].k;
		const struct metric *m = k->metric;

		if (page_reading(&p->kpi[i]) != READING_MOVED)
			continue;
		open_finding(h, page_good(m, k->change.diff));
		html_say(h,
			 k->change.diff < 0 ? _("%s fell by %s.") : _("%s rose by %s."),
			 _(m->label), say_by(h->lang, m, k->change.diff).z);
		HTML(h, "</strong> ");
		html_say(h, _("From %s to %s."), say_metric(h->lang, m, &k->before).z,
			 say_metric(h->lang, m, &k->now).z);
		if (k->change.has_interval) {
			HTML(h, " ");
			html_say(h, _("95 %% interval of the change: %s."),
				 say_diff_interval(h->lang, m, k->change.low,
						   k->change.high)
					 .z);
		}
		close_finding(h);
		told++;
	}
}

/* "×6.8", its interval; or that there were none before. */
static void tell_ratio(const struct page_topic *t, struct html *h)
{
	const struct volume_change *v = &t->row.volume;

	if (v->has_ratio && v->has_interval)
		html_say(h, _("%s times as many (95 %% interval %s to %s)"),
			 say_ratio(h->lang, v->ratio).z, say_ratio(h->lang, v->low).z,
			 say_ratio(h->lang, v->high).z);
	else if (v->has_ratio)
		html_say(h, _("%s times as many"), say_ratio(h->lang, v->ratio).z);
	else
		html_z(h, _("There were none before"));
}

static void tell_topic(const struct page *p, const struct page_topic *t, int good,
		       const char *sentence, struct html *h)
{
	if (!page_sure(t))
		return;
	open_finding(h, good);
	html_z(h, sentence);
	HTML(h, " <a");
	{
		char anchor[24];

		snprintf(anchor, sizeof(anchor), "#t%u", (unsigned)t->row.topic);
		html_attr(h, "href", sv_of(anchor));
	}
	HTML(h, ">");
	html_clip(h, t->label, LABEL_COLUMNS);
	HTML(h, "</a>, ");
	html_say(h, _("%s → %s."), say_count(h->lang, t->row.complaints_before).z,
		 say_count(h->lang, t->row.complaints).z);
	HTML(h, "</strong> ");
	tell_ratio(t, h);
	HTML(h, "; ");
	html_say(
		h,
		ngettext(
			"more than chance explains, even with %zu topic looked at (%s).",
			"more than chance explains, even with %zu topics looked at (%s).",
			p->topics),
		p->topics, say_p(h->lang, "q", t->row.q).z);
	close_finding(h);
}

static const struct page_topic *heaviest(const struct page *p)
{
	const struct page_topic *worst = NULL;

	for (size_t i = 0; i < p->topics; i++) {
		const struct opinia_topic_row *r = &p->topic[i].row;

		if (r->impact.known && r->outside.known && r->impact.value < 0 &&
		    r->impact_q < SURE &&
		    (!worst || r->impact.value < worst->row.impact.value))
			worst = &p->topic[i];
	}
	return worst;
}

static void tell_impact(const struct page *p, struct html *h)
{
	const struct page_topic *t = heaviest(p);
	const struct metric_impact *i = t ? &t->row.impact : NULL;

	if (!t)
		return;
	open_finding(h, -1);
	html_say(h, _("What weighs most on %s:"), _(p->score->label));
	HTML(h, " ");
	html_clip(h, t->label, LABEL_COLUMNS);
	HTML(h, ".</strong> ");
	html_say(h, _("Without the answers that mention it, %s is %s higher, at %s."),
		 _(p->score->label), say_by(h->lang, p->score, i->value).z,
		 say_metric(h->lang, p->score, &t->row.outside).z);
	if (i->has_interval) {
		HTML(h, " ");
		html_say(h, _("95 %% interval of the difference: %s."),
			 say_diff_interval(h->lang, p->score, -i->high, -i->low).z);
	}
	HTML(h, " ");
	html_z(h, _("They go together; that one causes the other is not shown."));
	close_finding(h);
}

/* Nothing moved: which changes would these answers allow? */
static void tell_calm(const struct page *p, struct html *h)
{
	HTML(h, "<li><span class=\"sign\" aria-hidden=\"true\">●</span><p><strong>");
	if (!p->records) {
		html_z(h, _("There is no feedback in these days."));
		HTML(h, "</strong></p></li>\n");
		return;
	}
	html_z(h, p->records_before ? _("Nothing moved that the data can tell.")
				    : _("There is no earlier feedback to compare with."));
	HTML(h, "</strong>");
	for (size_t i = 0; i < p->kpis; i++) {
		const struct opinia_kpi *k = &p->kpi[i].k;

		if (!k->change.known || !k->change.has_interval)
			continue;
		HTML(h, " ");
		html_say(h,
			 _("%s: %s now, %s before; any change in %s fits these answers."),
			 _(k->metric->label), say_metric(h->lang, k->metric, &k->now).z,
			 say_metric(h->lang, k->metric, &k->before).z,
			 say_diff_interval(h->lang, k->metric, k->change.low,
					   k->change.high)
				 .z);
		break;
	}
	HTML(h, "</p></li>\n");
}

static bool anything_moved(const struct page *p)
{
	for (size_t i = 0; i < p->kpis; i++)
		if (page_reading(&p->kpi[i]) == READING_MOVED)
			return true;
	/* both lists have what is sure in front */
	return p->comparable && ((p->risings && page_sure(p->rising[0])) ||
				 (p->fallings && page_sure(p->falling[0])));
}

static void write(const struct page *p, struct html *h)
{
	HTML(h, "<ul class=\"lead\">\n");
	if (!anything_moved(p))
		tell_calm(p, h);
	tell_kpis(p, h);
	if (p->risings && p->comparable)
		tell_topic(p, p->rising[0], -1, _("The complaint that grew most:"), h);
	tell_impact(p, h);
	if (p->fallings && p->comparable)
		tell_topic(p, p->falling[0], 1, _("The complaint that shrank most:"), h);
	HTML(h, "</ul>\n");
}

const struct section section_lead = {
	.id = "lead",
	.title = N_("In short"),
	.write = write,
};
