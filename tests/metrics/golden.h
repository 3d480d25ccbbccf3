/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden.h: reads a table of hand-computed numbers and asks the metrics room for each.
 *
 * Columns: id,metric,input,field,expected. `metric` is a name of the room or one of the
 * names in golden_eval.c; `input` is "key=value;key=value" or a histogram "7x30 6x27";
 * `expected` is a number, right to half a unit of its last digit, or NA. Nothing is
 * skipped: what cannot be read, found or computed is a failure.
 */
#ifndef OPINIA_TESTS_METRICS_GOLDEN_H
#define OPINIA_TESTS_METRICS_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/sv.h"

enum { GOLDEN_WHY_MAX = 300 };

struct golden_row {
	struct sv id, metric, input, field, expected;
};

/* The number of @field, NAN for NA. False: *why says what was not understood. */
bool golden_eval(const struct golden_row *row, double *out, char why[GOLDEN_WHY_MAX]);

/* Does @got match what is printed? False also when that is neither a number nor NA. */
bool golden_matches(struct sv expected, double got);

struct golden_report {
	size_t rows, failed;
	char first[GOLDEN_WHY_MAX]; /* the first failure */
};

/* Every row of @text; @say prints each failure to stderr. A table without rows has
 * failed. */
struct golden_report golden_table(struct sv text, bool say);

#endif
