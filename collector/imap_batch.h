/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_batch.h: a few hundred mails of a folder, fetched with many in flight. Sizes are asked
 * first: what is too large is set aside by its header and never comes over the wire.
 */
#ifndef OPINIA_COLLECTOR_IMAP_BATCH_H
#define OPINIA_COLLECTOR_IMAP_BATCH_H

#include "collector/imap_session.h"
#include "collector/mailbox.h"

struct imap_batch {
	size_t count, settled; /* mails; the first @settled need nothing any more */
	uint32_t uids[MAILBOX_MAILS]; /* rising */
	int64_t bytes[MAILBOX_MAILS]; /* -1: not there any more */
	bool done[MAILBOX_MAILS];
};

/*
 * Fetch b->uids (b->count of them; fewer are left when they are more than MAILBOX_BYTES) and hand
 * each to mailbox_take(). b->settled counts also after an error: these are in @out, or need not
 * be. The session cannot be used on after an error, nor when not all are settled.
 */
int imap_batch_fetch(struct imap_batch *b, struct imap_session *s, struct mailbox *m,
		     const char *folder, struct batch *out, struct err *err);

#endif
