/* SPDX-License-Identifier: Apache-2.0 */
/* words.h: encoded words of headers (RFC 2047): =?charset?Q?…?= and =?charset?B?…?=. */
#ifndef OPINIA_MIME_WORDS_H
#define OPINIA_MIME_WORDS_H

#include "core/buf.h"
#include "core/sv.h"

/* One unfolded line behind @out as UTF-8. Blanks between two encoded words are nothing. */
void words_put(struct buf *out, struct sv line);

#endif
