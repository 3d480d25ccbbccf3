/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.h: through the parts of a mail: its best text, its tables, and what a delivery report
 * says. GMime takes the parts apart and decodes their transfer encoding; letters are ours
 * (charset.h).
 */
#ifndef OPINIA_MIME_WALK_H
#define OPINIA_MIME_WALK_H

#include <gmime/gmime.h>

#include "core/buf.h"
#include "core/sv.h"

struct walk {
	struct buf *out; /* fields */
	size_t decoded;	 /* bytes so far, against MIME_DECODED_MAX */
	unsigned parts;	 /* of this walk */
	unsigned tables;
	const char *wrong; /* a ceiling that was broken; NULL: none */
};

enum { TEXT_MAX = 1 << 20, TABLE_MAX = 1 << 20, TABLES_MAX = 4 };

/* The bytes of a leaf, transfer encoding gone; NULL: it has none, or a ceiling was reached. */
GByteArray *walk_bytes(struct walk *w, GMimeObject *part);

/* The best text of the mail behind @text. */
void walk_text(struct walk *w, GMimeObject *top, struct buf *text);

/* MIME_TABLE for each attached table. */
void walk_tables(struct walk *w, GMimeObject *top);

/* MIME_MACHINE, MIME_BOUNCED_TO, MIME_RETURNED of a multipart/report; false: it is none. */
bool walk_report(struct walk *w, GMimeObject *top);

/* MIME_RETURNED for each address and message id of a header. */
void returned_put(struct buf *out, struct sv header);

#endif
