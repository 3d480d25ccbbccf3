/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impact.c: see impact.h for the sign.
 *
 * NPS, shares and means are all means of what each answer is worth, so one closed form
 * serves them: S/n - (S - S_t)/(n - n_t) (features.md 5.9). The two terms share most of
 * their answers; the jackknife (B. Efron and C. Stein 1981, Ann. Stat. 9:586) takes care
 * of that, and is exact and cheap here: leaving out one answer can only have as many
 * different outcomes as there are points inside and outside of the topic.
 */
#include "metrics/impact.h"

#include <math.h>

struct sum {
	double s, n;
};

static struct sum tally_sum(const struct tally *t)
{
	struct sum sum = { 0, 0 };

	for (int i = 0; i < t->points; i++) {
		sum.s += t->worth[i] * (double)t->at[i];
		sum.n += (double)t->at[i];
	}
	return sum;
}

bool tally_without(const struct tally *all, const struct tally *part, struct tally *rest)
{
	*rest = *all;
	for (int i = 0; i < all->points; i++) {
		if (part->at[i] > all->at[i])
			return false;
		rest->at[i] = all->at[i] - part->at[i];
	}
	return true;
}

static double impact_sums(struct sum part, struct sum rest)
{
	return (part.s + rest.s) / (part.n + rest.n) - rest.s / rest.n;
}

bool impact_of(const struct tally *part, const struct tally *rest, double *out)
{
	struct sum p = tally_sum(part), r = tally_sum(rest);

	if (!(r.n > 0))
		return false;
	*out = impact_sums(p, r);
	return true;
}

/* What is left when one answer worth @worth goes away. */
static struct sum sum_less(struct sum sum, double worth)
{
	return (struct sum){ sum.s - worth, sum.n - 1 };
}

bool impact_interval(const struct tally *part, const struct tally *rest,
		     struct interval *out)
{
	struct sum p = tally_sum(part), r = tally_sum(rest);
	double n = p.n + r.n, value, mean = 0, squares = 0, half;

	if (p.n < 1 || r.n < 2)
		return false;
	value = impact_sums(p, r);
	/* differences to the whole, so that large n does not cancel the digits away */
	for (int i = 0; i < rest->points; i++) {
		double in = 0, outside = 0;

		if (part->at[i])
			in = impact_sums(sum_less(p, part->worth[i]), r) - value;
		if (rest->at[i])
			outside = impact_sums(p, sum_less(r, rest->worth[i])) - value;
		mean += (in * (double)part->at[i] + outside * (double)rest->at[i]) / n;
		squares += in * in * (double)part->at[i] +
			   outside * outside * (double)rest->at[i];
	}
	squares = (squares - n * mean * mean) * (n - 1) / n;
	if (!(squares > 1e-18))
		return false;
	half = INTERVAL_Z * sqrt(squares);
	out->low = value - half;
	out->high = value + half;
	return true;
}

/* The topic's answers on the scale of all; without any, an empty tally on that scale. */
static void part_of(const struct metric *m, const struct sample *all,
		    const struct counts *topic, struct sample *part)
{
	struct metric_input in = { .counts = topic };

	sample_of(m, &in, all->scale.known ? &all->scale : NULL, part);
	if (part->shape == SHAPE_NONE) {
		part->tally = all->tally;
		for (int i = 0; i < part->tally.points; i++)
			part->tally.at[i] = 0;
	}
}

static void gap_of(const struct sample *all, const struct sample *part,
		   const struct tally *rest_tally, struct metric_change *gap)
{
	struct sample rest = *all;

	rest.tally = *rest_tally;
	rest.n = tally_total(rest_tally);
	sample_change(part, &rest, gap);
}

struct metric_impact opinia_metric_impact(const struct metric *m,
					  const struct counts *all,
					  const struct counts *topic)
{
	struct metric_input in = { .counts = all };
	struct metric_impact out = { 0 };
	struct sample whole, part;
	struct tally rest;
	struct interval i;

	if (m->needs != NEEDS_COUNTS) {
		out.why = N_("this metric does not come from answers");
		return out;
	}
	sample_of(m, &in, NULL, &whole);
	if (whole.shape == SHAPE_NONE) {
		out.why = whole.why;
		return out;
	}
	part_of(m, &whole, topic, &part);
	out.n = whole.n;
	out.n_topic = part.n;
	if (!tally_without(&whole.tally, &part.tally, &rest)) {
		out.why = N_("the topic is not a part of the whole");
		return out;
	}
	out.known = impact_of(&part.tally, &rest, &out.value);
	if (!out.known) {
		out.why = N_("every answer is in the topic");
		return out;
	}
	out.has_interval = impact_interval(&part.tally, &rest, &i);
	if (out.has_interval) {
		out.low = i.low;
		out.high = i.high;
	}
	gap_of(&whole, &part, &rest, &out.gap);
	return out;
}
