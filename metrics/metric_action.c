/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_action.c: how long feedback waits until somebody does something about it.
 *
 * Feedback that nobody has acted upon yet is not missing: it says "longer than this so
 * far". Dropping it would reward a team for never acting on the hard ones, so the curve
 * is Kaplan–Meier's (features.md 5.5).
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static void median_reduce(const struct metric *m, const struct metric_input *in,
			  const struct metric_scale *want, struct sample *out)
{
	(void)m;
	(void)want;
	sample_times(out, in->time_to_action, SHAPE_SURVIVAL, 0.5);
}

static void p90_reduce(const struct metric *m, const struct metric_input *in,
		       const struct metric_scale *want, struct sample *out)
{
	(void)m;
	(void)want;
	sample_times(out, in->time_to_action, SHAPE_SURVIVAL, 0.9);
}

#define EDGES                                                                            \
	N_("No action yet, or too many still open: NA. Open feedback counts as "         \
	   "waiting until now; where it is not known for how long, as waiting "          \
	   "longer than all others. Times below zero are left out and counted.")
#define CANNOT N_("That something was done does not say that it helped.")

const struct metric metric_time_to_action = {
	.name = "time_to_action",
	.label = N_("Time to action"),
	.definition = N_("Median time from the answer to the first recorded action, "
			 "open ones counted as waiting (Kaplan–Meier)."),
	.formula =
		N_("first time at which half of the curve of waiting feedback is gone"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_TIME_TO_ACTION,
	.score = METRIC_NO_SCORE,
	.reduce = median_reduce,
};

const struct metric metric_time_to_action_p90 = {
	.name = "time_to_action_p90",
	.label = N_("Time to action, 90 %"),
	/* xgettext:no-c-format */
	.definition = N_("Time within which 90 % of feedback saw its first recorded "
			 "action, open ones counted as waiting (Kaplan–Meier)."),
	.formula =
		/* xgettext:no-c-format */
	N_("first time at which 90 % of the curve of waiting feedback is gone"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_TIME_TO_ACTION,
	.score = METRIC_NO_SCORE,
	.reduce = p90_reduce,
};
