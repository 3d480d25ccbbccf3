/* SPDX-License-Identifier: Apache-2.0 */
/*
 * times.c: durations are skewed and have no scale, so everything but the mean rests on
 * ranks alone.
 */
#include "metrics/times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/short.h"

static int ms_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

bool times_open(struct times *t, const struct durations *d)
{
	size_t negative = 0;
	bool sorted = true;

	for (size_t i = 0; i < d->n; i++)
		sorted = sorted && d->ms[i] >= (i ? d->ms[i - 1] : 0);
	*t = (struct times){ d->ms, d->n, NULL };
	if (sorted)
		return true;
	t->own = malloc(d->n * sizeof(*t->own));
	if (!t->own) {
		memory_was_short();
		return false;
	}
	memcpy(t->own, d->ms, d->n * sizeof(*t->own));
	qsort(t->own, d->n, sizeof(*t->own), ms_compare);
	while (negative < d->n && t->own[negative] < 0)
		negative++;
	t->ms = t->own + negative;
	t->n = d->n - negative;
	return true;
}

void times_close(struct times *t)
{
	free(t->own);
	*t = (struct times){ 0 };
}

double times_mean(const struct times *t)
{
	double sum = 0;

	for (size_t i = 0; i < t->n; i++)
		sum += (double)t->ms[i];
	return sum / (double)t->n;
}

double times_variance(const struct times *t)
{
	double mean, sum = 0;

	if (t->n < 2)
		return 0;
	mean = times_mean(t);
	for (size_t i = 0; i < t->n; i++)
		sum += ((double)t->ms[i] - mean) * ((double)t->ms[i] - mean);
	return sum / (double)(t->n - 1);
}

/* Hyndman and Fan (1996), Am. Stat. 50:361, type 7: what spreadsheets, R and NumPy do. */
double times_quantile(const struct times *t, double q)
{
	double at = q * (double)(t->n - 1), low = floor(at), a, b;
	size_t i = (size_t)low;

	a = (double)t->ms[i];
	b = (double)t->ms[i + 1 < t->n ? i + 1 : i];
	return a + (at - low) * (b - a);
}

bool times_interval(const struct times *t, double q, struct interval *out)
{
	uint64_t low, high;

	if (!interval_ranks(q, t->n, &low, &high))
		return false;
	out->low = (double)t->ms[low - 1];
	out->high = (double)t->ms[high - 1];
	return true;
}

/* R. S. Woodruff (1952), JASA 47:635: the width of the order-statistic interval, turned
 * back. */
bool times_quantile_se(const struct times *t, double q, double *out)
{
	struct interval i;

	if (!times_interval(t, q, &i) || !(i.high > i.low))
		return false;
	*out = (i.high - i.low) / (2 * INTERVAL_Z);
	return true;
}

/*
 * H. B. Mann and D. R. Whitney (1947), Ann. Math. Stat. 18:50; ties as in Lehmann,
 * Nonparametrics (1975), 1.4. Walks both lists once, one group of equal values at a time.
 */
bool times_mann_whitney(const struct times *a, const struct times *b, double *z)
{
	double n1 = (double)a->n, n2 = (double)b->n, n = n1 + n2;
	double ranks = 0, ties = 0, below = 0, u, variance;
	size_t i = 0, j = 0;

	if (a->n < MANN_WHITNEY_MIN || b->n < MANN_WHITNEY_MIN)
		return false;
	while (i < a->n || j < b->n) {
		bool from_a = j >= b->n || (i < a->n && a->ms[i] <= b->ms[j]);
		int64_t value = from_a ? a->ms[i] : b->ms[j];
		size_t i0 = i, j0 = j;
		double group;

		while (i < a->n && a->ms[i] == value)
			i++;
		while (j < b->n && b->ms[j] == value)
			j++;
		group = (double)(i - i0 + j - j0);
		ranks += (double)(i - i0) * (below + (group + 1) / 2);
		ties += group * group * group - group;
		below += group;
	}
	u = ranks - n1 * (n1 + 1) / 2 - n1 * n2 / 2;
	variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
	if (!(variance > 0))
		return false;
	*z = copysign(fmax(0, fabs(u) - 0.5), u) / sqrt(variance);
	return true;
}
