/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header.h: the lines of a header (RFC 5322), of a mail, of a mail that came back, of a
 * delivery report. Views into the block; nothing here allocates but what goes to @out.
 */
#ifndef OPINIA_MIME_HEADER_H
#define OPINIA_MIME_HEADER_H

#include "core/buf.h"
#include "core/sv.h"

/* What is before the first empty line of @mail. */
struct sv header_block(struct sv mail);

/* The next field; @value as it stands, folded over lines or not. False: no more. */
bool header_next(struct sv *block, struct sv *name, struct sv *value);

/* The first field of that name; empty: there is none, or it says nothing. */
struct sv header_find(struct sv block, const char *name);
bool header_has(struct sv block, const char *name);

/* Its text behind @out: in one line, encoded words (RFC 2047) and raw eight-bit bytes as UTF-8. */
void header_text(struct sv value, struct buf *out);

/* The next "ana@example.ro" of a list of addresses, the next "id" of <id> <id>. False: no more. */
bool address_next(struct sv *rest, struct sv *address);
bool id_next(struct sv *rest, struct sv *id);

#endif
