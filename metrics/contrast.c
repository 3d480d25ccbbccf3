/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contrast.c: what is said more in one group of comments than in another, and how sure that is.
 * Formulas and sources: opinia_metrics.h.
 */
#include <math.h>
#include <stdlib.h>

#include "metrics/opinia_metrics.h"
#include "metrics/special.h"

struct groups {
	double in, out, prior; /* comments; prior: of the whole, in comments */
};

/* ln(odds) with the prior's @a of @prior comments added. */
static double log_odds(double said, double all, double a, double prior)
{
	return log((said + a) / (all + prior - said - a));
}

static struct metric_contrast contrast(const struct contrast_count *x,
				       const struct groups *g)
{
	double in = (double)x->in, out = (double)x->out;
	double a = g->prior * (in + out) / (g->in + g->out);
	double scaled = out * g->in / g->out;
	struct metric_contrast c = { .order = log((in + 1) / (scaled + 1.5)) * sqrt(in) };

	if (!(a > 0) || in >= g->in || out >= g->out) /* in all of them: says nothing */
		return c;
	c.log_odds =
		log_odds(in, g->in, a, g->prior) - log_odds(out, g->out, a, g->prior);
	c.z = c.log_odds / sqrt(1 / (in + a) + 1 / (out + a));
	return c;
}

bool opinia_metric_contrasts(const struct contrast_count *x, size_t n, uint64_t in_all,
			     uint64_t out_all, struct metric_contrast *out)
{
	uint64_t least = in_all < out_all ? in_all : out_all;
	struct groups g = { (double)in_all, (double)out_all, 1 };
	double *p = calloc(n + 1, sizeof(*p)), *q = calloc(n + 1, sizeof(*q));
	bool good = p && q && least;

	if (least > 10)
		g.prior = (double)least / 10;
	for (size_t i = 0; good && i < n; i++) {
		out[i] = contrast(&x[i], &g);
		p[i] = out[i].p =
			binom_tail(x[i].in, x[i].in + x[i].out, g.in / (g.in + g.out));
	}
	good = good && opinia_metric_bh(p, q, n);
	for (size_t i = 0; good && i < n; i++)
		out[i].q = q[i];
	free(p);
	free(q);
	return good;
}
