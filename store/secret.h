/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret.h: what is inside the sealed part of a document: words and identities.
 *
 * Reading gives views into the plaintext and the arena; nothing outside the plaintext is
 * ever read, whatever its bytes are.
 */
#ifndef OPINIA_STORE_SECRET_H
#define OPINIA_STORE_SECRET_H

#include "core/buf.h"
#include "core/record.h"
#include "core/verdict.h"
#include "store/packer.h"

struct secret {
	struct sv external_id, interaction, customer, origin, language, email, phone, crm;
	struct sv question[RECORD_SCORES_MAX];
	unsigned question_count;
	struct evidence *evidence; /* .topic: 0 sentiment, n: the document's n-th topic */
	struct pii *pii;
	uint16_t evidence_count, pii_count;
	bool customer_known; /* as in its row */
	struct sv comment;
};

/* What of a record need not be sealed, because it is known from elsewhere. */
struct secret_known {
	bool customer; /* it is spelled as in the customer's row */
	bool origin;   /* a name and a line: DOC_ORIGIN, DOC_LINE */
};

/* Is there anything to seal in @r? */
bool secret_needed(const struct record *r, const struct verdict *v);
/* Append the plaintext's first half to @bits and the texts behind it to @text: as they are. */
void secret_write(const struct record *r, const struct verdict *v,
		  const struct secret_known *known, struct buf *bits, struct buf *text);
/* Append the plaintext to @out, the texts packed where that makes them smaller. */
void secret_pack(struct packing *w, struct sv bits, struct sv text, struct buf *out);
/* ERR_INPUT: damaged. */
int secret_read(struct sv plain, struct packing *w, struct arena *arena,
		struct secret *out, struct err *err);

#endif
