/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_ces.c: effort. Two different questions that are never merged.
 *
 * CES 1.0 (2010) asks how much effort it took, 1-5, low is good. CES 2.0 (2013) asks
 * whether it was made easy, 1-7, high is good, and is summed up in four ways that differ
 * by tens of points on the same answers (features.md 5.3), so each has a name of its own.
 * The box variants are defined on 1-7 alone.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static bool one_to_seven(const struct metric_scale *s)
{
	return s->min == 1 && s->max == 7;
}

static double as_it_is(const struct metric_scale *s, int position)
{
	return s->min + position;
}

static double top_three(const struct metric_scale *s, int position)
{
	(void)s;
	return position >= 4 ? 100 : 0;
}

static double top_two(const struct metric_scale *s, int position)
{
	(void)s;
	return position >= 5 ? 100 : 0;
}

/* 6 and 7 up, 1 to 3 down, 4 and 5 in the middle. */
static double net(const struct metric_scale *s, int position)
{
	return top_two(s, position) - (position <= 2 ? 100 : 0);
}

#define NONE1 N_("no CES 1.0 answers")
#define NONE2 N_("no CES 2.0 answers")
#define NONE7 N_("no CES 2.0 answers on 1-7")
#define EDGES_MEAN                                                                       \
	N_("No answers: NA. Several scales: the one with most answers, the "             \
	   "others are counted as left out. A scale asked the other way round is "       \
	   "turned first. No interval for a single answer or when all answers "          \
	   "are the same.")
#define EDGES_SEVEN                                                                      \
	N_("No answers: NA. Answers on any other scale than 1-7 are left out and "       \
	   "counted.")
#define CANNOT                                                                           \
	N_("Ease is not satisfaction: a quick refusal is easy. CES 1.0 and 2.0 "         \
	   "cannot be compared, and neither can the variants of 2.0 with one "           \
	   "another.")

static const struct score_rule rule_ces1 = {
	.kind = SCORE_CES1,
	.shape = SHAPE_MEAN,
	.low_is_good = true,
	.worth = as_it_is,
	.why = NONE1,
};
static const struct score_rule rule_ces2 = {
	.kind = SCORE_CES2,
	.shape = SHAPE_MEAN,
	.worth = as_it_is,
	.why = NONE2,
};
static const struct score_rule rule_t3b = {
	.kind = SCORE_CES2,
	.shape = SHAPE_SHARE,
	.fits = one_to_seven,
	.worth = top_three,
	.why = NONE7,
};
static const struct score_rule rule_t2b = {
	.kind = SCORE_CES2,
	.shape = SHAPE_SHARE,
	.fits = one_to_seven,
	.worth = top_two,
	.why = NONE7,
};
static const struct score_rule rule_net = {
	.kind = SCORE_CES2,
	.shape = SHAPE_NET,
	.fits = one_to_seven,
	.worth = net,
	.why = NONE7,
};

const struct metric metric_ces1 = {
	.name = "ces1",
	.label = N_("CES 1.0"),
	.definition = N_(
		"Customer Effort Score 1.0, mean: how much effort it took; low is good."),
	.formula = N_("sum of points / answers"),
	.edges = EDGES_MEAN,
	.cannot = CANNOT,
	.unit = UNIT_MEAN,
	.better = BETTER_LOWER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CES1,
	.rule = &rule_ces1,
	.reduce = sample_scores,
};

const struct metric metric_ces2 = {
	.name = "ces2",
	.label = N_("CES 2.0"),
	.definition =
		N_("Customer Effort Score 2.0, mean: was it made easy; high is good."),
	.formula = N_("sum of points / answers"),
	.edges = EDGES_MEAN,
	.cannot = CANNOT,
	.unit = UNIT_MEAN,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CES2,
	.rule = &rule_ces2,
	.reduce = sample_scores,
};

const struct metric metric_ces2_t3b = {
	.name = "ces2_t3b",
	.label = N_("CES 2.0, top three"),
	.definition =
		N_("Customer Effort Score 2.0, top three boxes: share of 5 to 7 on 1-7."),
	.formula = N_("100 * answers from 5 to 7 / answers"),
	.edges = EDGES_SEVEN,
	.cannot = CANNOT,
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CES2,
	.rule = &rule_t3b,
	.reduce = sample_scores,
};

const struct metric metric_ces2_t2b = {
	.name = "ces2_t2b",
	.label = N_("CES 2.0, top two"),
	.definition =
		N_("Customer Effort Score 2.0, top two boxes: share of 6 and 7 on 1-7."),
	.formula = N_("100 * answers of 6 and 7 / answers"),
	.edges = EDGES_SEVEN,
	.cannot = CANNOT,
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CES2,
	.rule = &rule_t2b,
	.reduce = sample_scores,
};

const struct metric metric_ces2_net = {
	.name = "ces2_net",
	.label = N_("CES 2.0, net"),
	.definition = N_("Customer Effort Score 2.0, net: share of 6 and 7 minus share "
			 "of 1 to 3, on 1-7; 4 and 5 are neutral."),
	.formula = N_("100 * (answers of 6 and 7 - answers from 1 to 3) / answers"),
	.edges = EDGES_SEVEN,
	.cannot = CANNOT,
	.unit = UNIT_POINTS,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_CES2,
	.rule = &rule_net,
	.reduce = sample_scores,
};
