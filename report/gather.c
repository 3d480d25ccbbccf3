/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gather.c: out of the store, all that the page says but the topics: indicators, weeks,
 * channels. The weeks go back further than the period, because a change is only seen
 * against what was usual.
 */
#include <math.h>
#include <stdlib.h>

#include "core/i18n.h"
#include "report/page.h"

static struct filter *days(const struct page *p, int32_t first, int32_t last)
{
	/* the store never changes a filter that it is given */
	return opinia_filter_days((struct filter *)(uintptr_t)p->plan->frame.filter,
				  first, last, p->arena);
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

static struct metric_value value_of(const struct metric *m, const struct counts *c)
{
	struct metric_input in = { .counts = c };

	return opinia_metric_value(m, &in);
}

/* ---- indicators -------------------------------------------------------------------- */

static int correct(struct page *p, struct err *err)
{
	double *pv = arena_take(p->arena, (p->kpis + 1) * sizeof(*pv));
	double *q = arena_take(p->arena, (p->kpis + 1) * sizeof(*q));

	if (!pv || !q)
		return no_memory(err);
	for (size_t i = 0; i < p->kpis; i++)
		pv[i] = p->kpi[i].k.change.tested ? p->kpi[i].k.change.p : (double)NAN;
	opinia_metric_bh(pv, q, p->kpis);
	for (size_t i = 0; i < p->kpis; i++)
		p->kpi[i].q = q[i];
	return 0;
}

static int gather_kpis(struct page *p, struct err *err)
{
	size_t n = p->plan->metric_count;
	struct opinia_kpi *rows = arena_zero(p->arena, n + 1, sizeof(*rows));
	int rc;

	p->kpi = arena_zero(p->arena, n + 1, sizeof(*p->kpi));
	if (!rows || !p->kpi)
		return no_memory(err);
	rc = opinia_kpi_rows(&p->plan->frame, p->plan->metrics, n, p->arena, rows, err);
	if (rc)
		return rc;
	p->kpis = n;
	for (size_t i = 0; i < n; i++)
		p->kpi[i].k = rows[i];
	return correct(p, err);
}

/* ---- totals ------------------------------------------------------------------------ */

static bool scored(const struct counts *c, enum score_kind kind)
{
	uint64_t n = 0;

	for (uint8_t i = 0; i < c->scales[kind]; i++)
		n += scale_total(&c->score[kind][i]);
	return n > 0;
}

/*
 * Counts of complaints are compared by the day, so the days before must have been
 * collected. A tenth of them may be missing.
 */
static bool covered(const struct page *p)
{
	const struct opinia_frame *f = &p->plan->frame;
	int64_t days = (int64_t)f->before_last - f->before_first + 1;
	int64_t missing = (int64_t)p->begins - f->before_first;

	return p->records && p->records_before && missing * 10 <= days;
}

static int count_contradictions(struct page *p, struct filter *now, struct err *err)
{
	struct filter *f =
		opinia_filter_and(now, SV("is"), SV("contradiction"), p->arena);

	return f ? opinia_count(p->plan->frame.snap, f, &p->contradictions, err)
		 : no_memory(err);
}

/* In both periods, which the page compares. */
static int count_older(struct page *p, struct err *err)
{
	const struct opinia_frame *f = &p->plan->frame;
	struct filter *both = days(p, f->before_first, f->last);

	return both ? opinia_stale(f->snap, both, &p->older, &p->read, err)
		    : no_memory(err);
}

static int gather_totals(struct page *p, struct err *err)
{
	const struct opinia_frame *f = &p->plan->frame;
	struct filter *now = days(p, f->first, f->last);
	struct filter *before = days(p, f->before_first, f->before_last);
	struct opinia_totals totals;
	struct counts c, b;
	int rc;

	if (!now || !before)
		return no_memory(err);
	rc = opinia_totals_of(f->snap, now, &c, err);
	if (!rc)
		rc = opinia_totals_of(f->snap, before, &b, err);
	if (!rc)
		rc = opinia_snapshot_totals(f->snap, p->arena, &totals, err);
	if (!rc)
		rc = count_contradictions(p, now, err);
	if (!rc)
		rc = count_older(p, err);
	if (rc)
		return rc;
	p->records = c.records;
	p->records_before = b.records;
	p->begins = totals.first_day;
	p->comparable = covered(p);
	p->lexicon = totals.lexicon;
	p->zone = zone_name(f->zone);
	p->score = opinia_metric_find(!scored(&c, SCORE_CSAT) && scored(&c, SCORE_NPS)
					      ? SV("nps")
					      : SV("csat"));
	return 0;
}

/* ---- weeks ------------------------------------------------------------------------- */

static void lay_out_weeks(struct page *p)
{
	const struct opinia_frame *f = &p->plan->frame;
	int32_t last = day_week_start(f->last), first = day_week_start(f->before_first);

	if (first > last - 7 * (WEEKS_MIN - 1))
		first = last - 7 * (WEEKS_MIN - 1);
	if (first < last - 7 * (WEEKS_MAX - 1))
		first = last - 7 * (WEEKS_MAX - 1);
	p->weeks = (size_t)(last - first) / 7 + 1;
	for (size_t i = 0; i < p->weeks; i++) {
		p->week[i].monday = first + 7 * (int32_t)i;
		p->week[i].partial = p->week[i].monday + 6 > f->last;
	}
}

/* Which week of the page "2026-W09" is, or -1. */
static ptrdiff_t week_index(const struct page *p, struct sv key)
{
	struct sv rest = key, year = sv_cut(&rest, '-');
	int64_t y, w;
	int32_t monday;

	if (!rest.n || rest.p[0] != 'W' || !sv_i64(year, &y) || y < 1 || y > 9999 ||
	    !sv_i64(sv_sub(rest, 1, rest.n), &w) || w < 1 || w > 53)
		return -1;
	monday = day_week_start(day_of((int)y, 1, 4)) + 7 * (int32_t)(w - 1);
	if (monday < p->week[0].monday || monday > p->week[p->weeks - 1].monday)
		return -1;
	return (monday - p->week[0].monday) / 7;
}

/* Weeks before the first answer say nothing; those of the period stay. */
static void drop_empty_weeks(struct page *p)
{
	size_t skip = 0;

	while (skip + 2 < p->weeks && !p->week[skip].records &&
	       p->week[skip].monday + 6 < p->plan->frame.first)
		skip++;
	p->week += skip;
	p->weeks -= skip;
}

static int gather_weeks(struct page *p, struct err *err)
{
	static const struct opinia_by by = { .dim = DIM_WEEK };
	struct opinia_group *g;
	struct filter *f;
	size_t n;
	int rc;

	p->week = arena_zero(p->arena, WEEKS_MAX, sizeof(*p->week));
	if (!p->week)
		return no_memory(err);
	lay_out_weeks(p);
	f = days(p, p->week[0].monday, p->plan->frame.last);
	if (!f)
		return no_memory(err);
	rc = opinia_groups(p->plan->frame.snap, f, &by, 1, p->arena, &g, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		ptrdiff_t w = week_index(p, g[i].key[0]);

		if (w < 0)
			continue;
		p->week[w].records = g[i].counts.records;
		for (int t = 0; t < TRENDS; t++) {
			p->week[w].value[t] = value_of(p->trend[t].metric, &g[i].counts);
			p->trend[t].any |= p->week[w].value[t].known;
		}
	}
	drop_empty_weeks(p);
	return rc;
}

static int gather_trends(struct page *p, struct err *err)
{
	const struct metric *m[TRENDS] = { opinia_metric_find(SV("csat")),
					   opinia_metric_find(SV("nps")) };
	struct opinia_kpi k[TRENDS];
	int rc = opinia_kpi_rows(&p->plan->frame, m, TRENDS, p->arena, k, err);

	for (int i = 0; !rc && i < TRENDS; i++)
		p->trend[i] = (struct page_trend){ .metric = m[i],
						   .now = k[i].now,
						   .before = k[i].before };
	return rc ? rc : gather_weeks(p, err);
}

/* ---- notes ------------------------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
	const struct opinia_note *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static int gather_notes(struct page *p, struct err *err)
{
	struct opinia_note *n =
		arena_take(p->arena, (p->plan->note_count + 1) * sizeof(*n));

	if (!n)
		return no_memory(err);
	for (size_t i = 0; i < p->plan->note_count; i++)
		if (p->plan->notes[i].day >= p->week[0].monday &&
		    p->plan->notes[i].day <= p->plan->frame.last)
			n[p->notes++] = p->plan->notes[i];
	qsort(n, p->notes, sizeof(*n), by_day);
	p->note = n;
	if (p->notes > NOTES_MAX) /* the latest are the interesting ones */
		p->note += p->notes - NOTES_MAX, p->notes = NOTES_MAX;
	return 0;
}

/* ---- topics in weeks --------------------------------------------------------------- */

/* Complaints of each topic in each week, in one walk. */
static int gather_topic_weeks(struct page *p, struct err *err)
{
	static const struct opinia_by by[] = { { .dim = DIM_WEEK },
					       { .dim = DIM_TOPIC } };
	struct filter *f = days(p, p->week[0].monday, p->plan->frame.last);
	const struct taxonomy *t = p->plan->frame.taxonomy;
	struct opinia_group *g;
	uint64_t *all;
	size_t n;
	int rc;

	all = arena_zero(p->arena, (t->count + 1u) * p->weeks, sizeof(*all));
	if (!f || !all)
		return no_memory(err);
	rc = opinia_group_moods(p->plan->frame.snap, f, by, 2, p->arena, &g, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		ptrdiff_t w = week_index(p, g[i].key[0]);
		int topic = taxonomy_find(t, g[i].key[1]);

		if (w >= 0 && topic >= 0)
			all[(size_t)topic * p->weeks + (size_t)w] =
				g[i].counts.sentiment[SENTIMENT_NEG];
	}
	for (size_t i = 0; !rc && i < p->topics; i++)
		p->topic[i].weekly = all + (size_t)p->topic[i].row.topic * p->weeks;
	return rc;
}

/* ---- channels ---------------------------------------------------------------------- */

static int gather_channels(struct page *p, struct err *err)
{
	static const struct opinia_by by = { .dim = DIM_CHANNEL };
	struct filter *f = days(p, p->plan->frame.first, p->plan->frame.last);
	struct opinia_group *g;
	size_t n;
	int rc;

	p->channel_metric[0] = opinia_metric_find(SV("csat"));
	p->channel_metric[1] = opinia_metric_find(SV("nps"));
	p->channel_metric[2] = opinia_metric_find(SV("fcr"));
	if (!f)
		return no_memory(err);
	rc = opinia_groups(p->plan->frame.snap, f, &by, 1, p->arena, &g, &n, err);
	p->channel = rc ? NULL : arena_zero(p->arena, n + 1, sizeof(*p->channel));
	if (rc || !p->channel)
		return rc ? rc : no_memory(err);
	for (size_t i = 0; i < n; i++) {
		struct page_channel *c = &p->channel[p->channels];

		if (!g[i].key[0].n || !g[i].counts.records)
			continue;
		c->name = g[i].key[0];
		c->records = g[i].counts.records;
		for (int m = 0; m < CHANNEL_METRICS; m++)
			c->value[m] = value_of(p->channel_metric[m], &g[i].counts);
		p->channels++;
	}
	return 0;
}

int page_gather(struct page *p, const struct opinia_report_plan *plan,
		struct arena *arena, struct err *err)
{
	int rc;

	*p = (struct page){ .plan = plan, .arena = arena };
	rc = gather_totals(p, err);
	if (!rc)
		rc = gather_kpis(p, err);
	if (!rc)
		rc = gather_trends(p, err);
	if (!rc)
		rc = page_gather_topics(p, err);
	if (!rc)
		rc = gather_topic_weeks(p, err);
	if (!rc)
		rc = gather_notes(p, err);
	return rc ? rc : gather_channels(p, err);
}
