/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_channels.c: the channels side by side: a table whose cells are drawn as dots
 * with their intervals. Which channel is better is said only where the intervals are
 * apart.
 */
#include "core/i18n.h"
#include "report/figures.h"
#include "report/page.h"
#include "report/range.h"

static void write_name(const struct page_channel *c, struct html *h)
{
	const char *label = page_channel_label(c->name);

	if (label)
		html_z(h, label);
	else
		html_clip(h, c->name, LABEL_COLUMNS);
}

/* On a phone a row becomes a card, and each cell says itself what it is. */
static void open_cell(struct html *h, const char *label)
{
	HTML(h, "<td class=\"drawn\" role=\"cell\"");
	html_attr(h, "data-label", sv_of(label));
	HTML(h, ">");
}

static void write_value(const struct metric *m, const struct metric_value *v,
			struct html *h)
{
	open_cell(h, _(m->label));
	if (!v->known) {
		html_say(h, "NA (%s)", v->why ? _(v->why) : "");
		HTML(h, "</td>");
		return;
	}
	HTML(h, "<strong>");
	html_z(h, say_metric(h->lang, m, v).z);
	HTML(h, "</strong> <span class=\"fine\">");
	if (v->has_interval)
		html_say(h, "%s, ", say_interval(h->lang, m, v).z);
	html_say(h, "n\xc2\xa0=\xc2\xa0%s", say_count(h->lang, v->n).z);
	HTML(h, "</span>");
	range_write(h, m, v, NULL, NULL);
	HTML(h, "</td>");
}

/* ---- who is above whom ------------------------------------------------------------- */

static const struct metric_value *extreme(const struct page *p, int m, int sign,
					  const struct page_channel **who)
{
	const struct metric_value *best = NULL;

	for (size_t i = 0; i < p->channels; i++) {
		const struct metric_value *v = &p->channel[i].value[m];

		if (!v->known || !v->has_interval)
			continue;
		if (!best || sign * v->value > sign * best->value) {
			best = v;
			*who = &p->channel[i];
		}
	}
	return best;
}

static size_t compared(const struct page *p, int m)
{
	size_t n = 0;

	for (size_t i = 0; i < p->channels; i++)
		n += p->channel[i].value[m].known && p->channel[i].value[m].has_interval;
	return n;
}

static void write_order(const struct page *p, int m, struct html *h)
{
	const struct page_channel *top = NULL, *bottom = NULL;
	const struct metric_value *high = extreme(p, m, 1, &top),
				  *low = extreme(p, m, -1, &bottom);

	if (compared(p, m) < 2)
		return;
	HTML(h, "<li><strong>");
	html_z(h, _(p->channel_metric[m]->label));
	HTML(h, ":</strong> ");
	if (top != bottom && high->low > low->high) {
		write_name(top, h);
		HTML(h, " &gt; ");
		write_name(bottom, h);
		HTML(h, ". ");
		html_say(h, _("Their intervals do not touch (%s against %s)."),
			 say_interval(h->lang, p->channel_metric[m], high).z,
			 say_interval(h->lang, p->channel_metric[m], low).z);
	} else {
		html_z(h, _("the intervals overlap, so no order can be given."));
	}
	HTML(h, "</li>\n");
}

static void write_head(const struct page *p, struct html *h)
{
	HTML(h, "<div class=\"scroll\" role=\"region\" tabindex=\"0\"");
	html_attr(h, "aria-label", sv_of(_("Channels in the period")));
	HTML(h, ">\n<table class=\"cards\" role=\"table\"");
	html_attr(h, "aria-label", sv_of(_("Channels in the period")));
	HTML(h, ">\n<thead role=\"rowgroup\"><tr role=\"row\">"
		"<th scope=\"col\" role=\"columnheader\">");
	html_z(h, _("Channel"));
	HTML(h, "</th><th scope=\"col\" role=\"columnheader\">");
	html_z(h, _("Feedback"));
	for (int m = 0; m < CHANNEL_METRICS; m++) {
		HTML(h, "</th><th scope=\"col\" role=\"columnheader\">");
		html_z(h, _(p->channel_metric[m]->label));
	}
	HTML(h, "</th></tr></thead>\n<tbody role=\"rowgroup\">\n");
}

static void write_row(const struct page *p, const struct page_channel *c, struct html *h)
{
	HTML(h, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
	write_name(c, h);
	HTML(h, "</th>");
	open_cell(h, _("Feedback"));
	html_z(h, say_count(h->lang, c->records).z);
	HTML(h, "</td>");
	for (int m = 0; m < CHANNEL_METRICS; m++)
		write_value(p->channel_metric[m], &c->value[m], h);
	HTML(h, "</tr>\n");
}

static void write(const struct page *p, struct html *h)
{
	write_head(p, h);
	for (size_t i = 0; i < p->channels; i++)
		write_row(p, &p->channel[i], h);
	HTML(h, "</tbody></table></div>\n");
	HTML(h, "<ul class=\"plain\">\n");
	for (int m = 0; m < CHANNEL_METRICS; m++)
		write_order(p, m, h);
	HTML(h, "</ul>\n");
}

static bool wanted(const struct page *p)
{
	return p->channels > 0;
}

const struct section section_channels = {
	.id = "channels",
	.title = N_("Channels"),
	.wanted = wanted,
	.write = write,
};
