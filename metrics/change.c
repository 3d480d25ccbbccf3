/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.c: two samples of one shape, now against before.
 *
 * A difference that cannot be tested is still shown, and says so; a difference across two
 * scales is not shown at all.
 */
#include <math.h>

#include "metrics/hypothesis.h"
#include "metrics/sample.h"
#include "metrics/special.h"
#include "metrics/survival.h"
#include "metrics/times.h"

static void change_unknown(struct metric_change *c, const char *why)
{
	c->known = false;
	c->why = why;
}

/* @unit takes shares to percent. */
static void change_put(struct metric_change *c, const struct test *t, double unit,
		       const char *interval)
{
	c->diff = t->diff * unit;
	c->has_interval = true;
	c->low = t->low * unit;
	c->high = t->high * unit;
	c->interval = interval;
	c->tested = true;
	c->statistic = t->statistic;
	c->df = t->df;
	c->p = t->p;
	c->test = t->name;
}

static void share_change(const struct sample *a, const struct sample *b,
			 struct metric_change *c)
{
	struct test t;

	if (test_shares(tally_plus(&a->tally), a->n, tally_plus(&b->tally), b->n, &t))
		change_put(c, &t, 100, N_("Newcombe hybrid score, 95 %"));
}

static void net_change(const struct sample *a, const struct sample *b,
		       struct metric_change *c)
{
	struct net now = { tally_plus(&a->tally), tally_minus(&a->tally), a->n };
	struct net before = { tally_plus(&b->tally), tally_minus(&b->tally), b->n };
	struct test t;

	if (test_nets(now, before, &t))
		change_put(c, &t, 100, N_("difference of net scores, 95 %"));
}

static void means_change(struct moments now, struct moments before,
			 struct metric_change *c)
{
	struct test t;

	c->diff = now.mean - before.mean;
	if (test_means(now, before, &t))
		change_put(c, &t, 1, N_("Welch's t, 95 %"));
	else if (now.n < 2 || before.n < 2)
		c->why = N_("one answer on a side: nothing to test with");
	else
		c->why = N_("all answers are the same: nothing to test with");
}

static void mean_change(const struct sample *a, const struct sample *b,
			struct metric_change *c)
{
	struct moments now = { tally_mean(&a->tally), tally_variance(&a->tally), a->n };
	struct moments before = { tally_mean(&b->tally), tally_variance(&b->tally),
				  b->n };

	means_change(now, before, c);
}

/*
 * Difference of two quantiles with an interval from the spread of the order statistics
 * (R. M. Price and D. G. Bonett 2002, J. Stat. Comput. Simul. 72:119, with Woodruff's
 * standard errors). Medians are tested by ranks, other quantiles by that same error.
 */
static void quantile_change(const struct times *a, const struct times *b, double q,
			    struct metric_change *c)
{
	double se_a, se_b, se, z;

	c->diff = times_quantile(a, q) - times_quantile(b, q);
	if (times_quantile_se(a, q, &se_a) && times_quantile_se(b, q, &se_b)) {
		se = hypot(se_a, se_b);
		c->has_interval = true;
		c->low = c->diff - INTERVAL_Z * se;
		c->high = c->diff + INTERVAL_Z * se;
		c->interval = N_("difference of quantiles, order statistics, 95 %");
		c->statistic = c->diff / se;
		c->test = N_("z test of two quantiles, Woodruff's errors");
		c->tested = true;
	}
	if (q == 0.5) {
		c->tested = times_mann_whitney(a, b, &z);
		c->statistic = c->tested ? z : 0;
		c->test = c->tested ? N_("Mann–Whitney test of ranks") : NULL;
	}
	if (c->tested)
		c->p = norm_p2(c->statistic);
	else
		c->why = N_("too few, or all the same: nothing to test with");
}

static void times_change(const struct sample *a, const struct sample *b,
			 struct metric_change *c)
{
	struct times now = { 0 }, before = { 0 };

	if (!times_open(&now, a->times) || !times_open(&before, b->times)) {
		change_unknown(c, N_("out of memory"));
	} else if (a->shape == SHAPE_TIME_QUANTILE) {
		quantile_change(&now, &before, a->q, c);
	} else {
		struct moments x = { times_mean(&now), times_variance(&now), now.n };
		struct moments y = { times_mean(&before), times_variance(&before),
				     before.n };

		means_change(x, y, c);
	}
	times_close(&now);
	times_close(&before);
}

static void survival_change(const struct sample *a, const struct sample *b,
			    struct metric_change *c)
{
	struct survival now = { 0 }, before = { 0 }, both = { 0 };
	double x, y, z;

	if (!survival_open(&now, a->times, NULL) ||
	    !survival_open(&before, b->times, NULL) ||
	    !survival_open(&both, a->times, b->times)) {
		change_unknown(c, N_("out of memory"));
	} else if (!survival_quantile(&now, a->q, &x) ||
		   !survival_quantile(&before, b->q, &y)) {
		change_unknown(c, N_("too many are still open"));
	} else {
		c->diff = x - y;
		c->tested = survival_log_rank(&both, &z);
		/* faster is a shorter time: the sign follows the difference of times */
		c->statistic = c->tested ? -z : 0;
		c->p = c->tested ? norm_p2(z) : 0;
		c->test = c->tested ? N_("log-rank test") : NULL;
		c->why = c->tested ? NULL
				   : N_("too few, or all the same: nothing to test with");
	}
	survival_close(&now);
	survival_close(&before);
	survival_close(&both);
}

static void scenario_change(const struct sample *a, const struct sample *b,
			    struct metric_change *c)
{
	c->diff = a->base - b->base;
	c->why = N_("an estimate from inputs has no test");
}

void sample_change(const struct sample *now, const struct sample *before,
		   struct metric_change *out)
{
	static void (*const changes[])(const struct sample *, const struct sample *,
				       struct metric_change *) = {
		[SHAPE_SHARE] = share_change,	      [SHAPE_NET] = net_change,
		[SHAPE_MEAN] = mean_change,	      [SHAPE_TIME_MEAN] = times_change,
		[SHAPE_TIME_QUANTILE] = times_change, [SHAPE_SURVIVAL] = survival_change,
		[SHAPE_SCENARIO] = scenario_change,
	};

	*out = (struct metric_change){ .scale = now->scale };
	if (now->shape == SHAPE_NONE || before->shape == SHAPE_NONE) {
		change_unknown(out, now->shape == SHAPE_NONE ? now->why : before->why);
		return;
	}
	out->known = true;
	out->n_now = now->n;
	out->n_before = before->n;
	changes[now->shape](now, before, out);
}

struct metric_change opinia_metric_change(const struct metric *m,
					  const struct metric_input *now,
					  const struct metric_input *before)
{
	struct sample a, b;
	struct metric_change c;

	sample_of(m, now, NULL, &a);
	sample_of(m, before, a.scale.known ? &a.scale : NULL, &b);
	sample_change(&a, &b, &c);
	return c;
}
