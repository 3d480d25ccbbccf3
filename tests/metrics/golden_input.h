/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden_input.h: the third column of a golden table, read key by key, and what the
 * metrics room wants to be given instead. For golden_eval.c alone.
 */
#ifndef OPINIA_TESTS_METRICS_GOLDEN_INPUT_H
#define OPINIA_TESTS_METRICS_GOLDEN_INPUT_H

#include "metrics/opinia_metrics.h"

enum { ARGS_MAX = 24, LIST_MAX = 512 };

struct arg {
	struct sv key, value;
	bool topic; /* behind "topic " */
	bool used;
};

struct args {
	struct arg at[ARGS_MAX];
	size_t n;
};

bool args_read(struct sv input, struct args *a);
struct sv args_unused(const struct args *a); /* the first key that nobody asked for */

/* The value of the first of @names ("a|b|c") that is there, else the empty view. */
struct sv arg_take(struct args *a, bool topic, const char *names);
bool arg_count(struct args *a, bool topic, const char *names, uint64_t *out);
bool number_read(struct sv text, double *out);

/* "1 2 3", "1/2/3", "(1/ 2/ 3)" */
bool list_read(struct sv text, double *out, size_t room, size_t *n);

/* Room for everything that a metric can be given; `in` points into it. */
struct world {
	struct counts counts;
	struct interaction_counts contacts;
	struct durations times;
	struct cohort cohort;
	struct response_counts response;
	struct cost_row cost_row;
	struct cost_input cost;
	int64_t ms[LIST_MAX], open_ms[LIST_MAX];
	struct metric_input in;
};

bool world_make(struct world *w, const struct metric *m, struct args *a, bool topic);

/* One side (1, 2) of a comparison: A=(P/N/D), A=(k/n), A=5x10 4x3, or k1=..;n1=.. */
bool side_make(struct world *w, const struct metric *m, struct args *a, int side);

#endif
