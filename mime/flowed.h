/* SPDX-License-Identifier: Apache-2.0 */
/* flowed.h: format=flowed (RFC 3676): paragraphs that were cut into lines, whole again. */
#ifndef OPINIA_MIME_FLOWED_H
#define OPINIA_MIME_FLOWED_H

#include "core/buf.h"
#include "core/sv.h"

/* @delsp: the blank at the end of a line was put there only to mark it. */
void flowed_text(struct sv text, bool delsp, struct buf *out);

#endif
