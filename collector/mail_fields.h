/* SPDX-License-Identifier: Apache-2.0 */
/* mail_fields.h: what the child said of one mail, field by field; views into its answer. */
#ifndef OPINIA_COLLECTOR_MAIL_FIELDS_H
#define OPINIA_COLLECTOR_MAIL_FIELDS_H

#include "core/mime_wire.h"
#include "core/record.h"

enum { MAIL_LIST_MAX = 64 };

struct mail_list {
	struct sv at[MAIL_LIST_MAX];
	size_t count;
};

struct mail_fields {
	struct sv error, subject, from, message_id, machine, text, language;
	int64_t date; /* TIME_NONE */
	struct mail_list to, references, bounced, returned, tables;
};

/* ERR_INPUT: it said that this is no mail. */
int mail_fields_read(struct mail_fields *f, struct sv answer, struct err *err);

#endif
