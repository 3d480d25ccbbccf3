/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_nps.c: NPS = 100 * (promoters - detractors) / answers, from -100 to 100.
 *
 * Promoters are 9 and 10, passives 7 and 8, detractors 0 to 6, on 0-10 and on nothing
 * else: a 1-10 scale or five stars are not NPS (features.md 5.2). The denominator is
 * answers with a number: 10 promoters and 10 who closed the window are 100, not 50.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static bool zero_to_ten(const struct metric_scale *s)
{
	return s->min == 0 && s->max == 10 && !s->low_is_good;
}

static double promoter(const struct metric_scale *s, int position)
{
	(void)s;
	return position >= 9 ? 100 : 0;
}

static double detractor(const struct metric_scale *s, int position)
{
	(void)s;
	return position <= 6 ? 100 : 0;
}

static double net(const struct metric_scale *s, int position)
{
	return promoter(s, position) - detractor(s, position);
}

#define NONE N_("no NPS answers on 0-10")
#define EDGES                                                                            \
	N_("No answers: NA. Dismissed and unanswered surveys are not in the "            \
	   "denominator. Answers on any other scale than 0-10 are left out and "         \
	   "counted.")

static const struct score_rule rule_nps = {
	.kind = SCORE_NPS,
	.shape = SHAPE_NET,
	.fits = zero_to_ten,
	.worth = net,
	.why = NONE,
};
static const struct score_rule rule_promoter = {
	.kind = SCORE_NPS,
	.shape = SHAPE_SHARE,
	.fits = zero_to_ten,
	.worth = promoter,
	.why = NONE,
};
static const struct score_rule rule_detractor = {
	.kind = SCORE_NPS,
	.shape = SHAPE_SHARE,
	.fits = zero_to_ten,
	.worth = detractor,
	.why = NONE,
};

const struct metric metric_nps = {
	.name = "nps",
	.label = N_("NPS"),
	.definition = N_("Promoters (9, 10) minus detractors (0 to 6), of all answers "
			 "on 0-10; -100 to 100."),
	.formula = N_("100 * (promoters - detractors) / answers"),
	.edges = EDGES,
	.cannot = N_("The same NPS can be many promoters and many detractors, or "
		     "neither: look at the three shares. After one interaction it is "
		     "not the same question as once a year."),
	.unit = UNIT_POINTS,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_NPS,
	.rule = &rule_nps,
	.reduce = sample_scores,
};

const struct metric metric_recommend = {
	.name = "recommend",
	.label = N_("Recommendation rate"),
	.definition = N_("Promoters: share of 9 and 10 among NPS answers on 0-10."),
	.formula = N_("100 * promoters / answers"),
	.edges = EDGES,
	.cannot = N_("That somebody would recommend does not say that somebody did."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_NPS,
	.rule = &rule_promoter,
	.reduce = sample_scores,
};

const struct metric metric_detractors = {
	.name = "detractors",
	.label = N_("Detractors"),
	.definition = N_("Detractors: share of 0 to 6 among NPS answers on 0-10."),
	.formula = N_("100 * detractors / answers"),
	.edges = EDGES,
	.cannot = N_("A 6 and a 0 count the same; only the words tell them apart."),
	.unit = UNIT_PERCENT,
	.better = BETTER_LOWER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_NPS,
	.rule = &rule_detractor,
	.reduce = sample_scores,
};
