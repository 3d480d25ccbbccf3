/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mailbox.h: what imap, maildir, mbox and eml share: the reader of mails, what is set aside, and
 * the last steps of a batch. The first member of their own structs.
 */
#ifndef OPINIA_COLLECTOR_MAILBOX_H
#define OPINIA_COLLECTOR_MAILBOX_H

#include "collector/mail.h"
#include "core/json_in.h"

enum {
	MAILBOX_MAILS = 500,	  /* a batch */
	MAILBOX_BYTES = 32 << 20, /* of mails, a batch; one mail may be more */
	MAILBOX_MAIL_MAX = 25 << 20,
};

struct mailbox {
	struct source base;
	struct arena arena;			/* as long as the source */
	const struct source_settings *settings; /* NULL: import */
	const struct collect_env *env;		/* NULL: import */
	const struct import_options *options;
	const char *name; /* of the source */
	struct aside aside;
	struct mail_reader *mail;
};

/* Afterwards mailbox_release(), also when it failed. */
int mailbox_init(struct mailbox *m, const struct adapter *adapter,
		 const struct source_config *config, struct err *err);
void mailbox_release(struct mailbox *m);

const struct cancel *mailbox_cancel(const struct mailbox *m);

/* mail_take(); a mail over MAILBOX_MAIL_MAX is set aside by its head. */
int mailbox_take(struct mailbox *m, struct sv raw, const char *place, int64_t arrived_at,
		 struct batch *out, struct err *err);
/* Set aside what cannot be read as a mail; @head: as much of it as there is. */
int mailbox_refuse(struct mailbox *m, struct sv head, const char *place, const char *why,
		   struct err *err);

/* The batch is filled: what was set aside is on the disk, the cursor is in it. @cursor empty:
 * none. */
int mailbox_finish(struct mailbox *m, struct batch *out, struct sv cursor,
		   struct err *err);

/* The next key of a cursor's JSON object and its value, a text or a number; false: the end. */
bool mailbox_cursor(struct json_in *j, struct arena *arena, struct sv *key,
		    struct sv *value);

#endif
