/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.h: metric values as cells, and the scope that inputs are gathered in. */
#ifndef OPINIA_CLI_NUMBERS_H
#define OPINIA_CLI_NUMBERS_H

#include "cli/program.h"
#include "cli/scope.h"
#include "report/opinia_report.h"

enum { NUMBERS_METRICS_MAX = 24 };

struct cell cell_metric(const struct metric_value *v);
struct cell cell_change(const struct metric_change *c);

/* The heading of a dimension ("week") in the language of the process; attr.KEY stays as it is. */
const char *dimension_title(const char *name);

/* "82.0 % [79.7 … 84.1]", with the metric's unit, into @arena. */
struct sv metric_text(struct program *p, const struct metric *m,
		      const struct metric_value *v, struct arena *arena);
struct sv change_text(struct program *p, const struct metric *m,
		      const struct metric_change *c, struct arena *arena);
/* "p = 0.012", "p < 0.001" */
struct sv p_text(struct program *p, double value, struct arena *arena);

/* "csat,nps" → metrics; ERR_USAGE names the wrong one and the nearest. */
int metrics_parse(struct sv text, const struct metric *out[NUMBERS_METRICS_MAX],
		  size_t *count, struct err *err);

struct opinia_frame frame_of(struct program *p, const struct scope *s);

/* Filter terms that keep the records a metric is made of: `kind:`, `has:`; empty: all feedback. */
int metric_records(struct program *p, const struct metric *m, const struct scope *s,
		   struct filter **out, struct err *err);

#endif
