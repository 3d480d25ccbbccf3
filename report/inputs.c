/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inputs.c: see inputs.h. The windows of the definitions are here:
 *   - a contact is repeated when the same customer is back on any channel within 7 days;
 *   - retention asks of those active 90 days before the period whether they were active again 61 to 90
 *     days after their first day in it, so that every answer is known by the end of the period;
 *   - return rate asks of those who had been silent for 30 days whether they came back in the period;
 *   - a survey belongs to the period it was sent in, whenever it was answered.
 */
#include "report/inputs.h"

#include <limits.h>
#include <stdlib.h>

enum { REPEAT_DAYS = 7, RETENTION_FROM = 61, RETENTION_TO = 90, SILENT_DAYS = 30 };

static int facts(const struct opinia_frame *s, const char *kind, int32_t first,
		 int32_t last, struct arena *arena, struct opinia_fact **out, size_t *n,
		 struct err *err)
{
	struct filter *f = opinia_filter_and((struct filter *)(uintptr_t)s->filter,
					     SV("kind"), sv_of(kind), arena);

	if (f)
		f = opinia_filter_days(f, first, last, arena);
	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	return opinia_facts(s->snap, f, arena, out, n, err);
}

static int gather_counts(const struct opinia_frame *s, struct arena *arena,
			 struct inputs *out, struct err *err)
{
	struct filter *f = opinia_filter_days((struct filter *)(uintptr_t)s->filter,
					      s->first, s->last, arena);

	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	out->in.counts = &out->counts;
	return opinia_totals_of(s->snap, f, &out->counts, err);
}

/* ---- interactions ----------------------------------------------------------------------- */

static int by_customer_then_time(const void *a, const void *b)
{
	const struct opinia_fact *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->occurred_at != y->occurred_at)
		return x->occurred_at < y->occurred_at ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static void sort(struct opinia_fact *all, size_t n)
{
	if (n)
		qsort(all, n, sizeof(*all), by_customer_then_time);
}

static void count_contact(struct interaction_counts *c, const struct opinia_fact *f,
			  bool repeated)
{
	bool escalated = f->escalated == TRI_YES;

	c->contacts++;
	c->escalated_known += f->escalated != TRI_UNKNOWN;
	c->escalated += escalated;
	c->self_service_known += f->self_service != TRI_UNKNOWN;
	c->self_service += f->self_service == TRI_YES;
	c->first_contact_resolved +=
		f->resolved_at != TIME_NONE && !escalated && !repeated;
}

static void count_window(struct interaction_counts *c, const struct opinia_fact *f,
			 const struct opinia_fact *next, int64_t now)
{
	int64_t ends = f->occurred_at + (int64_t)REPEAT_DAYS * MS_DAY;
	bool repeated =
		next && next->customer == f->customer && next->occurred_at <= ends;

	if (f->customer && (repeated || ends <= now)) {
		c->window_determined++;
		c->window_repeated += repeated;
	}
	count_contact(c, f, f->customer && repeated);
}

static int gather_interactions(const struct opinia_frame *s, struct arena *arena,
			       struct inputs *out, struct err *err)
{
	struct opinia_fact *all = NULL;
	size_t n = 0;
	/* the repeats of the last days come after the period */
	int rc = facts(s, "interaction", s->first, s->last + REPEAT_DAYS + 1, arena, &all,
		       &n, err);

	out->in.interactions = &out->interactions;
	if (rc)
		return rc;
	sort(all, n);
	for (size_t i = 0; i < n; i++)
		if (when_day(s->zone, all[i].occurred_at) <= s->last)
			count_window(&out->interactions, &all[i],
				     i + 1 < n ? &all[i + 1] : NULL, s->now_ms);
	return 0;
}

static int gather_durations(const struct opinia_frame *s, struct arena *arena,
			    struct inputs *out, struct err *err)
{
	struct opinia_fact *all = NULL;
	int64_t *first, *solved;
	size_t n = 0;
	int rc = facts(s, "interaction", s->first, s->last, arena, &all, &n, err);

	if (rc)
		return rc;
	first = arena_take(arena, (n + 1) * sizeof(*first));
	solved = arena_take(arena, (n + 1) * sizeof(*solved));
	if (!first || !solved)
		return err_set(err, ERR_SYSTEM, "out of memory");
	out->first_response.ms = first;
	out->resolution.ms = solved;
	for (size_t i = 0; i < n; i++) {
		const struct opinia_fact *f = &all[i];

		if (f->self_service ==
		    TRI_YES) /* no person answered, nobody was waited for */
			continue;
		if (f->first_response_at != TIME_NONE)
			first[out->first_response.n++] =
				f->first_response_at - f->occurred_at;
		else
			out->first_response.open++;
		if (f->resolved_at != TIME_NONE)
			solved[out->resolution.n++] = f->resolved_at - f->occurred_at;
		else
			out->resolution.open++;
	}
	out->in.first_response = &out->first_response;
	out->in.resolution = &out->resolution;
	return 0;
}

/* ---- customers ---------------------------------------------------------------------------- */

static bool active_within(const struct opinia_fact *all, size_t n, size_t from,
			  int32_t first, int32_t last, const struct zone *zone)
{
	for (size_t i = from; i < n && all[i].customer == all[from].customer; i++) {
		int32_t day = when_day(zone, all[i].occurred_at);

		if (day >= first && day <= last)
			return true;
	}
	return false;
}

static bool is_use(const struct opinia_fact *f)
{
	return f->customer && !sv_ieq(f->activity, SV("cancel"));
}

/* @all: one person's activities and the next ones', sorted; @from: the first of this person. */
static void count_retention(const struct opinia_frame *s, const struct opinia_fact *all,
			    size_t n, size_t from, struct cohort *c)
{
	int32_t first = s->first - RETENTION_TO, last = s->last - RETENTION_TO;

	for (size_t i = from; i < n && all[i].customer == all[from].customer; i++) {
		int32_t day = when_day(s->zone, all[i].occurred_at);

		if (day < first || day > last)
			continue;
		c->base++;
		c->kept += active_within(all, n, from, day + RETENTION_FROM,
					 day + RETENTION_TO, s->zone);
		return;
	}
}

static void count_return(const struct opinia_frame *s, const struct opinia_fact *all,
			 size_t n, size_t from, struct cohort *c)
{
	bool before = active_within(all, n, from, INT32_MIN, s->first - SILENT_DAYS - 1,
				    s->zone);

	if (!before ||
	    active_within(all, n, from, s->first - SILENT_DAYS, s->first - 1, s->zone))
		return;
	c->base++;
	c->kept += active_within(all, n, from, s->first, s->last, s->zone);
}

static int gather_cohorts(const struct opinia_frame *s, struct arena *arena,
			  struct inputs *out, struct err *err)
{
	struct opinia_fact *all = NULL;
	size_t n = 0, kept = 0;
	int rc = facts(s, "activity", INT32_MIN, s->last, arena, &all, &n, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (is_use(&all[i]))
			all[kept++] = all[i];
	sort(all, kept);
	for (size_t i = 0; i < kept; i++) {
		if (i && all[i].customer == all[i - 1].customer)
			continue;
		count_retention(s, all, kept, i, &out->retention);
		count_return(s, all, kept, i, &out->returned);
	}
	out->in.retention = kept ? &out->retention : NULL;
	out->in.returned = kept ? &out->returned : NULL;
	return 0;
}

/* ---- surveys ------------------------------------------------------------------------------ */

static int by_digest(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int answered_interactions(const struct opinia_frame *s, struct arena *arena,
				 uint64_t **digests, size_t *count, struct err *err)
{
	struct opinia_fact *all = NULL;
	size_t n = 0;
	int rc = facts(s, "feedback", s->first, INT32_MAX, arena, &all, &n, err);

	*count = 0;
	*digests = rc ? NULL : arena_take(arena, (n + 1) * sizeof(**digests));
	if (rc || !*digests)
		return rc ? rc : err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (all[i].interaction)
			(*digests)[(*count)++] = all[i].interaction;
	qsort(*digests, *count, sizeof(**digests), by_digest);
	return 0;
}

static int gather_response(const struct opinia_frame *s, struct arena *arena,
			   struct inputs *out, struct err *err)
{
	struct response_counts *r = &out->response;
	struct opinia_fact *sent = NULL;
	uint64_t *answers = NULL;
	size_t n = 0, answer_count = 0;
	int rc = facts(s, "invitation", s->first, s->last, arena, &sent, &n, err);

	if (!rc)
		rc = answered_interactions(s, arena, &answers, &answer_count, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		bool answered = sent[i].interaction &&
				bsearch(&sent[i].interaction, answers, answer_count,
					sizeof(*answers), by_digest);

		if (sent[i].delivery == DELIVERY_BOUNCED)
			r->bounced++;
		else if (sent[i].delivery == DELIVERY_OFFERED && !answered)
			r->offered++;
		else
			r->delivered++;
		r->answered += answered && sent[i].delivery != DELIVERY_BOUNCED;
	}
	out->in.response = n ? r : NULL;
	return 0;
}

/* ---- money -------------------------------------------------------------------------------- */

static int gather_cost(const struct opinia_frame *s, struct arena *arena,
		       struct inputs *out, struct err *err)
{
	struct opinia_fact *all = NULL;
	size_t n = 0;
	bool unhappy = false;
	int rc = facts(s, "feedback", s->first, s->last, arena, &all, &n, err);

	if (rc || s->cost.value <= 0)
		return rc;
	sort(all, n);
	for (size_t i = 0; i < n; i++) {
		if (!all[i].customer)
			continue;
		unhappy |= all[i].sentiment == SENTIMENT_NEG;
		if (i + 1 < n && all[i + 1].customer == all[i].customer)
			continue;
		out->cost.heard++;
		out->cost_row.customers += unhappy;
		unhappy = false;
	}
	out->cost_row.value = s->cost.value;
	out->cost_row.churn_low = s->cost.churn_low;
	out->cost_row.churn = s->cost.churn;
	out->cost_row.churn_high = s->cost.churn_high;
	out->cost.rows = &out->cost_row;
	out->cost.n = 1;
	out->in.cost = &out->cost;
	return 0;
}

int inputs_gather(const struct opinia_frame *s, uint32_t needs, struct arena *arena,
		  struct inputs *out, struct err *err)
{
	static const struct {
		uint32_t needs;
		int (*gather)(const struct opinia_frame *s, struct arena *arena,
			      struct inputs *out, struct err *err);
	} parts[] = {
		{ NEEDS_COUNTS, gather_counts },
		{ NEEDS_INTERACTIONS, gather_interactions },
		{ NEEDS_FIRST_RESPONSE | NEEDS_RESOLUTION, gather_durations },
		{ NEEDS_RETENTION | NEEDS_RETURNED, gather_cohorts },
		{ NEEDS_RESPONSE, gather_response },
		{ NEEDS_COST, gather_cost },
		/* NEEDS_TIME_TO_ACTION: there are no actions yet, so it is not known */
	};
	int rc = 0;

	*out = (struct inputs){ .in = { .counts = NULL } };
	for (size_t i = 0; !rc && i < sizeof(parts) / sizeof(parts[0]); i++)
		if (needs & parts[i].needs)
			rc = parts[i].gather(s, arena, out, err);
	return rc;
}
