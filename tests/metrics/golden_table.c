/* SPDX-License-Identifier: Apache-2.0 */
/* golden_table.c: the CSV around the rows, and how exact "equal" is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"

/* Half a unit of the last digit, and a crumb for the way there. */
static double tolerance(struct sv printed)
{
	ptrdiff_t dot = sv_find(printed, SV("."));
	size_t digits = dot < 0 ? 0 : printed.n - (size_t)dot - 1;

	return 0.5 * pow(10, -(double)digits) + 1e-9;
}

bool golden_matches(struct sv expected, double got)
{
	char z[64], *end;
	double want;

	if (sv_eq(expected, SV("NA")))
		return isnan(got);
	if (!expected.n || expected.n >= sizeof(z) || isnan(got))
		return false;
	memcpy(z, expected.p, expected.n);
	z[expected.n] = 0;
	want = strtod(z, &end);
	return *end == 0 && isfinite(want) && fabs(got - want) <= tolerance(expected);
}

/* One field of @line, with or without quotes; a doubled quote inside is refused: no id
 * has one. */
static bool field_cut(struct sv *line, struct sv *out)
{
	ptrdiff_t end;

	if (!sv_starts(*line, SV("\""))) {
		*out = sv_cut(line, ',');
		return sv_find(*out, SV("\"")) < 0;
	}
	*line = sv_sub(*line, 1, line->n);
	end = sv_find(*line, SV("\""));
	if (end < 0)
		return false;
	*out = sv_sub(*line, 0, (size_t)end);
	*line = sv_sub(*line, (size_t)end + 1, line->n);
	if (line->n && line->p[0] != ',')
		return false;
	*line = sv_sub(*line, 1, line->n);
	return true;
}

static bool row_read(struct sv line, struct golden_row *row)
{
	return field_cut(&line, &row->id) && field_cut(&line, &row->metric) &&
	       field_cut(&line, &row->input) && field_cut(&line, &row->field) &&
	       field_cut(&line, &row->expected) && !line.n && row->expected.n;
}

static void failed(struct golden_report *r, size_t line, bool say, const char *what)
{
	char text[GOLDEN_WHY_MAX];

	snprintf(text, sizeof(text), "line %zu: %.250s", line, what);
	if (say)
		fprintf(stderr, "%s\n", text);
	if (!r->failed++)
		memcpy(r->first, text, sizeof(r->first));
}

static void row_check(struct golden_report *r, struct sv line, size_t number, bool say)
{
	char why[GOLDEN_WHY_MAX];
	struct golden_row row;
	double got;

	r->rows++;
	if (!row_read(line, &row)) {
		failed(r, number, say, "not five columns");
		return;
	}
	if (!golden_eval(&row, &got, why)) {
		failed(r, number, say, why);
		return;
	}
	if (golden_matches(row.expected, got))
		return;
	snprintf(why, sizeof(why), SV_FMT " " SV_FMT ": expected " SV_FMT ", got %.9g",
		 SV_ARG(row.id), SV_ARG(row.field), SV_ARG(row.expected), got);
	failed(r, number, say, why);
}

struct golden_report golden_table(struct sv text, bool say)
{
	struct golden_report r = { 0 };

	for (size_t number = 1; text.n; number++) {
		struct sv line = sv_trim(sv_cut(&text, '\n'));

		if (number == 1) {
			if (!sv_eq(line, SV("id,metric,input,field,expected")))
				failed(&r, number, say,
				       "not the header of a golden table");
			continue;
		}
		if (line.n)
			row_check(&r, line, number, say);
	}
	if (!r.rows)
		failed(&r, 0, say, "no rows");
	return r;
}
