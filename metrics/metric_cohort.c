/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_cohort.c: who stayed and who came back: 100 * kept / base of one cohort.
 *
 * A cohort younger than its window has no answer yet. It is undetermined, and neither
 * kept nor lost (features.md 5.8).
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static void retention_reduce(const struct metric *m, const struct metric_input *in,
			     const struct metric_scale *want, struct sample *out)
{
	const struct cohort *c = in->retention;

	(void)m;
	(void)want;
	sample_share(out, c->kept, c->base, c->undetermined,
		     N_("no customer's 90 days are over yet"));
}

static void return_reduce(const struct metric *m, const struct metric_input *in,
			  const struct metric_scale *want, struct sample *out)
{
	const struct cohort *c = in->returned;

	(void)m;
	(void)want;
	sample_share(out, c->kept, c->base, c->undetermined,
		     N_("no customer had a long gap"));
}

const struct metric metric_retention_90 = {
	.name = "retention_90",
	.label = N_("Retention, 90 days"),
	.definition = N_("Customers active in days 61 to 90, of those active on day 0 "
			 "whose 90 days are over."),
	.formula = N_("100 * active in days 61-90 / active on day 0"),
	.edges = N_("Customers whose 90 days are not over are left out and counted. No "
		    "activity feed: NA."),
	.cannot = N_("Activity is what the feed records: who cannot leave is kept too."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_RETENTION,
	.score = METRIC_NO_SCORE,
	.reduce = retention_reduce,
};

const struct metric metric_return_rate = {
	.name = "return_rate",
	.label = N_("Return rate"),
	.definition = N_("Customers who came back after a gap of at least the "
			 "configured days, of those who had such a gap."),
	.formula = N_("100 * returned after the gap / had the gap"),
	.edges = N_("Customers whose gap is not long enough yet are left out and "
		    "counted. No activity feed: NA."),
	.cannot = N_("It does not say why they went, nor why they are back."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_RETURNED,
	.score = METRIC_NO_SCORE,
	.reduce = return_reduce,
};
