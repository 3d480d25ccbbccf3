/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h: the records of a CSV file with their verdicts, a batch at a time: what every peer is
 * given, so that all of them hold the same rows and none of them has to analyze a text.
 */
#ifndef OPINIA_BENCH_ROWS_H
#define OPINIA_BENCH_ROWS_H

#include "analyzer/opinia_analyzer.h"
#include "bench/bench.h"
#include "collector/opinia_collector.h"
#include "core/verdict.h"

#define BENCH_ZONE "Europe/Bucharest"

struct rows {
	struct opinia_analyzer *analyzer;
	struct zone *zone;
	struct opinia_import *import;
	struct batch batch;
	struct verdict *verdicts; /* one a record of the batch */
	struct arena arena;
};

void rows_open(struct rows *r, const char *lexicon, const char *csv);
bool rows_next(struct rows *r); /* false: that was all */
void rows_close(struct rows *r);

/* The value of a score or an attribute; NULL, or an empty view, where the record has none. */
const struct score *row_score(const struct record *r, enum score_kind kind);
struct sv row_attr(const struct record *r, struct sv key);

/*
 * All rows as CSV without a header, texts in quotes, NULL as \N, for loaders of whole files:
 * id ext ts day channel customer agent team csat nps product device lang sentiment score
 * topics labels comment; topics and labels are like "[1,2]".
 */
void rows_write(const char *lexicon, const char *csv, const char *out_path);

#endif
