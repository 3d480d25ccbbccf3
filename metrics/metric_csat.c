/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_csat.c: satisfaction after an interaction, in five variants that are never
 * mixed.
 *
 * csat = 100 * answers in the top boxes / answers. How many boxes are "satisfied" depends
 * on the scale: 2 and 3 points the best one, 4 to 7 the best two, 10 the best three
 * (Formbricks' and Zendesk's published rules, features.md 5.1). Nobody publishes a rule
 * for 8, 9 and 11 points; we take what is closest to three boxes of ten: 8 the best two,
 * 9 and 11 three.
 *
 * Edges: no answers are NA, never 0; a comment without a score is not in the denominator.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static int boxes(int points)
{
	if (points <= 3)
		return 1;
	return points <= 8 ? 2 : 3;
}

static double top_boxes(const struct metric_scale *s, int position)
{
	int points = scale_points(s);

	return position >= points - boxes(points) ? 100 : 0;
}

static double top_box(const struct metric_scale *s, int position)
{
	return position == scale_points(s) - 1 ? 100 : 0;
}

static double net_boxes(const struct metric_scale *s, int position)
{
	return top_boxes(s, position) - (position < boxes(scale_points(s)) ? 100 : 0);
}

static double as_it_is(const struct metric_scale *s, int position)
{
	return s->min + position;
}

static double normalised(const struct metric_scale *s, int position)
{
	return 100.0 * position / (scale_points(s) - 1);
}

#define NONE N_("no CSAT answers")
#define EDGES                                                                            \
	N_("No answers: NA. Several scales: the one with most answers, the "             \
	   "others are counted as left out. A scale on which low is good is "            \
	   "turned first. A comment without a score does not count.")
#define CANNOT                                                                           \
	N_("It speaks of those who answered about one interaction, not of "              \
	   "loyalty and not of those who stayed silent.")

static const struct score_rule rule_csat = {
	.kind = SCORE_CSAT,
	.shape = SHAPE_SHARE,
	.worth = top_boxes,
	.why = NONE,
};
static const struct score_rule rule_top = {
	.kind = SCORE_CSAT,
	.shape = SHAPE_SHARE,
	.worth = top_box,
	.why = NONE,
};
static const struct score_rule rule_net = {
	.kind = SCORE_CSAT,
	.shape = SHAPE_NET,
	.worth = net_boxes,
	.why = NONE,
};
static const struct score_rule rule_mean = {
	.kind = SCORE_CSAT,
	.shape = SHAPE_MEAN,
	.worth = as_it_is,
	.why = NONE,
};
static const struct score_rule rule_norm = {
	.kind = SCORE_CSAT,
	.shape = SHAPE_MEAN,
	.worth = normalised,
	.why = NONE,
};

const struct metric metric_csat = {
	.name = "csat",
	.label = N_("CSAT"),
	.definition =
		N_("Top boxes: share of satisfied answers. Scales of 2 or 3 points: "
		   "the best one; 4 to 8: the best two; 9 to 11: the best three."),
	.formula = N_("100 * answers in the top boxes / answers"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CSAT,
	.rule = &rule_csat,
	.reduce = sample_scores,
};

const struct metric metric_csat_top = {
	.name = "csat_top",
	.label = N_("CSAT, top box"),
	.definition = N_("Top box: share of answers with the best point of the scale."),
	.formula = N_("100 * answers with the best point / answers"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CSAT,
	.rule = &rule_top,
	.reduce = sample_scores,
};

const struct metric metric_csat_net = {
	.name = "csat_net",
	.label = N_("CSAT, net"),
	.definition = N_("Net: top boxes minus as many bottom boxes; -100 to 100."),
	.formula = N_("100 * (answers in the top boxes - answers in the bottom boxes) "
		      "/ answers"),
	.edges = EDGES,
	.cannot = CANNOT,
	.unit = UNIT_POINTS,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CSAT,
	.rule = &rule_net,
	.reduce = sample_scores,
};

const struct metric metric_csat_mean = {
	.name = "csat_mean",
	.label = N_("CSAT, mean"),
	.definition = N_("Mean: the average point on the scale that is named beside it."),
	.formula = N_("sum of points / answers"),
	.edges = N_("No answers: NA. Several scales: the one with most answers, the "
		    "others are counted as left out. A scale on which low is good is "
		    "turned first. No interval for a single answer or when all answers "
		    "are the same."),
	.cannot = N_("Means of different scales cannot be compared, and the same mean "
		     "can hide all in the middle or half at each end."),
	.unit = UNIT_MEAN,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CSAT,
	.rule = &rule_mean,
	.reduce = sample_scores,
};

const struct metric metric_csat_norm = {
	.name = "csat_norm",
	.label = N_("CSAT, normalised mean"),
	.definition = N_("Normalised mean: the average point, with the worst as 0 and "
			 "the best as 100. Not a share of customers."),
	.formula = N_("100 * (mean - minimum) / (maximum - minimum)"),
	.edges = EDGES,
	/* xgettext:no-c-format */
	.cannot = N_("82 here does not mean that 82 % are satisfied: that is csat."),
	.unit = UNIT_POINTS,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CSAT,
	.rule = &rule_norm,
	.reduce = sample_scores,
};
