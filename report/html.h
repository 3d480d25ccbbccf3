/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h: the only way onto the page. Markup is ours and can only be a literal;
 * everything else goes through html_text() or html_attr(), which leave nothing that a
 * browser could obey.
 */
#ifndef OPINIA_REPORT_HTML_H
#define OPINIA_REPORT_HTML_H

#include "core/buf.h"
#include "core/taxonomy.h"

struct html {
	struct buf *out;
	enum ui_lang lang; /* how numbers and dates are written */
};

/* `"" x` does not compile unless x is a string literal. */
#define HTML(h, literal) buf_str((h)->out, "" literal)

/* Text between tags: tamed (core/utf8.h) and escaped. */
void html_text(struct html *h, struct sv text);
void html_z(struct html *h, const char *z); /* the same, of a C string */
/* At most @columns wide (and 8 bytes a column), with an ellipsis where it was cut. */
void html_clip(struct html *h, struct sv text, size_t columns);
/* A sentence: formatted, then written as text. At most 1 KiB. */
void html_say(struct html *h, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ` name="value"`; @name is ours. */
void html_attr(struct html *h, const char *name, struct sv value);

#endif
