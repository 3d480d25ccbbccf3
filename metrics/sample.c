/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.c: from input to sample.
 *
 * Here stands the rule that keeps scales apart: of several scales of one kind the most
 * frequent speaks, the others are counted as left out. Ties go to the smaller scale in
 * (min, max, direction), so that the order in which answers came in changes nothing.
 */
#include "metrics/sample.h"

#include <math.h>

void sample_none(struct sample *s, const char *why)
{
	s->shape = SHAPE_NONE;
	s->why = why;
}

void sample_share(struct sample *s, uint64_t k, uint64_t n, uint64_t left_out,
		  const char *none)
{
	s->left_out = left_out;
	if (n == 0) {
		sample_none(s, none);
		return;
	}
	if (k > n) {
		sample_none(s, N_("the part is larger than the whole: not one cohort"));
		return;
	}
	s->shape = SHAPE_SHARE;
	s->n = n;
	s->tally = (struct tally){ 2, { 0, 100 }, { n - k, k } };
}

void sample_times(struct sample *s, const struct durations *d, enum shape shape, double q)
{
	size_t good = 0;

	for (size_t i = 0; i < d->n; i++)
		good += d->ms[i] >= 0;
	s->shape = shape;
	s->times = d;
	s->q = q;
	s->n = good;
	s->left_out = d->n - good;
	if (shape == SHAPE_SURVIVAL)
		s->n += d->open;
	else
		s->left_out += d->open;
	if (good == 0)
		sample_none(s,
			    d->open ? N_("all are still open") : N_("nothing was timed"));
}

static struct metric_scale scale_of(const struct scale_counts *c,
				    const struct score_rule *rule)
{
	return (struct metric_scale){ true, c->min, c->max, c->low_is_good,
				      c->low_is_good != rule->low_is_good };
}

static bool scale_usable(const struct metric_scale *s, const struct score_rule *rule)
{
	int points = scale_points(s);

	return points >= 2 && points <= SCORE_POINTS_MAX &&
	       (!rule->fits || rule->fits(s));
}

static bool scale_same(const struct metric_scale *a, const struct metric_scale *b)
{
	return a->min == b->min && a->max == b->max && a->low_is_good == b->low_is_good;
}

/* For ties only. */
static bool scale_before(const struct metric_scale *a, const struct metric_scale *b)
{
	if (a->min != b->min)
		return a->min < b->min;
	if (a->max != b->max)
		return a->max < b->max;
	return !a->low_is_good && b->low_is_good;
}

/* The scale that speaks, or NULL. *all becomes the number of answers of the kind. */
static const struct scale_counts *scale_pick(const struct counts *c,
					     const struct score_rule *rule,
					     const struct metric_scale *want,
					     uint64_t *all)
{
	const struct scale_counts *best = NULL;
	struct metric_scale best_scale = { 0 };
	uint64_t best_total = 0;

	*all = 0;
	for (int i = 0; i < c->scales[rule->kind] && i < COUNTS_SCALES_MAX; i++) {
		const struct scale_counts *one = &c->score[rule->kind][i];
		struct metric_scale scale = scale_of(one, rule);
		uint64_t total = scale_total(one);

		*all += total;
		if (total == 0 || !scale_usable(&scale, rule))
			continue;
		if (want && !scale_same(&scale, want))
			continue;
		if (total < best_total ||
		    (total == best_total && best && !scale_before(&scale, &best_scale)))
			continue;
		best = one;
		best_scale = scale;
		best_total = total;
	}
	return best;
}

void sample_scores(const struct metric *m, const struct metric_input *in,
		   const struct metric_scale *want, struct sample *out)
{
	const struct score_rule *rule = m->rule;
	uint64_t all;
	const struct scale_counts *c = scale_pick(in->counts, rule, want, &all);
	struct tally *t = &out->tally;

	if (!c) {
		out->left_out = all;
		sample_none(out,
			    all && want ? N_("no answers on the same scale") : rule->why);
		return;
	}
	out->scale = scale_of(c, rule);
	t->points = scale_points(&out->scale);
	for (int i = 0; i < t->points; i++) {
		t->at[i] = c->at[out->scale.turned ? t->points - 1 - i : i];
		t->worth[i] = rule->worth(&out->scale, i);
	}
	out->shape = rule->shape;
	out->n = tally_total(t);
	out->left_out = all - out->n;
}

static const char *missing(uint32_t needs, const struct metric_input *in)
{
	/* clang-format off */
	const struct { uint32_t bit; const void *there; const char *why; } table[] = {
		{ NEEDS_COUNTS, in->counts, N_("no answers") },
		{ NEEDS_INTERACTIONS, in->interactions, N_("no contacts are known") },
		{ NEEDS_FIRST_RESPONSE, in->first_response, N_("no response times") },
		{ NEEDS_RESOLUTION, in->resolution, N_("no resolution times") },
		{ NEEDS_TIME_TO_ACTION, in->time_to_action, N_("no actions recorded") },
		{ NEEDS_RETENTION, in->retention, N_("no customer activity is known") },
		{ NEEDS_RETURNED, in->returned, N_("no customer activity is known") },
		{ NEEDS_RESPONSE, in->response, N_("no invitations are known") },
		{ NEEDS_COST, in->cost, N_("no cost model is configured") },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if ((needs & table[i].bit) && !table[i].there)
			return table[i].why;
	return NULL;
}

void sample_of(const struct metric *m, const struct metric_input *in,
	       const struct metric_scale *want, struct sample *out)
{
	const char *why = missing(m->needs, in);

	*out = (struct sample){ 0 };
	if (why)
		sample_none(out, why);
	else
		m->reduce(m, in, want, out);
}

uint64_t tally_plus(const struct tally *t)
{
	uint64_t sum = 0;

	for (int i = 0; i < t->points; i++)
		sum += t->worth[i] > 0 ? t->at[i] : 0;
	return sum;
}

uint64_t tally_minus(const struct tally *t)
{
	uint64_t sum = 0;

	for (int i = 0; i < t->points; i++)
		sum += t->worth[i] < 0 ? t->at[i] : 0;
	return sum;
}

uint64_t tally_total(const struct tally *t)
{
	uint64_t sum = 0;

	for (int i = 0; i < t->points; i++)
		sum += t->at[i];
	return sum;
}

double tally_mean(const struct tally *t)
{
	double sum = 0;

	for (int i = 0; i < t->points; i++)
		sum += t->worth[i] * (double)t->at[i];
	return sum / (double)tally_total(t);
}

double tally_variance(const struct tally *t)
{
	uint64_t n = tally_total(t);
	double mean, sum = 0;

	if (n < 2)
		return 0;
	mean = tally_mean(t);
	for (int i = 0; i < t->points; i++)
		sum += (t->worth[i] - mean) * (t->worth[i] - mean) * (double)t->at[i];
	return sum / (double)(n - 1);
}
