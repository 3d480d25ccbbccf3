/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden_eval.c: one row of a golden table → one number, through the door of the room.
 *
 * A row names a metric and a field; the pair is looked up in `asks`, then among the
 * room's own metrics. Keys that nobody asked for are a failure too: a typo in a table
 * must not silently test something else.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "golden.h"
#include "golden_input.h"
#include "metrics/interval.h"

/* --- what comes out → the field --- */

static bool is(struct sv text, const char *names)
{
	struct sv rest = sv_of(names);

	while (rest.n)
		if (sv_eq(text, sv_cut(&rest, '|')))
			return true;
	return false;
}

/* "wilson95_lo": the interval must be there, and be the one that is named. */
static bool bound(struct sv field, const char *name, bool has, double low, double high,
		  double *out)
{
	/* clang-format off */
	static const struct { const char *prefix, *name; } kinds[] = {
		{ "wilson95", "Wilson" }, { "adjwald95", "adjusted Wald" },
		{ "t95", "t, 95" }, { "newcombe95", "Newcombe" }, { "km95", "Kaplan" },
		{ "os95", "order" },
		{ "ci95", "" }, { "jackknife95", "jackknife" }, { "diff95", "" },
	};
	/* clang-format on */
	bool plain = is(field, "lo|low|hi|high");
	struct sv end;

	for (size_t i = 0; !plain && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sv prefix = sv_of(kinds[i].prefix);

		if (sv_starts(field, prefix) && field.n > prefix.n &&
		    field.p[prefix.n] == '_' && (!name || strstr(name, kinds[i].name))) {
			field = sv_sub(field, prefix.n + 1, field.n);
			plain = true;
		}
	}
	end = field;
	if (!plain || !is(end, "lo|low|hi|high"))
		return false;
	*out = !has ? NAN : is(end, "lo|low") ? low : high;
	return true;
}

static bool value_field(struct sv field, const struct world *w,
			const struct metric_value *v, double *out)
{
	const struct scale_counts *s = &w->counts.score[SCORE_NPS][0];
	uint64_t n = scale_total(s);

	if (is(field, "value|mean|pct|value_pct|median|p90|base"))
		*out = v->known ? v->value : NAN;
	else if (is(field, "n"))
		*out = (double)v->n;
	else if (is(field, "left_out"))
		*out = (double)v->left_out;
	else if (is(field, "wald_moe95") && w->counts.scales[SCORE_NPS])
		*out = n ? 100 * net_wald_moe(s->at[10], s->at[3], n) : NAN;
	else
		return bound(field, v->interval, v->known && v->has_interval, v->low,
			     v->high, out);
	return true;
}

static bool change_field(struct sv field, const struct metric_change *c, double *out)
{
	if (is(field, "diff|diff_pp|value"))
		*out = c->known ? c->diff : NAN;
	else if (is(field, "z|t|statistic"))
		*out = c->tested ? c->statistic : NAN;
	else if (is(field, "df"))
		*out = c->tested && c->df > 0 ? c->df : NAN;
	else if (is(field, "p2|p"))
		*out = c->tested ? c->p : NAN;
	else
		return bound(field, c->interval, c->known && c->has_interval, c->low,
			     c->high, out);
	return true;
}

static bool impact_field(struct sv field, const struct metric_impact *i, double *out)
{
	if (is(field, "value|impact"))
		*out = i->known ? i->value : NAN;
	else if (is(field, "n"))
		*out = (double)i->n;
	else if (is(field, "n_topic"))
		*out = (double)i->n_topic;
	else if (sv_starts(field, SV("gap_")))
		return change_field(sv_sub(field, 4, field.n), &i->gap, out);
	else
		return bound(field, "jackknife", i->known && i->has_interval, i->low,
			     i->high, out);
	return true;
}

/* --- the ways to ask --- */

static bool eval_value(const struct metric *m, struct args *a, struct sv field,
		       double *out)
{
	struct metric_value v;
	struct world w;

	if (!world_make(&w, m, a, false))
		return false;
	v = opinia_metric_value(m, &w.in);
	return value_field(field, &w, &v, out);
}

static bool eval_change(const struct metric *m, struct args *a, struct sv field,
			double *out)
{
	struct metric_change c;
	struct world now, before;

	if (!side_make(&now, m, a, 1) || !side_make(&before, m, a, 2))
		return false;
	c = opinia_metric_change(m, &now.in, &before.in);
	return change_field(field, &c, out);
}

static bool eval_impact(const struct metric *m, struct args *a, struct sv field,
			double *out)
{
	struct metric_impact i;
	struct world all, topic;

	if (arg_take(a, false, "satisfied").p)
		m = opinia_metric_find(SV("csat"));
	if (!world_make(&all, m, a, false) || !world_make(&topic, m, a, true))
		return false;
	i = opinia_metric_impact(m, &all.counts, &topic.counts);
	return impact_field(field, &i, out);
}

static bool eval_volume(const struct metric *m, struct args *a, struct sv field,
			double *out)
{
	double now = 1, before = 1;
	struct volume_change v;
	uint64_t c1, c2;

	(void)m;
	if (!arg_count(a, false, "now|k1|c1", &c1) ||
	    !arg_count(a, false, "before|k2|c2", &c2))
		return false;
	number_read(arg_take(a, false, "exposure_now|t1"), &now);
	number_read(arg_take(a, false, "exposure_before|t2"), &before);
	v = opinia_metric_volume(c1, now, c2, before);
	if (is(field, "ratio|value"))
		*out = v.has_ratio ? v.ratio : NAN;
	else if (is(field, "p2|p"))
		*out = v.known ? v.p : NAN;
	else
		return bound(field, NULL, v.has_interval, v.low, v.high, out);
	return true;
}

/* p=0.01/0.02/0.03, field q2 */
static bool eval_bh(const struct metric *m, struct args *a, struct sv field, double *out)
{
	double p[LIST_MAX], q[LIST_MAX];
	size_t n;
	int64_t at;

	(void)m;
	if (!list_read(arg_take(a, false, "p"), p, LIST_MAX, &n) ||
	    !opinia_metric_bh(p, q, n) || !sv_starts(field, SV("q")) ||
	    !sv_i64(sv_sub(field, 1, field.n), &at) || at < 1 || (size_t)at > n)
		return false;
	*out = q[at - 1];
	return true;
}

/* clang-format off */
static const struct ask {
	const char *metric, *field; /* as in the table; field NULL: any      */
	const char *ours;	    /* the room's metric that is asked for it */
	bool (*eval)(const struct metric *, struct args *, struct sv field, double *);
} asks[] = {
	{ "bh",		  NULL,		      "csat",		  eval_bh },
	{ "ces2",	  "net",	      "ces2_net",	  eval_value },
	{ "ces2",	  "net_67_minus_123", "ces2_net",	  eval_value },
	{ "ces2",	  "t2b_pct",	      "ces2_t2b",	  eval_value },
	{ "ces2",	  "t3b_pct",	      "ces2_t3b",	  eval_value },
	{ "ces2_mean",	  NULL,		      "ces2",		  eval_value },
	{ "ces1_mean",	  NULL,		      "ces1",		  eval_value },
	{ "csat",	  "mean",	      "csat_mean",	  eval_value },
	{ "csat",	  "net",	      "csat_net",	  eval_value },
	{ "csat",	  "norm",	      "csat_norm",	  eval_value },
	{ "csat",	  "t2b_pct",	      "csat",		  eval_value },
	{ "csat",	  "top_pct",	      "csat_top",	  eval_value },
	{ "csat_diff",	  NULL,		      "csat",		  eval_change },
	{ "csat_mean_diff", NULL,	      "csat_mean",	  eval_change },
	{ "csat_t2b",	  NULL,		      "csat",		  eval_value },
	{ "fcr",	  "gross",	      "fcr_gross",	  eval_value },
	{ "fcr",	  "gross_pct",	      "fcr_gross",	  eval_value },
	{ "fcr",	  "net",	      "fcr_net",	  eval_value },
	{ "fcr",	  "net_pct",	      "fcr_net",	  eval_value },
	{ "fcr_asked",	  NULL,		      "fcr",		  eval_value },
	{ "loo_impact",	  NULL,		      "nps",		  eval_impact },
	{ "loo_impact_t2b", NULL,	      "csat",		  eval_impact },
	{ "newcombe",	  NULL,		      "csat",		  eval_change },
	{ "nps",	  "detractors_pct",   "detractors",	  eval_value },
	{ "nps",	  "promoters_pct",    "recommend",	  eval_value },
	{ "nps_ztest",	  NULL,		      "nps",		  eval_change },
	{ "poisson_rate", NULL,		      "csat",		  eval_volume },
	{ "prop_diff",	  NULL,		      "csat",		  eval_change },
	{ "recommendation_rate", NULL,	      "recommend",	  eval_value },
	{ "retention",	  NULL,		      "retention_90",	  eval_value },
	{ "volume",	  NULL,		      "csat",		  eval_volume },
	{ "welch",	  NULL,		      "csat_mean",	  eval_change },
	{ "wilson",	  NULL,		      "csat",		  eval_value },
};
/* clang-format on */

bool golden_eval(const struct golden_row *row, double *out, char why[GOLDEN_WHY_MAX])
{
	const struct metric *m = opinia_metric_find(row->metric);
	struct ask ask = { NULL, NULL, m ? m->name : NULL, eval_value };
	struct args args;
	struct sv extra;

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		if (sv_eq(row->metric, sv_of(asks[i].metric)) &&
		    (!asks[i].field || sv_eq(row->field, sv_of(asks[i].field)))) {
			ask = asks[i];
			break;
		}
	if (!ask.ours) {
		snprintf(why, GOLDEN_WHY_MAX, "unknown metric \"" SV_FMT "\"",
			 SV_ARG(row->metric));
		return false;
	}
	if (!args_read(row->input, &args)) {
		snprintf(why, GOLDEN_WHY_MAX, "no input in \"" SV_FMT "\"",
			 SV_ARG(row->input));
		return false;
	}
	/* where the field is part of the name, what is asked for is the value */
	if (!ask.eval(opinia_metric_find(sv_of(ask.ours)), &args,
		      ask.field ? SV("value") : row->field, out)) {
		snprintf(why, GOLDEN_WHY_MAX,
			 "field \"" SV_FMT "\" or input \"" SV_FMT "\" not understood",
			 SV_ARG(row->field), SV_ARG(row->input));
		return false;
	}
	extra = args_unused(&args);
	if (extra.p)
		snprintf(why, GOLDEN_WHY_MAX, "unknown input \"" SV_FMT "\"",
			 SV_ARG(extra));
	return !extra.p;
}
