/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.h: a filter run over a snapshot, one segment of 65,536 ids at a time, newest
 * first.
 *
 * Open, then ask segment by segment; close before the snapshot goes. One thread.
 */
#ifndef OPINIA_STORE_QUERY_H
#define OPINIA_STORE_QUERY_H

#include "store/bits.h"
#include "store/plan.h"

struct query {
	struct opinia_snapshot *snap;
	struct arena arena; /* of the plan */
	struct plan *plan;
	struct bits_reader bits;
	struct text_finder text;
	struct bits_days *days; /* of each segment */
	uint32_t segments;
};

int query_open(struct query *q, struct opinia_snapshot *snap, const struct filter *f,
	       struct err *err);
void query_close(struct query *q);

/*
 * What matches in @segment into @out; *any is false when nothing does (@out is then
 * undefined).
 */
int query_segment(struct query *q, uint32_t segment, struct bits_set *out, bool *any,
		  struct err *err);
/* How many match in all. */
int query_count(struct query *q, uint64_t *out, struct err *err);

#endif
