/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c: the visible table of metrics, sorted by name. Listing a metric here is all
 * that tables, pages and `explain` need.
 */
#include "metrics/registry.h"

#include <libintl.h>
#include <stdlib.h>

static const struct metric *const metrics[] = {
	&metric_ces1,
	&metric_ces2,
	&metric_ces2_net,
	&metric_ces2_t2b,
	&metric_ces2_t3b,
	&metric_comment_rate,
	&metric_cost_of_dissatisfaction,
	&metric_csat,
	&metric_csat_mean,
	&metric_csat_net,
	&metric_csat_norm,
	&metric_csat_top,
	&metric_detractors,
	&metric_fcr,
	&metric_fcr_gross,
	&metric_fcr_net,
	&metric_fcr_no_escalation,
	&metric_fcr_window,
	&metric_first_response,
	&metric_first_response_mean,
	&metric_first_response_p90,
	&metric_negative_share,
	&metric_nps,
	&metric_recommend,
	&metric_resolution,
	&metric_resolution_mean,
	&metric_resolution_p90,
	&metric_response_rate,
	&metric_retention_90,
	&metric_return_rate,
	&metric_self_service,
	&metric_time_to_action,
	&metric_time_to_action_p90,
};

enum { METRICS = sizeof(metrics) / sizeof(metrics[0]) };

static int metric_compare(const void *key, const void *row)
{
	const struct metric *const *m = row;

	return sv_cmp(*(const struct sv *)key, sv_of((*m)->name));
}

const struct metric *opinia_metric_find(struct sv name)
{
	const struct metric *const *row =
		bsearch(&name, metrics, METRICS, sizeof(metrics[0]), metric_compare);

	return row ? *row : NULL;
}

const struct metric *const *opinia_metric_list(size_t *n)
{
	*n = METRICS;
	return metrics;
}

struct metric_text opinia_metric_explain(const struct metric *m)
{
	return (struct metric_text){ gettext(m->label), gettext(m->definition),
				     gettext(m->formula), gettext(m->edges),
				     gettext(m->cannot) };
}

const char *opinia_metric_unit_name(enum metric_unit u)
{
	static const char *const names[] = {
		[UNIT_PERCENT] = "percent", [UNIT_POINTS] = "points",
		[UNIT_MEAN] = "mean",	    [UNIT_MS] = "ms",
		[UNIT_MONEY] = "money",	    [UNIT_RATIO] = "ratio",
	};

	return names[u];
}
