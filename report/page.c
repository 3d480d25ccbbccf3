/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.c: the page around its sections, and the few judgements that several of them
 * share. The table of sections is the order of the page: what moved comes first, what it
 * cannot say is never left out.
 */
#include "report/page.h"

#include <math.h>

#include "core/i18n.h"
#include "report/figures.h"

static const struct section *const sections[] = {
	&section_lead,	   &section_kpi,  &section_trend,  &section_topics,
	&section_channels, &section_heat, &section_limits, &section_method,
};

enum { SECTIONS = sizeof(sections) / sizeof(sections[0]), TITLE_COLUMNS = 120 };

/* ---- judgements -------------------------------------------------------------------- */

enum reading page_reading(const struct page_kpi *k)
{
	if (!k->k.change.known || !k->k.change.tested || isnan(k->q))
		return READING_NONE;
	if (k->q < SURE)
		return READING_MOVED;
	return k->k.change.p < SURE ? READING_PERHAPS : READING_NOISE;
}

int page_good(const struct metric *m, double diff)
{
	int up = (diff > 0) - (diff < 0);

	return m->better == BETTER_HIGHER ? up : -up;
}

const char *page_channel_label(struct sv name)
{
	static const char *const labels[CHANNEL_COUNT] = {
		[CHANNEL_CHAT] = N_("Chat"),
		[CHANNEL_EMAIL] = N_("E-mail"),
		[CHANNEL_PHONE] = N_("Phone"),
		[CHANNEL_WEB] = N_("Web"),
		[CHANNEL_OTHER] = N_("Other channels"),
	};

	for (int i = 0; i < CHANNEL_COUNT; i++)
		if (sv_eq(name, sv_of(channel_name((enum channel)i))))
			return _(labels[i]);
	return NULL;
}

/* The value of a filter term at the head of @rest: up to a blank outside of quotes. */
static void skip_value(struct sv *rest)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < rest->n && (quoted || rest->p[i] != ' '); i++)
		quoted ^= rest->p[i] == '"';
	*rest = sv_sub(*rest, i, rest->n);
}

/* Where `customer:` is, however it is written; -1: nowhere. */
static ptrdiff_t find_customer(struct sv text, struct sv name)
{
	for (size_t i = 0; i + name.n <= text.n; i++)
		if (sv_ieq(sv_sub(text, i, name.n), name))
			return (ptrdiff_t)i;
	return -1;
}

/* The page is forwarded: whose answers it is about stays with who asked. */
void page_filter(const struct page *p, struct html *h, size_t columns)
{
	struct sv rest = p->plan->filter_text, name = SV("customer:");
	ptrdiff_t at;

	HTML(h, "<code>");
	while ((at = find_customer(rest, name)) >= 0) {
		html_clip(h, sv_sub(rest, 0, (size_t)at + name.n), columns);
		HTML(h, "[…]");
		rest = sv_sub(rest, (size_t)at + name.n, rest.n);
		skip_value(&rest);
	}
	html_clip(h, rest, columns);
	HTML(h, "</code>");
}

/* ---- the page ---------------------------------------------------------------------- */

static const char *language_code(enum ui_lang lang)
{
	static const char *const codes[UI_LANGS] = { "en", "ro", "pl" };

	return codes[lang];
}

static void write_title(const struct page *p, struct html *h)
{
	if (p->plan->title.n)
		html_clip(h, p->plan->title, TITLE_COLUMNS);
	else
		html_z(h, _("Customer feedback"));
}

static void write_head(const struct page *p, struct html *h)
{
	const struct opinia_frame *f = &p->plan->frame;

	HTML(h, "<!doctype html>\n<html");
	html_attr(h, "lang", sv_of(language_code(p->plan->lang)));
	HTML(h,
	     ">\n<head>\n<meta charset=\"utf-8\">\n"
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	     "style-src 'unsafe-inline'; img-src data:\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	     "<meta name=\"color-scheme\" content=\"light dark\">\n"
	     "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
	write_title(p, h);
	html_say(h, ": %s", say_days(f->first, f->last).z);
	HTML(h, "</title>\n<style>\n");
	for (size_t i = 0; page_style[i]; i++) {
		buf_str(h->out, page_style[i]);
		buf_char(h->out, '\n');
	}
	HTML(h, "</style>\n</head>\n");
}

static void write_header(const struct page *p, struct html *h)
{
	const struct opinia_frame *f = &p->plan->frame;

	HTML(h, "<header>\n<p class=\"eyebrow\">");
	html_z(h, _("Customer feedback report"));
	HTML(h, "</p>\n<h1>");
	write_title(p, h);
	HTML(h, "</h1>\n<p class=\"period\"><strong>");
	html_z(h, say_days(f->first, f->last).z);
	HTML(h, "</strong>, ");
	html_say(h, _("compared with %s"), say_days(f->before_first, f->before_last).z);
	HTML(h, "</p>\n<p class=\"fine\">");
	html_say(h, _("%s; %s in the period before."), say_answers(h->lang, p->records).z,
		 say_count(h->lang, p->records_before).z);
	if (p->plan->filter_text.n) {
		HTML(h, " ");
		html_z(h, _("Only:"));
		HTML(h, " ");
		page_filter(p, h, 200);
	}
	HTML(h, "</p>\n");
	if (p->records && !p->comparable) {
		HTML(h, "<p class=\"caution\">");
		html_say(h,
			 _("The period before was not collected in full (feedback begins "
			   "on %s), so numbers of complaints are not compared."),
			 say_day(p->begins).z);
		HTML(h, "</p>\n");
	}
	HTML(h, "</header>\n");
}

static void write_section(const struct page *p, const struct section *s, struct html *h)
{
	if (s->wanted && !s->wanted(p))
		return;
	HTML(h, "<section");
	html_attr(h, "id", sv_of(s->id));
	if (s->title) {
		buf_printf(h->out, " aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">", s->id,
			   s->id);
		html_z(h, _(s->title));
		HTML(h, "</h2>\n");
	} else {
		HTML(h, ">\n");
	}
	s->write(p, h);
	HTML(h, "</section>\n");
}

void page_write(const struct page *p, struct html *h)
{
	write_head(p, h);
	HTML(h, "<body>\n");
	write_header(p, h);
	HTML(h, "<main>\n");
	for (size_t i = 0; i + 1 < SECTIONS; i++)
		write_section(p, sections[i], h);
	HTML(h, "</main>\n<footer>\n");
	write_section(p, sections[SECTIONS - 1], h); /* how it was made */
	HTML(h, "</footer>\n</body>\n</html>\n");
}
