/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h: what a person would read of a mail in HTML: tags gone, entities decoded, lines as
 * they were meant, the quoted mail gone. A line ">" stays where a quote was, so that what
 * was written below it is not taken for part of it. One pass, no tree, any input.
 */
#ifndef OPINIA_MIME_HTML_H
#define OPINIA_MIME_HTML_H

#include "core/buf.h"
#include "core/sv.h"

/* @html is UTF-8 (charset_put()); the text goes behind @out. */
void html_text(struct sv html, struct buf *out);

/* The code point of "amp", "#536", "#x219"; 0: none. For html.c. */
unsigned html_entity(struct sv name);

#endif
