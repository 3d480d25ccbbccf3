/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cdr_row.h: one line of a call record file, cut into its columns. Three switches of Asterisk
 * decide which of them a file has, 16 to 21, without a header; the count says which, and where
 * it does not (17, 20) the form of a unique id does. A custom order is told.
 */
#ifndef OPINIA_COLLECTOR_CDR_ROW_H
#define OPINIA_COLLECTOR_CDR_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/sv.h"

enum cdr_column {
	CDR_ACCOUNTCODE,
	CDR_SRC,
	CDR_DST,
	CDR_DCONTEXT,
	CDR_CLID,
	CDR_CHANNEL,
	CDR_DSTCHANNEL,
	CDR_LASTAPP,
	CDR_LASTDATA,
	CDR_START,
	CDR_ANSWER,
	CDR_END,
	CDR_DURATION,
	CDR_BILLSEC,
	CDR_DISPOSITION,
	CDR_AMAFLAGS,
	CDR_UNIQUEID,
	CDR_USERFIELD,
	CDR_PEERACCOUNT,
	CDR_LINKEDID,
	CDR_SEQUENCE,
	CDR_COLUMNS,
	CDR_SKIPPED = CDR_COLUMNS
};

enum { CDR_CUSTOM_MAX = 64 };

struct cdr_order {
	uint8_t column[CDR_CUSTOM_MAX];
	size_t count; /* 0: Asterisk's own */
	char separator;
};

/* "start,src,-,uniqueid": ERR_CONFIG with the names that there are. */
int cdr_order_parse(struct cdr_order *o, struct sv said, struct err *err);

struct cdr_row {
	struct sv at[CDR_COLUMNS];
};

/*
 * NULL, or why it is no row (msgid). Texts with doubled quotes are copied to @a, which may
 * be full: that is a reason, too.
 */
const char *cdr_row_split(struct sv line, const struct cdr_order *order, struct arena *a,
			  struct cdr_row *out);

/* Only by its look: is that a line of Asterisk's own order? */
bool cdr_row_looks(struct sv line, struct arena *a);

/* "Ion Pop" <0721000111>: the number. */
struct sv cdr_number(struct sv clid);

#endif
