/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_token.h: who was asked, out of an address or a subject. A pattern is text with {id} in
 * it, and {mac} for what is not kept: "survey+{id}@", "survey+{id}.{mac}@", "[#{id}]". {mac} and
 * the sign before it may be missing in the text. It is not verified: a token says who was asked,
 * not that this is who answers.
 */
#ifndef OPINIA_COLLECTOR_MAIL_TOKEN_H
#define OPINIA_COLLECTOR_MAIL_TOKEN_H

#include "core/err.h"
#include "core/sv.h"

/* ERR_CONFIG: there is no {id} in it, or another {word}. */
int token_check(struct sv pattern, struct err *err);

/* Does @text begin with @pattern (what is behind it is free)? *id: a view into @text. */
bool token_at(struct sv pattern, struct sv text, struct sv *id);
bool token_within(struct sv pattern, struct sv text, struct sv *id);

#endif
