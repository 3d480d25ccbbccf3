/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_reply.h: what the customer wrote, out of a mail's text: quoted history, attribution
 * lines ("În …, N a scris:", "W dniu … N napisał(a):"), header blocks ("De la: … Trimis: …
 * Către: …") and the signature cut off; with and without diacritics, also broken over two lines.
 * Pure functions of UTF-8 bytes, any thread; the result is a view or in @arena.
 */
#ifndef OPINIA_COLLECTOR_MAIL_REPLY_H
#define OPINIA_COLLECTOR_MAIL_REPLY_H

#include "core/arena.h"
#include "core/record.h"
#include "core/sv.h"

/* False: @arena is full. */
bool reply_text(struct sv body, struct arena *arena, struct sv *out);

/* Re:, Fwd:, Odp:, PD:, Răsp: … gone, any number of them. */
struct sv reply_subject(struct sv subject);

/*
 * The score in a reply: first line that is not empty ("9", "9/10", "nota 9", "ocena: 4",
 * "4 stele", "5 gwiazdek", stars), on the scale of @want. *rest: the text without that line when
 * it was nothing but the score. False: none. A digit in a sentence is none.
 */
bool reply_score(struct sv text, const struct score *want, int *value, struct sv *rest);

#endif
