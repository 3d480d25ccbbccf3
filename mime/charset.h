/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset.h: bytes that say what they are written in, and often lie, as UTF-8. Letters of
 * Romanian and Polish survive the usual lies: UTF-8 called us-ascii, windows-1250 called
 * ISO-8859-2 or ISO-8859-1.
 */
#ifndef OPINIA_MIME_CHARSET_H
#define OPINIA_MIME_CHARSET_H

#include "core/mime_wire.h"
#include "core/sv.h"

/* @bytes, said to be @declared (empty: nothing was said), behind @out: valid UTF-8, no NUL,
 * lines end with \n, of the control characters only \n and \t. */
void charset_put(struct buf *out, struct sv bytes, struct sv declared);

/* The same for what is UTF-8 already, or should be. */
void clean_put(struct buf *out, struct sv text);

/* A field of the answer whose bytes are a header's: made clean first, left out where empty. */
void field_put(struct buf *out, enum mime_field field, struct sv bytes);

#endif
