/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inputs.h: what the metrics need, out of the store: the store has facts, the metrics want
 * cohorts, durations and counts, and neither has heard of the other.
 */
#ifndef OPINIA_REPORT_INPUTS_H
#define OPINIA_REPORT_INPUTS_H

#include "core/arena.h"
#include "report/opinia_report.h"

struct inputs {
	struct metric_input in; /* points at what follows */
	struct counts counts;
	struct interaction_counts interactions;
	struct durations first_response, resolution, action;
	struct cohort retention, returned;
	struct response_counts response;
	struct cost_input cost;
	struct cost_row cost_row;
};

/*
 * Fill, for the days [first, last] of @frame, what @needs (enum metric_needs) names; the rest stays NULL. Everything that is too young at
 * `now` to be known is left undetermined. Arrays live in @arena.
 */
int inputs_gather(const struct opinia_frame *frame, uint32_t needs, struct arena *arena,
		  struct inputs *out, struct err *err);

#endif
