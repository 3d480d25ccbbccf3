/* SPDX-License-Identifier: Apache-2.0 */
/* table.c: see table.h. */
#include "report/table.h"

#include "core/i18n.h"

void table_open(struct html *h, struct sv caption, const char *const *head, size_t count)
{
	HTML(h, "<div class=\"scroll\" role=\"region\" tabindex=\"0\"");
	html_attr(h, "aria-label", caption);
	HTML(h, ">\n<table><caption>");
	html_text(h, caption);
	HTML(h, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < count; i++) {
		HTML(h, "<th scope=\"col\">");
		html_z(h, head[i]);
		HTML(h, "</th>");
	}
	HTML(h, "</tr></thead>\n<tbody>\n");
}

void table_close(struct html *h)
{
	HTML(h, "</tbody></table></div>\n");
}

void table_row(struct html *h)
{
	HTML(h, "<tr>");
}

void table_row_end(struct html *h)
{
	HTML(h, "</tr>\n");
}

void table_name(struct html *h, struct sv text)
{
	HTML(h, "<th scope=\"row\">");
	html_clip(h, text, 80);
	HTML(h, "</th>");
}

void table_cell(struct html *h, const char *z)
{
	HTML(h, "<td>");
	if (z && z[0])
		html_z(h, z);
	else
		HTML(h, "–");
	HTML(h, "</td>");
}

void table_fold(struct html *h, struct sv what)
{
	HTML(h, "<details><summary>");
	html_text(h, what);
	HTML(h, "</summary>\n");
}

void table_fold_end(struct html *h)
{
	HTML(h, "</details>\n");
}
