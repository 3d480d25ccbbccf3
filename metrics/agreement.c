/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c: do two readings of the same answers go together? Rank correlation, because a score
 * and a sentiment share no unit. Formulas and sources: opinia_metrics.h.
 */
#include <math.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "metrics/opinia_metrics.h"
#include "metrics/special.h"

enum { LEAST = 30 };

/* Near zero: the interval ends below. Others go together: half of them are above. */
static const double NEAR_ZERO = 0.2, OTHERS = 0.4;

struct place {
	int32_t value;
	size_t of; /* which pair */
};

static int by_value(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Middle ranks: those of equal value share the mean of their places. */
static void rank(struct place *p, size_t n, double *out)
{
	qsort(p, n, sizeof(*p), by_value);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && p[end].value == p[i].value; end++)
			;
		for (size_t k = i; k < end; k++)
			out[p[k].of] = ((double)i + (double)end + 1) / 2;
	}
}

/* Pearson's r of the ranks; false: one of them never differs. */
static bool correlate(const double *a, const double *b, size_t n, double *out)
{
	double mean = ((double)n + 1) / 2, ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < n; i++) {
		ab += (a[i] - mean) * (b[i] - mean);
		aa += (a[i] - mean) * (a[i] - mean);
		bb += (b[i] - mean) * (b[i] - mean);
	}
	if (!(aa > 0) || !(bb > 0))
		return false;
	*out = ab / sqrt(aa * bb);
	return true;
}

static bool spearman(const struct rank_pair *x, size_t n, double *out)
{
	struct place *p = malloc((n + 1) * sizeof(*p));
	double *a = malloc((n + 1) * sizeof(*a)), *b = malloc((n + 1) * sizeof(*b));
	bool good = p && a && b;

	for (size_t i = 0; good && i < n; i++)
		p[i] = (struct place){ x[i].a, i };
	if (good)
		rank(p, n, a);
	for (size_t i = 0; good && i < n; i++)
		p[i] = (struct place){ x[i].b, i };
	if (good)
		rank(p, n, b);
	good = good && correlate(a, b, n, out);
	free(p);
	free(a);
	free(b);
	return good;
}

struct metric_value opinia_metric_agreement(const struct rank_pair *x, size_t n,
					    size_t tests)
{
	struct metric_value v = { .n = n, .why = N_("fewer than 30 answers") };
	double z, half;

	if (n < LEAST)
		return v;
	v.why = N_("all scores, or all words, are the same");
	v.known = spearman(x, n, &v.value);
	if (!v.known)
		return v;
	v.why = NULL;
	/* a correlation of 1 has no interval on Fisher's scale: it is moved off by a thousandth */
	z = atanh(v.value > 0.999 ? 0.999 : v.value < -0.999 ? -0.999 : v.value);
	half = norm_quantile(1 - 0.005 / (double)(tests ? tests : 1)) *
	       sqrt((1 + v.value * v.value / 2) / ((double)n - 3));
	v.has_interval = true;
	v.low = tanh(z - half);
	v.high = tanh(z + half);
	v.interval = N_("Fisher's z with the variance of Bonett and Wright, for all "
			"sources 99 %");
	return v;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The median of the others that go together for sure; 0: there is none. */
static double usual(const struct metric_value *v, size_t n, size_t but, double *room)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (i != but && v[i].known && v[i].low > 0)
			room[count++] = v[i].value;
	if (!count)
		return 0;
	qsort(room, count, sizeof(*room), by_size);
	return room[count / 2];
}

bool opinia_metric_scales(const struct metric_value *v, size_t n, enum scale_reading *out)
{
	double *room = malloc((n + 1) * sizeof(*room));
	bool good = room != NULL;

	for (size_t i = 0; good && i < n; i++) {
		out[i] = v[i].known ? SCALE_FITS : SCALE_UNKNOWN;
		if (v[i].known && v[i].high < 0)
			out[i] = SCALE_REVERSED;
		else if (v[i].known && !(v[i].low > 0) && v[i].high < NEAR_ZERO &&
			 usual(v, n, i, room) >= OTHERS)
			out[i] = SCALE_UNRELATED;
	}
	free(room);
	return good;
}
