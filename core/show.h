/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show.h: a customer's words on a screen: personal data replaced, what decided lit up, nothing
 * that could move the cursor.
 */
#ifndef OPINIA_CORE_SHOW_H
#define OPINIA_CORE_SHOW_H

#include "core/buf.h"
#include "core/verdict.h"

enum show {
	SHOW_PII = 1 << 0,	/* do not replace personal data        */
	SHOW_EVIDENCE = 1 << 1, /* light the evidence                  */
	SHOW_COLOUR = 1 << 2,	/* with colours; else with [brackets]  */
	SHOW_RAW = 1 << 3,	/* keep control characters: for JSON   */
};

void show_comment(struct sv text, const struct verdict *v, unsigned how, struct buf *out);

/* The part of @text around the first evidence of @topic (TOPIC_NONE: of all), redacted, at most
 * about @columns wide, with an ellipsis where it was cut. */
void show_quote(struct sv text, const struct verdict *v, uint16_t topic, size_t columns,
		struct buf *out);

#endif
