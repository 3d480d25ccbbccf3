/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.c: the estimate and the interval of each shape.
 */
#include <math.h>

#include "metrics/interval.h"
#include "metrics/sample.h"
#include "metrics/survival.h"
#include "metrics/times.h"

static void interval_put(struct metric_value *v, struct interval i, double unit,
			 const char *name)
{
	v->has_interval = true;
	v->low = i.low * unit;
	v->high = i.high * unit;
	v->interval = name;
}

static void share_value(const struct sample *s, struct metric_value *v)
{
	uint64_t k = tally_plus(&s->tally);
	struct interval i;

	v->value = 100 * (double)k / (double)s->n;
	if (interval_wilson(k, s->n, &i))
		interval_put(v, i, 100, N_("Wilson score, 95 %"));
}

static void net_value(const struct sample *s, struct metric_value *v)
{
	uint64_t plus = tally_plus(&s->tally), minus = tally_minus(&s->tally);
	struct interval i;

	v->value = 100 * ((double)plus - (double)minus) / (double)s->n;
	if (interval_net(plus, minus, s->n, &i))
		interval_put(v, i, 100, N_("adjusted Wald, 95 %"));
}

/* The ends of the scale are the ends of the interval too. */
static void mean_value(const struct sample *s, struct metric_value *v)
{
	double least = s->tally.worth[0], most = least;
	struct interval i;

	for (int k = 1; k < s->tally.points; k++) {
		least = fmin(least, s->tally.worth[k]);
		most = fmax(most, s->tally.worth[k]);
	}
	v->value = tally_mean(&s->tally);
	if (interval_mean(v->value, tally_variance(&s->tally), s->n, &i)) {
		i.low = fmax(least, i.low);
		i.high = fmin(most, i.high);
		interval_put(v, i, 1, N_("Student's t, 95 %"));
	}
}

static void times_value(const struct sample *s, struct metric_value *v)
{
	struct interval i;
	struct times t;

	if (!times_open(&t, s->times)) {
		v->known = false;
		v->why = N_("out of memory");
		return;
	}
	if (s->shape == SHAPE_TIME_QUANTILE) {
		v->value = times_quantile(&t, s->q);
		if (times_interval(&t, s->q, &i))
			interval_put(v, i, 1, N_("order statistics, 95 %"));
	} else {
		v->value = times_mean(&t);
		if (interval_mean(v->value, times_variance(&t), t.n, &i)) {
			i.low = fmax(0, i.low);
			interval_put(v, i, 1, N_("Student's t, 95 %"));
		}
	}
	times_close(&t);
}

static void survival_value(const struct sample *s, struct metric_value *v)
{
	struct survival curve;
	struct interval i;

	if (!survival_open(&curve, s->times, NULL)) {
		v->known = false;
		v->why = N_("out of memory");
		return;
	}
	if (!survival_quantile(&curve, s->q, &v->value)) {
		v->known = false;
		v->why = N_("too many are still open");
	} else if (survival_interval(&curve, s->q, &i)) {
		interval_put(v, i, 1, N_("Kaplan–Meier, log-log, 95 %"));
	}
	survival_close(&curve);
}

static void scenario_value(const struct sample *s, struct metric_value *v)
{
	struct interval i = { s->low, s->high };

	v->value = s->base;
	interval_put(v, i, 1,
		     N_("low and high case of the inputs; not a confidence interval"));
}

struct metric_value opinia_metric_value(const struct metric *m,
					const struct metric_input *in)
{
	static void (*const values[])(const struct sample *, struct metric_value *) = {
		[SHAPE_SHARE] = share_value,	     [SHAPE_NET] = net_value,
		[SHAPE_MEAN] = mean_value,	     [SHAPE_TIME_MEAN] = times_value,
		[SHAPE_TIME_QUANTILE] = times_value, [SHAPE_SURVIVAL] = survival_value,
		[SHAPE_SCENARIO] = scenario_value,
	};
	struct sample s;
	struct metric_value v = { 0 };

	sample_of(m, in, NULL, &s);
	v.left_out = s.left_out;
	v.why = s.why;
	if (s.shape == SHAPE_NONE)
		return v;
	v.known = true;
	v.n = s.n;
	v.scale = s.scale;
	values[s.shape](&s, &v);
	return v;
}
