/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_self_service.c: solved without a person, of all that was solved:
 * 100 * self-solved / (self-solved + assisted). Contacts that do not say are left out.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static void self_service_reduce(const struct metric *m, const struct metric_input *in,
				const struct metric_scale *want, struct sample *out)
{
	const struct interaction_counts *c = in->interactions;
	uint64_t n = c->self_service_known;
	uint64_t unknown = c->contacts > n ? c->contacts - n : 0;

	(void)m;
	(void)want;
	sample_share(out, c->self_service, n, unknown,
		     N_("no contact says if it was self-service"));
}

const struct metric metric_self_service = {
	.name = "self_service",
	.label = N_("Self-service rate"),
	.definition = N_("Contacts solved by the customers themselves, of those where "
			 "this is known."),
	.formula = N_("100 * self-solved / (self-solved + assisted)"),
	.edges = N_("Contacts that do not say are left out and counted. None says: NA."),
	.cannot = N_("Who gave up on the portal and never asked is in neither count."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_INTERACTIONS,
	.score = METRIC_NO_SCORE,
	.reduce = self_service_reduce,
};
