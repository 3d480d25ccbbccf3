/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_find.h: which records of a segment hold a word or a phrase.
 *
 * A probe is a phrase in one language: its words' numbers and their places relative to
 * the first. A question is some probes, one for each language that the words may be in;
 * a record is indexed in one language only, so their answers never overlap and counts
 * may be added.
 */
#ifndef OPINIA_STORE_TEXT_FIND_H
#define OPINIA_STORE_TEXT_FIND_H

#include "store/bits.h"
#include "store/text.h"
#include "store/text_span.h"
#include "store/txn.h"

enum { TEXT_ITEMS_MAX = 64 };

struct text_probe {
	const struct text_term *items; /* place: relative to the first item */
	size_t count;		       /* 1..TEXT_ITEMS_MAX                 */
	bool any_form;		       /* the group decides, not the form   */
};

struct text_finder {
	struct txn_cursor cursor;
	uint32_t *room; /* places of one group, merged */
	size_t room_count;
};

void text_finder_open(struct text_finder *f, struct txn *t);
void text_finder_close(struct text_finder *f); /* before the transaction ends */

/* or the records of @segment that one of @probes fits into @out. */
int text_find(struct text_finder *f, uint16_t segment, const struct text_probe *probes,
	      size_t count, struct bits_set *out, struct err *err);
/* How many, for probes of one word each; quick where nothing was superseded. */
int text_find_count(struct text_finder *f, uint16_t segment,
		    const struct text_probe *probes, size_t count, uint32_t *out,
		    struct err *err);

/*
 * The same over all segments that the row of @level from @first on counts for; *there: it is
 * there, else nothing was counted.
 */
int text_find_span(struct text_finder *f, uint16_t first, unsigned level,
		   const struct text_probe *probes, size_t count, uint64_t *out,
		   bool *there, struct err *err);

#endif
