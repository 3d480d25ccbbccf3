/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_response.c: how many answer, and how many say something.
 *
 * Response rate = 100 * answered / (delivered + offered), the same surveys above and
 * below the line (features.md 5.6): not "answers of March by surveys of March". An
 * offered survey (a voice menu, a widget) has reached the customer as far as anyone can
 * know; a bounced one has not. This is a rate; the time until a team answers is
 * first_response.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static void response_reduce(const struct metric *m, const struct metric_input *in,
			    const struct metric_scale *want, struct sample *out)
{
	const struct response_counts *c = in->response;

	(void)m;
	(void)want;
	sample_share(out, c->answered, c->delivered + c->offered, c->bounced,
		     N_("no survey reached a customer"));
}

static void comment_reduce(const struct metric *m, const struct metric_input *in,
			   const struct metric_scale *want, struct sample *out)
{
	(void)m;
	(void)want;
	sample_share(out, in->counts->commented, in->counts->records, 0,
		     N_("no answers"));
}

const struct metric metric_response_rate = {
	.name = "response_rate",
	.label = N_("Survey response rate"),
	.definition = N_(
		"Answered surveys, of the same surveys that were delivered or offered."),
	.formula = N_("100 * answered / (delivered + offered)"),
	.edges = N_("Bounced surveys are left out and counted. Nothing sent: NA. More "
		    "answers than surveys: NA, that is not one cohort."),
	.cannot = N_("Who answers is not who was asked: where the rate differs by "
		     "channel, so may the people behind every other number."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_RESPONSE,
	.score = METRIC_NO_SCORE,
	.reduce = response_reduce,
};

const struct metric metric_comment_rate = {
	.name = "comment_rate",
	.label = N_("Comment rate"),
	.definition = N_("Feedback with words that say something, of all feedback."),
	.formula = N_("100 * with a comment / feedback"),
	.edges = N_("\"-\", \"ok\" and the like are no comment. No feedback: NA."),
	.cannot = N_("Angry people write more: comments are not a sample of customers."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = METRIC_NO_SCORE,
	.reduce = comment_reduce,
};
