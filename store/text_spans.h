/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_spans.h: which rows of counts (text_span.h) there are. text.h has what others need of it.
 *
 * A landing that touches words of a segment drops the rows that count for it, in its own
 * transaction: what is there is always true. They are made again where there is time: by the
 * landing that opens a segment or merges much, by an erasure, after all was read again. The row
 * of four goes when the one of sixteen is there, which stays beside that of 256: that is made of
 * it.
 */
#ifndef OPINIA_STORE_TEXT_SPANS_H
#define OPINIA_STORE_TEXT_SPANS_H

#include "store/text_inside.h"

/* Key of the row of @level that begins with segment @first. */
struct sv text_span_key(uint16_t first, unsigned level, struct text_key *k);
int text_span_damaged(struct err *err, uint16_t first, unsigned level); /* ERR_INPUT */

/* The segment that is being filled: the last one with words. */
uint16_t text_newest_segment(struct txn *t);
/* Words of @segment change. */
void text_spans_drop(struct txn *t, uint16_t segment);

/* ---- between text_spans.c and text_count.c ------------------------------------------- */

/*
 * The row of @level from @first on, made of what lies below: of lower rows, if @rows, and of
 * runs. ERR_INPUT: something there is damaged.
 */
int text_span_count(struct txn *t, uint16_t first, unsigned level, bool rows,
		    struct buf *out, struct err *err);

#endif
