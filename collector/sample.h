/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h: looks at the first rows and decides how the file writes its values. What it
 * decides is said in a sentence, with the option that says otherwise.
 */
#ifndef OPINIA_COLLECTOR_SAMPLE_H
#define OPINIA_COLLECTOR_SAMPLE_H

#include "collector/columns.h"
#include "collector/shape.h"
#include "collector/values.h"

enum {
	SAMPLE_ROWS = 5000,
	SAMPLE_POINTS = SCORE_POINTS_MAX + 1, /* 0..10, and "more" */
	SAMPLE_EXAMPLE = 60,
	NOTES_MAX = 32,
};

/* Of one column. */
struct sample {
	uint32_t points[SAMPLE_POINTS], of[SAMPLE_POINTS]; /* of: the 5 of "4/5" */
	uint32_t dates[DATE_STYLES];
	uint32_t day_first, month_first; /* dates with slashes that allow only that */
	uint32_t words;			 /* cells of a score that are no points */
	bool comma;
	struct sv example; /* in the arena of the source */
};

struct notes {
	struct sv at[NOTES_MAX];
	size_t count;
	struct arena *arena;
};

void notes_add(struct notes *n, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void sample_see(struct sample *s, const struct meaning *means, const struct shape *sh,
		struct sv text, struct arena *a);

/*
 * From the samples of all columns, in their order, to @sh; returns the style of dates. A
 * column that was only taken for a score because of its question, and holds words, is left
 * out.
 */
enum date_style sample_decide(const struct sample *s, struct columns *c, struct shape *sh,
			      struct notes *notes);

#endif
