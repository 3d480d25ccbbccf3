/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_cost.c: what dissatisfaction may cost: the sum over groups of customers at risk
 * of customers * value * probability to leave, in a low, a base and a high case.
 *
 * Every factor is somebody's estimate, so low and high are the cases of the inputs and
 * not a confidence interval; whoever prints the number prints the inputs beside it.
 */
#include <math.h>

#include "metrics/registry.h"
#include "metrics/sample.h"

static bool row_good(const struct cost_row *r)
{
	return isfinite(r->value) && r->value >= 0 && r->churn_low >= 0 &&
	       r->churn >= r->churn_low && r->churn_high >= r->churn &&
	       r->churn_high <= 1;
}

static void cost_reduce(const struct metric *m, const struct metric_input *in,
			const struct metric_scale *want, struct sample *out)
{
	const struct cost_input *c = in->cost;

	(void)m;
	(void)want;
	if (c->heard == 0 || c->n == 0) {
		sample_none(out, c->n ? N_("no customer was heard")
				      : N_("the cost model has no values"));
		return;
	}
	out->shape = SHAPE_SCENARIO;
	for (size_t i = 0; i < c->n; i++) {
		const struct cost_row *r = &c->rows[i];
		double worth = (double)r->customers * r->value;

		if (!row_good(r)) {
			sample_none(out,
				    N_("the inputs of the cost model are not in order"));
			return;
		}
		out->n += r->customers;
		out->low += worth * r->churn_low;
		out->base += worth * r->churn;
		out->high += worth * r->churn_high;
	}
}

const struct metric metric_cost_of_dissatisfaction = {
	.name = "cost_of_dissatisfaction",
	.label = N_("Cost of dissatisfaction"),
	.definition = N_("Margin expected to be lost with customers at risk, in a low, "
			 "a base and a high case of the team's own inputs."),
	.formula = N_("sum of (customers at risk * value of one * probability to leave)"),
	.edges = N_("No feedback, or no cost model: NA. Nobody at risk among those "
		    "heard: 0. A probability outside 0..1 or cases out of order: NA."),
	.cannot = N_("It is an estimate from inputs, not a measurement: low and high "
		     "are cases, not a confidence interval. Silent customers are not "
		     "in it."),
	.unit = UNIT_MONEY,
	.better = BETTER_LOWER,
	.needs = NEEDS_COST,
	.score = METRIC_NO_SCORE,
	.reduce = cost_reduce,
};
