/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric_fcr.c: solved at the first contact, by five definitions that give five numbers.
 *
 * Asked (what the customer says), gross and net (what the desk noted, of all contacts or
 * of those that it could have solved), repeat window (did the customer come back about
 * it) and no escalation. features.md 5.4: 680 of 1000 with 100 that level 1 could not
 * solve are 68.0 gross and 75.6 net. A contact whose window is still open is
 * undetermined, not resolved.
 */
#include "metrics/registry.h"
#include "metrics/sample.h"

static double best(const struct metric_scale *s, int position)
{
	return position == scale_points(s) - 1 ? 100 : 0;
}

static void gross_reduce(const struct metric *m, const struct metric_input *in,
			 const struct metric_scale *want, struct sample *out)
{
	const struct interaction_counts *c = in->interactions;

	(void)m;
	(void)want;
	sample_share(out, c->first_contact_resolved, c->contacts, 0, N_("no contacts"));
}

static void net_reduce(const struct metric *m, const struct metric_input *in,
		       const struct metric_scale *want, struct sample *out)
{
	const struct interaction_counts *c = in->interactions;
	uint64_t out_of_reach = c->unsolvable < c->contacts ? c->unsolvable : c->contacts;

	(void)m;
	(void)want;
	sample_share(out, c->first_contact_resolved, c->contacts - out_of_reach,
		     out_of_reach, N_("no contacts that could have been solved"));
}

static void window_reduce(const struct metric *m, const struct metric_input *in,
			  const struct metric_scale *want, struct sample *out)
{
	const struct interaction_counts *c = in->interactions;
	uint64_t n = c->window_determined;
	uint64_t open = c->contacts > n ? c->contacts - n : 0;

	(void)m;
	(void)want;
	/* more repeats than contacts wrap to a part larger than the whole: refused there
	 */
	sample_share(out, n - c->window_repeated, n, open,
		     N_("no repeat window has closed yet"));
}

static void no_escalation_reduce(const struct metric *m, const struct metric_input *in,
				 const struct metric_scale *want, struct sample *out)
{
	const struct interaction_counts *c = in->interactions;
	uint64_t n = c->escalated_known;
	uint64_t unknown = c->contacts > n ? c->contacts - n : 0;

	(void)m;
	(void)want;
	sample_share(out, n - c->escalated, n, unknown,
		     N_("no contact says if it was escalated"));
}

static const struct score_rule rule_fcr = {
	.kind = SCORE_FCR,
	.shape = SHAPE_SHARE,
	.worth = best,
	.why = N_("nobody was asked if it was solved"),
};

const struct metric metric_fcr = {
	.name = "fcr",
	.label = N_("First contact resolution"),
	.definition = N_("Asked: share of customers who say that it was solved at the "
			 "first contact. On scales of more than two points only the "
			 "best one counts."),
	.formula = N_("100 * answers \"solved\" / answers"),
	.edges = N_("No answers: NA. Several scales: the one with most answers, the "
		    "others are counted as left out."),
	.cannot = N_("Customers answer before they know if it will come back."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_COUNTS,
	.score = SCORE_FCR,
	.rule = &rule_fcr,
	.reduce = sample_scores,
};

const struct metric metric_fcr_gross = {
	.name = "fcr_gross",
	.label = N_("First contact resolution, gross"),
	.definition = N_("Gross: contacts resolved at first contact, of all contacts."),
	.formula = N_("100 * resolved at first contact / contacts"),
	.edges = N_("No contacts: NA."),
	.cannot = N_(
		"It blames the desk for what it could never have solved: see fcr_net."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_INTERACTIONS,
	.score = METRIC_NO_SCORE,
	.reduce = gross_reduce,
};

const struct metric metric_fcr_net = {
	.name = "fcr_net",
	.label = N_("First contact resolution, net"),
	.definition = N_("Net: contacts resolved at first contact, of those that level "
			 "1 can solve."),
	.formula = N_(
		"100 * resolved at first contact / (contacts - not solvable at level 1)"),
	.edges = N_("No contacts that could be solved: NA. What cannot be solved at "
		    "level 1 is counted as left out."),
	.cannot = N_("It is as honest as the list of what level 1 cannot solve."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_INTERACTIONS,
	.score = METRIC_NO_SCORE,
	.reduce = net_reduce,
};

const struct metric metric_fcr_window = {
	.name = "fcr_window",
	.label = N_("First contact resolution, no repeat"),
	.definition = N_("Repeat window: contacts after which the customer did not "
			 "come back within the window, on any channel."),
	.formula = N_("100 * (contacts with a closed window - repeated) / contacts "
		      "with a closed window"),
	.edges = N_("A contact younger than the window is undetermined: left out and "
		    "counted. No closed window: NA."),
	.cannot = N_("Who gave up does not come back either."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_INTERACTIONS,
	.score = METRIC_NO_SCORE,
	.reduce = window_reduce,
};

const struct metric metric_fcr_no_escalation = {
	.name = "fcr_no_escalation",
	.label = N_("Resolution without escalation"),
	.definition = N_("No escalation: contacts that were not passed on, of those "
			 "where this is known."),
	.formula = N_("100 * not escalated / contacts where escalation is known"),
	.edges = N_("Contacts that do not say are left out and counted. None says: NA."),
	.cannot = N_("Not passed on does not mean solved."),
	.unit = UNIT_PERCENT,
	.better = BETTER_HIGHER,
	.needs = NEEDS_INTERACTIONS,
	.score = METRIC_NO_SCORE,
	.reduce = no_escalation_reduce,
};
