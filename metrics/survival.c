/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survival.c: Kaplan–Meier and log-rank, in one walk over the waits in ascending order.
 *
 * Sources: E. L. Kaplan and P. Meier (1958), JASA 53:457; variance of Greenwood (1926);
 * interval of the quantile by R. Brookmeyer and J. Crowley (1982), Biometrics 38:29, on
 * the log(-log) scale (Kalbfleisch and Prentice), which stays inside 0..1; N. Mantel
 * (1966).
 */
#include "metrics/survival.h"

#include <math.h>
#include <stdlib.h>

#include "core/short.h"

static int wait_compare(const void *a, const void *b)
{
	const struct wait *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	return (int)y->done - (int)x->done;
}

static void waits_add(struct survival *s, const struct durations *d, uint8_t group)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->ms[i] >= 0)
			s->at[s->n++] = (struct wait){ d->ms[i], true, group };
	for (uint64_t i = 0; i < d->open; i++)
		s->at[s->n++] = (struct wait){ d->open_ms ? d->open_ms[i] : INT64_MAX,
					       false, group };
}

bool survival_open(struct survival *s, const struct durations *a,
		   const struct durations *b)
{
	uint64_t room = a->n + a->open;

	if (b)
		room += b->n + b->open;
	*s = (struct survival){ 0 };
	if (room > SIZE_MAX / sizeof(*s->at))
		return false;
	s->at = malloc((room ? room : 1) * sizeof(*s->at));
	if (!s->at) {
		memory_was_short();
		return false;
	}
	waits_add(s, a, 0);
	if (b)
		waits_add(s, b, 1);
	qsort(s->at, s->n, sizeof(*s->at), wait_compare);
	return true;
}

void survival_close(struct survival *s)
{
	free(s->at);
	*s = (struct survival){ 0 };
}

/* One step of the curve: everything done at one instant. */
struct step {
	size_t next; /* where the walk goes on */
	int64_t ms;
	double share;	  /* still open after it */
	double greenwood; /* sum of d / (r (r - d)); kept out at share 0 */
};

static bool step_on(const struct survival *s, struct step *step)
{
	double risk, done = 0;
	size_t i = step->next;

	while (i < s->n && !s->at[i].done)
		i++;
	if (i >= s->n)
		return false;
	risk = (double)(s->n - i);
	step->ms = s->at[i].ms;
	for (; i < s->n && s->at[i].done && s->at[i].ms == step->ms; i++)
		done++;
	step->next = i;
	step->share *= (risk - done) / risk;
	if (risk > done)
		step->greenwood += done / (risk * (risk - done));
	return true;
}

/* Where the curve lies exactly on the level, the middle of its flat part, as for a
 * median. */
bool survival_quantile(const struct survival *s, double q, double *out)
{
	struct step step = { .share = 1 };
	double level = 1 - q;

	while (step_on(s, &step)) {
		if (step.share > level + 1e-12)
			continue;
		*out = (double)step.ms;
		if (step.share > level - 1e-12 && step_on(s, &step))
			*out = (*out + (double)step.ms) / 2;
		return true;
	}
	return false;
}

bool survival_interval(const struct survival *s, double q, struct interval *out)
{
	struct step step = { .share = 1 };
	double level = 1 - q;
	bool has_low = false;

	while (step_on(s, &step)) {
		double spread, low, high;

		if (!(step.share > 0))
			break; /* the curve has ended: nothing is known beyond */
		spread = INTERVAL_Z * sqrt(step.greenwood) / -log(step.share);
		low = pow(step.share, exp(spread));
		high = pow(step.share, exp(-spread));
		if (!has_low && low <= level) {
			out->low = (double)step.ms;
			has_low = true;
		}
		if (high <= level) {
			out->high = (double)step.ms;
			return true;
		}
	}
	return false;
}

bool survival_log_rank(const struct survival *s, double *z)
{
	double risk[2] = { 0, 0 }, seen = 0, expected = 0, variance = 0;
	size_t i = 0;

	for (size_t k = 0; k < s->n; k++)
		risk[s->at[k].group]++;
	while (i < s->n) {
		double done[2] = { 0, 0 }, gone[2] = { 0, 0 }, d, r = risk[0] + risk[1];
		int64_t ms = s->at[i].ms;

		for (; i < s->n && s->at[i].ms == ms; i++) {
			gone[s->at[i].group]++;
			done[s->at[i].group] += s->at[i].done;
		}
		d = done[0] + done[1];
		seen += done[0];
		expected += d * risk[0] / r;
		if (r > 1)
			variance += d * (risk[0] / r) * (risk[1] / r) * (r - d) / (r - 1);
		risk[0] -= gone[0];
		risk[1] -= gone[1];
	}
	if (!(variance > 0))
		return false;
	*z = (seen - expected) / sqrt(variance);
	return true;
}
