/* SPDX-License-Identifier: Apache-2.0 */
/* registry.h: the metrics that exist, one const struct each; registry.c lists them. */
#ifndef OPINIA_METRICS_REGISTRY_H
#define OPINIA_METRICS_REGISTRY_H

#include "metrics/opinia_metrics.h"

/* metric_csat.c */
extern const struct metric metric_csat, metric_csat_mean, metric_csat_net,
	metric_csat_norm, metric_csat_top;
/* metric_nps.c */
extern const struct metric metric_nps, metric_recommend, metric_detractors;
/* metric_ces.c */
extern const struct metric metric_ces1, metric_ces2, metric_ces2_net, metric_ces2_t2b,
	metric_ces2_t3b;
/* metric_fcr.c */
extern const struct metric metric_fcr, metric_fcr_gross, metric_fcr_net,
	metric_fcr_no_escalation, metric_fcr_window;
/* metric_times.c */
extern const struct metric metric_first_response, metric_first_response_mean,
	metric_first_response_p90, metric_resolution, metric_resolution_mean,
	metric_resolution_p90;
/* metric_action.c */
extern const struct metric metric_time_to_action, metric_time_to_action_p90;
/* metric_cohort.c */
extern const struct metric metric_retention_90, metric_return_rate;
/* metric_response.c */
extern const struct metric metric_response_rate, metric_comment_rate;
/* metric_self_service.c, metric_negative.c, metric_cost.c */
extern const struct metric metric_self_service;
extern const struct metric metric_negative_share;
extern const struct metric metric_cost_of_dissatisfaction;

#endif
