/* SPDX-License-Identifier: Apache-2.0 */
/* kpi.c: the indicators of a period beside those of the period before. */
#include "core/i18n.h"
#include "report/inputs.h"

/*
 * Many of the customers of one cohort are in the next one too, so the two shares are not
 * independent and the test of two samples would be too sure of itself.
 */
static void leave_untested(struct metric_change *c)
{
	c->tested = c->has_interval = false;
	c->test = NULL;
	c->why = N_("the two groups share customers, so the change is not tested");
}

int opinia_kpi_rows(const struct opinia_frame *frame, const struct metric *const *metrics,
		    size_t count, struct arena *arena, struct opinia_kpi *out,
		    struct err *err)
{
	struct opinia_frame earlier = *frame;
	struct inputs now, before;
	uint32_t needs = 0;
	int rc;

	earlier.first = frame->before_first;
	earlier.last = frame->before_last;
	for (size_t i = 0; i < count; i++)
		needs |= metrics[i]->needs;
	rc = inputs_gather(frame, needs, arena, &now, err);
	if (!rc)
		rc = inputs_gather(&earlier, needs, arena, &before, err);
	for (size_t i = 0; !rc && i < count; i++) {
		out[i].metric = metrics[i];
		out[i].now = opinia_metric_value(metrics[i], &now.in);
		out[i].before = opinia_metric_value(metrics[i], &before.in);
		out[i].change = opinia_metric_change(metrics[i], &now.in, &before.in);
		if (out[i].change.known &&
		    metrics[i]->needs & (NEEDS_RETENTION | NEEDS_RETURNED))
			leave_untested(&out[i].change);
	}
	return rc;
}
