/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_table.h: mails that a form writes: lines "Ocena: 4" in the text, or an attached CSV or
 * JSON with one answer. Labels are columns: map.FIELD = LABEL, else the names that files have.
 */
#ifndef OPINIA_COLLECTOR_MAIL_TABLE_H
#define OPINIA_COLLECTOR_MAIL_TABLE_H

#include "collector/columns.h"
#include "collector/shape.h"

struct mail_table {
	struct shape *shape;
	const struct columns_told *told;
	struct arena *arena;   /* of the batch */
	struct record *record; /* is filled */
	enum field score;      /* what a bare name of a score means: "nota" */
	uint64_t met;	       /* fields so far, a bit each */
	size_t known;	       /* labels that were understood */
};

/*
 * ERR_INPUT: a value is wrong, the table has several rows; ERR_AGAIN: the arena is full;
 * ERR_SYSTEM. Labels that nobody understands are left out: t->known says how many were.
 */
int mail_table_attached(struct mail_table *t, struct sv table, struct err *err);
int mail_table_lines(struct mail_table *t, struct sv text, struct err *err);

#endif
