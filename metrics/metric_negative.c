/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_negative.c: share of comments that are read as negative, of all that were read:
 * negative, neutral, positive and mixed. Mixed ones are in the denominator alone.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static void negative_reduce(const struct metric *m, const struct metric_input *in,
			    const struct metric_scale *want, struct sample *out)
{
	uint64_t n = 0;

	(void)m;
	(void)want;
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		n += in->counts->sentiment[i];
	sample_share(out, in->counts->sentiment[SENTIMENT_NEG], n, 0, N_("no comments"));
}

const struct metric metric_negative_share = {
	.name = "negative_share",
	.label = N_("Negative comments"),
	.definition = N_("Comments read as negative, of all comments that were read; "
			 "mixed ones do not count as negative."),
	.formula = N_("100 * negative / (negative + neutral + positive + mixed)"),
	.edges = N_("No comments: NA."),
	.cannot = N_("A program read the comments, and it errs: open the words behind "
		     "the number. Those who write are not all customers."),
	.unit = UNIT_PERCENT,
	.better = BETTER_LOWER,
	.needs = NEEDS_COUNTS,
	.score = METRIC_NO_SCORE,
	.reduce = negative_reduce,
};
