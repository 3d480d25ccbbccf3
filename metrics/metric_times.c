/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_times.c: first response and resolution, each as median, mean and 90th
 * percentile.
 *
 * The median is the number that keeps the short name: times are skewed, and one forgotten
 * ticket moves a mean by hours. What was never answered or solved is not in the number
 * but is counted beside it (features.md 5.5); leaving it out makes every one of these
 * numbers kinder than the truth, which `cannot` says.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static const struct durations *times_of(const struct metric *m,
					const struct metric_input *in)
{
	return m->needs == NEEDS_RESOLUTION ? in->resolution : in->first_response;
}

static void median_reduce(const struct metric *m, const struct metric_input *in,
			  const struct metric_scale *want, struct sample *out)
{
	(void)want;
	sample_times(out, times_of(m, in), SHAPE_TIME_QUANTILE, 0.5);
}

static void p90_reduce(const struct metric *m, const struct metric_input *in,
		       const struct metric_scale *want, struct sample *out)
{
	(void)want;
	sample_times(out, times_of(m, in), SHAPE_TIME_QUANTILE, 0.9);
}

static void mean_reduce(const struct metric *m, const struct metric_input *in,
			const struct metric_scale *want, struct sample *out)
{
	(void)want;
	sample_times(out, times_of(m, in), SHAPE_TIME_MEAN, 0);
}

#define EDGES                                                                            \
	N_("Nothing timed: NA. What is still open, and times below zero, are "           \
	   "left out and counted. No interval where there are too few: 6 for a "         \
	   "median, about 36 for a 90th percentile.")
#define CANNOT                                                                           \
	N_("What was never answered is not in it: read the number left out. A "          \
	   "fast answer is not a good one.")
#define CANNOT_MEAN                                                                      \
	N_("One forgotten case moves a mean by hours; the median says what is usual.")

const struct metric metric_first_response = {
	.name = "first_response",
	.label = N_("First response time"),
	.definition = N_("Median time from the start to the first answer by a person."),
	.formula = N_("median of (first response - start)"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_FIRST_RESPONSE,
	.score = METRIC_NO_SCORE,
	.reduce = median_reduce,
};

const struct metric metric_first_response_mean = {
	.name = "first_response_mean",
	.label = N_("First response time, mean"),
	.definition = N_("Mean time from the start to the first answer by a person."),
	.formula = N_("sum of (first response - start) / answered contacts"),
	.edges = EDGES,
	.cannot = CANNOT_MEAN,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_FIRST_RESPONSE,
	.score = METRIC_NO_SCORE,
	.reduce = mean_reduce,
};

const struct metric metric_first_response_p90 = {
	.name = "first_response_p90",
	.label = N_("First response time, 90 %"),
	/* xgettext:no-c-format */
	.definition = N_("Time within which 90 % of the answered contacts got the "
			 "first answer by a person."),
	.formula = N_("90th percentile of (first response - start)"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_FIRST_RESPONSE,
	.score = METRIC_NO_SCORE,
	.reduce = p90_reduce,
};

const struct metric metric_resolution = {
	.name = "resolution",
	.label = N_("Resolution time"),
	.definition = N_("Median time from the start to the solution."),
	.formula = N_("median of (resolved - start)"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_RESOLUTION,
	.score = METRIC_NO_SCORE,
	.reduce = median_reduce,
};

const struct metric metric_resolution_mean = {
	.name = "resolution_mean",
	.label = N_("Resolution time, mean"),
	.definition = N_("Mean time from the start to the solution."),
	.formula = N_("sum of (resolved - start) / resolved contacts"),
	.edges = EDGES,
	.cannot = CANNOT_MEAN,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_RESOLUTION,
	.score = METRIC_NO_SCORE,
	.reduce = mean_reduce,
};

const struct metric metric_resolution_p90 = {
	.name = "resolution_p90",
	.label = N_("Resolution time, 90 %"),
	/* xgettext:no-c-format */
	.definition = N_("Time within which 90 % of the resolved contacts were solved."),
	.formula = N_("90th percentile of (resolved - start)"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_MS,
	.better = BETTER_LOWER,
	.needs = NEEDS_RESOLUTION,
	.score = METRIC_NO_SCORE,
	.reduce = p90_reduce,
};
