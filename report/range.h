/* SPDX-License-Identifier: Apache-2.0 */
/* range.h: a metric's value drawn on the range that its kind can take. */
#ifndef OPINIA_REPORT_RANGE_H
#define OPINIA_REPORT_RANGE_H

#include "metrics/opinia_metrics.h"
#include "report/html.h"

/* @before may be NULL. @top: the end of the range where the metric itself has none;
 * NULL: of @v. */
void range_write(struct html *h, const struct metric *m, const struct metric_value *v,
		 const struct metric_value *before, const double *top);
void range_key(struct html *h); /* what the shapes mean */

#endif
