/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_kpi.c: the indicators as tiles: the value, how far it may be trusted, and
 * whether its change is more than chance; folded below them the same as a table, with
 * the tests.
 */
#include <math.h>
#include <stdio.h>

#include "core/i18n.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/range.h"
#include "report/table.h"

static void write_reading(const struct page *p, const struct page_kpi *k, struct html *h)
{
	int good = page_good(k->k.metric, k->k.change.diff);

	switch (page_reading(k)) {
	case READING_MOVED:
		html_z(h, good > 0 ? _("better, by more than chance")
				   : _("worse, by more than chance"));
		break;
	case READING_PERHAPS:
		html_say(h,
			 ngettext("perhaps chance: weak with %zu indicator looked at",
				  "perhaps chance: weak with %zu indicators looked at",
				  p->kpis),
			 p->kpis);
		break;
	case READING_NOISE:
		html_z(h, _("no more than chance"));
		break;
	case READING_NONE:
		html_z(h, k->k.change.why ? _(k->k.change.why) : _("not tested"));
		break;
	}
}

static void write_change(const struct page *p, const struct page_kpi *k, struct html *h)
{
	const struct metric_change *c = &k->k.change;
	bool moved = page_reading(k) == READING_MOVED;
	int good = moved ? page_good(k->k.metric, c->diff) : 0;

	if (!c->known) {
		HTML(h, "<p class=\"change\">");
		html_say(h, _("change: not known (%s)"), c->why ? _(c->why) : "NA");
		HTML(h, "</p>");
		return;
	}
	if (good > 0)
		HTML(h, "<p class=\"change good\"><span aria-hidden=\"true\">▲ </span>");
	else if (good < 0)
		HTML(h, "<p class=\"change bad\"><span aria-hidden=\"true\">▼ </span>");
	else
		HTML(h, "<p class=\"change\"><span aria-hidden=\"true\">● </span>");
	HTML(h, "<strong>");
	html_z(h, say_diff(h->lang, k->k.metric, c->diff).z);
	HTML(h, "</strong> ");
	html_say(h, _("from %s:"), say_metric(h->lang, k->k.metric, &k->k.before).z);
	HTML(h, " ");
	write_reading(p, k, h);
	HTML(h, "</p>");
}

static void write_known(const struct page *p, const struct page_kpi *k, struct html *h)
{
	const struct metric *m = k->k.metric;
	const struct metric_value *v = &k->k.now;

	HTML(h, "<p class=\"value\">");
	html_z(h, say_metric(h->lang, m, v).z);
	if (m->unit == UNIT_MEAN && v->scale.known) {
		HTML(h, " <small>");
		html_say(h, _("on %s"), say_scale(&v->scale).z);
		HTML(h, "</small>");
	}
	HTML(h, "</p>");
	range_write(h, m, v, &k->k.before, NULL);
	HTML(h, "<p class=\"fine\">");
	if (v->has_interval)
		html_say(h, "95\xc2\xa0%%: %s, n\xc2\xa0=\xc2\xa0%s",
			 say_interval(h->lang, m, v).z, say_count(h->lang, v->n).z);
	else
		html_say(h, "n\xc2\xa0=\xc2\xa0%s", say_count(h->lang, v->n).z);
	HTML(h, "</p>");
	write_change(p, k, h);
}

static void write_tile(const struct page *p, const struct page_kpi *k, struct html *h)
{
	HTML(h, "<li class=\"tile\"><h3>");
	html_z(h, _(k->k.metric->label));
	HTML(h, "</h3>");
	if (k->k.now.known) {
		write_known(p, k, h);
	} else {
		HTML(h, "<p class=\"value na\">NA</p><p class=\"fine\">");
		html_say(h, _("Not known: %s."), k->k.now.why ? _(k->k.now.why) : "NA");
		HTML(h, "</p>");
	}
	HTML(h, "</li>\n");
}

/* ---- the same as a table ----------------------------------------------------------- */

static void write_row(const struct page *p, const struct page_kpi *k, struct html *h)
{
	const struct metric *m = k->k.metric;
	const struct metric_change *c = &k->k.change;
	struct said interval = { "" };

	if (c->known && c->has_interval)
		interval = say_diff_interval(h->lang, m, c->low, c->high);
	table_row(h);
	table_name(h, sv_of(_(m->label)));
	table_cell(h, say_metric(h->lang, m, &k->k.now).z);
	table_cell(h, say_interval(h->lang, m, &k->k.now).z);
	table_cell(h, say_count(h->lang, k->k.now.n).z);
	table_cell(h, say_metric(h->lang, m, &k->k.before).z);
	table_cell(h, say_count(h->lang, k->k.before.n).z);
	table_cell(h, c->known ? say_diff(h->lang, m, c->diff).z : "NA");
	table_cell(h, interval.z);
	HTML(h, "<td class=\"words\">");
	write_reading(p, k, h);
	if (c->known && c->tested)
		html_say(h, " (%s, %s; %s)", say_p(h->lang, "p", c->p).z,
			 say_p(h->lang, "q", k->q).z, c->test ? _(c->test) : "");
	HTML(h, "</td>");
	table_row_end(h);
}

static void write(const struct page *p, struct html *h)
{
	const char *const head[] = {
		_("Indicator"), _("Value"),    _("interval, 95 %"), "n",
		_("Before"),	_("n before"), _("Change"),	    _("change, 95 %"),
		_("Reading"),
	};
	bool known = false;

	HTML(h, "<ul class=\"tiles\">\n");
	for (size_t i = 0; i < p->kpis; i++) {
		write_tile(p, &p->kpi[i], h);
		known |= p->kpi[i].k.now.known;
	}
	HTML(h, "</ul>\n");
	if (known) {
		HTML(h, "<p class=\"fine key\">");
		range_key(h);
		HTML(h, "</p>\n");
	}
	table_fold(h, sv_of(_("The indicators as a table, with their tests")));
	table_open(h, sv_of(_("Indicators with their tests")), head,
		   sizeof(head) / sizeof(head[0]));
	for (size_t i = 0; i < p->kpis; i++)
		write_row(p, &p->kpi[i], h);
	table_close(h);
	table_fold_end(h);
}

static bool wanted(const struct page *p)
{
	return p->kpis > 0;
}

const struct section section_kpi = {
	.id = "indicators",
	.title = N_("Indicators"),
	.wanted = wanted,
	.write = write,
};
