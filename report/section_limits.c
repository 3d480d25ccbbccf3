/* SPDX-License-Identifier: Apache-2.0 */
/* section_limits.c: what these numbers cannot say. Each metric says it of itself; the
 * rest is here. */
#include <stdio.h>

#include "core/i18n.h"
#include "report/figures.h"
#include "report/page.h"

static void item(struct html *h, const char *head, const char *text)
{
	HTML(h, "<li>");
	if (head) {
		HTML(h, "<strong>");
		html_z(h, head);
		HTML(h, ":</strong> ");
	}
	html_z(h, text);
	HTML(h, "</li>\n");
}

/* Somebody took 1 for the best mark, or clicked past it: such a number is no one's opinion. */
static void contradictions(const struct page *p, struct html *h)
{
	char text[400];

	if (!p->contradictions)
		return;
	snprintf(text, sizeof(text),
		 ngettext("In %s answer the words say the opposite of the score "
			  "(is:contradiction). It counts as it was given.",
			  "In %s answers the words say the opposite of the score "
			  "(is:contradiction). They count as they were given.",
			  p->contradictions),
		 say_count(p->plan->lang, p->contradictions).z);
	item(h, NULL, text);
}

/* A lexicon that changed, and comments that were not all read again with it. */
static void older(const struct page *p, struct html *h)
{
	char text[400];

	if (!p->older || p->older == p->read)
		return;
	snprintf(
		text, sizeof(text),
		ngettext("%s of %s comments was read with an older lexicon than the "
			 "others: what looks like a change of topics or sentiment may be "
			 "one of the lexicon.",
			 "%s of %s comments were read with an older lexicon than the "
			 "others: what looks like a change of topics or sentiment may be "
			 "one of the lexicon.",
			 (unsigned long)p->older),
		say_count(p->plan->lang, p->older).z,
		say_count(p->plan->lang, p->read).z);
	item(h, NULL, text);
}

static void write(const struct page *p, struct html *h)
{
	static const char *const general[] = {
		N_("They speak of customers who answered. Those who did not may think "
		   "otherwise."),
		N_("An interval says how far chance alone could have moved the number; "
		   "it "
		   "knows nothing of a survey that was sent to the wrong people."),
		N_("What goes together need not cause each other: a note beside a turn "
		   "is a "
		   "question, not an answer."),
		N_("A program read the comments. It errs; the words behind a number are "
		   "in "
		   "the store."),
	};

	HTML(h, "<ul class=\"plain\">\n");
	older(p, h);
	contradictions(p, h);
	for (size_t i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		item(h, NULL, _(general[i]));
	for (size_t i = 0; i < p->kpis; i++)
		item(h, _(p->kpi[i].k.metric->label), _(p->kpi[i].k.metric->cannot));
	HTML(h, "</ul>\n");
}

const struct section section_limits = {
	.id = "limits",
	.title = N_("What these numbers cannot say"),
	.write = write,
};
