/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topics.c: which topics come up, how their complaints changed, and what they do to a score.
 *
 * "Outside" is all minus inside: exact, because counts are whole numbers. Changes are tested per
 * topic and the p-values corrected together, because with 32 topics something always looks new.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/inputs.h"

struct gathering {
	const struct opinia_frame *frame;
	const struct metric *score;
	struct arena *arena;
	struct counts all;
	struct opinia_topic_row *rows; /* one a topic of the taxonomy, then squeezed */
};

static void counts_take(struct counts *from, const struct counts *part)
{
	from->records -= part->records;
	from->commented -= part->commented;
	for (int k = 0; k < SCORE_KINDS; k++)
		for (uint8_t i = 0; i < part->scales[k]; i++) {
			const struct scale_counts *p = &part->score[k][i];
			struct scale_counts *f = counts_scale(
				from, (enum score_kind)k, p->min, p->max, p->low_is_good);

			for (int v = 0; f && v < SCORE_POINTS_MAX; v++)
				f->at[v] -= p->at[v];
		}
}

static int groups_of(const struct gathering *g, int32_t first, int32_t last, bool before,
		     struct err *err)
{
	static const struct opinia_by by = { .dim = DIM_TOPIC };
	struct filter *f = opinia_filter_days(
		(struct filter *)(uintptr_t)g->frame->filter, first, last, g->arena);
	struct opinia_group *groups;
	size_t n;
	int rc;

	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_groups(g->frame->snap, f, &by, 1, g->arena, &groups, &n, err);
	for (size_t i = 0; !rc && i < n; i++) {
		int t = taxonomy_find(g->frame->taxonomy, groups[i].key[0]);

		if (t < 0)
			continue;
		if (before)
			g->rows[t].before = groups[i].counts;
		else
			g->rows[t].now = groups[i].counts;
	}
	return rc;
}

/* `other`, `no_content`, `survey_itself`: a branch with no dot is no topic of the business. */
static bool pseudo(const struct opinia_frame *frame, uint16_t topic)
{
	return !memchr(frame->taxonomy->topics[topic].id.p, '.',
		       frame->taxonomy->topics[topic].id.n);
}

static int find_example(const struct gathering *g, struct opinia_topic_row *row,
			struct err *err)
{
	struct sv id = g->frame->taxonomy->topics[row->topic].id;
	struct filter *f =
		opinia_filter_days((struct filter *)(uintptr_t)g->frame->filter,
				   g->frame->first, g->frame->last, g->arena);
	struct opinia_page page = { .limit = 1 };
	uint32_t *ids;
	size_t n = 0;
	int rc;

	if (f)
		f = opinia_filter_and(f, row->complaints ? SV("complaint") : SV("topic"),
				      id, g->arena);
	if (!f)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_select(g->frame->snap, f, &page, g->arena, &ids, &n, err);
	row->example = !rc && n ? ids[0] : 0;
	return rc;
}

static void compute(const struct gathering *g, struct opinia_topic_row *row)
{
	const struct opinia_frame *f = g->frame;
	struct metric_input in = { .counts = &row->now };
	struct counts outside = g->all;

	row->complaints = row->now.sentiment[SENTIMENT_NEG];
	row->complaints_before = row->before.sentiment[SENTIMENT_NEG];
	row->volume = opinia_metric_volume(row->complaints, f->last - f->first + 1,
					   row->complaints_before,
					   f->before_last - f->before_first + 1);
	row->inside = opinia_metric_value(g->score, &in);
	counts_take(&outside, &row->now);
	in.counts = &outside;
	row->outside = opinia_metric_value(g->score, &in);
	row->impact = opinia_metric_impact(g->score, &g->all, &row->now);
}

static void correct(struct opinia_topic_row *rows, size_t n, double *p, double *q)
{
	for (size_t i = 0; i < n; i++)
		p[i] = rows[i].volume.known ? rows[i].volume.p : NAN;
	opinia_metric_bh(p, q, n);
	for (size_t i = 0; i < n; i++)
		rows[i].q = q[i];
	for (size_t i = 0; i < n; i++)
		p[i] = rows[i].impact.gap.tested ? rows[i].impact.gap.p : NAN;
	opinia_metric_bh(p, q, n);
	for (size_t i = 0; i < n; i++)
		rows[i].impact_q = q[i];
}

/* ---- order ---------------------------------------------------------------------------------- */

static int by_topic(const struct opinia_topic_row *x, const struct opinia_topic_row *y)
{
	return (x->topic > y->topic) - (x->topic < y->topic);
}

static int by_complaints(const void *a, const void *b)
{
	const struct opinia_topic_row *x = a, *y = b;

	if (x->complaints != y->complaints)
		return x->complaints > y->complaints ? -1 : 1;
	if (x->now.records != y->now.records)
		return x->now.records > y->now.records ? -1 : 1;
	return by_topic(x, y);
}

static int by_volume(const void *a, const void *b)
{
	const struct opinia_topic_row *x = a, *y = b;

	if (x->now.records != y->now.records)
		return x->now.records > y->now.records ? -1 : 1;
	return by_topic(x, y);
}

static int by_change(const void *a, const void *b)
{
	const struct opinia_topic_row *x = a, *y = b;
	int64_t dx = (int64_t)x->complaints - (int64_t)x->complaints_before;
	int64_t dy = (int64_t)y->complaints - (int64_t)y->complaints_before;

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return by_topic(x, y);
}

static int by_impact(const void *a, const void *b)
{
	const struct opinia_topic_row *x = a, *y = b;
	double ix = x->impact.known ? x->impact.value : 0,
	       iy = y->impact.known ? y->impact.value : 0;

	if (ix < iy || ix > iy)
		return ix < iy ? -1 : 1;
	return by_topic(x, y);
}

static int gather(struct gathering *g, struct err *err)
{
	const struct opinia_frame *f = g->frame;
	struct filter *now = opinia_filter_days((struct filter *)(uintptr_t)f->filter,
						f->first, f->last, g->arena);
	int rc = now ? opinia_totals_of(f->snap, now, &g->all, err)
		     : err_set(err, ERR_SYSTEM, "out of memory");

	if (!rc)
		rc = groups_of(g, f->first, f->last, false, err);
	return rc ? rc : groups_of(g, f->before_first, f->before_last, true, err);
}

int opinia_topic_rows(const struct opinia_frame *frame, const struct metric *score,
		      uint64_t min_n, enum opinia_topic_sort sort, struct arena *arena,
		      struct opinia_topic_row **out, size_t *count, struct err *err)
{
	static int (*const orders[])(const void *a, const void *b) = {
		[TOPICS_BY_COMPLAINTS] = by_complaints,
		[TOPICS_BY_CHANGE] = by_change,
		[TOPICS_BY_IMPACT] = by_impact,
		[TOPICS_BY_VOLUME] = by_volume,
	};
	uint16_t topics = frame->taxonomy->count;
	struct gathering g = { .frame = frame, .score = score, .arena = arena };
	double *p = arena_take(arena, (topics + 1u) * sizeof(*p));
	double *q = arena_take(arena, (topics + 1u) * sizeof(*q));
	size_t n = 0;
	int rc;

	g.rows = arena_zero(arena, topics + 1u, sizeof(*g.rows));
	if (!g.rows || !p || !q)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = gather(&g, err);
	for (uint16_t t = 0; !rc && t < topics; t++) {
		struct opinia_topic_row row = g.rows[t];

		if (pseudo(frame, t) ||
		    (row.now.records < min_n && row.before.records < min_n))
			continue;
		row.topic = t;
		compute(&g, &row);
		rc = find_example(&g, &row, err);
		g.rows[n++] = row;
	}
	correct(g.rows, n, p, q);
	qsort(g.rows, n, sizeof(*g.rows), orders[sort]);
	*out = g.rows;
	*count = n;
	return rc;
}
