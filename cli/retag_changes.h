/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retag_changes.h: what another lexicon changes, as people count it: sentiments, topics, complaints,
 * the indicators that are made of them, and the records one by one.
 */
#ifndef OPINIA_CLI_RETAG_CHANGES_H
#define OPINIA_CLI_RETAG_CHANGES_H

#include "cli/program.h"
#include "core/counts.h"

enum { RETAG_TOPICS_MAX = 512, RETAG_COLUMNS = 5 };

struct retag_tally {
	uint64_t before, after, came, went;
};

struct retag_changes {
	struct program *p;
	struct counts all; /* of all feedback, as it is before */
	struct retag_tally sentiment[SENTIMENT_COUNT];
	struct retag_tally topic[RETAG_TOPICS_MAX];	/* named in answers  */
	struct retag_tally complaint[RETAG_TOPICS_MAX]; /* and complained of */
	uint64_t read, changed;
	struct column titled[RETAG_COLUMNS]; /* of the printer that is open */
};

int retag_changes_begin(struct retag_changes *c, struct program *p, struct err *err);
/* A comment that was read as @was, and is read as @is today. */
void retag_compare(struct retag_changes *c, const struct verdict *was,
		   const struct verdict *is);
/* A row for each count that changes, then one for each indicator. */
int retag_print(struct retag_changes *c, struct err *err);
void retag_remark(const struct retag_changes *c, bool diff);

/* For rows of records. */
int retag_printer(struct retag_changes *c, struct printer **out, struct err *err);
/* Nothing where sentiment, topics and their labels stay. */
int retag_print_record(struct retag_changes *c, struct printer *printer, uint32_t id,
		       const struct verdict *was, const struct verdict *is,
		       struct err *err);

#endif
