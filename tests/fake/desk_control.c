/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_control.c: the desk told by one line, so that a shell script can: `add 3`, `edit 2 SCORE
 * COMMENT`, `delete 1`, `break 4`, `fail 429 1`. Rows that are added are one an hour old, then two …
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/fake/desk_inside.h"

static const char *const comments[] = {
	"Mulțumesc, am primit răspuns repede.",
	"Czekałam prawie godzinę na odpowiedź.",
	"Am asteptat prea mult si nimeni nu a raspuns.",
	"Bardzo miła obsługa, polecam!",
	"Coletul a ajuns spart.",
	"Zwrot pieniedzy przyszedl po dwoch dniach.",
};

static void add(struct desk *d, int count, bool broken)
{
	int64_t now = (int64_t)time(NULL) * 1000;

	for (int i = 0; i < count; i++) {
		struct desk_row row = { .broken = broken };

		row.n = (int)++d->added;
		row.score = 1 + row.n % 2;
		row.asked = row.answered = now - 3600000 + row.n * 1000;
		snprintf(row.comment, sizeof(row.comment), "%s [%d]",
			 comments[(size_t)row.n % COUNT_OF(comments)], row.n);
		desk_add(d, &row);
	}
}

static bool fail(struct desk *d, const char *what, int times)
{
	static const struct {
		const char *name;
		enum desk_fault fault;
	} faults[] = { { "401", DESK_401 },
		       { "403", DESK_403 },
		       { "404", DESK_404 },
		       { "429", DESK_429_SOON },
		       { "429-long", DESK_429_SECONDS },
		       { "500", DESK_500 },
		       { "half", DESK_HALF },
		       { "json", DESK_BROKEN_JSON },
		       { "html", DESK_HTML },
		       { "hang", DESK_HANG },
		       { "endless", DESK_ENDLESS } };

	for (size_t i = 0; i < COUNT_OF(faults); i++)
		if (strcmp(faults[i].name, what) == 0) {
			desk_fail(d, faults[i].fault, (unsigned)times);
			return true;
		}
	return false;
}

bool desk_control(struct desk *d, const char *line)
{
	char what[16] = "";
	int n = 0, score = 0, at = 0;

	if (sscanf(line, "add %d", &n) == 1)
		add(d, n, false);
	else if (sscanf(line, "break %d", &n) == 1)
		add(d, n, true);
	else if (sscanf(line, "delete %d", &n) == 1)
		desk_delete(d, n);
	else if (sscanf(line, "edit %d %d %n", &n, &score, &at) == 2 && at)
		desk_edit(d, n, score, line + at, (int64_t)time(NULL) * 1000);
	else if (sscanf(line, "fail %15s %d", what, &n) == 2)
		return fail(d, what, n);
	else
		return false;
	return true;
}
